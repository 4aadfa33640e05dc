"""The toolbar of a patient's tab: buttons are the program's actions, so keys and menus agree."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget, QWidgetAction

from viewer.base.text import tr
from viewer.tools._spec import load_tools
from viewer.ui.host import Host
from viewer.ui.icons import icon
from viewer.ui.reading.cine_bar import CineBar
from viewer.ui.reading.cine_driver import CineDriver
from viewer.ui.reading.desk import Desk
from viewer.ui.reading.layout_picker import LayoutPicker, layout_text
from viewer.ui.reading.overflow_row import BarButton, OverflowRow
from viewer.ui.reading.window_menu import WindowButton
from viewer.ui.theme import CONTROL_PX, DARK_TOKENS

_LAYOUTS = ("1x1", "1x2", "2x1", "2x2", "2x3", "3x3")
_IMAGE = (
    ("image.invert", 45),
    ("image.flip_horizontal", 30),
    ("image.flip_vertical", 29),
    ("image.rotate_right", 31),
)
_VIEW = (("image.fit", 44), ("image.actual_pixels", 43), ("image.reset", 42))
_TEXTS = (("view.annotations", 41), ("view.interpolation", 28))
_FIND = "view.palette"
_WORDS = {"image.actual_pixels": "1:1"}
_END = (("view.strip", 70), ("view.tags", 71))


class Toolbar(OverflowRow):
    """Builds the row once; what has no room goes into the menu at its end."""

    def __init__(
        self, desk: Desk, host: Host, driver: CineDriver, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Tools"))
        self._host = host
        for place, tool in enumerate(load_tools()):
            self._add_command(f"tool.{tool.id}", 90 - place)
        self.add_line()
        self.window_button = WindowButton(desk, host)
        self.add(self.window_button, 95, self.window_button.add_to)
        self._add_all(_IMAGE[:1])
        self.add_line()
        self.layout_button = LayoutButton(desk, host)
        self.add(self.layout_button, 85, self.layout_button.add_to)
        self.add_line()
        self._add_all(_VIEW)
        self._add_all(_IMAGE[1:])
        self.add_line()
        self._add_all(_TEXTS)
        self.add_line()
        self._add_all((("reading.undo", 75), ("reading.redo", 65)))
        self.add_line()
        self._add_command("cine.toggle", 80)
        self.cine_bar = CineBar(desk, driver, host.action("cine.sweep"))
        self.add(self.cine_bar, 60, lambda menu: menu.addAction(host.action("cine.sweep")))
        self.add_spring()
        if _FIND in host.commands:
            finder = FindButton(host.action(_FIND), host.commands.key_of(_FIND))
            self.add(finder, 10, lambda menu: menu.addAction(host.action(_FIND)))
        self._add_all(_END)

    def _add_all(self, commands: tuple[tuple[str, int], ...]) -> None:
        for command_id, importance in commands:
            self._add_command(command_id, importance)

    def _add_command(self, command_id: str, importance: int) -> None:
        made = BarButton(self._host.action(command_id), _WORDS.get(command_id, ""))
        self.add_action(made, importance)

    def refresh(self) -> None:
        """Bring everything up to date that is no plain action."""
        self.window_button.refresh()
        self.layout_button.refresh()
        self.cine_bar.refresh()
        self.set_wanted(self.cine_bar, wanted=self.cine_bar.is_of_use)


class FindButton(QToolButton):
    """Looks like a field and opens the command palette; it gives way first."""

    def __init__(self, action: QAction, key: str) -> None:
        super().__init__()
        self.setProperty("kind", "button")
        self.setText(f"{key}   {tr('Find a command')}")
        self.setToolTip(action.toolTip())
        self.setAccessibleName(action.text())
        self.setFixedHeight(CONTROL_PX)
        self.clicked.connect(lambda: action.trigger())


class LayoutButton(QToolButton):
    """Shows the layout; its menu has the field of squares and the usual layouts by name."""

    def __init__(self, desk: Desk, host: Host) -> None:
        super().__init__()
        self._desk = desk
        self.setProperty("kind", "button")
        self.setIcon(icon("layout-grid", DARK_TOKENS))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFixedHeight(CONTROL_PX)
        self.setToolTip(tr("Rows and columns of panes"))
        self.setAccessibleName(tr("Layout"))
        self._picker = LayoutPicker()
        self._picker.chosen.connect(self._choose)
        self._layouts_menu = QMenu(tr("Layout"), self)
        picking = QWidgetAction(self._layouts_menu)
        picking.setDefaultWidget(self._picker)
        self._layouts_menu.addAction(picking)
        self._layouts_menu.addSeparator()
        for name in _LAYOUTS:
            self._layouts_menu.addAction(host.action(f"layout.{name}"))
        self._layouts_menu.addSeparator()
        self._layouts_menu.addAction(host.action("layout.maximise"))
        self._layouts_menu.aboutToShow.connect(self.refresh)
        self.setMenu(self._layouts_menu)
        self.refresh()

    def add_to(self, menu: QMenu) -> None:
        """Put the layouts into another menu."""
        menu.addMenu(self._layouts_menu)

    def refresh(self) -> None:
        """Show the layout in use."""
        layout = self._desk.workspace.layout
        self._picker.set_current(layout.rows, layout.columns)
        self.setText(f" {layout_text(layout.rows, layout.columns)}  ▾")

    def _choose(self, rows: int, columns: int) -> None:
        self._desk.workspace.set_layout(rows, columns)
        self._layouts_menu.close()
