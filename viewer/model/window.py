"""VOI windows and look-up tables as values (PS3.3 C.11.1, C.11.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LINEAR = "LINEAR"
LINEAR_EXACT = "LINEAR_EXACT"
SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Window:
    """A window in modality units (PS3.3 C.11.2.1.2): Window Center, Width and VOI LUT Function."""

    center: float
    width: float
    function: str = LINEAR
    explanation: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Lut:
    """A look-up table (PS3.3 C.11.1, C.11.2).

    Attributes
    ----------
    first_mapped
        Input value that maps to the first entry; smaller inputs take the first entry, larger
        ones than the table reaches take the last.
    entries
        Output values (entries,), unsigned integers, read-only.
    bits
        Bits of an output value (8 to 16).
    """

    first_mapped: int
    entries: NDArray[np.uint16]
    bits: int
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Rescale:
    """Rescale Slope and Intercept (PS3.3 C.11.1.1.2): output = slope * stored + intercept."""

    slope: float = 1.0
    intercept: float = 0.0
    units: str = ""
