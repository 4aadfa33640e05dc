"""The pixel pipeline against highdicom, numbers of the standard, and DCMTK (R-063 to R-068)."""

from __future__ import annotations

import shutil
import subprocess
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from highdicom import VOILUTFunctionValues
from highdicom.pixels import apply_voi_window
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.unit.imaging.frames import colour_frame, grey_frame, lut, row_of
from viewer.base.errors import ViewerError
from viewer.dicom.frames import decode_frame
from viewer.dicom.records import read_instance
from viewer.imaging.grey import (
    apply_table,
    display,
    display_table,
    effective_voi,
    full_range,
    modality_values,
    padding_mask,
    voi_choices,
    voi_problem,
)
from viewer.imaging.voi import apply_voi
from viewer.model.frame import Frame
from viewer.model.view_state import Appearance
from viewer.model.window import LINEAR, LINEAR_EXACT, SIGMOID, Lut, Rescale, Window

FUNCTIONS = [LINEAR, LINEAR_EXACT, SIGMOID]
LUT = lut(-2, [0, 10, 1000, 30000, 65535])


@pytest.mark.parametrize(
    ("value", "linear", "exact", "sigmoid"),
    [
        (40.0, 127.82, 127.5, 127.5),
        (100.0, 166.165, 165.75, 164.642),
        (239.4, 255.0, 254.617, 224.442),
    ],
)
def test_check_points_of_the_voi_functions(
    value: float, linear: float, exact: float, sigmoid: float
) -> None:
    for function, expected in zip(FUNCTIONS, (linear, exact, sigmoid), strict=True):
        found = apply_voi(row_of([value]), Window(40.0, 400.0, function))
        assert found[0, 0] * 255 == pytest.approx(expected, abs=1e-2)


@given(
    function=st.sampled_from(FUNCTIONS),
    center=st.floats(-2000, 4000),
    width=st.floats(1.001, 5000),
    values=arrays(np.float64, (1, 16), elements=st.floats(-5000, 9000)),
)
def test_voi_functions_are_those_of_highdicom(
    function: str, center: float, width: float, values: NDArray[np.float64]
) -> None:
    with np.errstate(over="ignore"):  # its exponential; the quotient is right all the same
        theirs = apply_voi_window(
            values, center, width, VOILUTFunctionValues[function], output_range=(0.0, 255.0)
        )

    ours = apply_voi(values, Window(center, width, function)) * 255

    assert np.abs(ours - theirs).max() <= 1e-3


def test_window_of_width_one_is_a_step_half_a_unit_below_its_centre() -> None:
    found = apply_voi(row_of([9.4, 9.5, 9.6]), Window(10.0, 1.0))

    assert found.tolist() == [[0.0, 0.0, 1.0]]


def exact_level(stored: int, rescale: Rescale, window: Window, *, inverse: bool) -> int:
    """Return the level by fractions, without rounding before the floor."""
    value = stored * Fraction(rescale.slope) + Fraction(rescale.intercept)
    middle, width = Fraction(window.center) - Fraction(1, 2), Fraction(window.width) - 1
    part = (value - middle) / width + Fraction(1, 2) if width else Fraction(value > middle)
    level = 255 * min(Fraction(1), max(Fraction(0), part))
    return floor(255 - level if inverse else level)


@given(
    slope=st.sampled_from([1.0, 2.0, 0.5, 5.949e-3, 1.7]),
    intercept=st.sampled_from([0.0, -1024.0, 12.5]),
    center=st.integers(-1000, 3000),
    width=st.integers(1, 4000),
    inverse=st.booleans(),
    stored=arrays(np.int16, (4, 8), elements=st.integers(-2048, 4095)),
)
def test_level_is_the_floor_of_the_analytic_value(
    slope: float,
    intercept: float,
    center: int,
    width: int,
    inverse: bool,
    stored: NDArray[np.int16],
) -> None:
    rescale, window = Rescale(slope, intercept), Window(center, width)
    frame = grey_frame(stored, rescale, (window,), inverse=inverse)

    found = display(frame, Appearance())

    expected = [[exact_level(int(v), rescale, window, inverse=inverse) for v in r] for r in stored]
    assert found.tolist() == expected


