"""Let a control keep keys that are shortcuts of the panes while it has the focus."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

PRESSING = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})
MOVING = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)
_COMMANDING = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


def keeps_key(event: QEvent, keys: AbstractSet[Qt.Key] | None = None) -> bool:
    """Take a key before it becomes a shortcut; True when it was taken.

    Called from ``event`` of a widget, or from an event filter.

    Parameters
    ----------
    keys
        Which keys; without them all, as in a field that is written in. Keys with Ctrl, Alt or
        Meta stay shortcuts.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.modifiers() & _COMMANDING or (keys is not None and event.key() not in keys):
        return False
    event.accept()
    return True
