"""Paint what overlays draw: frozen primitives become strokes and letters with a dark rim."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
)

from viewer.ui.reading.bitmap_painter import BitmapPainter
from viewer.ui.theme import DARK_TOKENS, interface_font
from viewer.viewport import scene
from viewer.viewport.scene import (
    Bitmap,
    Blank,
    Hatching,
    Polyline,
    Primitive,
    Rectangle,
    Scene,
    Text,
)
from viewer.viewport.text_layout import PlacedText, font_size, layout_texts

_INKS = {
    scene.NORMAL: DARK_TOKENS.text,
    scene.STRONG: "#ffffff",
    scene.DIM: DARK_TOKENS.muted,
    scene.ACCENT: DARK_TOKENS.accent,
    scene.WARNING: DARK_TOKENS.warning,
    scene.ERROR: DARK_TOKENS.error,
}
_RIM = QColor(0, 0, 0, 225)
_RIM_PX = 3.0
_PAD_PX = 2.0
_MOST_STAMPS = 512
_MOST_WIDTHS = 4096


@dataclass(frozen=True, slots=True)
class _StampKey:
    """What a finished line of letters depends on."""

    text: str
    style: str
    size_px: float
    outline: bool
    ratio: float


class Letters:
    """Measures letters of one size; ``viewer.viewport.text_layout.Metrics``."""

    def __init__(self, size_px: float) -> None:
        self.size_px = size_px
        self._fonts = {bold: overlay_font(size_px, bold=bold) for bold in (False, True)}
        self._metrics = {bold: QFontMetricsF(font) for bold, font in self._fonts.items()}
        self._widths: dict[tuple[str, bool], float] = {}
        self.ascent = self._metrics[True].ascent()

    @property
    def line_height(self) -> float:
        """Distance between two lines."""
        return self._metrics[True].height() + 1

    def width(self, text: str, style: str) -> float:
        """Return how wide a text is in a style."""
        key = (text, style == scene.STRONG)
        known = self._widths.get(key)
        if known is None:
            if len(self._widths) > _MOST_WIDTHS:
                self._widths.clear()
            known = self._widths[key] = self._metrics[key[1]].horizontalAdvance(text)
        return known

    def font(self, style: str) -> QFont:
        """Return the font of a style."""
        return self._fonts[style == scene.STRONG]


class ScenePainter:
    """Paints scenes of one canvas; finished lines of letters are kept as small pictures."""

    def __init__(self) -> None:
        self._letters: Letters | None = None
        self._stamps: OrderedDict[_StampKey, QPixmap] = OrderedDict()
        self.bitmaps = BitmapPainter()
        self._laid_out: tuple[Scene, tuple[float, float], tuple[PlacedText, ...]] | None = None

    def paint(self, painter: QPainter, drawn: Scene, size: tuple[float, float]) -> None:
        """Paint a scene over a canvas of ``size`` (width, height) logical pixels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        texts = []
        for primitive in drawn:
            if isinstance(primitive, Text):
                texts.append(primitive)
            elif isinstance(primitive, Bitmap):
                self.bitmaps.paint(painter, primitive, ink(primitive.style))
            else:
                _paint_shape(painter, primitive, size)
        for placed in self._layout(tuple(texts), size):
            self._paint_text(painter, placed)

    def texts_at(self, point: tuple[float, float]) -> tuple[PlacedText, ...]:
        """Return the texts of the last scene under a point, for a tooltip."""
        if self._laid_out is None or self._letters is None:
            return ()
        height = self._letters.line_height
        return tuple(
            placed
            for placed in self._laid_out[2]
            if placed.left <= point[0] <= placed.left + placed.width
            and placed.top <= point[1] <= placed.top + height
        )

    def _layout(self, texts: tuple[Text, ...], size: tuple[float, float]) -> tuple[PlacedText, ...]:
        size_px = round(font_size(size))
        if self._letters is None or self._letters.size_px != size_px:
            self._letters = Letters(size_px)
            self._laid_out = None
        if self._laid_out is None or self._laid_out[:2] != (texts, size):
            self._laid_out = (texts, size, layout_texts(texts, self._letters, size))
        return self._laid_out[2]

    def _paint_text(self, painter: QPainter, placed: PlacedText) -> None:
        assert self._letters is not None
        ratio = painter.device().devicePixelRatioF()
        key = _StampKey(placed.shown, placed.style, self._letters.size_px, placed.outline, ratio)
        stamp = self._stamps.get(key)
        if stamp is None:
            stamp = draw_stamp(key, self._letters)
            self._stamps[key] = stamp
            if len(self._stamps) > _MOST_STAMPS:
                self._stamps.popitem(last=False)
        else:
            self._stamps.move_to_end(key)
        left = round((placed.left - _PAD_PX) * ratio) / ratio
        top = round((placed.top - _PAD_PX) * ratio) / ratio
        painter.drawPixmap(QPointF(left, top), stamp)


