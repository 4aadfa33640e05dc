"""Does this graphics system show what it is told to? Asked once, before the first patient.

Drivers that turn the picture over, swap its colours or round its values exist; a picture that is
slower but true is the better one.
"""

from __future__ import annotations

import numpy as np

from viewer.base.errors import GraphicsError
from viewer.imaging.grey import display
from viewer.model.frame import Frame, GreyRules
from viewer.model.spacing import Spacing
from viewer.model.study import ObjectIdentity
from viewer.model.view_state import ViewState
from viewer.model.window import Window
from viewer.render.slice_view import SliceView
from viewer.viewport.projection import Projection, at_actual_pixels

UNTRUE = (
    "The graphics system does not show what it is told to, so it is not used. Images are drawn "
    "without it, slower; updating the graphics driver may bring it back."
)

_ROWS, _COLUMNS = 11, 7
_PANE = (16, 20)
_MOST_OFF = 1


def check(view: SliceView) -> None:
    """Draw a grey and a colour pattern at native zoom and compare every pixel.

    Raises
    ------
    GraphicsError
        When a pixel is off by more than one level, or something outside the image is not black.
    """
    for frame in (_grey_pattern(), _colour_pattern()):
        state, projection = _native(frame)
        expected = np.zeros((_PANE[1], _PANE[0], 3), np.int16)
        levels = display(frame, state.appearance)
        left, top = (round(edge) for edge in projection.to_canvas(-0.5, -0.5))
        inside = expected[top : top + _ROWS, left : left + _COLUMNS]
        inside[...] = levels if levels.ndim == 3 else levels[..., None]
        shown = view.draw(frame, state, projection, _PANE)[..., :3].astype(np.int16)
        if np.abs(shown - expected).max() > _MOST_OFF:
            raise GraphicsError(UNTRUE)


def _native(frame: Frame) -> tuple[ViewState, Projection]:
    canvas = (float(_PANE[0]), float(_PANE[1]))
    state = ViewState("self-test")
    fitted = Projection(state.framing, (_COLUMNS, _ROWS), Spacing(), canvas)
    framing = at_actual_pixels(fitted)
    projection = Projection(framing, (_COLUMNS, _ROWS), Spacing(), canvas)
    return ViewState("self-test", framing=framing), projection


def _grey_pattern() -> Frame:
    steps = np.arange(_ROWS * _COLUMNS, dtype=np.int16).reshape(_ROWS, _COLUMNS)
    return _frame(steps * 53 - 1024, GreyRules(voi=(Window(900.0, 4000.0),)))


def _colour_pattern() -> Frame:
    steps = np.arange(_ROWS * _COLUMNS * 3, dtype=np.int16).reshape(_ROWS, _COLUMNS, 3)
    return _frame((steps * 7 % 256).astype(np.uint8), None)


def _frame(
    stored: np.ndarray[tuple[int, ...], np.dtype[np.generic]], rules: GreyRules | None
) -> Frame:
    return Frame(stored, rules, ObjectIdentity("", b"", b"", ""), _ROWS, "pattern")
