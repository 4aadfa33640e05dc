"""Minified levels against SimpleITK's BinShrink and plain means."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.imaging.frames import colour_frame, grey_frame
from viewer.imaging.grey import display
from viewer.imaging.pyramid import Pyramid, average, factor_for, level
from viewer.model.view_state import Appearance
from viewer.model.window import Window


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32"])
@pytest.mark.parametrize("factor", [2, 3, 4, 7])
def test_whole_blocks_are_averaged_as_by_simpleitk(dtype: str, factor: int) -> None:
    values = np.random.default_rng(0).integers(0, 250, (8 * factor, 5 * factor)).astype(dtype)

    found = average(values, factor)

    theirs = sitk.GetArrayFromImage(
        sitk.BinShrink(sitk.GetImageFromArray(values.astype(np.float64)), [factor, factor])
    )
    expected = theirs if dtype == "float32" else np.floor(theirs + 0.5)
    assert found.dtype == np.dtype(dtype)
    assert np.abs(found - expected).max() <= 1e-4


@given(
    rows=st.integers(1, 20),
    columns=st.integers(1, 20),
    factor=st.integers(2, 6),
    seed=st.integers(0, 1000),
)
def test_last_blocks_are_averaged_over_what_there_is(
    rows: int, columns: int, factor: int, seed: int
) -> None:
    values = np.random.default_rng(seed).integers(-30000, 30000, (rows, columns)).astype(np.int16)

    found = average(values, factor)

    assert found.shape == (-(-rows // factor), -(-columns // factor))
    block = values[-(rows % factor or factor) :, -(columns % factor or factor) :]
    assert found[-1, -1] == np.floor(block.astype(np.float64).mean() + 0.5)


def test_extreme_values_do_not_overflow() -> None:
    for dtype in ("uint8", "int8", "uint16", "int16", "uint32", "int32"):
        limits = np.iinfo(dtype)
        for value in (limits.min, limits.max):
            assert (average(np.full((40, 40), value, dtype), 20) == value).all()


def test_padding_does_not_bleed_into_the_edge() -> None:
    stored = np.full((4, 6), -2000, np.int16)
    stored[:, 3:] = 100
    frame = grey_frame(stored, padding=(-2000.0, -2000.0))

    small = level(frame, 2)

    assert small.stored.tolist() == [[-2000, 100, 100], [-2000, 100, 100]]


def test_values_that_are_no_numbers_do_not_bleed_either() -> None:
    stored = np.array([[1.0, np.nan], [3.0, np.inf]], np.float32)

    assert level(grey_frame(stored), 2).stored.tolist() == [[2.0]]


def test_level_keeps_the_rules_and_the_share_of_rows_that_are_there() -> None:
    frame = grey_frame(np.full((10, 10), 7, np.uint8), voi=(Window(7, 3),))
    cut = level(frame, 4)

    assert cut.grey is frame.grey
    assert cut.n_rows_complete == 3
    assert not cut.stored.flags.writeable
    assert (display(cut, Appearance()) == display(frame, Appearance())[0, 0]).all()
    assert level(frame, 1) is frame


def test_colours_are_averaged_each_for_itself() -> None:
    stored = np.zeros((2, 2, 3), np.uint8)
    stored[0, 0] = (100, 200, 40)

    assert level(colour_frame(stored), 2).stored.tolist() == [[[25, 50, 10]]]


def test_fine_stripes_become_even_grey_and_do_not_alias() -> None:
    stripes = np.tile(np.array([0, 1000], np.uint16), (90, 45))

    for factor in (2, 4, 6):
        assert (average(stripes, factor)[:, :-1] == 500).all()


@pytest.mark.parametrize(
    ("shape", "size", "factor"),
    [((512, 512), 160, 4), ((100, 160), 160, 1), ((3328, 2560), 160, 21)],
)
def test_factor_brings_the_longer_side_down(shape: tuple[int, int], size: int, factor: int) -> None:
    assert factor_for(shape, size) == factor


def test_pyramid_makes_a_level_once_and_keeps_within_its_bytes() -> None:
    frames = [grey_frame(np.full((64, 64), k, np.uint16)) for k in range(40)]
    pyramid = Pyramid(budget_bytes=100_000)

    assert pyramid.level(frames[0], 2) is pyramid.level(frames[0], 2)
    first = pyramid.level(frames[0], 2)
    for frame in frames:
        assert pyramid.level(frame, 2).stored[0, 0] == frame.stored[0, 0]
    assert pyramid._bytes <= 100_000
    assert pyramid.level(frames[0], 2) is not first
