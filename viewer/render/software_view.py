"""The same picture without OpenGL: plain arithmetic, for machines whose graphics give no context.

It has the interface of ``SliceView``. Sampling is bilinear between display values, or nearest.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.frame import Frame
from viewer.model.view_state import ViewState
from viewer.render.picture import Picture
from viewer.render.placement import Quad, place, residual_taps
from viewer.render.slice_view import is_smooth
from viewer.viewport.projection import Projection

Array = NDArray[np.floating[Any]]
Pixels = NDArray[np.uint8]
_STRIP_ROWS = 128
_RIGHT_ANGLE = 1e-9


class SoftwareView:
    """One pane's renderer on the processor."""

    mode = "display"
    renderer_name = "no OpenGL, drawn by the processor"

    def __init__(self) -> None:
        self._picture = Picture()

    def draw(
        self,
        frame: Frame,
        state: ViewState,
        projection: Projection,
        size_px: tuple[int, int],
        device_pixel_ratio: float = 1.0,
    ) -> Pixels:
        """Return the pane's picture (height, width, 4), RGBA, black around the image."""
        width, height = size_px
        picture = np.zeros((height, width, 4), np.uint8)
        picture[..., 3] = 255
        self._picture.prepare(frame, state.appearance, projection)
        region = self._picture.region
        if region is not None:
            smooth = is_smooth(state, projection, region)
            taps = residual_taps(projection, region.factor) if smooth else 0
            paint(picture, self._picture.display(), place(projection, region), taps)
        return picture

    def close(self) -> None:
        """Let the frame go."""
        self._picture.forget()


def paint(picture: Pixels, pixels: Pixels, quad: Quad, taps: int) -> None:
    """Put pixels where a quad says, over the black of a picture (height, width, 4).

    Parameters
    ----------
    taps
        Samples along each side of a device pixel, linear between pixels; 0 takes the nearest one.
    """
    (x0, y0), (x1, y1), _, (x3, y3) = quad.corners_px
    s, t = quad.texture[2]
    size = math.hypot(x1 - x0, y1 - y0) + math.hypot(x3 - x0, y3 - y0)
    if max(abs(y1 - y0), abs(x3 - x0)) < _RIGHT_ANGLE * size:
        _paint_upright(picture, pixels, ((x0, x1, s), (y0, y3, t)), taps)
    elif max(abs(x1 - x0), abs(y3 - y0)) < _RIGHT_ANGLE * size:
        turned = np.swapaxes(pixels, 0, 1)
        _paint_upright(picture, turned, ((x0, x3, t), (y0, y1, s)), taps)
    else:
        _paint_turned(picture, pixels, quad, taps)


Axis = tuple[float, float, float]
"""Where the first and the last edge go, device pixels, and the share of pixels between them."""


def _paint_upright(picture: Pixels, pixels: Pixels, axes: tuple[Axis, Axis], taps: int) -> None:
    """Sample columns, then rows: quick where the image lies along the canvas."""
    left, right, columns = _samples(axes[0], picture.shape[1], pixels.shape[1])
    top, bottom, rows = _samples(axes[1], picture.shape[0], pixels.shape[0])
    if left >= right or top >= bottom:
        return
    inside = picture[top:bottom, left:right, :3]
    if taps:
        wide = _averaged(pixels, columns, taps, axis=1)
        values = (_averaged(wide, rows, taps, axis=0) + np.float32(0.5)).astype(np.uint8)
    else:
        i, j = _nearest_index(rows, pixels.shape[0]), _nearest_index(columns, pixels.shape[1])
        values = pixels[i][:, j]
    inside[...] = values if values.ndim == 3 else values[..., None]


def _samples(axis: Axis, n_canvas: int, n_pixels: int) -> tuple[int, int, Array]:
    """Return first and last canvas pixel whose middle is inside, and where each one samples."""
    start, end, share = axis
    first = max(0, math.ceil(min(start, end) - 0.5))
    last = min(n_canvas, math.ceil(max(start, end) - 0.5))
    middles = np.arange(first, max(first, last)) + 0.5
    along = (middles - start) / (end - start)
    return first, last, along * (share * n_pixels) - 0.5


