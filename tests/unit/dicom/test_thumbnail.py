"""Frames are reduced by whole factors, in stored values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.dicom.pixel_files import gradient
from viewer.dicom.thumbnail import reduce_frame
from viewer.model.frame import Frame, GreyRules
from viewer.model.study import ObjectIdentity

NOBODY = ObjectIdentity("", b"", b"", "")


def frame(stored: object) -> Frame:
    array = np.asarray(stored)
    grey = None if array.ndim == 3 else GreyRules()
    return Frame(array, grey, NOBODY, array.shape[0], "native")


@pytest.mark.parametrize("shape", [(100, 100), (101, 64), (7, 300), (300, 7), (1, 1000), (16, 16)])
@pytest.mark.parametrize("size_px", [16, 50])
def test_the_longer_side_fits(shape: tuple[int, int], size_px: int) -> None:
    small = reduce_frame(frame(gradient(*shape, "u2")), size_px).stored
    assert max(small.shape) <= size_px or max(shape) <= size_px
    assert min(small.shape) >= 1


def test_blocks_are_averaged() -> None:
    stored = gradient(40, 60, "u1").view("i1")
    small = reduce_frame(frame(stored), 10).stored
    expected = stored[:36].reshape(6, 6, 10, 6).mean(axis=(1, 3))
    assert small.dtype == np.int8
    assert np.abs(small - expected).max() <= 0.5


def test_padding_is_not_mixed_with_tissue() -> None:
    stored = np.full((8, 8), -2000, np.int16)
    stored[:, 3:] = 100
    padded = replace(frame(stored), grey=GreyRules(padding=(-2000.0, -2000.0)))
    assert set(np.unique(reduce_frame(padded, 4).stored)) == {-2000, 100}


def test_colour_and_missing_rows_scale_along() -> None:
    colour = replace(frame(np.stack([gradient(20, 20, "u1")] * 3, -1)), n_rows_complete=10)
    small = reduce_frame(colour, 10)
    assert small.stored.shape == (10, 10, 3)
    assert small.n_rows_complete == 5


def test_small_frames_stay_as_they_are() -> None:
    small = frame(gradient(9, 9, "u1"))
    assert reduce_frame(small, 9) is small