@given(
    dtype=st.sampled_from(["u1", "i1", "u2", "i2"]),
    data=st.data(),
    modality=st.sampled_from([Rescale(1.0, -1024.0), Rescale(-2.0, 7.0), LUT]),
    rule=st.sampled_from(
        [Window(40, 400), Window(0, 1.5, LINEAR_EXACT), Window(9, 80, SIGMOID), LUT]
    ),
    padding=st.sampled_from([None, (0.0, 0.0), (-3.0, 4.0)]),
    inverse=st.booleans(),
    colour_map=st.sampled_from(["grey", "hot-iron"]),
)
def test_table_gives_what_the_pipeline_gives(
    dtype: str,
    data: Any,
    modality: Rescale | Lut,
    rule: Window | Lut,
    padding: tuple[float, float] | None,
    inverse: bool,
    colour_map: str,
) -> None:
    stored = data.draw(arrays(np.dtype(dtype), (5, 7)))
    frame = grey_frame(stored, modality, (rule,), inverse=inverse, padding=padding)
    appearance = Appearance(colour_map=colour_map)

    made = display_table(frame, appearance)

    assert made is not None
    assert np.array_equal(apply_table(stored, *made), display(frame, appearance))


def test_twelve_bit_table_has_an_entry_for_each_value() -> None:
    frame = grey_frame(np.zeros((2, 2), np.int16), bits=12)

    table, lowest = display_table(frame, Appearance()) or (None, 0)

    assert table is not None
    assert (len(table), lowest) == (4096, -2048)


def test_wide_integers_floats_and_colours_have_no_table() -> None:
    wide = np.array([[0, 1 << 30]], np.int32)

    assert display_table(grey_frame(wide), Appearance()) is None
    assert display_table(grey_frame(row_of([0.5])), Appearance()) is None
    assert display_table(colour_frame(np.zeros((2, 2, 3), np.uint8)), Appearance()) is None
    assert display(grey_frame(wide), Appearance()).tolist() == [[0, 255]]
    assert display_table(grey_frame(np.array([[5, 900]], np.uint32)), Appearance()) is not None


def test_modality_values_are_float32_of_the_rescale() -> None:
    stored = np.array([[0, 1, 4095]], np.uint16)

    found = modality_values(grey_frame(stored, Rescale(0.3, -7.25)))

    assert found.dtype == np.float32
    assert found.tolist() == (stored * np.float64(0.3) - 7.25).astype(np.float32).tolist()


def test_lut_ends_hold_for_all_values_beyond_them() -> None:
    stored = np.array([[-30000, -2, 0, 2, 30000]], np.int16)

    assert modality_values(grey_frame(stored, LUT)).tolist() == [[0, 0, 1000, 65535, 65535]]
    levels = display(grey_frame(stored, voi=(LUT,)), Appearance())
    assert levels.tolist() == [[0, 0, floor(1000 / 65535 * 255), 255, 255]]


@pytest.mark.parametrize(
    ("inverse", "inverted", "expected"),
    [
        (False, False, [0, 127, 255]),
        (True, False, [255, 127, 0]),
        (False, True, [255, 127, 0]),
        (True, True, [0, 127, 255]),
    ],
)
def test_inversions_do_not_add_up(inverse: bool, inverted: bool, expected: list[int]) -> None:
    stored = np.array([[0, 1, 2]], np.uint8)
    frame = grey_frame(stored, voi=(Window(1.5, 3.0),), inverse=inverse)

    assert display(frame, Appearance(inverted=inverted)).tolist() == [expected]


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("inverted", [False, True])
def test_padding_is_black_and_outside_the_full_range(inverse: bool, inverted: bool) -> None:
    stored = np.array([[-2000, 0, 100, 200]], np.int16)
    frame = grey_frame(stored, Rescale(1, 5), inverse=inverse, padding=(-2000.0, -1990.0))

    assert full_range(frame).center == pytest.approx((5 + 205 + 1) / 2)
    levels = display(frame, Appearance(inverted=inverted))[0].tolist()
    assert levels[0] == 0
    assert sorted(levels[1:]) == [0, 127, 255]


def test_reader_window_wins_then_the_files_choice_then_the_full_range() -> None:
    windows = (Window(1, 2), Window(3, 4))
    frame = grey_frame(np.array([[0, 10]], np.uint8), voi=(*windows, LUT))

    assert effective_voi(frame, Appearance(window=Window(9, 9))) == Window(9, 9)
    assert effective_voi(frame, Appearance(voi_index=1)) == windows[1]
    assert effective_voi(frame, Appearance(voi_index=2)) is LUT
    assert [choice.title for choice in voi_choices(frame)] == ["1 / 2", "3 / 4", "LUT 3"]
    bare = grey_frame(np.array([[0, 10]], np.uint8))
    assert effective_voi(bare, Appearance()) == full_range(bare)


