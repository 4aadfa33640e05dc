"""Reading order and grids: against highdicom, and against positions the test computed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from highdicom.spatial import get_volume_positions
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.slices import AXIAL, COLUMNS, CORONAL, ROWS, SAGITTAL, SPACING, plane, vector
from viewer.model.stacking import (
    distances_mm,
    fit_grid,
    group_orientations,
    group_positions,
    is_sound,
    reading_sign,
)
from viewer.model.study import ImagePlane, Vector

SHAPE = (ROWS, COLUMNS)


def rotation(angles: tuple[float, float, float]) -> np.ndarray:
    a, b, c = angles
    about_x = np.array([[1, 0, 0], [0, math.cos(a), -math.sin(a)], [0, math.sin(a), math.cos(a)]])
    about_y = np.array([[math.cos(b), 0, math.sin(b)], [0, 1, 0], [-math.sin(b), 0, math.cos(b)]])
    about_z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    return np.asarray(about_x @ about_y @ about_z)


def line(n: int, step: Vector, axes: tuple[Vector, Vector] = AXIAL) -> list[ImagePlane]:
    return [plane(vector(np.asarray(step) * k + (5.0, -7.0, 11.0)), axes) for k in range(n)]


angles = st.tuples(*[st.floats(-math.pi, math.pi)] * 3)


@given(
    angles=angles,
    spacing=st.floats(0.3, 9.0),
    n=st.integers(3, 40),
    seed=st.integers(0, 2**32 - 1),
)
def test_shuffled_oblique_slices_are_ordered_and_lie_on_their_grid(
    angles: tuple[float, float, float], spacing: float, n: int, seed: int
) -> None:
    turned = rotation(angles)
    axes = (vector(turned[:, 0]), vector(turned[:, 1]))
    planes = line(n, vector(turned[:, 2] * spacing), axes)
    shuffled = np.random.default_rng(seed).permutation(n)

    distances = distances_mm([planes[k] for k in shuffled])
    order = [int(shuffled[k]) for k in np.argsort(distances)]
    geometry = fit_grid(planes, SHAPE).geometry

    assert order == list(range(n))
    assert geometry is not None
    expected, ranks = get_volume_positions([p.position_lps for p in planes], (*axes[0], *axes[1]))
    assert expected is not None
    assert ranks in (list(range(n)), list(reversed(range(n))))
    assert geometry.spacing_mm == pytest.approx((expected, *SPACING), abs=1e-6)
    corner = geometry.affine @ (COLUMNS - 1, ROWS - 1, n - 1, 1)
    wanted = (
        np.asarray(planes[-1].position_lps)
        + turned[:, 0] * SPACING[1] * (COLUMNS - 1)
        + turned[:, 1] * SPACING[0] * (ROWS - 1)
    )
    assert corner[:3] == pytest.approx(wanted, abs=1e-6)


def test_tilt_comes_from_the_drift_of_positions_and_stays_in_the_affine() -> None:
    step = (0.0, math.tan(math.radians(15.0)) * 3.0, 3.0)

    grid = fit_grid(line(20, step), SHAPE)

    assert grid.geometry is not None
    assert grid.geometry.tilt_deg == pytest.approx(15.0)
    assert grid.geometry.spacing_mm[0] == pytest.approx(3.0)
    assert grid.geometry.affine[:3, 2] == pytest.approx(step)
    assert "15°" in grid.warnings[0]


@pytest.mark.parametrize("missing", [[41], [41, 42, 43]])
def test_gap_is_refused_and_named(missing: list[int]) -> None:
    planes = [one for k, one in enumerate(line(100, (0.0, 0.0, 1.5))) if k not in missing]

    grid = fit_grid(planes, SHAPE)

    assert grid.geometry is None
    assert grid.gaps == ((40, len(missing)),)
    assert "Missing slice(s) between 41 and 42" in grid.warnings[0]


def test_mixed_spacing_is_uneven_not_gappy() -> None:
    z = [1.25 * k for k in range(20)] + [1.25 * 19 + 5.0 * k for k in range(1, 21)]

    grid = fit_grid([plane((0, 0, value)) for value in z], SHAPE)

    assert grid.geometry is None
    assert grid.gaps == ()
    assert "1.25 to 5 mm" in grid.warnings[0]


@pytest.mark.parametrize(("off_mm", "regular"), [(0.009, True), (0.011, False)])
def test_thin_slices_may_be_off_by_a_hundredth_of_a_millimetre(
    off_mm: float, regular: bool
) -> None:
    planes = line(10, (0.0, 0.0, 0.5))
    planes[4] = plane((5.0, -7.0, 11.0 + 2.0 + off_mm))

    assert (fit_grid(planes, SHAPE).geometry is not None) is regular


@pytest.mark.parametrize(("off_mm", "regular"), [(0.049, True), (0.051, False)])
def test_thick_slices_may_be_off_by_a_hundredth_of_the_spacing(
    off_mm: float, regular: bool
) -> None:
    planes = line(10, (0.0, 0.0, 5.0))
    planes[4] = plane((5.0 + off_mm, -7.0, 11.0 + 20.0))

    assert (fit_grid(planes, SHAPE).geometry is not None) is regular


def test_slice_turned_a_little_is_off_the_grid_at_its_corner() -> None:
    planes = line(5, (0.0, 0.0, 2.0))
    small = math.radians(0.7)  # parallel by R-082, but 0.2 mm off at the corner
    turned = ((math.cos(small), math.sin(small), 0.0), (-math.sin(small), math.cos(small), 0.0))
    planes[2] = plane(planes[2].position_lps, turned)

    assert group_orientations(planes) == [0] * 5
    assert fit_grid(planes, SHAPE).geometry is None


def test_stack_without_pixel_spacing_has_no_grid() -> None:
    grid = fit_grid([plane((0, 0, k), spacing=None) for k in range(3)], SHAPE)

    assert grid.geometry is None
    assert "No Pixel Spacing" in grid.warnings[0]


def test_single_slice_takes_the_distance_it_is_given() -> None:
    grid = fit_grid([plane((1, 2, 3))], SHAPE, 4.0)

    assert grid.geometry is not None
    assert grid.geometry.affine == pytest.approx(
        np.array([[0.6, 0, 0, 1], [0, 0.8, 0, 2], [0, 0, 4, 3], [0, 0, 0, 1]])
    )
    assert fit_grid([plane((1, 2, 3))], SHAPE).geometry is None


@pytest.mark.parametrize(
    ("axes", "first", "last"),
    [
        (AXIAL, (0, 0, 50), (0, 0, -50)),  # head to feet
        (SAGITTAL, (-50, 0, 0), (50, 0, 0)),  # right to left
        (CORONAL, (0, -50, 0), (0, 50, 0)),  # front to back
    ],
)
@pytest.mark.parametrize("numbers", [[None, None], [7, 7]])
def test_reading_without_rising_numbers_goes_head_to_feet_right_to_left_front_to_back(
    axes: tuple[Vector, Vector],
    first: Vector,
    last: Vector,
    numbers: list[float | None],
) -> None:
    planes = [plane(last, axes), plane(first, axes)]
    distances = distances_mm(planes)

    sign = reading_sign(distances, numbers, planes[0])

    assert sign * distances[1] < sign * distances[0]


@given(st.permutations(range(12)), st.booleans())
def test_reading_follows_rising_instance_numbers(shuffle: list[int], falls: bool) -> None:
    planes = [line(12, (0.0, 0.0, 2.0))[k] for k in shuffle]
    numbers: list[float | None] = [100.0 - k if falls else 100.0 + k for k in shuffle]

    assert reading_sign(distances_mm(planes), numbers, planes[0]) == (-1.0 if falls else 1.0)


def test_positions_a_micrometre_apart_are_one() -> None:
    assert group_positions(np.array([3.0, 1.0, 3.0000005, 1.01])) == [2, 0, 2, 1]


@pytest.mark.parametrize(
    "axes",
    [
        ((1.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        ((0.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
        ((2.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
        ((math.nan, 0.0, 0.0), (0.0, 1.0, 0.0)),
    ],
)
def test_directions_that_are_none_make_no_plane(axes: tuple[Vector, Vector]) -> None:
    assert not is_sound(plane((0, 0, 0), axes))
    assert is_sound(plane((0, 0, 0)))