def overlay_font(size_px: float, *, bold: bool = False) -> QFont:
    """Return the font of overlay texts, with figures of equal width."""
    font = interface_font(QGuiApplication.font())
    font.setPixelSize(round(size_px))
    font.setBold(bold)
    return font


def draw_stamp(key: _StampKey, letters: Letters) -> QPixmap:
    """Return a line of letters with its dark rim, transparent around it."""
    width = letters.width(key.text, key.style) + 2 * _PAD_PX + 1
    height = letters.line_height + 2 * _PAD_PX
    pixmap = QPixmap(round(width * key.ratio + 0.5), round(height * key.ratio + 0.5))
    pixmap.setDevicePixelRatio(key.ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = letters.font(key.style)
    baseline = QPointF(_PAD_PX, _PAD_PX + round(letters.ascent * key.ratio) / key.ratio)
    if key.outline:
        path = QPainterPath()
        path.addText(baseline, font, key.text)
        painter.strokePath(path, _rim(_RIM_PX))
    painter.setFont(font)
    painter.setPen(ink(key.style))
    painter.drawText(baseline, key.text)
    painter.end()
    return pixmap


def ink(style: str) -> QColor:
    """Return the colour of a style."""
    return QColor(_INKS.get(style, DARK_TOKENS.text))


def _rim(width_px: float) -> QPen:
    pen = QPen(_RIM, width_px)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _paint_shape(painter: QPainter, primitive: Primitive, size: tuple[float, float]) -> None:
    match primitive:
        case Blank():
            painter.fillRect(QRectF(0, 0, *size), Qt.GlobalColor.black)
        case Polyline():
            _paint_polyline(painter, primitive)
        case Rectangle():
            _paint_rectangle(painter, primitive)
        case Hatching():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(ink(primitive.style), Qt.BrushStyle.BDiagPattern))
            painter.drawPolygon(_polygon(primitive.points_canvas))


def _paint_polyline(painter: QPainter, line: Polyline) -> None:
    polygon = _polygon(line.points_canvas)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw = painter.drawPolygon if line.closed else painter.drawPolyline
    if line.outline:
        painter.setPen(_rim(line.width + 2))
        draw(polygon)
    pen = QPen(ink(line.style), line.width)
    if line.dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    draw(polygon)


def _paint_rectangle(painter: QPainter, box: Rectangle) -> None:
    colour = ink(box.style)
    colour.setAlphaF(box.opacity)
    painter.setPen(Qt.PenStyle.NoPen if box.filled else QPen(colour, 1))
    painter.setBrush(colour if box.filled else QBrush(Qt.BrushStyle.NoBrush))
    painter.drawRoundedRect(
        QRectF(box.left, box.top, box.width, box.height), box.rounding, box.rounding
    )


def _polygon(points: tuple[scene.Point, ...]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])
