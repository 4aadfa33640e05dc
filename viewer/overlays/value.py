"""The value under the pointer, in the corner; beside the pointer while it is asked for."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.model.annotation import AnnotationSet
from viewer.overlays._spec import OverlaySpec
from viewer.viewport.probe import place_text, read_pixel, reading_text
from viewer.viewport.scene import ACCENT, AT_POINT, BOTTOM_RIGHT, DIM, REQUIRED, Scene, Text
from viewer.viewport.text_layout import font_size
from viewer.viewport.viewport import Viewport

_AWAY_PX = 14.0
_LINE_HEIGHTS = 1.4
_LINE = 12.0


def draw(viewport: Viewport, _annotations: AnnotationSet) -> Scene:
    """Return value and place under the pointer; nothing while it is elsewhere."""
    pointer = viewport.pointer
    if pointer is None:
        return ()
    reading = read_pixel(viewport, pointer.position_canvas)
    if reading is None:
        return ()
    text = reading_text(reading)
    scene: Scene = (Text(text, BOTTOM_RIGHT, _LINE, 50, DIM),)
    if not pointer.probing:
        return scene
    lines = [text, place_text(reading.point_lps)] if reading.point_lps else [text]
    height = font_size(viewport.size_canvas) * _LINE_HEIGHTS
    x, y = pointer.position_canvas
    return scene + tuple(
        Text(
            line,
            AT_POINT,
            priority=REQUIRED,
            style=ACCENT,
            position_canvas=(x + _AWAY_PX, y + _AWAY_PX + row * height),
        )
        for row, line in enumerate(lines)
    )


SPEC = OverlaySpec("value", N_("Value under the pointer"), on=True, draw=draw, order=70)
