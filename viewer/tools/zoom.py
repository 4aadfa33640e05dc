"""Zoom about the point where the drag began: down is nearer (IHE BIR)."""

from __future__ import annotations

import math
from dataclasses import replace

from viewer.base.settings import Settings
from viewer.base.text import N_
from viewer.tools._spec import IMAGE_PANES, ToolSpec
from viewer.viewport.input import Drag, PointerEvent
from viewer.viewport.projection import zoomed_about
from viewer.viewport.scene import Point
from viewer.viewport.viewport import Viewport, projection

_DRAG_PX = 200.0
"""A drag of this length enlarges e times."""

_NOTCH = 1.15


def zoom_by(viewport: Viewport, factor: float, point_canvas: Point) -> None:
    """Enlarge by a factor; what lies under the point stays there."""
    view = projection(viewport)
    if view is not None:
        framing = zoomed_about(view, factor, point_canvas)
        viewport.set(replace(viewport.state, framing=framing))


class ZoomTool:
    """Enlarges while dragging down, and for each notch of the wheel away from the hand."""

    cursor = "zoom"

    def press(self, viewport: Viewport, drag: Drag) -> None:
        """Begin."""

    def drag(self, viewport: Viewport, drag: Drag) -> None:
        """Enlarge or reduce about the start."""
        factor = math.exp(drag.delta[1] * drag.factor / _DRAG_PX)
        zoom_by(viewport, factor, drag.start_canvas)

    def release(self, viewport: Viewport, drag: Drag) -> None:
        """End."""

    def wheel(self, viewport: Viewport, event: PointerEvent) -> None:
        """Enlarge about the pointer."""
        zoom_by(viewport, _NOTCH**event.steps, event.position_canvas)


def make(_settings: Settings) -> ZoomTool:
    """Build the tool."""
    return ZoomTool()


SPEC = ToolSpec(
    "zoom",
    N_("Zoom"),
    "zoom-in",
    "Z",
    IMAGE_PANES,
    make,
    order=30,
    help=N_("Drag down to enlarge, up to reduce, about the point where the drag began."),
)
