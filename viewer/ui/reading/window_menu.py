"""The window presets: what the file brings, the range of values, the usual ones, colour maps."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QActionGroup, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QMenu, QToolButton

from viewer.base.text import N_, tr
from viewer.imaging.colour_maps import GREY, ColourMap, load_colour_maps
from viewer.imaging.voi import voi_choices
from viewer.model.view_state import Appearance
from viewer.model.window import Lut, Window
from viewer.model.wording import number_text
from viewer.ui.host import Host
from viewer.ui.reading.desk import Desk
from viewer.ui.theme import CONTROL_PX, FONT_PX, sized
from viewer.viewport.file_windows import file_appearance
from viewer.viewport.presets import WindowPreset, load_presets, presets_for

_WIDTH_PX = 188
_SWATCH = QSize(48, 12)
_TITLE = N_("Window")


class WindowButton(QToolButton):
    """Names the window in force; its menu has the others."""

    def __init__(self, desk: Desk, host: Host) -> None:
        super().__init__()
        self._desk = desk
        self._host = host
        self._presets = load_presets()
        self.setProperty("kind", "button")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFixedSize(_WIDTH_PX, CONTROL_PX)
        self.setToolTip(tr("Window presets (keys 0 to 9) and colour maps"))
        self.setAccessibleName(tr("Window"))
        self._windows_menu = QMenu(tr("Window"), self)
        self._windows_menu.aboutToShow.connect(lambda: self.fill(self._windows_menu))
        self.setMenu(self._windows_menu)
        self.refresh()

    def refresh(self) -> None:
        """Show the window in force; the button is off where there is none."""
        voi = self._desk.workspace.active.voi()
        self.setEnabled(voi is not None)
        text = f"{self._name(voi)}  ▾"
        if text != self.text():
            self.setText(text)

    def _name(self, voi: Window | Lut | None) -> str:
        if voi is None:
            return tr("Window")
        if isinstance(voi, Lut):
            return voi.explanation or tr("Table of the file")
        numbers = window_text(voi)
        for preset in self._presets_here():
            if (preset.window.center, preset.window.width) == (voi.center, voi.width):
                return f"{tr(preset.title)} {numbers}"
        return numbers

    def _presets_here(self) -> tuple[WindowPreset, ...]:
        display_set = self._desk.workspace.active.display_set
        return presets_for(self._presets, display_set.modality if display_set else "")

    def add_to(self, menu: QMenu) -> None:
        """Put the presets into another menu."""
        inner = menu.addMenu(tr("Window"))
        inner.aboutToShow.connect(partial(self.fill, inner))

    def fill(self, menu: QMenu) -> None:
        """Fill a menu for the image in the active pane."""
        menu.clear()
        self._add_file_windows(menu)
        menu.addSeparator()
        menu.addAction(self._host.action("window.full_range"))
        menu.addAction(self._host.action("window.automatic"))
        menu.addSeparator()
        for preset in self._presets_here():
            menu.addAction(self._host.action(f"window.{preset.id}"))
        menu.addSeparator()
        self._add_colour_maps(menu)

    def _add_file_windows(self, menu: QMenu) -> None:
        viewport = self._desk.workspace.active
        choices = voi_choices(viewport.frame) if viewport.frame is not None else ()
        look = viewport.state.appearance
        for number, choice in enumerate(choices):
            title = action_text(choice_text(choice.rule, number))
            action = menu.addAction(title, partial(self._use_choice, number))
            action.setCheckable(True)
            action.setChecked(look == file_appearance(self._desk.workspace, viewport, number))
            if f"window.file_{number + 1}" in self._host.commands:
                action.setText(
                    f"{title}\t{self._host.commands.key_of(f'window.file_{number + 1}')}"
                )

    def _use_choice(self, number: int) -> None:
        workspace = self._desk.workspace
        self._set(file_appearance(workspace, workspace.active, number))

    def _add_colour_maps(self, menu: QMenu) -> None:
        inner = menu.addMenu(tr("Colour map"))
        group = QActionGroup(inner)
        used = self._desk.workspace.active.state.appearance.colour_map
        for one in load_colour_maps():
            action = inner.addAction(swatch(one), tr(one.title), partial(self._use_map, one.id))
            action.setIconVisibleInMenu(True)
            action.setCheckable(True)
            action.setChecked(one.id == used)
            action.setFont(sized(inner.font(), FONT_PX, bold=one.id == used))
            group.addAction(action)

    def _use_map(self, map_id: str) -> None:
        look = self._desk.workspace.active.state.appearance
        self._set(replace(look, colour_map=map_id or GREY))

    def _set(self, look: Appearance) -> None:
        viewport = self._desk.workspace.active
        with self._desk.workspace.history.gesture(_TITLE):
            viewport.set(replace(viewport.state, appearance=look))


def window_text(window: Window) -> str:
    """Return width and centre: 'W 350  L 40'."""
    digits = 0 if window.width >= 50 else 2 if window.width >= 1 else 5
    return f"W {number_text(window.width, digits)}  L {number_text(window.center, digits)}"


def choice_text(rule: Window | Lut, number: int) -> str:
    """Return what the menu calls one of the file's windows or tables."""
    if isinstance(rule, Lut):
        return rule.explanation or f"{tr('Table of the file')} {number + 1}"
    name = rule.explanation or f"{tr('File')} {number + 1}"
    return f"{name}   {window_text(rule)}"


def action_text(text: str) -> str:
    """Return text that a menu shows as it is: '&' would mark a key, a tab begins the shortcut."""
    return text.replace("&", "&&").replace("\t", " ")


def swatch(colour_map: ColourMap) -> QIcon:
    """Return a strip of a map's colours, dark to bright."""
    table = colour_map.table
    image = QImage(table.tobytes(), len(table), 1, QImage.Format.Format_RGB888)
    return QIcon(QPixmap.fromImage(image.scaled(_SWATCH)))
