"""Line icons from resources/icons, drawn in a colour of the theme."""

from __future__ import annotations

import functools

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from viewer.base.paths import resources
from viewer.ui.theme import DARK_TOKENS, Tokens

_INK = "currentColor"


@functools.lru_cache(maxsize=256)
def icon_source(name: str) -> str:
    """Return the SVG text of an icon.

    Raises
    ------
    FileNotFoundError
        When no icon has this name: a bug.
    """
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def icon(name: str, colours: Tokens = DARK_TOKENS, colour: str = "") -> QIcon:
    """Return a line icon that is crisp at every scale.

    Parameters
    ----------
    name
        File in resources/icons without its ending.
    colours
        Theme it stands on: text colour when idle, accent when checked, grey when disabled.
    colour
        One colour for all states instead.
    """
    looks = (colour,) * 3 if colour else (colours.text, colours.accent, colours.disabled)
    return QIcon(_LineIcon(name, looks))


def icon_pixmap(name: str, colour: str, size_px: int, ratio: float = 1.0) -> QPixmap:
    """Return an icon as a picture of ``size_px`` logical pixels."""
    pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, name, colour, QRectF(0, 0, size_px, size_px))
    painter.end()
    return pixmap


def paint_icon(painter: QPainter, name: str, colour: str, area: QRectF) -> None:
    """Draw an icon into an area, in logical pixels."""
    _renderer(name, colour).render(painter, area)


def dot(colour: str, size_px: int = 10) -> QIcon:
    """Return a filled dot."""
    pixmap = QPixmap(size_px * 2, size_px * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(QPointF(size_px / 2, size_px / 2), size_px / 2 - 1, size_px / 2 - 1)
    painter.end()
    return QIcon(pixmap)


@functools.lru_cache(maxsize=512)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    source = icon_source(name).replace(_INK, colour)
    return QSvgRenderer(QByteArray(source.encode()))


class _LineIcon(QIconEngine):
    """Draws the SVG at the size that is asked for, so that 4K is as crisp as 720p."""

    def __init__(self, name: str, looks: tuple[str, ...]) -> None:
        super().__init__()
        self._name = name
        self._looks = looks

    def clone(self) -> QIconEngine:
        return _LineIcon(self._name, self._looks)

    def paint(self, painter: QPainter, rect: object, mode: QIcon.Mode, state: QIcon.State) -> None:
        idle, checked, disabled = self._looks
        colour = checked if state == QIcon.State.On else idle
        if mode == QIcon.Mode.Disabled:
            colour = disabled
        paint_icon(painter, self._name, colour, QRectF(rect))  # type: ignore[call-overload]

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, pixmap.rect(), mode, state)
        painter.end()
        return pixmap
