"""Cursors that show the tool: its icon, white with a dark rim, so that it is seen on any grey."""

from __future__ import annotations

import functools

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QCursor, QPainter, QPixmap

from viewer.ui.icons import paint_icon

_SIZE_PX = 24
_ICON_PX = 18.0
_ICONS = {"scroll": "arrow-up-down", "window": "contrast", "zoom": "zoom-in", "pan": "move"}
_RIM = "#000000"
_INK = "#ffffff"


def tool_cursor(name: str, device_pixel_ratio: float = 1.0) -> QCursor:
    """Return the cursor of a tool by the name the tool gives; a cross for the others."""
    if name not in _ICONS:
        return QCursor(Qt.CursorShape.CrossCursor if name else Qt.CursorShape.ArrowCursor)
    return QCursor(_picture(_ICONS[name], device_pixel_ratio), _SIZE_PX // 2, _SIZE_PX // 2)


@functools.lru_cache(maxsize=32)
def _picture(icon_name: str, ratio: float) -> QPixmap:
    side = round(_SIZE_PX * ratio)
    pixmap = QPixmap(side, side)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    margin = (_SIZE_PX - _ICON_PX) / 2
    place = QRectF(margin, margin, _ICON_PX, _ICON_PX)
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        paint_icon(painter, icon_name, _RIM, place.translated(QPointF(dx, dy)))
    paint_icon(painter, icon_name, _INK, place)
    painter.end()
    return pixmap
