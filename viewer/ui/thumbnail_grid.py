"""Pictures of series in rows of three, each with its name and number of images below."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from viewer.base.text import tr
from viewer.model.listing import SeriesRow
from viewer.ui.icons import paint_icon
from viewer.ui.theme import SMALL_PX, sized, tokens_of
from viewer.ui.wording import number, plain_tooltip

_COLUMNS = 3
_GAP_PX = 8
_CAPTION_PX = 20
_BLACK = "#000000"
_GREY = "#8a919c"


@dataclass(frozen=True, slots=True)
class Tile:
    """One series with its picture, or the words that stand in for it; neither while it loads."""

    series: SeriesRow
    image: QImage | None = None
    words: str = ""


class ThumbnailGrid(QWidget):
    """Shows ``Tile`` records; ``open_wanted`` gives the series that was double-clicked."""

    open_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: tuple[Tile, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Series pictures"))
        self.setMouseTracking(True)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """What is shown."""
        return self._tiles

    def show_series(self, series: tuple[SeriesRow, ...]) -> None:
        """Show series whose pictures are to come; known pictures of the same series stay."""
        known = {tile.series.series_instance_uid: tile for tile in self._tiles}
        self._tiles = tuple(
            replace(known[row.series_instance_uid], series=row)
            if row.series_instance_uid in known
            else Tile(row)
            for row in series
        )
        self.setMinimumHeight(self.heightForWidth(self.width()))
        self.updateGeometry()
        self.update()

    def put_picture(self, uid: str, image: QImage | None, words: str) -> None:
        """Show a picture that has arrived, or why there is none."""
        self._tiles = tuple(
            replace(tile, image=image, words=words)
            if tile.series.series_instance_uid == uid
            else tile
            for tile in self._tiles
        )
        self.update()

    def _tile_width(self) -> int:
        return max(40, (self.width() - (_COLUMNS - 1) * _GAP_PX) // _COLUMNS)

    def _tile_area(self, place: int) -> QRect:
        width = self._tile_width()
        height = round(width * 0.84)
        row, column = divmod(place, _COLUMNS)
        top = row * (height + _CAPTION_PX + _GAP_PX)
        return QRect(column * (width + _GAP_PX), top, width, height)

    def heightForWidth(self, _width: int) -> int:
        """Return the height that all rows need."""
        if not self._tiles:
            return 0
        return self._tile_area(len(self._tiles) - 1).bottom() + _CAPTION_PX + 2

    def sizeHint(self) -> QSize:
        """Return the size that all tiles need at the present width."""
        return QSize(self.width(), self.heightForWidth(self.width()))

    def resizeEvent(self, _event: object) -> None:
        """Keep the height right for the width."""
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def _at(self, event: QMouseEvent) -> Tile | None:
        at = event.position().toPoint()
        for place, tile in enumerate(self._tiles):
            if self._tile_area(place).adjusted(0, 0, 0, _CAPTION_PX).contains(at):
                return tile
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the series under the pointer."""
        tile = self._at(event)
        parts = (caption(tile.series), tile.words) if tile else ()
        text = plain_tooltip("\n".join(part for part in parts if part))
        if text != self.toolTip():
            self.setToolTip(text)
            if not text:
                QToolTip.hideText()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the study of the picture."""
        tile = self._at(event)
        if tile is not None:
            self.open_wanted.emit(tile.series.series_instance_uid)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all tiles."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colours = tokens_of(self)
        small = sized(self.font(), SMALL_PX - 1)
        metrics = QFontMetrics(small)
        for place, tile in enumerate(self._tiles):
            area = self._tile_area(place)
            painter.fillRect(area, QColor(_BLACK))
            self._paint_picture(painter, area, tile)
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
            painter.setFont(small)
            painter.setPen(QColor(colours.muted))
            below = QRect(area.left(), area.bottom() + 4, area.width(), _CAPTION_PX - 4)
            text = metrics.elidedText(
                caption(tile.series), Qt.TextElideMode.ElideMiddle, below.width()
            )
            painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_picture(self, painter: QPainter, area: QRect, tile: Tile) -> None:
        if tile.image is not None:
            size = tile.image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(0, 0, size.width(), size.height())
            target.moveCenter(area.center())
            painter.drawImage(target, tile.image)
            return
        middle = QRectF(area.center().x() - 10, area.center().y() - 10, 20, 20)
        if not tile.words:
            paint_icon(painter, "image", _GREY, middle)
            return
        middle.translate(0, -18)
        paint_icon(painter, "file-text", _GREY, middle)
        font = sized(self.font(), SMALL_PX - 1)
        metrics = QFontMetrics(font)
        line = tile.words.splitlines()[0]
        room = (area.width() - 12) * 2 - metrics.averageCharWidth() * 4
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(QColor(_GREY))
        below = area.adjusted(6, area.height() // 2 - 2, -6, -4)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(below, flags, shown)


def caption(row: SeriesRow) -> str:
    """Return 'Chest 1.0 soft · 102' for a series."""
    title = row.description or row.body_part or row.modality or tr("Series")
    return f"{title} · {number(row.n_images or row.n_instances)}"
