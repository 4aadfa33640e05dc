"""Choose how many panes: a small field of squares, by mouse or keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from viewer.base.text import tr
from viewer.ui.theme import DARK_TOKENS, FONT_PX
from viewer.viewport.grid import MOST_COLUMNS, MOST_ROWS

_CELL_PX = 28
_GAP_PX = 4
_MARGIN_PX = 8
_LABEL_PX = 24
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class LayoutPicker(QWidget):
    """A field of squares; the ones from the corner to the pointer become the layout.

    ``chosen`` gives (rows, columns).
    """

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current = (1, 1)
        self._hovered: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Rows and columns of panes"))

    def sizeHint(self) -> QSize:
        """Return the size of the whole field."""
        side = _CELL_PX + _GAP_PX
        return QSize(
            2 * _MARGIN_PX + MOST_COLUMNS * side - _GAP_PX,
            2 * _MARGIN_PX + MOST_ROWS * side - _GAP_PX + _LABEL_PX,
        )

    def set_current(self, rows: int, columns: int) -> None:
        """Mark the layout that is in use."""
        self._current = (rows, columns)
        self._hovered = None
        self.update()

    @property
    def _left(self) -> int:
        """Where the field begins: it stands in the middle of a wider menu."""
        return (self.width() - MOST_COLUMNS * (_CELL_PX + _GAP_PX) + _GAP_PX) // 2

    def cell(self, row: int, column: int) -> QRect:
        """Return the square of a row and column, from 0."""
        side = _CELL_PX + _GAP_PX
        return QRect(self._left + column * side, _MARGIN_PX + row * side, _CELL_PX, _CELL_PX)

    def _at(self, position: QPoint) -> tuple[int, int] | None:
        side = _CELL_PX + _GAP_PX
        row = (position.y() - _MARGIN_PX) // side
        column = (position.x() - self._left) // side
        inside = 0 <= row < MOST_ROWS and 0 <= column < MOST_COLUMNS
        return (row + 1, column + 1) if inside else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which layout a click would choose."""
        self._hovered = self._at(event.position().toPoint())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the layout under the pointer."""
        picked = self._at(event.position().toPoint())
        if picked is not None:
            self.chosen.emit(*picked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, choose with Enter or Space."""
        rows, columns = self._hovered or self._current
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self._hovered = (
                max(1, min(MOST_ROWS, rows + step[0])),
                max(1, min(MOST_COLUMNS, columns + step[1])),
            )
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(rows, columns)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the squares and the words below them."""
        painter = QPainter(self)
        rows, columns = self._hovered or self._current
        for row in range(MOST_ROWS):
            for column in range(MOST_COLUMNS):
                taken = row < rows and column < columns
                fill = DARK_TOKENS.selection if taken else DARK_TOKENS.raised
                edge = DARK_TOKENS.accent if taken else DARK_TOKENS.line
                painter.setBrush(QColor(fill))
                painter.setPen(QPen(QColor(edge)))
                painter.drawRect(self.cell(row, column).adjusted(0, 0, -1, -1))
        font = painter.font()
        font.setPixelSize(FONT_PX)
        painter.setFont(font)
        painter.setPen(QColor(DARK_TOKENS.text))
        label = QRect(0, self.height() - _LABEL_PX - 4, self.width(), _LABEL_PX)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, layout_text(rows, columns))
        painter.end()


def layout_text(rows: int, columns: int) -> str:
    """Return a layout in the way people write it: rows first."""
    return f"{rows} × {columns}"
