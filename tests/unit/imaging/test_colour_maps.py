"""The standard's palettes, against those that pydicom ships (PS3.6 annex B)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.pixels.processing import apply_color_lut

from tests.unit.imaging.frames import grey_frame
from viewer.base.errors import UsageError
from viewer.imaging.colour_maps import GREY, colour_map, load_colour_maps
from viewer.imaging.grey import display
from viewer.model.view_state import Appearance
from viewer.model.window import Window

PALETTES = {
    "hot-iron": "hotiron",
    "pet": "pet",
    "hot-metal-blue": "hotmetalblue",
    "pet-20-step": "pet20step",
    "spring": "spring",
    "summer": "summer",
    "fall": "fall",
    "winter": "winter",
}


@pytest.mark.parametrize("map_id", PALETTES)
def test_palette_is_that_of_the_standard(map_id: str) -> None:
    folder = Path(pydicom.__file__).parent / "data" / "palettes"
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)

    expected = apply_color_lut(levels, pydicom.dcmread(folder / f"{PALETTES[map_id]}.dcm"))

    assert np.array_equal(colour_map(map_id).table, expected.reshape(256, 3))


def test_maps_colour_the_finished_grey_level_and_leave_padding_black() -> None:
    stored = np.array([[0, 128, 255, 7]], np.uint8)
    frame = grey_frame(stored, voi=(Window(128, 256),), padding=(7.0, 7.0))

    found = display(frame, Appearance(colour_map="spring"))

    assert found.tolist() == [[[255, 0, 255], [255, 128, 127], [255, 255, 0], [0, 0, 0]]]


def test_unknown_map_is_grey() -> None:
    assert colour_map("no such map").id == GREY
    assert load_colour_maps()[0].id == GREY


@pytest.mark.parametrize(
    "document",
    [
        "no json",
        "{}",
        json.dumps({"id": "a", "title": "A", "points": []}),
        json.dumps({"id": "a", "title": "A", "points": [[0, 0, 0, 0], [254, 1, 1, 1]]}),
        json.dumps({"id": "a", "title": "A", "points": [[0, 0, 0, 0], [255, 1, 1, 256]]}),
        json.dumps(
            {
                "id": "a",
                "title": "A",
                "points": [[0, 0, 0, 0], [9, 1, 1, 1], [9, 2, 2, 2], [255, 1, 1, 1]],
            }
        ),
    ],
)
def test_file_that_is_no_map_is_refused_by_name(tmp_path: Path, document: str) -> None:
    (tmp_path / "odd.json").write_text(document)

    with pytest.raises(UsageError, match=r"odd\.json"):
        load_colour_maps(tmp_path)