def _nearest_index(at: Array, n_pixels: int) -> NDArray[np.intp]:
    return np.asarray(np.clip(np.floor(at + 0.5), 0, n_pixels - 1), np.intp)


def _offsets(taps: int) -> list[float]:
    """Return where in a device pixel samples are taken, its middle being 0."""
    return [(tap + 0.5) / taps - 0.5 for tap in range(taps)]


def _averaged(values: NDArray[Any], at: Array, taps: int, *, axis: int) -> NDArray[np.float32]:
    step = float(at[1] - at[0]) if len(at) > 1 else 0.0
    samples = [_between(values, at + away * step, axis=axis) for away in _offsets(taps)]
    total = samples[0]
    for more in samples[1:]:
        total += more
    return np.asarray(total / np.float32(taps))


def _between(values: NDArray[Any], at: Array, *, axis: int) -> NDArray[np.float32]:
    """Interpolate linearly along an axis, (…, samples, …) float32."""
    n_pixels = values.shape[axis]
    at = np.clip(at, 0, n_pixels - 1)
    low = at.astype(np.intp)
    shape = [1] * values.ndim
    shape[axis] = -1
    share = (at - low).astype(np.float32).reshape(shape)
    lower = np.take(values, low, axis=axis).astype(np.float32)
    upper = np.take(values, np.minimum(low + 1, n_pixels - 1), axis=axis)
    lower += (upper - lower) * share
    return lower


def _paint_turned(picture: Pixels, pixels: Pixels, quad: Quad, taps: int) -> None:
    """Sample each canvas pixel by the inverse of the quad's map."""
    ys = [y for _, y in quad.corners_px]
    top, bottom = max(0, math.floor(min(ys))), min(picture.shape[0], math.ceil(max(ys)))
    for first in range(top, bottom, _STRIP_ROWS):
        last = min(first + _STRIP_ROWS, bottom)
        _paint_strip(picture[first:last], first, pixels, quad, taps)


def _paint_strip(strip: Pixels, first_row: int, pixels: Pixels, quad: Quad, taps: int) -> None:
    rows, columns = pixels.shape[:2]
    (x0, y0), (x1, y1), _, (x3, y3) = quad.corners_px
    s, t = quad.texture[2]
    ux, uy, vx, vy = x1 - x0, y1 - y0, x3 - x0, y3 - y0
    determinant = ux * vy - uy * vx
    x = np.arange(strip.shape[1], dtype=np.float32)[None, :] + np.float32(0.5 - x0)
    y = np.arange(first_row, first_row + strip.shape[0], dtype=np.float32)[:, None]
    y = y + np.float32(0.5 - y0)
    u = (vy * x - vx * y) / determinant
    v = (ux * y - uy * x) / determinant
    inside = (u >= 0) & (u < 1) & (v >= 0) & (v < 1)
    column = (u * np.float32(s * columns))[inside] - np.float32(0.5)
    row = (v * np.float32(t * rows))[inside] - np.float32(0.5)
    if taps:
        away = [(dx, dy) for dx in _offsets(taps) for dy in _offsets(taps)]
        sums = sum(
            _bilinear(
                pixels,
                row + (ux * dy - uy * dx) / determinant * t * rows,
                column + (vy * dx - vx * dy) / determinant * s * columns,
            )
            for dx, dy in away
        )
        values = np.asarray(sums / len(away) + 0.5, np.uint8)
    else:
        values = pixels[_nearest_index(row, rows), _nearest_index(column, columns)]
    strip[..., :3][inside] = values if values.ndim == 2 else values[:, None]


def _bilinear(pixels: Pixels, row: Array, column: Array) -> Array:
    rows, columns = pixels.shape[:2]
    row, column = np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)
    i0, j0 = row.astype(np.intp), column.astype(np.intp)
    i1, j1 = np.minimum(i0 + 1, rows - 1), np.minimum(j0 + 1, columns - 1)
    down, right = row - i0, column - j0
    if pixels.ndim == 3:
        down, right = down[:, None], right[:, None]
    upper = pixels[i0, j0] * (1 - right) + pixels[i0, j1] * right
    lower = pixels[i1, j0] * (1 - right) + pixels[i1, j1] * right
    return np.asarray(upper * (1 - down) + lower * down)
