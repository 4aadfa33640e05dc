"""A row of controls that never gets cut: what has no room waits in a menu at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QToolButton, QWidget

from viewer.base.text import tr
from viewer.ui.icons import icon
from viewer.ui.reading.own_keys import PRESSING, keeps_key
from viewer.ui.theme import CONTROL_PX, DARK_TOKENS, ICON_PX

ROW_PX = 40
_SIDE_PX = 8
_SPACING_PX = 4

FillMenu = Callable[[QMenu], None]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One control of the row.

    Attributes
    ----------
    importance
        The lowest goes into the menu first.
    fill_menu
        Puts the same into the overflow menu.
    """

    widget: QWidget
    importance: int
    fill_menu: FillMenu
    is_line: bool = False
    at_end: bool = False


class OverflowRow(QFrame):
    """Places its parts from the left; what is added after ``add_spring`` stands at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "bar")
        self._parts: list[Part] = []
        self._wanted: dict[QWidget, bool] = {}
        self._sprung = False
        self.setFixedHeight(ROW_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._more = QToolButton(self)
        self._more.setIcon(icon("ellipsis", DARK_TOKENS))
        self._more.setIconSize(QSize(ICON_PX, ICON_PX))
        self._more.setFixedSize(CONTROL_PX, CONTROL_PX)
        self._more.setToolTip(tr("More"))
        self._more.setAccessibleName(tr("More"))
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self._more)
        self._menu.aboutToShow.connect(self._fill)
        self._more.setMenu(self._menu)

    def add(self, widget: QWidget, importance: int, fill_menu: FillMenu) -> None:
        """Add a control at the end of the row."""
        widget.setParent(self)
        self._parts.append(Part(widget, importance, fill_menu, at_end=self._sprung))

    def add_action(self, button: QToolButton, importance: int) -> None:
        """Add a button with its default action."""
        action = button.defaultAction()
        self.add(button, importance, lambda menu: menu.addAction(action))

    def add_line(self) -> None:
        """Add a hairline between groups."""
        line = QFrame(self)
        line.setFixedSize(1, ICON_PX)
        line.setStyleSheet(f"background: {DARK_TOKENS.line};")
        self._parts.append(Part(line, 0, lambda _menu: None, is_line=True))

    def add_spring(self) -> None:
        """Put what is added from now on to the right end."""
        self._sprung = True

    def set_wanted(self, widget: QWidget, *, wanted: bool) -> None:
        """Show a control only while it is of use."""
        if self._wanted.get(widget, True) != wanted:
            self._wanted[widget] = wanted
            self.arrange()

    @property
    def hidden_parts(self) -> tuple[Part, ...]:
        """The controls that have no room now."""
        return tuple(
            part
            for part in self._parts
            if not part.is_line and part.widget.isHidden() and self._wanted.get(part.widget, True)
        )

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Place what fits."""
        self.arrange()

    def arrange(self) -> None:
        """Show what fits, the most important first, and place it."""
        shown = [part for part in self._parts if self._wanted.get(part.widget, True)]
        room = self.width() - 2 * _SIDE_PX
        dropped = False
        while _width(shown) > room - (CONTROL_PX + _SPACING_PX if dropped else 0):
            movable = [part for part in shown if not part.is_line]
            if not movable:
                break
            shown.remove(min(movable[::-1], key=lambda part: part.importance))
            dropped = True
        shown = _without_idle_lines(shown)
        for part in self._parts:
            part.widget.setVisible(part in shown)
        end = self.width() - _SIDE_PX - (CONTROL_PX + _SPACING_PX if dropped else 0)
        at_end = [part for part in shown if part.at_end]
        _place([part for part in shown if not part.at_end], _SIDE_PX)
        _place(at_end, end - _width(at_end) + _SPACING_PX)
        self._more.setVisible(dropped)
        self._more.move(self.width() - _SIDE_PX - CONTROL_PX, (ROW_PX - CONTROL_PX) // 2)

    def _fill(self) -> None:
        self._menu.clear()
        for part in self.hidden_parts:
            part.fill_menu(self._menu)


class BarButton(QToolButton):
    """A toolbar button of one action, with its icon or with words.

    Space and Enter press it even where Space is a shortcut.
    """

    def __init__(self, action: QAction, words: str = "") -> None:
        super().__init__()
        if words:
            action.setIconText(words)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setDefaultAction(action)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setFixedSize(CONTROL_PX + 4, CONTROL_PX)
        self.setAccessibleName(action.text())

    def event(self, event: QEvent) -> bool:
        """Keep the keys that press a button."""
        return keeps_key(event, PRESSING) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def _size(part: Part) -> QSize:
    hint = part.widget.sizeHint()
    least, most = part.widget.minimumSize(), part.widget.maximumSize()
    return hint.expandedTo(least).boundedTo(most)


def _width(parts: list[Part]) -> int:
    room = sum(_size(part).width() + _SPACING_PX for part in parts)
    return room + sum(2 * _SPACING_PX for part in parts if part.is_line)


def _place(parts: list[Part], x: int) -> None:
    for part in parts:
        size = _size(part)
        x += _SPACING_PX if part.is_line else 0
        part.widget.setGeometry(x, (ROW_PX - size.height()) // 2, size.width(), size.height())
        x += size.width() + _SPACING_PX + (_SPACING_PX if part.is_line else 0)


def _without_idle_lines(parts: list[Part]) -> list[Part]:
    """Leave out lines at the ends and beside other lines."""
    kept: list[Part] = []
    for part in parts:
        if part.is_line and (not kept or kept[-1].is_line):
            continue
        kept.append(part)
    while kept and kept[-1].is_line:
        kept.pop()
    return kept
