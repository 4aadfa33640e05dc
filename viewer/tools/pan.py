"""Move the image under the pointer."""

from __future__ import annotations

from dataclasses import replace

from viewer.base.settings import Settings
from viewer.base.text import N_
from viewer.tools._spec import IMAGE_PANES, ToolSpec
from viewer.viewport.input import Drag
from viewer.viewport.projection import panned
from viewer.viewport.viewport import Viewport, projection


class PanTool:
    """Keeps the image under the pointer, at whatever speed it moves."""

    cursor = "pan"

    def press(self, viewport: Viewport, drag: Drag) -> None:
        """Begin."""

    def drag(self, viewport: Viewport, drag: Drag) -> None:
        """Move the image along."""
        view = projection(viewport)
        if view is not None:
            framing = panned(view, *drag.delta)
            viewport.set(replace(viewport.state, framing=framing))

    def release(self, viewport: Viewport, drag: Drag) -> None:
        """End."""


def make(_settings: Settings) -> PanTool:
    """Build the tool."""
    return PanTool()


SPEC = ToolSpec(
    "pan",
    N_("Pan"),
    "move",
    "T",
    IMAGE_PANES,
    make,
    order=40,
    help=N_("Drag to move the image."),
)
