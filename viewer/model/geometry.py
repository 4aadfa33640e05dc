"""Vectors and tolerances of the patient coordinate system (LPS, mm, right-handed)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from viewer.model.study import ImagePlane, Vector

PARALLEL_COSINE = 0.9999
"""Two orientations count as equal above this cosine (R-082), about 0.8 degrees."""

UNIT_TOLERANCE = 1e-3
"""How far the length of a direction cosine may be from 1, and two axes from a right angle."""

SPACING_RELATIVE_TOLERANCE = 0.01
SPACING_ABSOLUTE_TOLERANCE_MM = 0.01
"""A gap is even when it is off by less than the larger of the two (R-084)."""

GAP_FACTOR = 1.5
"""A gap of at least this many median gaps means that slices are missing (R-084)."""

SAME_POSITION_MM = 1e-3
"""Two slices nearer than this lie at the same position."""


def array(vector: Vector) -> NDArray[np.float64]:
    """Return a vector as an array (3,), float64."""
    return np.asarray(vector, dtype=np.float64)


def normal_lps(plane: ImagePlane) -> NDArray[np.float64]:
    """Return the unit normal, row direction x column direction (PS3.3 C.7.6.2.1.1)."""
    cross = np.cross(array(plane.row_lps), array(plane.column_lps))
    length = float(np.linalg.norm(cross))
    return cross / length if length else cross


def pixel_to_lps(plane: ImagePlane, column: float, row: float) -> NDArray[np.float64]:
    """Return where a pixel's centre lies (PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1).

    Parameters
    ----------
    column, row
        Pixel coordinates; (0, 0) is the centre of the first pixel.
    """
    between_rows, between_columns = plane.spacing_mm or (1.0, 1.0)
    return (
        array(plane.position_lps)
        + array(plane.row_lps) * (column * between_columns)
        + array(plane.column_lps) * (row * between_rows)
    )


def direction_letters(direction: Vector | NDArray[np.float64], least: float = 0.25) -> str:
    """Name a direction by patient sides, the strongest first (PS3.3 C.7.6.1.1.1).

    Parameters
    ----------
    direction
        Unit vector, LPS.
    least
        Components below this share of the length are not named.

    Returns
    -------
    str
        For instance ``L``, ``AR`` or ``HLP``; empty for a vector without length.
    """
    x, y, z = (float(component) for component in direction)
    length = math.sqrt(x * x + y * y + z * z)
    if not math.isfinite(length) or length == 0:
        return ""
    sides = (("L" if x > 0 else "R", x), ("P" if y > 0 else "A", y), ("H" if z > 0 else "F", z))
    strong = [(abs(value) / length, letter) for letter, value in sides]
    strong.sort(key=lambda item: -item[0])
    return "".join(letter for share, letter in strong if share >= least)
