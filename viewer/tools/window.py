"""Window and level: drag right for a wider window, up for a brighter image (IHE BIR)."""

from __future__ import annotations

import math
from dataclasses import replace

from viewer.base.settings import Settings
from viewer.base.text import N_
from viewer.model.window import LINEAR, Lut, Window
from viewer.tools._spec import IMAGE_PANES, ToolSpec
from viewer.viewport.input import Drag
from viewer.viewport.viewport import Viewport

_DRAG_PX = 400.0
"""A drag of this length changes the window by its own width."""

_WHOLE_UNITS = frozenset({"CT"})
_LEAST_LINEAR_WIDTH = 1.0
_KEPT_DIGITS = 4


class WindowTool:
    """Changes width and centre in proportion to the width at which the drag began."""

    cursor = "window"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._start: Window | None = None
        self._moved = (0.0, 0.0)

    def press(self, viewport: Viewport, drag: Drag) -> None:
        """Begin at the window in force, whoever chose it."""
        self._moved = (0.0, 0.0)
        self._start = window_in_force(viewport)

    def drag(self, viewport: Viewport, drag: Drag) -> None:
        """Change the window."""
        if self._start is None:
            return
        right = self._moved[0] + drag.delta[0] * drag.factor
        up = self._moved[1] - drag.delta[1] * drag.factor
        self._moved = (right, up)
        if self._settings.text("view.window_direction") != "up is brighter":
            up = -up
        modality = viewport.display_set.modality if viewport.display_set else ""
        window = moved_window(self._start, right, up, whole=modality in _WHOLE_UNITS)
        appearance = replace(viewport.state.appearance, window=window)
        viewport.set(replace(viewport.state, appearance=appearance))

    def release(self, viewport: Viewport, drag: Drag) -> None:
        """End with the window that is shown."""
        self._start = None


def window_in_force(viewport: Viewport) -> Window | None:
    """Return the window that is shown, a VOI LUT as the range of its input; None for colour."""
    voi = viewport.voi()
    if isinstance(voi, Lut):
        n_entries = len(voi.entries)
        return Window(voi.first_mapped + n_entries / 2, float(n_entries), LINEAR)
    return voi


def moved_window(start: Window, right: float, up: float, *, whole: bool = False) -> Window:
    """Return a window dragged by canvas pixels to the right (wider) and up (brighter).

    Parameters
    ----------
    whole
        Round to whole units and move at least one for each pixel (Hounsfield units).
    """
    unit = start.width / _DRAG_PX
    if whole:
        unit = max(unit, 1.0)
    least = _LEAST_LINEAR_WIDTH if start.function == LINEAR else start.width / 1000
    width = max(start.width + right * unit, least)
    center = start.center - up * unit
    if whole:
        return Window(float(round(center)), float(max(round(width), 1)), start.function)
    digits = _KEPT_DIGITS - 1 - math.floor(math.log10(start.width)) if start.width > 0 else 3
    return Window(round(center, digits), max(round(width, digits), least), start.function)


def make(settings: Settings) -> WindowTool:
    """Build the tool."""
    return WindowTool(settings)


SPEC = ToolSpec(
    "window",
    N_("Window"),
    "contrast",
    "W",
    IMAGE_PANES,
    make,
    order=20,
    help=N_("Drag right for a wider window, up for a brighter image."),
)
