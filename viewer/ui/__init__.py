"""QT DOOR: the window, its places and its widgets."""
