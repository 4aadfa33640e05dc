"""Make decoded frames in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.frame import Frame, GreyRules
from viewer.model.study import ObjectIdentity
from viewer.model.window import Lut, Rescale, Window

NOBODY = ObjectIdentity("1.2", b"", b"", "")


def grey_frame(
    stored: NDArray[Any],
    modality: Rescale | Lut | None = None,
    voi: tuple[Window | Lut, ...] = (),
    *,
    bits: int = 0,
    inverse: bool = False,
    padding: tuple[float, float] | None = None,
) -> Frame:
    rules = GreyRules(modality or Rescale(), voi, inverse, padding)
    bits = bits or stored.dtype.itemsize * 8
    return Frame(stored, rules, NOBODY, stored.shape[0], "made", bits)


def colour_frame(stored: NDArray[Any], bits: int = 8) -> Frame:
    return Frame(stored, None, NOBODY, stored.shape[0], "made", bits)


def lut(first: int, entries: list[int], bits: int = 16) -> Lut:
    return Lut(first, np.array(entries, np.uint16), bits)


def row_of(values: list[float], dtype: str = "<f8") -> NDArray[Any]:
    return np.array([values], dtype)
