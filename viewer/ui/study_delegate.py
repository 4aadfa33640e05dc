"""Paint the cells of the study list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from viewer.ui.icons import paint_icon
from viewer.ui.study_columns import (
    COLUMNS,
    ERROR,
    MUTED,
    PLAIN,
    WARNING,
    badges,
    is_new,
    series_text,
    study_text,
    study_tone,
)
from viewer.ui.study_model import LINE_ROLE, Line
from viewer.ui.theme import SMALL_PX, Tokens, sized

STUDY_PX = 30
SERIES_PX = 26
CHEVRON_PX = 28
_PADDING_PX = 8
_SERIES_INDENT_PX = 44
_BADGE_GAP_PX = 8
_BADGE_PADDING_PX = 7
_BADGE_PX = 18
_SKELETON_PX = 8
_LEAST_BADGE_PX = 64
_SIGN_PX = 14
_SIGNS = {WARNING: "triangle-alert", ERROR: "circle-alert", MUTED: "users", PLAIN: "info"}

Index = QModelIndex | QPersistentModelIndex


class StudyDelegate(QStyledItemDelegate):
    """Draws studies, series and skeleton rows.

    Parameters
    ----------
    colours
        The theme in force.
    colour_of_open
        Gives the colour of the tab in which a patient is open, or ''.
    """

    def __init__(
        self, parent: QWidget, colours: Tokens, colour_of_open: Callable[[int], str]
    ) -> None:
        super().__init__(parent)
        self._colour_of_open = colour_of_open
        self._plain = parent.font()
        self._bold = sized(self._plain, self._plain.pixelSize(), bold=True)
        self._small = sized(self._plain, SMALL_PX - 1)
        self._plain_metrics = QFontMetrics(self._plain)
        self._bold_metrics = QFontMetrics(self._bold)
        self.set_colours(colours)

    def set_colours(self, colours: Tokens) -> None:
        """Change the theme."""
        self._colours = colours
        self._selection = QColor(colours.selection)
        self._hover = QColor(colours.surface)
        self._hairline = QPen(QColor(colours.raised), 1)
        self._tones = {
            PLAIN: QColor(colours.text),
            MUTED: QColor(colours.muted),
            WARNING: QColor(colours.warning),
            ERROR: QColor(colours.error),
        }

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of a study's row."""
        return QSize(60, STUDY_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        line: Line | None = index.data(LINE_ROLE)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, self._selection)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, self._hover)
        painter.setPen(self._hairline)
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        column = COLUMNS[index.column()].id
        if line is None or line.study is None:
            self._paint_skeleton(painter, area, index.row() * 7 + index.column() * 3)
        elif line.series is not None:
            self._paint_series(painter, area, line, column)
        elif column == "patient":
            self._paint_patient(painter, area, line)
        else:
            self._paint_study(painter, area, line, column)

    def _write(
        self, painter: QPainter, area: QRect, text: str, tone: str, *, bold: bool = False
    ) -> str:
        """Draw a text, cut with an ellipsis where the room ends, and return what was drawn."""
        metrics = self._bold_metrics if bold else self._plain_metrics
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, area.width()))
        painter.setFont(self._bold if bold else self._plain)
        painter.setPen(self._tones[tone])
        painter.drawText(area, _LEFT, shown)
        return shown

    def _paint_study(self, painter: QPainter, area: QRect, line: Line, column: str) -> None:
        study = line.study
        if study is None:
            return
        inner = area.adjusted(_PADDING_PX, 0, -_PADDING_PX, 0)
        text = study_text(study, column)
        tone = study_tone(study, column)
        if not text:
            return
        if column == "images":
            self._write_right(painter, inner, text, tone)
            return
        if column == "state" and tone in (WARNING, ERROR):
            mark = QRectF(inner.left(), inner.center().y() - 6, 13, 13)
            name = "triangle-alert" if tone == ERROR else "clock"
            paint_icon(painter, name, self._tones[tone].name(), mark)
            inner.setLeft(inner.left() + 18)
        bold = column == "state" and tone == PLAIN and is_new(study)
        self._write(painter, inner, text, tone, bold=bold)

    def _write_right(self, painter: QPainter, area: QRect, text: str, tone: str) -> None:
        painter.setFont(self._plain)
        painter.setPen(self._tones[tone])
        room = max(0, area.width())
        shown = self._plain_metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, _RIGHT, shown)

    def _paint_patient(self, painter: QPainter, area: QRect, line: Line) -> None:
        study = line.study
        if study is None:
            return
        mark = QRectF(area.left() + 6, area.center().y() - 6, 14, 14)
        name = "chevron-down" if line.unfolded else "chevron-right"
        paint_icon(painter, name, self._colours.muted, mark)
        open_colour = self._colour_of_open(study.patient_key)
        inner = area.adjusted(CHEVRON_PX, 0, -_PADDING_PX, 0)
        if open_colour:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(open_colour))
            painter.drawEllipse(QPointF(area.left() + 25, area.center().y() + 0.5), 3.5, 3.5)
            inner.setLeft(inner.left() + 6)
        bold = is_new(study)
        shown = self._write(painter, inner, study_text(study, "patient"), PLAIN, bold=bold)
        worn = badges(study)
        if not worn:
            return
        metrics = self._bold_metrics if bold else self._plain_metrics
        left = float(inner.left() + metrics.horizontalAdvance(shown) + _BADGE_GAP_PX)
        for words, tone in worn:
            left = self._paint_badge(painter, QPointF(left, area.center().y()), words, tone, inner)

    def _paint_badge(
        self, painter: QPainter, at: QPointF, words: str, tone: str, inside: QRect
    ) -> float:
        """Draw a badge from ``at`` on and return where the next one may begin."""
        room = inside.right() - at.x() - 2 * _BADGE_PADDING_PX
        if room < _LEAST_BADGE_PX:
            if room + 2 * _BADGE_PADDING_PX >= _SIGN_PX:
                sign = QRectF(at.x() - 2, at.y() - _SIGN_PX / 2 + 1, _SIGN_PX, _SIGN_PX)
                paint_icon(painter, _SIGNS[tone], self._tones[tone].name(), sign)
            return float(inside.right())
        metrics = QFontMetrics(self._small)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room))
        width = metrics.horizontalAdvance(shown) + 2 * _BADGE_PADDING_PX
        frame = QRectF(at.x(), at.y() - _BADGE_PX / 2, width, _BADGE_PX)
        colour = self._tones[tone]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        faint = QColor(colour)
        faint.setAlphaF(0.6)
        painter.setPen(QPen(faint, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, _BADGE_PX / 2, _BADGE_PX / 2)
        painter.setFont(self._small)
        painter.setPen(colour)
        painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), shown)
        return frame.right() + _BADGE_GAP_PX

    def _paint_series(self, painter: QPainter, area: QRect, line: Line, column: str) -> None:
        if line.series is None:
            return
        text = series_text(line.series, column)
        indent = _SERIES_INDENT_PX if column == "patient" else _PADDING_PX
        inner = area.adjusted(indent, 0, -_PADDING_PX, 0)
        if column == "images":
            self._write_right(painter, inner, text, MUTED)
            return
        self._write(painter, inner, text, WARNING if column == "state" else MUTED)

    def _paint_skeleton(self, painter: QPainter, area: QRect, seed: int) -> None:
        width = (area.width() - 2 * _PADDING_PX) * (40 + seed * 37 % 50) // 100
        bar = QRectF(
            area.left() + _PADDING_PX,
            area.center().y() - _SKELETON_PX / 2,
            max(8, width),
            _SKELETON_PX,
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.raised))
        painter.drawRoundedRect(bar, 4, 4)


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
