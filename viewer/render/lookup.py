"""The exact pixel pipeline as one table look-up on the CPU."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.grey import display, display_table, effective_voi
from viewer.model.frame import Frame
from viewer.model.view_state import Appearance
from viewer.model.window import Window

_UNSIGNED: dict[int, np.dtype[np.unsignedinteger[Any]]] = {
    1: np.dtype(np.uint8),
    2: np.dtype(np.uint16),
}


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """Display values for every stored value that an image's integer type can hold.

    Attributes
    ----------
    table
        (256 or 65536,) or (..., 3) uint8, indexed by the stored bits read as unsigned.
    lowest
        The smallest stored value of the type: 0, -128 or -32768.
    """

    table: NDArray[np.uint8]
    lowest: int = 0

    def by_value(self) -> NDArray[np.uint8]:
        """Return the table in the order of the stored values, ``lowest`` first."""
        return np.roll(self.table, -self.lowest, axis=0)


def lookup_of(frame: Frame, appearance: Appearance) -> Lookup | None:
    """Return the table for a grey frame of 8- or 16-bit integers; None for all others."""
    unsigned = unsigned_type(frame)
    made = display_table(frame, appearance) if unsigned is not None else None
    if unsigned is None or made is None:
        return None
    table, lowest = made
    n_values = int(np.iinfo(unsigned).max) + 1
    full = np.empty((n_values, *table.shape[1:]), np.uint8)
    signed = np.issubdtype(frame.stored.dtype, np.signedinteger)
    first = -(n_values // 2) if signed else 0
    places = np.clip(np.arange(first, first + n_values) - lowest, 0, len(table) - 1)
    full[np.arange(first, first + n_values) % n_values] = table[places]
    return Lookup(full, first)


def unsigned_type(frame: Frame) -> np.dtype[np.unsignedinteger[Any]] | None:
    """Return the unsigned type of the frame's size, when a table can serve it."""
    kind = frame.stored.dtype
    if frame.is_colour or not np.issubdtype(kind, np.integer):
        return None
    return _UNSIGNED.get(kind.itemsize)


def apply(lookup: Lookup, stored: NDArray[Any]) -> NDArray[np.uint8]:
    """Return display values (rows, columns[, 3]) of stored values (rows, columns)."""
    kind = _UNSIGNED[stored.dtype.itemsize]
    places = np.ascontiguousarray(stored).view(kind)
    return np.take(lookup.table, places, axis=0, mode="clip")


def settled(frame: Frame, appearance: Appearance) -> Appearance:
    """Return the appearance with the window spelled out, so that a part looks like the whole."""
    if frame.is_colour or appearance.window is not None:
        return appearance
    voi = effective_voi(frame, appearance)
    return replace(appearance, window=voi) if isinstance(voi, Window) else appearance


def picture_of(frame: Frame, appearance: Appearance) -> NDArray[np.uint8]:
    """Return display values by the pipeline itself: floats, wide integers and colour."""
    return np.ascontiguousarray(display(frame, appearance))