@pytest.mark.parametrize(
    "window", [Window(5, 0.5), Window(5, 0, SIGMOID), Window(5, -3), Window(float("nan"), 9)]
)
def test_impossible_window_is_refused_and_marked(window: Window) -> None:
    frame = grey_frame(np.array([[0, 10]], np.uint8), voi=(window,))
    bare = grey_frame(frame.stored)

    assert voi_choices(frame) == ()
    assert np.array_equal(display(frame, Appearance()), display(bare, Appearance()))
    assert "full range" in voi_problem(frame, Appearance())
    assert "not possible" in voi_problem(bare, Appearance(window=window))
    assert np.array_equal(display(bare, Appearance(window=window)), display(bare, Appearance()))


def test_unknown_function_is_linear_and_marked() -> None:
    odd = grey_frame(np.arange(9, dtype=np.uint8)[None], voi=(Window(4, 8, "CUBIC"),))
    plain = grey_frame(odd.stored, voi=(Window(4, 8),))

    assert np.array_equal(display(odd, Appearance()), display(plain, Appearance()))
    assert "unknown" in voi_problem(odd, Appearance())
    assert voi_problem(plain, Appearance()) == ""


def test_floats_that_are_no_numbers_are_black() -> None:
    frame = grey_frame(row_of([0.0, 0.5, 1.0, np.nan, np.inf, -np.inf], "<f4"))

    assert display(frame, Appearance()).tolist() == [[0, 127, 255, 0, 0, 0]]


def test_colour_passes_and_inverts() -> None:
    stored = np.array([[[0, 100, 255]]], np.uint8)
    wide = np.array([[[0, 0x1234, 0xFFFF]]], np.uint16)

    assert (
        display(colour_frame(stored), Appearance(window=Window(1, 2))).tolist() == stored.tolist()
    )
    assert display(colour_frame(stored), Appearance(inverted=True)).tolist() == [[[255, 155, 0]]]
    assert display(colour_frame(wide, 16), Appearance()).tolist() == [[[0, 0x12, 0xFF]]]
    with pytest.raises(ValueError, match="no modality values"):
        modality_values(colour_frame(stored))


def dcm2pnm(path: Path, options: list[str], out: Path) -> NDArray[np.uint8] | None:
    """Return DCMTK's picture, or None where DCMTK cannot make one."""
    for tool in ("dcm2pnm", "dcmj2pnm"):
        command = [tool, "-q", "-O", *options, "-a", "+op", str(path), str(out)]
        subprocess.run(command, capture_output=True, check=False)
        if out.exists():
            data = out.read_bytes()
            out.unlink()
            kind, columns, rows, _ = data.split(maxsplit=4)[:4]
            count = int(rows) * int(columns) * (1 if kind == b"P5" else 3)
            return np.frombuffer(data, np.uint8)[-count:].reshape(int(rows), int(columns), -1)
    return None


def deviation(frame: Frame, path: Path, options: list[str], look: Appearance, tmp: Path) -> int:
    theirs = dcm2pnm(path, options, tmp / "theirs.pnm")
    if theirs is None or theirs.shape[2] != 1:
        return -1
    ours = display(frame, look).astype(int)
    away = np.abs(ours - theirs[..., 0])
    if frame.grey is not None and frame.grey.padding is not None:  # DCMTK draws padding as grey
        away = away[~padding_mask(frame)]
    return int(away.max(initial=0))


@pytest.mark.corpus
@pytest.mark.skipif(shutil.which("dcm2pnm") is None, reason="needs dcmtk")
@pytest.mark.parametrize(
    "folder", ["display", "modality/ct", "modality/cr", "modality/mg", "modality/mr"]
)
def test_pictures_are_within_one_level_of_dcmtk(
    data_dir: Path, folder: str, tmp_path: Path
) -> None:
    n_compared = 0
    for path in sorted((data_dir / folder).iterdir()):
        try:
            frame = decode_frame(read_instance(str(path)), 0)
        except ViewerError:
            continue
        if frame.grey is None:
            continue
        windows = [rule for rule in frame.grey.voi if isinstance(rule, Window)]
        luts = [rule for rule in frame.grey.voi if isinstance(rule, Lut)]
        cases = [(["+Ww", "40", "400", "+Wfl"], Appearance(window=Window(40, 400)))]
        if windows:
            cases.append((["+Wi", "1"], Appearance()))
        if luts:
            cases.append((["+Wl", "1"], Appearance(voi_index=len(windows))))
        for options, look in cases:
            found = deviation(frame, path, options, look, tmp_path)
            assert found <= 1, (path.name, options)
            n_compared += found >= 0

    assert n_compared >= 2
