"""Every image of the corpus that decodes looks the same in both texture modes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.render.pictures import as_rgb, at_native
from viewer.base.errors import ViewerError
from viewer.dicom.frames import decode_frame
from viewer.dicom.records import read_instance
from viewer.imaging.grey import display
from viewer.model.frame import Frame
from viewer.render.slice_view import SliceView

SIZE = (512, 512)
LEAST = {
    "charset": 15,
    "display": 17,
    "malformed": 10,
    "modality": 50,
    "objects": 13,
    "series": 440,
    "syntax": 95,
}
"""Images of each folder that must decode: fewer would make the test say less than it seems."""


def frames_of(folder: Path, name: str) -> list[tuple[str, Frame]]:
    """Return the first frame of each object that decodes."""
    found: list[tuple[str, Frame]] = []
    with (folder / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        paths = [row["path"] for row in csv.DictReader(file) if row["path"].startswith(name + "/")]
    for path in paths:
        try:
            instance = read_instance(str(folder / path))
            if instance.n_frames:
                found.append((path, decode_frame(instance, 0)))
        except (ViewerError, OSError):
            continue  # what is refused, and how, is tested with the decoders
    return found


@pytest.mark.corpus
@pytest.mark.slow
@pytest.mark.parametrize("name", LEAST)
def test_both_texture_modes_show_what_the_pipeline_says(
    data_dir: Path, open_view: Callable[[str], SliceView], name: str
) -> None:
    one, other = open_view("display"), open_view("value")
    n_compared = 0

    for path, frame in frames_of(data_dir, name):
        state, projection = at_native(frame, SIZE)
        pictures = [view.draw(frame, state, projection, SIZE) for view in (one, other)]
        difference = np.abs(pictures[0].astype(np.int16) - pictures[1].astype(np.int16))
        assert difference.max() <= 1, path

        expected = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
        levels = as_rgb(display(frame, state.appearance))
        levels = levels[: frame.n_rows_complete]
        x, y = (round(value) for value in projection.to_canvas(-0.5, -0.5))
        part = levels[max(-y, 0) : SIZE[1] - y, max(-x, 0) : SIZE[0] - x]
        top, left = max(y, 0), max(x, 0)
        expected[top : top + part.shape[0], left : left + part.shape[1]] = part
        assert np.array_equal(pictures[0][..., :3], expected), path
        n_compared += 1

    assert n_compared >= LEAST[name]
