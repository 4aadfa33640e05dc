"""Put planes in reading order and find the grid they lie on (R-082, R-084, R-085).

Only positions and orientations count: neither Slice Location nor the gantry tilt tag is read.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.model.displayset import StackGeometry
from viewer.model.geometry import (
    GAP_FACTOR,
    PARALLEL_COSINE,
    SAME_POSITION_MM,
    SPACING_ABSOLUTE_TOLERANCE_MM,
    SPACING_RELATIVE_TOLERANCE,
    UNIT_TOLERANCE,
    array,
    normal_lps,
)
from viewer.model.study import ImagePlane
from viewer.model.wording import number_text

Floats = NDArray[np.float64]

RISING_CORRELATION = 0.5
"""Instance Numbers rise in a direction when their rank correlation with it is at least this."""

LARGEST_SHARE_OF_GAPS = 0.25
"""When more of the distances than this are wide, the spacing is uneven rather than gappy."""

CORNER_TOLERANCE_PX = 0.25
"""How far a corner of a slice may be off the grid, in pixels, when directions differ a little."""

TILT_SHOWN_DEG = 0.1
"""A shear below this is left unmentioned; the affine holds it all the same."""

_GAPS_NAMED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """What the planes of a stack form: a regular grid, or the reasons why they do not.

    ``gaps`` holds (index before the gap, number of missing slices).
    """

    geometry: StackGeometry | None = None
    warnings: tuple[str, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()


def is_sound(plane: ImagePlane) -> bool:
    """Tell whether the directions are two unit vectors at a right angle, and all is finite."""
    row, column = plane.row_lps, plane.column_lps
    return (
        all(map(math.isfinite, (*plane.position_lps, *row, *column)))
        and abs(math.hypot(*row) - 1) <= UNIT_TOLERANCE
        and abs(math.hypot(*column) - 1) <= UNIT_TOLERANCE
        and abs(sum(map(operator.mul, row, column))) <= UNIT_TOLERANCE
    )


def group_orientations(planes: Sequence[ImagePlane]) -> list[int]:
    """Return for each plane the number of its orientation, counted as they are met.

    Two orientations are one when the cosine between their rows, and between their columns, is
    at least ``PARALLEL_COSINE``.
    """
    kinds: list[tuple[Floats, Floats]] = []
    known: dict[tuple[object, object], int] = {}
    labels = []
    for plane in planes:
        key = (plane.row_lps, plane.column_lps)
        label = known.get(key)
        if label is None:
            label = _orientation(array(plane.row_lps), array(plane.column_lps), kinds)
            known[key] = label
        labels.append(label)
    return labels


def _orientation(row: Floats, column: Floats, kinds: list[tuple[Floats, Floats]]) -> int:
    for label, (known_row, known_column) in enumerate(kinds):
        if row @ known_row >= PARALLEL_COSINE and column @ known_column >= PARALLEL_COSINE:
            return label
    kinds.append((row, column))
    return len(kinds) - 1


def distances_mm(planes: Sequence[ImagePlane]) -> Floats:
    """Return how far each plane lies along the normal of the first, mm, (planes,)."""
    positions = np.array([plane.position_lps for plane in planes], dtype=np.float64)
    return np.asarray(positions @ normal_lps(planes[0]), dtype=np.float64)


def group_positions(distances: Floats) -> list[int]:
    """Return for each distance the number of its position, from 0 in rising order."""
    order = np.argsort(distances, kind="stable")
    steps = np.diff(distances[order]) > SAME_POSITION_MM
    labels = np.empty(distances.size, np.int64)
    labels[order] = np.concatenate(([0], np.cumsum(steps)))
    return [int(label) for label in labels]


def reading_sign(distances: Floats, numbers: Sequence[float | None], plane: ImagePlane) -> float:
    """Return 1 when a stack is read along the normal, -1 when against it.

    Reading goes the way in which Instance Number rises. Where it does not rise either way it
    goes head to feet, right to left or front to back, whichever the normal is nearest to.
    """
    correlation = _rank_correlation(distances, numbers)
    if abs(correlation) >= RISING_CORRELATION:
        return math.copysign(1.0, correlation)
    normal = normal_lps(plane)
    axis = int(np.argmax(np.abs(normal)))
    to_feet_left_back = (1.0, 1.0, -1.0)  # LPS: the sign of a step in reading direction
    return float(np.sign(normal[axis]) * to_feet_left_back[axis]) or 1.0


def _rank_correlation(distances: Floats, numbers: Sequence[float | None]) -> float:
    known = [(d, n) for d, n in zip(distances, numbers, strict=True) if n is not None]
    if len(known) < 2:
        return 0.0
    table = np.array(known, dtype=np.float64)
    ranks = [np.unique(column, return_inverse=True)[1].astype(np.float64) for column in table.T]
    centred = [rank - rank.mean() for rank in ranks]
    lengths = float(np.linalg.norm(centred[0]) * np.linalg.norm(centred[1]))
    return float(centred[0] @ centred[1]) / lengths if lengths else 0.0


def fit_grid(
    planes: Sequence[ImagePlane], shape: tuple[int, int], single_step_mm: float | None = None
) -> Grid:
    """Find the regular grid on which planes lie that are in reading order.

    Parameters
    ----------
    shape
        (rows, columns) of each image.
    single_step_mm
        Slice distance to take for one plane alone; None leaves a single plane without a grid.

    Returns
    -------
    Grid
        Without geometry when a slice is off the grid by more than R-084 allows: 1 % of the
        spacing or 0.01 mm, whichever is larger.
    """
    if not planes:
        return Grid()
    if any(plane.spacing_mm is None for plane in planes):
        return Grid(warnings=("No Pixel Spacing: sizes are in pixels, and there is no volume.",))
    if len(planes) == 1:
        return _single(planes[0], single_step_mm)
    steps = np.abs(np.diff(distances_mm(planes)))
    if float(steps.max()) <= SAME_POSITION_MM:
        return Grid()
    gaps, warnings = _find_gaps(steps)
    if warnings:
        return Grid(warnings=warnings, gaps=gaps)
    affine = _affine(planes)
    if _off_grid(planes, affine, shape):
        return Grid(warnings=(_uneven(steps, planes, affine),))
    geometry = _geometry(planes[0], affine)
    tilt = (f"Gantry tilt: the slices are sheared by {number_text(geometry.tilt_deg)}°.",)
    return Grid(geometry, tilt if geometry.tilt_deg >= TILT_SHOWN_DEG else ())


def _single(plane: ImagePlane, step_mm: float | None) -> Grid:
    if not step_mm or not math.isfinite(step_mm) or step_mm <= 0:
        return Grid()
    affine = _in_plane(plane)
    affine[:3, 2] = normal_lps(plane) * step_mm
    return Grid(_geometry(plane, affine))


def tolerance_mm(spacing_mm: float) -> float:
    """Return how far a slice may be off its place (R-084)."""
    return max(SPACING_ABSOLUTE_TOLERANCE_MM, SPACING_RELATIVE_TOLERANCE * abs(spacing_mm))


def _find_gaps(steps: Floats) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    """Return the gaps and the sentence about them; both empty when the steps are even."""
    usual = float(np.sort(steps)[(steps.size - 1) // 2])  # the lower median
    wide = np.flatnonzero(steps >= GAP_FACTOR * usual - SPACING_ABSOLUTE_TOLERANCE_MM)
    if usual <= SAME_POSITION_MM or not wide.size:
        return (), ()
    if wide.size > max(1, LARGEST_SHARE_OF_GAPS * steps.size):
        return (), ()
    gaps = tuple((int(i), max(1, round(float(steps[i]) / usual) - 1)) for i in wide)
    named = ", ".join(f"{i + 1} and {i + 2}" for i, _ in gaps[:_GAPS_NAMED])
    rest = f" and at {len(gaps) - _GAPS_NAMED} more places" if len(gaps) > _GAPS_NAMED else ""
    n_missing = sum(n for _, n in gaps)
    return gaps, (f"Missing slice(s) between {named}{rest}: {n_missing} not there, no volume.",)


def _uneven(steps: Floats, planes: Sequence[ImagePlane], affine: Floats) -> str:
    low, high = float(steps.min()), float(steps.max())
    if high - low > tolerance_mm(high):
        return (
            f"Uneven slice spacing, {number_text(low, 2)} to {number_text(high, 2)} mm: no volume."
        )
    if any(plane.spacing_mm != planes[0].spacing_mm for plane in planes):
        return "Pixel Spacing differs between slices: no volume."
    return "The slices are shifted or turned against each other: no volume."


def _in_plane(plane: ImagePlane) -> Floats:
    between_rows, between_columns = plane.spacing_mm or (1.0, 1.0)
    affine = np.eye(4)
    affine[:3, 0] = array(plane.row_lps) * between_columns
    affine[:3, 1] = array(plane.column_lps) * between_rows
    affine[:3, 3] = plane.position_lps
    return affine


def _affine(planes: Sequence[ImagePlane]) -> Floats:
    affine = _in_plane(planes[0])
    first, last = array(planes[0].position_lps), array(planes[-1].position_lps)
    affine[:3, 2] = (last - first) / (len(planes) - 1)
    return affine


def _off_grid(planes: Sequence[ImagePlane], affine: Floats, shape: tuple[int, int]) -> bool:
    """Tell whether a first pixel is off by more than R-084 allows, or a corner visibly."""
    rows, columns = shape
    allowed = tolerance_mm(float(affine[:3, 2] @ normal_lps(planes[0])))
    at_corner = max(allowed, CORNER_TOLERANCE_PX * min(planes[0].spacing_mm or (1.0, 1.0)))
    steps = np.arange(len(planes))[:, None] * affine[:3, 2]
    origins = np.array([plane.position_lps for plane in planes]) - affine[:3, 3] - steps
    if float(np.linalg.norm(origins, axis=1).max()) > allowed:
        return True
    spacings = np.array([plane.spacing_mm or (1.0, 1.0) for plane in planes])
    along_row = np.array([plane.row_lps for plane in planes]) * spacings[:, 1:]
    down_column = np.array([plane.column_lps for plane in planes]) * spacings[:, :1]
    far_right = origins + (columns - 1) * (along_row - affine[:3, 0])
    far_down = origins + (rows - 1) * (down_column - affine[:3, 1])
    corners = np.linalg.norm(np.concatenate((far_right, far_down)), axis=1)
    return bool(corners.max() > at_corner)


def _geometry(plane: ImagePlane, affine: Floats) -> StackGeometry:
    step, normal = affine[:3, 2], normal_lps(plane)
    along = abs(float(step @ normal))
    across = math.sqrt(max(0.0, float(step @ step) - along * along))
    between_rows, between_columns = plane.spacing_mm or (1.0, 1.0)
    affine.setflags(write=False)
    return StackGeometry(
        affine=affine,
        spacing_mm=(along, between_rows, between_columns),
        tilt_deg=math.degrees(math.atan2(across, along)),
    )
