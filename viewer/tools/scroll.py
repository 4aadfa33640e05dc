"""Go through the images: drag down or turn the wheel towards you for the next."""

from __future__ import annotations

import math

from viewer.base.settings import Settings
from viewer.base.text import N_
from viewer.model.view_state import at_index
from viewer.tools._spec import IMAGE_PANES, ToolSpec
from viewer.viewport.input import SHIFT, Drag, PointerEvent
from viewer.viewport.viewport import Viewport

_FINEST_STEP_PX = 1.0
_COARSEST_STEP_PX = 16.0
_FAST_FRAMES = 10


def scroll_by(viewport: Viewport, n_frames: int) -> None:
    """Move by a number of frames, stopping at the first and last."""
    display_set = viewport.display_set
    if display_set is not None and display_set.n_frames:
        index = max(0, min(viewport.index + n_frames, display_set.n_frames - 1))
        viewport.set(at_index(viewport.state, index))


class ScrollTool:
    """One image for each few pixels: a long series fits into the height of the pane."""

    cursor = "scroll"

    def __init__(self) -> None:
        self._rest = 0.0

    def press(self, viewport: Viewport, drag: Drag) -> None:
        """Begin at the image that is shown."""
        self._rest = 0.0

    def drag(self, viewport: Viewport, drag: Drag) -> None:
        """Go on by as many images as the pointer has passed."""
        self._rest += drag.delta[1] * drag.factor / _step_px(viewport)
        n_frames = math.trunc(self._rest)
        self._rest -= n_frames
        scroll_by(viewport, n_frames)

    def release(self, viewport: Viewport, drag: Drag) -> None:
        """End where it is."""

    def wheel(self, viewport: Viewport, event: PointerEvent) -> None:
        """Go to the next image for each notch towards the hand; with Shift ten on."""
        n_frames = _FAST_FRAMES if SHIFT in event.modifiers else 1
        scroll_by(viewport, round(-event.steps * n_frames))


def _step_px(viewport: Viewport) -> float:
    n_frames = viewport.display_set.n_frames if viewport.display_set else 1
    even = viewport.size_canvas[1] / max(n_frames, 1)
    return min(max(even, _FINEST_STEP_PX), _COARSEST_STEP_PX)


def make(_settings: Settings) -> ScrollTool:
    """Build the tool."""
    return ScrollTool()


SPEC = ToolSpec(
    "scroll",
    N_("Scroll"),
    "arrow-up-down",
    "S",
    IMAGE_PANES,
    make,
    order=10,
    help=N_("Drag down for the next image, up for the one before."),
)
