"""A bar whose length in millimetres is written beside it, with what the number is worth (R-088)."""

from __future__ import annotations

import math

from viewer.base.text import N_
from viewer.model.annotation import AnnotationSet
from viewer.model.wording import number_text
from viewer.overlays._spec import OverlaySpec
from viewer.viewport.scene import BOTTOM, NORMAL, Polyline, Scene, Text
from viewer.viewport.viewport import Viewport, projection

_LONGEST_SHARE = 0.3
_SHORTEST_PX = 24.0
_BASELINE_PX = 6.0
_TICK_PX = 4.0
_LINE = 20.0


def draw(viewport: Viewport, _annotations: AnnotationSet) -> Scene:
    """Return bar and label at the bottom; nothing where the image has no size in millimetres."""
    view = projection(viewport)
    if view is None or viewport.frame is None or not view.spacing.is_metric:
        return ()
    width, height = viewport.size_canvas
    length_mm = bar_length(width * _LONGEST_SHARE / view.scale)
    length_px = length_mm * view.scale
    if length_px < _SHORTEST_PX:
        return ()
    left, right = (width - length_px) / 2, (width + length_px) / 2
    base = height - _BASELINE_PX
    bar = Polyline(((left, base - _TICK_PX), (left, base), (right, base), (right, base - _TICK_PX)))
    label = f"{number_text(length_mm, 6)} {view.spacing.label}"
    return (bar, Text(label, BOTTOM, _LINE, 45, NORMAL))


def bar_length(longest: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, ... that is no longer than ``longest``."""
    power = 10.0 ** math.floor(math.log10(longest))
    for step in (5.0, 2.0):
        if step * power <= longest:
            return step * power
    return power


SPEC = OverlaySpec("scale_bar", N_("Scale bar"), on=True, draw=draw, order=20)
