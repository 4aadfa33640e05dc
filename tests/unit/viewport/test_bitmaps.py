"""Thin strokes survive every reduction."""

from __future__ import annotations

import math

import numpy as np
import pytest

from viewer.viewport.bitmaps import reduced, reduction
from viewer.viewport.scene import Bitmap


@pytest.mark.parametrize("factors", [(1, 1), (2, 1), (1, 3), (4, 5), (50, 70)])
def test_a_block_is_set_when_any_of_its_bits_is(factors: tuple[int, int]) -> None:
    mask = np.random.default_rng(3).random((23, 37)) < 0.04
    high, wide = factors
    rows, columns = math.ceil(23 / high), math.ceil(37 / wide)
    expected = [
        [mask[r * high : (r + 1) * high, c * wide : (c + 1) * wide].any() for c in range(columns)]
        for r in range(rows)
    ]

    bits, n_columns = reduced(np.packbits(mask, axis=1), 37, factors)

    assert n_columns == columns
    found = np.unpackbits(bits, axis=1, count=n_columns)
    assert found.tolist() == np.array(expected, np.uint8).tolist()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    "linear",
    [
        (0.2, 0.0, 0.0, 0.2),
        (0.7, 0.0, 0.0, 0.35),
        (0.0, -0.4, 0.3, 0.0),
        (-0.1, 0.05, 0.05, 0.1),
        (3.0, 0.0, 0.0, 2.0),
        (1.0, 0.0, 0.0, 1.0),
    ],
)
def test_what_stands_for_one_bit_covers_a_device_pixel_and_less_than_two(
    linear: tuple[float, float, float, float], ratio: float
) -> None:
    bitmap = Bitmap(np.zeros((4000, 500), np.uint8), 4000, linear, (0.0, 0.0))
    rows, columns = reduction(bitmap, ratio)
    a, b, c, d = (part * ratio for part in linear)

    for side, factor in ((math.hypot(a, c), columns), (math.hypot(b, d), rows)):
        assert side * factor >= 1 - 1e-4
        assert factor == 1 or side * factor < 2


def test_a_bitmap_seen_from_far_away_is_at_least_one_block() -> None:
    bitmap = Bitmap(np.zeros((3, 1), np.uint8), 5, (1e-9, 0.0, 0.0, 0.0), (0.0, 0.0))

    assert reduction(bitmap, 1.0) == (3, 5)
