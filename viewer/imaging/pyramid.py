"""Minified levels of a frame: area averages by whole factors, so that nothing aliases.

Integers are averaged exactly and rounded to the nearest integer, so that the frame's own rules and
its display table hold for the level too; floats are averaged in float32 or wider. Pixels that
mean 'no pixel' are left out; a block of nothing else stays padding (R-068).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.voi import padding_mask
from viewer.model.frame import Frame

Array = NDArray[Any]

_KEPT_BYTES = 256 << 20
_FLAT = 2


def level(frame: Frame, factor: int) -> Frame:
    """Return the frame made smaller by a whole factor; the frame itself for 1.

    A last block that the image does not fill is averaged over what there is, so that the level
    has ``ceil(rows / factor)`` rows.
    """
    if factor <= 1:
        return frame
    mask = padding_mask(frame) if _may_hold_padding(frame) else None
    if mask is not None and not mask.any():
        mask = None
    small = average(frame.stored, factor, mask)
    small.setflags(write=False)
    rows_complete = -(-frame.n_rows_complete // factor)
    return replace(frame, stored=small, n_rows_complete=rows_complete)


def factor_for(shape: tuple[int, int], size_px: int) -> int:
    """Return the smallest whole factor that brings the longer side down to ``size_px``."""
    return max(1, -(-max(shape) // max(1, size_px)))


def average(values: Array, factor: int, left_out: NDArray[np.bool_] | None = None) -> Array:
    """Return the mean of each block of ``factor`` × ``factor`` values, in the same type.

    Parameters
    ----------
    values
        (rows, columns) or (rows, columns, 3).
    left_out
        (rows, columns); where True a value does not count. A block without any value that
        counts takes its first one.
    """
    if left_out is not None:
        return _average_of_some(values, factor, ~left_out)
    rows, columns = (side - side % factor for side in values.shape[:2])
    shape = tuple(-(-side // factor) for side in values.shape[:2])
    out = np.empty((*shape, *values.shape[2:]), values.dtype)
    bottom, right = rows // factor, columns // factor
    for part, place in (
        (values[:rows, :columns], out[:bottom, :right]),
        (values[rows:, :columns], out[bottom:, :right]),
        (values[:rows, columns:], out[:bottom, right:]),
        (values[rows:, columns:], out[bottom:, right:]),
    ):
        if part.size:
            high, wide = min(factor, part.shape[0]), min(factor, part.shape[1])
            place[...] = _means(_block_sums(part, high, wide), high * wide, values.dtype)
    return out


def _average_of_some(values: Array, factor: int, kept: NDArray[np.bool_]) -> Array:
    counts = _counts(kept, factor)
    if values.ndim > _FLAT:
        kept, counts = kept[..., None], counts[..., None]
    sums = _padded_sums(np.where(kept, values, 0), factor)
    sizes = np.maximum(counts, 1).astype(sums.dtype)
    means = _means(sums, sizes, values.dtype)
    return np.asarray(np.where(counts > 0, means, values[::factor, ::factor]))


def _counts(kept: NDArray[np.bool_], factor: int) -> Array:
    return _padded_sums(kept.view(np.uint8), factor)


def _padded_sums(values: Array, factor: int) -> Array:
    """Return block sums, with zeros where the image does not fill its last blocks."""
    missing = [-side % factor for side in values.shape[:2]]
    if any(missing):
        widths = [(0, missing[0]), (0, missing[1]), (0, 0)][: values.ndim]
        values = np.pad(values, widths)
    return _block_sums(values, factor, factor)


def _sum_type(dtype: np.dtype[Any], n_values: int) -> np.dtype[Any]:
    """Return a type in which the sum of one block is exact (integers) or wide enough."""
    if dtype.kind == "f":
        return np.dtype(np.float64)
    if dtype.itemsize <= _FLAT and n_values <= 1 << 14:  # room for the rounding term, too
        return np.dtype(np.int32 if dtype.kind == "i" else np.uint32)
    return np.dtype(np.int64)


def _block_sums(values: Array, high: int, wide: int) -> Array:
    """Add blocks of ``high`` × ``wide`` values that fill the array exactly."""
    dtype = _sum_type(values.dtype, high * wide)
    rows = values[::high].astype(dtype)
    for offset in range(1, high):
        np.add(rows, values[offset::high], out=rows, casting="unsafe")
    total = rows[:, ::wide].copy()
    for offset in range(1, wide):
        total += rows[:, offset::wide]
    return np.asarray(total)


def _means(sums: Array, sizes: Array | int, dtype: np.dtype[Any]) -> Array:
    if dtype.kind == "f":
        return np.asarray((sums / sizes).astype(dtype))
    sums *= 2
    sums += sizes
    sums //= 2 * sizes
    return sums.astype(dtype)


def _may_hold_padding(frame: Frame) -> bool:
    has_padding = frame.grey is not None and frame.grey.padding is not None
    return has_padding or frame.stored.dtype.kind == "f"


class Pyramid:
    """Keeps the levels of the last frames, within a number of bytes.

    Safe to ask from several threads; a level is made where it is asked for.
    """

    def __init__(self, budget_bytes: int = _KEPT_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._levels: OrderedDict[tuple[int, int], tuple[Frame, Frame]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def level(self, frame: Frame, factor: int) -> Frame:
        """Return ``level(frame, factor)``, made once while it is kept."""
        if factor <= 1:
            return frame
        key = (id(frame), factor)
        with self._lock:
            known = self._levels.get(key)
            if known is not None and known[0] is frame:
                self._levels.move_to_end(key)
                return known[1]
        made = level(frame, factor)
        with self._lock:
            self._keep(key, frame, made)
        return made

    def _keep(self, key: tuple[int, int], frame: Frame, made: Frame) -> None:
        replaced = self._levels.pop(key, None)
        if replaced is not None:
            self._bytes -= _cost(replaced)
        self._levels[key] = (frame, made)
        self._bytes += _cost((frame, made))
        while self._bytes > self._budget_bytes and len(self._levels) > 1:
            _, dropped = self._levels.popitem(last=False)
            self._bytes -= _cost(dropped)


def _cost(entry: tuple[Frame, Frame]) -> int:
    """Return the bytes that an entry keeps alive: the level, and the frame it was made of."""
    return entry[0].stored.nbytes + entry[1].stored.nbytes
