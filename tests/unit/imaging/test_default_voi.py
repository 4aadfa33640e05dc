"""One scale for a whole series where per-slice windows would lie (R-081)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.imaging.frames import grey_frame
from tests.unit.slices import stack_of, study_of
from viewer.displays import open_study
from viewer.imaging.grey import default_voi, display, modality_values
from viewer.model.displayset import DisplaySet
from viewer.model.frame import Frame
from viewer.model.study import Value
from viewer.model.view_state import Appearance
from viewer.model.window import Rescale, Window


def emission_set(windows: list[tuple[float, float]] | None, modality: str = "PT") -> DisplaySet:
    made = []
    for k in range(10):
        own: dict[str, Value] = {}
        if windows:
            own = {"WindowCenter": windows[k][0], "WindowWidth": windows[k][1]}
        made += stack_of(1, own, first=(0, 0, 3 * k), name=f"p{k}", number=k + 1, modality=modality)
    (found,) = open_study(study_of(made)).display_sets
    return found


def slice_with(slope: float, window: Window | None) -> Frame:
    """Return a slice that uses its whole range of stored values, as PET files do."""
    stored = np.linspace(0, 32767, 64).astype(np.int16).reshape(8, 8)
    return grey_frame(stored, Rescale(slope), (window,) if window else ())


@pytest.mark.parametrize("modality", ["PT", "NM"])
@pytest.mark.parametrize("windowed", [True, False])
def test_equal_activity_is_equally_grey_in_slices_of_different_slope(
    modality: str, windowed: bool
) -> None:
    tops = [32767.0 * slope for slope in range(1, 11)]
    windows = [(top / 2, top) for top in tops] if windowed else None
    display_set = emission_set(windows, modality)
    frames = tuple(
        slice_with(slope, Window(*windows[slope - 1]) if windows else None)
        for slope in range(1, 11)
    )

    window = default_voi(display_set, frames)

    assert window is not None
    grey_of: dict[float, set[int]] = {}
    for frame in frames:
        levels = display(frame, Appearance(window=window))
        for value, level in zip(modality_values(frame).ravel(), levels.ravel(), strict=True):
            grey_of.setdefault(float(value), set()).add(int(level))
    assert all(len(levels) == 1 for levels in grey_of.values())
    assert display(frames[-1], Appearance(window=window)).max() == 255


def test_scale_begins_at_zero_and_reaches_the_highest_window() -> None:
    window = default_voi(
        emission_set([(50.0 * (k + 1), 100.0 * (k + 1)) for k in range(10)]),
        (slice_with(1.0, Window(50, 100)),),
    )

    assert window is not None
    low, high = (
        window.center - 0.5 - (window.width - 1) / 2,
        window.center - 0.5 + (window.width - 1) / 2,
    )
    assert low == pytest.approx(0)
    assert high == pytest.approx(500 - 0.5 + 999 / 2)


def test_window_that_all_slices_share_is_kept() -> None:
    shared = [(8431.0, 15175.0)] * 10

    assert default_voi(emission_set(shared), (slice_with(1.0, Window(8431, 15175)),)) is None


def test_other_images_follow_their_own_windows() -> None:
    display_set = emission_set(None, "CT")

    assert default_voi(display_set, (slice_with(1.0, Window(40, 400)),)) is None


def test_images_without_a_window_share_one_range() -> None:
    frames = (slice_with(1.0, None), slice_with(3.0, None))

    window = default_voi(emission_set(None, "MR"), frames)

    assert window is not None
    assert window.width == pytest.approx(3 * 32767 + 1)


def test_highest_value_that_headers_name_sets_the_scale_before_all_slices_are_read() -> None:
    made = []
    for k in range(4):
        own: dict[str, Value] = {"LargestImagePixelValue": 32767, "RescaleSlope": k + 1.0}
        made += stack_of(1, own, first=(0, 0, 3 * k), name=f"h{k}", number=k + 1, modality="PT")
    (display_set,) = open_study(study_of(made)).display_sets

    window = default_voi(display_set, (slice_with(1.0, None),))

    assert window is not None
    assert window.width == pytest.approx(4 * 32767 + 1)
