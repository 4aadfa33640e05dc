"""Make bitmaps coarser so that no stroke is lost when the picture is smaller than its bits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from viewer.viewport.scene import Bitmap

_TOLERANCE = 1e-6


def reduction(bitmap: Bitmap, device_pixel_ratio: float) -> tuple[int, int]:
    """Return how many (rows, columns) of bits must become one to be a device pixel wide."""
    a, b, c, d = (part * device_pixel_ratio for part in bitmap.linear)
    sides = (math.hypot(b, d), math.hypot(a, c))
    rows, columns = (max(1, math.ceil(1 / max(side, _TOLERANCE) - _TOLERANCE)) for side in sides)
    return min(rows, bitmap.bits.shape[0]), min(columns, bitmap.columns)


def reduced(
    bits: NDArray[np.uint8], columns: int, factors: tuple[int, int]
) -> tuple[NDArray[np.uint8], int]:
    """Return bits of which each stands for a block that has any bit set, and their columns.

    Parameters
    ----------
    bits
        (rows, bytes of a row), packed as in ``Bitmap``.
    factors
        (rows, columns) of a block; the last ones may be smaller.
    """
    high, wide = factors
    if high > 1:
        bits = np.bitwise_or.reduceat(bits, np.arange(0, bits.shape[0], high), axis=0)
    if wide > 1:
        plain = np.unpackbits(bits, axis=1, count=columns)
        plain = np.bitwise_or.reduceat(plain, np.arange(0, columns, wide), axis=1)
        columns = plain.shape[1]
        bits = np.packbits(plain, axis=1)
    return np.ascontiguousarray(bits), columns
