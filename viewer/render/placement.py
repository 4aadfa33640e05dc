"""Which part of an image is needed for a pane, how finely, and where it goes. Pure arithmetic.

Device pixels are counted from the pane's upper left corner. A *level* is the image with blocks of
``factor`` x ``factor`` pixels averaged to one; its pixel (0, 0) covers the image's first block.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from viewer.viewport.projection import Projection

_BLOCK = 128
"""Visible regions grow to multiples of this, so that small pans need no new texture."""

_MARGIN = 2
_ROUNDING = 0.02
_MOST_TAPS = 8
_WHOLE_ABOVE = 0.6
"""When this share of a level is visible, all of it is used."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a level: rows ``top`` to ``bottom``, columns ``left`` to ``right``, ends excluded.

    ``factor`` image pixels make one level pixel along each side.
    """

    factor: int
    top: int
    bottom: int
    left: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Return (rows, columns)."""
        return self.bottom - self.top, self.right - self.left


@dataclass(frozen=True, slots=True)
class Quad:
    """Where a region goes.

    Attributes
    ----------
    corners_px
        (x, y) in device pixels of the region's outer corners: first row first, clockwise in the
        image.
    texture
        (s, t) of the same corners, 0 to 1 over the region.
    """

    corners_px: tuple[tuple[float, float], ...]
    texture: tuple[tuple[float, float], ...]


def minification(projection: Projection) -> tuple[float, float]:
    """Return how many image pixels one device pixel covers, along (columns, rows)."""
    a, b, c, d = projection.linear
    ratio = projection.device_pixel_ratio
    return 1 / (math.hypot(a, c) * ratio), 1 / (math.hypot(b, d) * ratio)


def level_factor(projection: Projection) -> int:
    """Return how many pixels are averaged along each side before drawing; 1 unless minified."""
    return max(1, math.floor(min(minification(projection)) + _ROUNDING))


def residual_taps(projection: Projection, factor: int) -> int:
    """Return the samples along each side of a device pixel that keep the rest free of aliasing."""
    rest = max(minification(projection)) / factor
    if rest <= 1 + _ROUNDING:
        return 1
    return min(_MOST_TAPS, max(2, math.ceil(rest - 0.2)))


def visible_region(projection: Projection, factor: int, n_rows: int) -> Region | None:
    """Return the part of a level that the pane shows, a little enlarged; None when it is none.

    Parameters
    ----------
    n_rows
        Rows from the top that exist; the others are missing from the file and stay black.
    """
    columns, rows = projection.image_size
    n_level_rows = n_rows // factor if n_rows < rows else math.ceil(rows / factor)
    width, height = projection.canvas_size
    corners = [
        projection.to_image(point) for point in ((0, 0), (width, 0), (width, height), (0, height))
    ]
    left, right = _range([(c + 0.5) / factor for c, _ in corners], math.ceil(columns / factor))
    top, bottom = _range([(r + 0.5) / factor for _, r in corners], n_level_rows)
    if left >= right or top >= bottom:
        return None
    return Region(factor, top, bottom, left, right)


def _range(edges: list[float], n_pixels: int) -> tuple[int, int]:
    first = math.floor(min(edges)) - _MARGIN
    last = math.ceil(max(edges)) + _MARGIN
    if last - _MARGIN <= 0 or first + _MARGIN >= n_pixels:
        return 0, 0
    if min(last, n_pixels) - max(first, 0) > _WHOLE_ABOVE * n_pixels:
        return 0, n_pixels
    first = max(0, first // _BLOCK * _BLOCK)
    last = min(n_pixels, -(-last // _BLOCK) * _BLOCK)
    return first, last


def place(projection: Projection, region: Region) -> Quad:
    """Return where a region's corners go on the canvas and what part of its texture is image."""
    columns, rows = projection.image_size
    factor = region.factor
    left, top = region.left * factor, region.top * factor
    right = min(region.right * factor, columns)
    bottom = min(region.bottom * factor, rows)
    n_rows, n_columns = region.shape
    s = (right - left) / factor / n_columns
    t = (bottom - top) / factor / n_rows
    ratio = projection.device_pixel_ratio
    edges = ((left, top), (right, top), (right, bottom), (left, bottom))
    corners = []
    for column, row in edges:
        x, y = projection.to_canvas(column - 0.5, row - 0.5)
        corners.append((x * ratio, y * ratio))
    return Quad(tuple(corners), ((0.0, 0.0), (s, 0.0), (s, t), (0.0, t)))
