"""The menu of a pane, on a right click without movement."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QWidget

from viewer.ui.host import Host
from viewer.ui.reading.window_menu import WindowButton

_GROUPS = (
    ("image.reset", "image.fit", "image.actual_pixels", "image.invert"),
    ("image.rotate_right", "image.rotate_left", "image.flip_horizontal", "image.flip_vertical"),
    ("cine.toggle", "layout.maximise", "layout.clear_pane", "view.tags"),
)


def pane_menu(host: Host, windows: WindowButton, parent: QWidget) -> QMenu:
    """Return the menu; it deletes itself when it closes."""
    menu = QMenu(parent)
    windows.add_to(menu)
    for group in _GROUPS:
        menu.addSeparator()
        for command_id in group:
            menu.addAction(host.action(command_id))
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
