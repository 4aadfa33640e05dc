"""What a pane shows when there is no picture: words and a sign, never noise."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from viewer.base.text import tr
from viewer.ui.icons import paint_icon
from viewer.ui.theme import DARK_TOKENS, FONT_PX, TITLE_PX
from viewer.viewport.viewport import Viewport

_ICON_PX = 32.0
_MOST_WIDTH_PX = 420.0
_MARGIN_PX = 24.0
_GAP_PX = 10.0
_BAR_PX = 4.0
_TEXT_FLAGS = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True, slots=True)
class Tile:
    """What stands in the middle of a pane without a picture.

    Attributes
    ----------
    icon
        Name in resources/icons; empty for none.
    title, sentence
        One line, and what to do.
    colour
        Of the sign and the title.
    share
        Progress from 0 to 1, or None for no bar.
    skeleton
        True to hint at the picture's outline while it is awaited.
    """

    icon: str
    title: str
    sentence: str = ""
    colour: str = DARK_TOKENS.muted
    share: float | None = None
    skeleton: bool = False


def tile_for(viewport: Viewport) -> Tile | None:
    """Return the words that stand in for a picture; None when there is one or it may come."""
    display_set = viewport.display_set
    if display_set is None:
        return empty_tile()
    if display_set.message or not display_set.frames:
        return unsupported_tile(display_set.title or display_set.modality, display_set.message)
    if viewport.frame is not None:
        problem = viewport.identity_problem()
        return identity_tile(problem) if problem else None
    return failed_tile(viewport.failure) if viewport.failure else None


def empty_tile() -> Tile:
    """Return what an empty pane says."""
    return Tile(
        "image",
        tr("Drop a series here"),
        tr("Drag it from the strip at the left, or click it there while this pane is active."),
    )


def loading_tile(n_loaded: int, n_total: int) -> Tile:
    """Return what a pane says while its picture is awaited."""
    if n_total <= 1:
        return Tile("loader", tr("Loading the image"), skeleton=True)
    text = tr("{done} of {all} images").format(done=f"{n_loaded:,}", all=f"{n_total:,}")
    return Tile("loader", tr("Loading"), text, share=n_loaded / n_total, skeleton=True)


def failed_tile(sentence: str) -> Tile:
    """Return what a pane says when its picture cannot be shown."""
    return Tile("image-off", tr("No image"), sentence, colour=DARK_TOKENS.error)


def identity_tile(sentence: str) -> Tile:
    """Return what a blanked pane says (R-054)."""
    return Tile("triangle-alert", tr("Image withheld"), sentence, colour=DARK_TOKENS.error)


def unsupported_tile(title: str, message: str) -> Tile:
    """Return what a pane says about an object that is no picture."""
    return Tile("file-text", title, message, colour=DARK_TOKENS.text)


def paint_tile(painter: QPainter, area: QRectF, tile: Tile) -> None:
    """Paint a tile into the middle of an area that is already black."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if tile.skeleton:
        _paint_skeleton(painter, area)
    room = min(_MOST_WIDTH_PX, area.width() - 2 * _MARGIN_PX)
    title_font, body_font = _fonts(painter.font())
    far = QRectF(0, 0, max(room, 40.0), 10_000)
    title_box = QFontMetricsF(title_font).boundingRect(far, int(_TEXT_FLAGS), tile.title)
    body_box = QFontMetricsF(body_font).boundingRect(far, int(_TEXT_FLAGS), tile.sentence)
    has_icon = tile.icon and area.height() > 120
    height = (_ICON_PX + _GAP_PX if has_icon else 0) + title_box.height()
    height += _GAP_PX / 2 + body_box.height() if tile.sentence else 0
    height += _GAP_PX + _BAR_PX if tile.share is not None else 0
    top = max(area.top() + 8, area.center().y() - height / 2)
    if has_icon:
        place = QRectF(area.center().x() - _ICON_PX / 2, top, _ICON_PX, _ICON_PX)
        paint_icon(painter, tile.icon, tile.colour, place)
        top += _ICON_PX + _GAP_PX
    left = area.center().x() - far.width() / 2
    painter.setFont(title_font)
    painter.setPen(QColor(tile.colour))
    painter.drawText(
        QRectF(left, top, far.width(), title_box.height() + 2), int(_TEXT_FLAGS), tile.title
    )
    top += title_box.height() + _GAP_PX / 2
    if tile.sentence:
        painter.setFont(body_font)
        painter.setPen(QColor(DARK_TOKENS.muted))
        room_below = max(body_box.height(), 1) + 2
        painter.drawText(
            QRectF(left, top, far.width(), room_below), int(_TEXT_FLAGS), tile.sentence
        )
        top += body_box.height()
    if tile.share is not None:
        _paint_bar(painter, QPointF(area.center().x(), top + _GAP_PX), tile.share)
    painter.restore()


def _fonts(base: QFont) -> tuple[QFont, QFont]:
    title, body = QFont(base), QFont(base)
    title.setPixelSize(TITLE_PX)
    body.setPixelSize(FONT_PX)
    return title, body


def _paint_skeleton(painter: QPainter, area: QRectF) -> None:
    side = min(area.width(), area.height()) * 0.8
    box = QRectF(0, 0, side, side)
    box.moveCenter(area.center())
    painter.setPen(QPen(QColor(DARK_TOKENS.raised), 1))
    painter.setBrush(QColor("#0a0b0d"))
    painter.drawRoundedRect(box, 4, 4)


def _paint_bar(painter: QPainter, middle: QPointF, share: float) -> None:
    track = QRectF(middle.x() - 80, middle.y(), 160, _BAR_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(DARK_TOKENS.raised))
    painter.drawRoundedRect(track, 2, 2)
    painter.setBrush(QColor(DARK_TOKENS.accent))
    painter.drawRoundedRect(QRectF(track.left(), track.top(), max(4.0, 160 * share), _BAR_PX), 2, 2)
