"""Read the value under the pointer, with its place in image and patient."""

from __future__ import annotations

from viewer.base.settings import Settings
from viewer.base.text import N_
from viewer.tools._spec import IMAGE_PANES, ToolSpec
from viewer.viewport.input import Drag
from viewer.viewport.viewport import Pointer, Viewport


class ProbeTool:
    """Shows value and patient position beside the pointer while the button is held."""

    cursor = "probe"

    def press(self, viewport: Viewport, drag: Drag) -> None:
        """Show what is under the pointer."""
        viewport.point_at(Pointer(drag.position_canvas, probing=True))

    def drag(self, viewport: Viewport, drag: Drag) -> None:
        """Follow the pointer."""
        viewport.point_at(Pointer(drag.position_canvas, probing=True))

    def release(self, viewport: Viewport, drag: Drag) -> None:
        """Show it in the corner only."""
        viewport.point_at(Pointer(drag.position_canvas))


def make(_settings: Settings) -> ProbeTool:
    """Build the tool."""
    return ProbeTool()


SPEC = ToolSpec(
    "probe",
    N_("Probe"),
    "crosshair",
    "Q",
    IMAGE_PANES,
    make,
    order=50,
    help=N_("Hold the button to read the value under the pointer."),
)
