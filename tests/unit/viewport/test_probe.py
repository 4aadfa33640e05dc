from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests import records
from viewer.model.frame import GreyRules
from viewer.model.window import Lut, Rescale
from viewer.viewport.probe import place_text, read_pixel, reading_text
from viewer.viewport.viewport import Viewport, projection


def viewport_of(
    rules: GreyRules | None,
    values: np.ndarray[tuple[int, ...], np.dtype[np.int16]],
    complete: int | None = None,
) -> Viewport:
    where = records.plane((10.0, 20.0, 30.0), spacing=(0.5, 0.25))
    one = records.instance(size=(values.shape[1], values.shape[0]), where=where)
    viewport = Viewport("v")
    viewport.resize((240.0, 200.0))
    viewport.show(records.display_set([one]))
    frame = records.frame(one, values, rules)
    viewport.frame = replace(frame, n_rows_complete=complete or values.shape[0])
    return viewport


def at(viewport: Viewport, column: float, row: float) -> tuple[float, float]:
    view = projection(viewport)
    assert view is not None
    return view.to_canvas(column, row)


RAMP = np.arange(480, dtype=np.int16).reshape(20, 24)
HU = GreyRules(modality=Rescale(2.0, -1000.0, "HU"), units="HU")


def test_value_is_the_modality_value_with_its_unit_and_place() -> None:
    viewport = viewport_of(HU, RAMP)

    reading = read_pixel(viewport, at(viewport, 5, 7))

    assert reading is not None
    assert (reading.column, reading.row, reading.stored) == (5, 7, 173)
    assert reading.value == 173 * 2 - 1000
    assert reading.point_lps is not None
    assert reading.point_lps == pytest.approx((10 + 5 * 0.25, 20 + 7 * 0.5, 30))
    assert reading_text(reading) == "HU −654 at 5, 7"
    assert place_text(reading.point_lps) == "L 11.2  P 23.5  H 30 mm"


def test_every_pixel_is_found_at_its_own_middle() -> None:
    viewport = viewport_of(HU, RAMP)

    for row in range(20):
        for column in range(24):
            reading = read_pixel(viewport, at(viewport, column, row))
            assert reading is not None
            assert reading.stored == RAMP[row, column]


def test_a_modality_lut_is_looked_up() -> None:
    entries = np.array([100, 200, 300], np.uint16)
    viewport = viewport_of(GreyRules(modality=Lut(0, entries, 16)), RAMP)

    reading = read_pixel(viewport, at(viewport, 1, 0))

    assert reading is not None
    assert reading.value == 200
    assert reading_text(reading) == "200 at 1, 0"


def test_padding_has_no_value() -> None:
    viewport = viewport_of(replace(HU, padding=(0, 3)), RAMP)

    reading = read_pixel(viewport, at(viewport, 2, 0))

    assert reading is not None
    assert reading.value is None
    assert reading_text(reading) == "padding at 2, 0"


def test_colour_shows_its_samples() -> None:
    colour = np.zeros((20, 24, 3), np.uint8)
    colour[4, 6] = (1, 20, 255)
    viewport = viewport_of(None, colour)  # type: ignore[arg-type]

    reading = read_pixel(viewport, at(viewport, 6, 4))

    assert reading is not None
    assert reading_text(reading) == "RGB 1 20 255 at 6, 4"


def test_nothing_is_read_outside_the_image_or_in_missing_rows() -> None:
    viewport = viewport_of(HU, RAMP, complete=10)

    assert read_pixel(viewport, at(viewport, 24.1, 5)) is None
    assert read_pixel(viewport, at(viewport, 3, 10)) is None
    assert read_pixel(viewport, at(viewport, 3, 9)) is not None


def test_nothing_is_read_from_the_wrong_object() -> None:
    viewport = viewport_of(HU, RAMP)
    frame = viewport.frame
    assert frame is not None
    viewport.frame = replace(frame, identity=replace(frame.identity, sop_instance_uid="9.9"))

    assert read_pixel(viewport, at(viewport, 5, 7)) is None
