"""Frames with known values, and where a view must put them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tests import records
from viewer.model.frame import Frame, GreyRules
from viewer.model.spacing import Spacing
from viewer.model.view_state import Appearance, Framing, ViewState
from viewer.model.window import Window
from viewer.viewport.projection import Projection, at_actual_pixels

Array = npt.NDArray[Any]

MODES = ("display", "value")


def frame_of(stored: Array, rules: GreyRules | None = None, bits: int = 16) -> Frame:
    """Return a frame of any values; the rules default to a window of 400 around 40."""
    stored.setflags(write=False)
    grey = None if stored.ndim == 3 else rules or GreyRules(voi=(Window(40.0, 400.0),))
    identity = records.instance().expected_identity()
    return Frame(stored, grey, identity, stored.shape[0], "native", bits)


def noise(shape: tuple[int, ...], dtype: Any, low: int, high: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).integers(low, high, shape, dtype, endpoint=True)


def view_of(
    frame: Frame,
    size: tuple[int, int],
    framing: Framing | None = None,
    ratio: float = 1.0,
    **appearance: Any,
) -> tuple[ViewState, Projection]:
    """Return state and projection of a frame in a pane of device pixels."""
    rows, columns = frame.stored.shape[:2]
    state = ViewState("x", framing=framing or Framing(), appearance=Appearance(**appearance))
    canvas = (size[0] / ratio, size[1] / ratio)
    view = Projection(state.framing, (columns, rows), Spacing(), canvas, None, ratio)
    return state, view


def at_native(
    frame: Frame,
    size: tuple[int, int],
    enlarged: int = 1,
    framing: Framing | None = None,
    ratio: float = 1.0,
    **appearance: Any,
) -> tuple[ViewState, Projection]:
    """Return state and projection that give each image pixel ``enlarged`` device pixels."""
    state, view = view_of(frame, size, framing, ratio, **appearance)
    framing = at_actual_pixels(view, enlarged)
    return replace(state, framing=framing), replace(view, framing=framing)


def cut_out(picture: Array, view: Projection) -> Array:
    """Return the part of a picture that the image covers, RGB."""
    ratio = view.device_pixel_ratio
    xs, ys = zip(*view.corners_canvas(), strict=True)
    left, right = round(min(xs) * ratio), round(max(xs) * ratio)
    top, bottom = round(min(ys) * ratio), round(max(ys) * ratio)
    return picture[max(top, 0) : bottom, max(left, 0) : right, :3]


def as_rgb(levels: Array) -> Array:
    return levels if levels.ndim == 3 else np.repeat(levels[..., None], 3, axis=2)
