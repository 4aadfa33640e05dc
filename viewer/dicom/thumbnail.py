"""Reduce a frame to a small one, before it travels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.frame import Frame

Array = NDArray[Any]


def reduce_frame(frame: Frame, size_px: int) -> Frame:
    """Shrink a frame by a whole factor until its longer side has at most ``size_px`` pixels.

    Blocks are averaged in stored values, which keeps every rule of the frame valid; where some
    values mean 'no pixel' the first pixel of each block is taken instead. Frames that are small
    enough come back as they are; overlay planes do not fit a smaller image and are left out.
    """
    rows, columns = frame.stored.shape[:2]
    factor = -(-max(rows, columns) // max(1, size_px))
    if factor <= 1:
        return frame
    padded = frame.grey is not None and frame.grey.padding is not None
    reduced = frame.stored[::factor, ::factor] if padded else _average(frame.stored, factor)
    reduced = np.ascontiguousarray(reduced)
    reduced.setflags(write=False)
    complete = -(-frame.n_rows_complete * reduced.shape[0] // rows)
    return replace(frame, stored=reduced, n_rows_complete=complete, overlays=())


def _average(stored: Array, factor: int) -> Array:
    """Average whole blocks; a last, incomplete row or column of blocks is left out."""
    rows, columns = (max(1, side // factor) for side in stored.shape[:2])
    high, wide = (min(factor, side) for side in stored.shape[:2])
    cut = stored[: rows * high, : columns * wide]
    blocks = cut.reshape(rows, high, columns, wide, *stored.shape[2:])
    mean = blocks.mean(axis=(1, 3), dtype=np.float32)
    if stored.dtype.kind == "f":
        return np.asarray(mean.astype(stored.dtype))
    return np.asarray(np.rint(mean).astype(stored.dtype))
