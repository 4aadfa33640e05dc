"""The command palette: type a few letters of what you want, Enter does it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from viewer.base.text import tr
from viewer.commands._spec import CommandSpec
from viewer.ui.actions import key_text
from viewer.ui.study_model import Index
from viewer.ui.theme import DARK_TOKENS, SMALL_PX, sized

_WIDTH_PX = 560
_TOP_PX = 72
_ROW_PX = 32
_MOST_ROWS = 12
_SPEC_ROLE = int(Qt.ItemDataRole.UserRole)


def rank(spec: CommandSpec, typed: str) -> int | None:
    """Return how well a command fits what was typed (0 best), None when it does not.

    Every word must begin a word of the title, menu or id, or stand inside the title.
    """
    title = tr(spec.title).casefold()
    words = title.replace("…", "").split()
    others = [*spec.menu.casefold().split(), *spec.id.replace("_", " ").replace(".", " ").split()]
    total = 0
    for part in typed.casefold().split():
        if any(word.startswith(part) for word in words):
            total += 0 if words[0].startswith(part) else 1
        elif any(word.startswith(part) for word in others):
            total += 3
        elif part in title:
            total += 5
        else:
            return None
    return total


class CommandPalette(QFrame):
    """Lies over the window; ``chosen`` gives the id of a command."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget, applying: Callable[[], list[CommandSpec]]) -> None:
        super().__init__(parent)
        self.applying = applying
        self._specs: list[CommandSpec] = []
        self._back: QWidget | None = None
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("Command palette"))
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        self.box = QLineEdit()
        self.box.setPlaceholderText(tr("Find a command …"))
        self.box.setAccessibleName(tr("Find a command"))
        self.box.installEventFilter(self)
        self.box.textChanged.connect(self._show)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Commands"))
        self.list.setItemDelegate(_CommandDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setStyleSheet("background: transparent;")
        self.list.itemClicked.connect(lambda _item: self._accept())
        column.addWidget(self.box)
        column.addWidget(self.list)
        self.hide()

    def open(self) -> None:
        """Show all commands that apply now, with the caret in the box."""
        window = self.parentWidget()
        self._back = window.focusWidget() if window else None
        self._specs = self.applying()
        self.box.clear()
        self._show()
        self.show()
        self.raise_()
        self.box.setFocus()

    def close_palette(self) -> None:
        """Go back to where the keyboard was."""
        self.hide()
        if self._back is not None:
            self._back.setFocus()

    def showEvent(self, _event: QShowEvent) -> None:
        """Stand in the middle of the window's top."""
        self._place()

    def _place(self) -> None:
        window = self.parentWidget()
        if window is not None:
            width = min(_WIDTH_PX, window.width() - 48)
            rows = min(_MOST_ROWS, max(1, self.list.count()))
            self.list.setFixedHeight(rows * _ROW_PX + 4)
            self.setFixedWidth(width)
            self.adjustSize()
            self.move((window.width() - width) // 2, _TOP_PX)

    def _show(self) -> None:
        typed = self.box.text()
        ranked = [(rank(spec, typed), spec) for spec in self._specs]
        fitting = [(place, spec) for place, spec in ranked if place is not None]
        if typed.strip():
            fitting.sort(key=lambda pair: (pair[0], tr(pair[1].title)))
        self.list.clear()
        for _place, spec in fitting:
            item = QListWidgetItem(tr(spec.title))
            item.setData(_SPEC_ROLE, spec)
            item.setSizeHint(QSize(100, _ROW_PX))
            self.list.addItem(item)
        if not fitting:
            item = QListWidgetItem(tr("No command of that name applies here"))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setSizeHint(QSize(100, _ROW_PX))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._place()

    def _accept(self) -> None:
        item = self.list.currentItem()
        spec: CommandSpec | None = item.data(_SPEC_ROLE)
        if spec is not None:
            self.close_palette()
            self.chosen.emit(spec.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list with the arrow keys while the caret is in the box."""
        if watched is not self.box:
            return False
        if event.type() == QEvent.Type.FocusOut and not self.isAncestorOf(_focus(self)):
            self.hide()
            return False
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        step = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: 8,
            Qt.Key.Key_PageUp: -8,
        }
        key = Qt.Key(event.key())
        if key in step:
            last = self.list.count() - 1
            self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + step[key])))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
            return True
        if key == Qt.Key.Key_Escape:
            self.close_palette()
            return True
        return False


def _focus(widget: QWidget) -> QWidget:
    window = widget.window()
    focus: QWidget | None = window.focusWidget()
    return window if focus is None else focus


class _CommandDelegate(QStyledItemDelegate):
    """Draws a command: title, its menu in a quieter tone, its key at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        area: QRect = option.rect
        spec: CommandSpec | None = index.data(_SPEC_ROLE)
        colours = DARK_TOKENS
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(colours.selection))
        inner = area.adjusted(10, 0, -10, 0)
        font = option.font
        painter.setFont(font)
        painter.setPen(QColor(colours.text if spec else colours.muted))
        title = str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), title)
        if spec is not None:
            small = sized(font, SMALL_PX)
            painter.setFont(small)
            painter.setPen(QColor(colours.muted))
            after = QFontMetrics(font).horizontalAdvance(title) + 12
            menu = inner.adjusted(after, 0, 0, 0)
            painter.drawText(menu, int(Qt.AlignmentFlag.AlignVCenter), tr(spec.menu))
            if spec.keys:
                right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
                painter.drawText(inner, right, key_text(spec.keys[0]))
        painter.restore()
