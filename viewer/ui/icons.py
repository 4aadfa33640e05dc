"""Line icons from resources/icons, drawn in a colour of the theme."""

from __future__ import annotations

import functools
import itertools

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from viewer.base.paths import resources
from viewer.ui.theme import DARK_TOKENS, ICON_PX, Tokens

_INK = "currentColor"
_SIZES_PX = (16, ICON_PX)
_MODES = (QIcon.Mode.Normal, QIcon.Mode.Normal, QIcon.Mode.Disabled)
_STATES = (QIcon.State.Off, QIcon.State.On, QIcon.State.Off)


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
    """Return a line icon that is crisp at the scale of every screen.

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
    made = QIcon()
    for ratio, size_px in itertools.product(_screen_ratios(), _SIZES_PX):
        for ink, mode, state in zip(looks, _MODES, _STATES, strict=True):
            made.addPixmap(icon_pixmap(name, ink, size_px, ratio), mode, state)
    return made


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


def _screen_ratios() -> tuple[float, ...]:
    """Return the scales of the screens that are there; a pixmap is made for each."""
    return tuple(sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}))
