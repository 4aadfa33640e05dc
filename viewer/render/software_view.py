"""The same picture without OpenGL: plain arithmetic, for machines whose graphics give no context.

It has the interface of ``SliceView``. Sampling is bilinear between display values, or nearest.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.frame import Frame
from viewer.model.view_state import NEAREST, ViewState
from viewer.render.picture import Picture
from viewer.render.placement import Quad, place
from viewer.viewport.projection import Projection

Array = NDArray[np.floating[Any]]
_STRIP_ROWS = 128


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
    ) -> NDArray[np.uint8]:
        """Return the pane's picture (height, width, 4), RGBA, black around the image."""
        width, height = size_px
        picture = np.zeros((height, width, 4), np.uint8)
        picture[..., 3] = 255
        self._picture.prepare(frame, state.appearance, projection)
        region = self._picture.region
        if region is None:
            return picture
        pixels = self._picture.display()
        quad = place(projection, region)
        smooth = state.appearance.interpolation != NEAREST or region.factor > 1
        top, bottom = _rows_of(quad, height)
        for first in range(top, bottom, _STRIP_ROWS):
            last = min(first + _STRIP_ROWS, bottom)
            _paint_strip(picture[first:last], first, pixels, quad, smooth=smooth)
        return picture

    def close(self) -> None:
        """Let the frame go."""
        self._picture.forget()


def _rows_of(quad: Quad, height: int) -> tuple[int, int]:
    ys = [y for _, y in quad.corners_px]
    return max(0, math.floor(min(ys))), min(height, math.ceil(max(ys)))


def _paint_strip(
    strip: NDArray[np.uint8], first_row: int, pixels: NDArray[np.uint8], quad: Quad, *, smooth: bool
) -> None:
    """Fill a strip of the picture from the source pixels by the inverse of the quad's map."""
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
    sample = _bilinear if smooth else _nearest
    values = sample(pixels, row, column)
    strip[..., :3][inside] = values if values.ndim == 2 else values[:, None]


def _nearest(pixels: NDArray[np.uint8], row: Array, column: Array) -> NDArray[np.uint8]:
    rows, columns = pixels.shape[:2]
    i = np.clip(np.floor(row + 0.5).astype(np.intp), 0, rows - 1)
    j = np.clip(np.floor(column + 0.5).astype(np.intp), 0, columns - 1)
    return np.asarray(pixels[i, j])


def _bilinear(pixels: NDArray[np.uint8], row: Array, column: Array) -> NDArray[np.uint8]:
    rows, columns = pixels.shape[:2]
    row, column = np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)
    i0, j0 = row.astype(np.intp), column.astype(np.intp)
    i1, j1 = np.minimum(i0 + 1, rows - 1), np.minimum(j0 + 1, columns - 1)
    down, right = row - i0, column - j0
    if pixels.ndim == 3:
        down, right = down[:, None], right[:, None]
    upper = pixels[i0, j0] * (1 - right) + pixels[i0, j1] * right
    lower = pixels[i1, j0] * (1 - right) + pixels[i1, j1] * right
    mixed = upper * (1 - down) + lower * down
    return np.asarray(mixed + np.float32(0.5), np.uint8)
