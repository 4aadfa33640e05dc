"""The rail at the left: the places, the menu and the settings."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QMenu, QToolButton, QVBoxLayout, QWidget

from viewer.base.text import tr
from viewer.commands._spec import SETTINGS, STUDIES
from viewer.ui.icons import icon
from viewer.ui.theme import DARK_TOKENS, ICON_PX, SMALL_PX, sized

RAIL_PX = 64
_BUTTON_PX = 52


class Rail(QFrame):
    """``chosen`` gives the place whose button was pressed."""

    chosen = Signal(str)

    def __init__(self, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "ground")
        self.setFixedWidth(RAIL_PX)
        self._places: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 4, 8)
        column.setSpacing(4)
        column.addWidget(self._place(STUDIES, tr("Studies"), "list"))
        column.addStretch(1)
        self.menu_button = self._button(tr("Menu"), "ellipsis")
        self.menu_button.setMenu(menu)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        column.addWidget(self.menu_button)
        column.addWidget(self._place(SETTINGS, tr("Settings"), "settings"))

    def _button(self, title: str, icon_name: str) -> QToolButton:
        made = QToolButton()
        made.setText(title)
        made.setAccessibleName(title)
        made.setFont(sized(self.font(), SMALL_PX - 1))
        made.setIcon(icon(icon_name, DARK_TOKENS))
        made.setIconSize(QSize(ICON_PX, ICON_PX))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setFixedSize(RAIL_PX - 8, _BUTTON_PX)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setProperty("kind", "rail")
        return made

    def _place(self, name: str, title: str, icon_name: str) -> QToolButton:
        made = self._button(title, icon_name)
        made.setCheckable(True)
        made.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(made)
        self._places[name] = made
        return made

    def show_place(self, name: str) -> None:
        """Mark the place that is in front; none while a patient is."""
        self._group.setExclusive(False)
        for place, made in self._places.items():
            made.setChecked(place == name)
        self._group.setExclusive(True)

    def set_tooltip(self, name: str, text: str) -> None:
        """Name the key of a place."""
        self._places[name].setToolTip(text)
