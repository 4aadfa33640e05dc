"""Paint one row of the series strip: a study's heading, or a series as a card."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from viewer.ui.icons import paint_icon
from viewer.ui.reading.series_model import IMAGE_ROLE, ROW_ROLE, SeriesRow, StudyHeading
from viewer.ui.theme import DARK_TOKENS, SMALL_PX

MARGIN_PX = 8
_GAP_PX = 8
_PADDING_PX = 6
_LINE_PX = 18
_PICTURE_RATIO = 2 / 3
_LEAST_SHARE_KEPT = 0.6
"""A picture fills its frame when at least this share of it stays visible; else it is fitted."""

_Index = QModelIndex | QPersistentModelIndex


def fill_or_fit(image: QSize, frame: QRectF) -> tuple[QRectF, QRectF]:
    """Return (part of the image, place in the frame) for a thumbnail.

    The frame is filled and the image's longer side trimmed, unless too much would be lost.
    """
    frame_ratio = frame.width() / frame.height()
    image_ratio = image.width() / image.height()
    share = min(frame_ratio, image_ratio) / max(frame_ratio, image_ratio)
    whole = QRectF(0, 0, image.width(), image.height())
    if share >= _LEAST_SHARE_KEPT:
        part = QRectF(whole)
        if image_ratio > frame_ratio:
            part.setWidth(image.height() * frame_ratio)
        else:
            part.setHeight(image.width() / frame_ratio)
        part.moveCenter(whole.center())
        return part, frame
    scale = min(frame.width() / image.width(), frame.height() / image.height())
    place = QRectF(0, 0, image.width() * scale, image.height() * scale)
    place.moveCenter(frame.center())
    return whole, place


class SeriesCard(QStyledItemDelegate):
    """Paints headings and cards; the width is the strip's."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the height of a row for the width of the strip."""
        row = index.data(ROW_ROLE)
        width = option.rect.width()
        if isinstance(row, StudyHeading):
            lines = len(_heading_lines(row, option.font, width - 2 * MARGIN_PX))
            lines += bool(row.note) + bool(row.warning)
            return QSize(width, lines * _LINE_PX + _GAP_PX + 4)
        picture = round((width - 2 * MARGIN_PX) * _PICTURE_RATIO)
        return QSize(width, picture + 2 * _LINE_PX + 2 * _PADDING_PX + _GAP_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a heading or a card."""
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = option.rect.adjusted(MARGIN_PX, 0, -MARGIN_PX, 0)
        if isinstance(row, StudyHeading):
            _paint_heading(painter, row, area, option.font)
        else:
            card = QRectF(area.adjusted(0, 0, 0, -_GAP_PX))
            state = option.state
            _paint_frame(painter, card, row, state)
            _paint_picture(painter, card, row, index.data(IMAGE_ROLE))
            _paint_words(painter, card, row, option.font)
            if row.active:
                _outline(painter, card, DARK_TOKENS.accent, 2)
            elif state & QStyle.StateFlag.State_HasFocus:
                _outline(painter, card, DARK_TOKENS.muted, 1)
        painter.restore()


def _heading_lines(heading: StudyHeading, font: QFont, width: int) -> list[str]:
    """Break a heading into at most two lines; the second ends in an ellipsis if it must."""
    bold = QFont(font)
    bold.setBold(True)
    metrics = QFontMetrics(bold)
    words = heading.title.split()
    first = ""
    while words and metrics.horizontalAdvance(f"{first} {words[0]}".strip()) <= width:
        first = f"{first} {words.pop(0)}".strip()
    if not words:
        return [first]
    rest = metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, width)
    return [first, rest] if first else [rest]


def _paint_heading(painter: QPainter, heading: StudyHeading, area: QRect, font: QFont) -> None:
    bold = QFont(font)
    bold.setBold(True)
    lines = [(text, bold, DARK_TOKENS.text) for text in _heading_lines(heading, font, area.width())]
    lines += [(heading.note, font, DARK_TOKENS.muted)] if heading.note else []
    lines += [(heading.warning, font, DARK_TOKENS.warning)] if heading.warning else []
    top = area.top() + 4
    for text, its_font, colour in lines:
        painter.setFont(its_font)
        painter.setPen(QColor(colour))
        place = QRect(area.left(), top, area.width(), _LINE_PX)
        elided = QFontMetrics(its_font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, elided)
        top += _LINE_PX


def _paint_frame(painter: QPainter, card: QRectF, row: SeriesRow, state: QStyle.StateFlag) -> None:
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    painter.setPen(QPen(QColor(DARK_TOKENS.line), 1))
    painter.setBrush(QColor(DARK_TOKENS.raised if hovered or row.active else DARK_TOKENS.surface))
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)


def _picture_frame(card: QRectF) -> QRectF:
    return QRectF(
        card.left() + 1, card.top() + 1, card.width() - 2, round(card.width() * _PICTURE_RATIO) - 1
    )


def _paint_picture(painter: QPainter, card: QRectF, row: SeriesRow, image: QImage | None) -> None:
    frame = _picture_frame(card)
    painter.fillRect(frame, Qt.GlobalColor.black)
    if image is not None and not image.isNull():
        part, place = fill_or_fit(image.size(), frame)
        painter.drawImage(place, image, part)
    else:
        name = "file-text" if row.display_set.message else "image"
        side = 24.0
        centre = frame.center() - QPointF(side / 2, side / 2)
        paint_icon(painter, name, DARK_TOKENS.line, QRectF(centre.x(), centre.y(), side, side))
    _paint_badge(painter, frame, row)
    if row.shown and not row.active:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK_TOKENS.accent))
        painter.drawRect(QRectF(frame.left(), frame.bottom() - 2, frame.width(), 2))


def _paint_badge(painter: QPainter, frame: QRectF, row: SeriesRow) -> None:
    font = QFont(painter.font())
    font.setPixelSize(SMALL_PX - 1)
    painter.setFont(font)
    metrics = QFontMetrics(font)
    sign = 14 if row.problem else 0
    width = metrics.horizontalAdvance(row.badge) + 10 + sign
    badge = QRectF(frame.right() - width - 3, frame.top() + 4, width, 18)
    ground = QColor(DARK_TOKENS.ground)
    ground.setAlpha(225)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(badge, 4, 4)
    colour = DARK_TOKENS.warning if row.problem else DARK_TOKENS.text
    if row.problem:
        place = QRectF(badge.left() + 4, badge.top() + 3, 12, 12)
        paint_icon(painter, "triangle-alert", colour, place)
    painter.setPen(QColor(colour))
    painter.drawText(badge.adjusted(sign, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, row.badge)


def _paint_words(painter: QPainter, card: QRectF, row: SeriesRow, font: QFont) -> None:
    top = card.top() + round(card.width() * _PICTURE_RATIO) + _PADDING_PX - 1
    line = QRectF(card.left() + 8, top, card.width() - 16, _LINE_PX)
    painter.setFont(font)
    painter.setPen(QColor(DARK_TOKENS.text))
    title = QFontMetrics(font).elidedText(row.title, Qt.TextElideMode.ElideRight, int(line.width()))
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, title)
    small = QFont(font)
    small.setPixelSize(SMALL_PX)
    painter.setFont(small)
    line.translate(0, _LINE_PX)
    painter.setPen(QColor(_progress_colour(row)))
    progress = row.progress
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, progress)
    room = line.width() - QFontMetrics(small).horizontalAdvance(progress) - 6
    painter.setPen(QColor(DARK_TOKENS.muted))
    counted = row.arriving or row.counted
    elided = QFontMetrics(small).elidedText(counted, Qt.TextElideMode.ElideRight, int(room))
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, elided)


def _progress_colour(row: SeriesRow) -> str:
    if row.arriving:
        return DARK_TOKENS.warning
    return DARK_TOKENS.good if row.n_seen else DARK_TOKENS.muted


def _outline(painter: QPainter, card: QRectF, colour: str, width: int) -> None:
    inset = width / 2
    painter.setPen(QPen(QColor(colour), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(card.adjusted(inset, inset, -inset, -inset), 4, 4)
