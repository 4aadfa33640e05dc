"""What a pane shows when there is no picture to show: words, and never another image."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import JPEGLSLossless
from PySide6.QtCore import QSize

from tests.phantom import Geometry, make_image, make_series
from tests.records import BERT
from tests.ui.reading.room import Room, open_paths
from viewer.imaging.loader import FrameLoader
from viewer.ui.reading.tiles import empty_tile, loading_tile, tile_for

SMALL = Geometry(shape=(4, 32, 32), spacing=(2.0, 1.0, 1.0))
WHITE = np.full(SMALL.shape, 900, np.int16)
TAGS = {"WindowCenter": "200", "WindowWidth": "600"}


def is_black_in_the_middle(room: Room) -> bool:
    """Tell whether the middle of the canvas has no grey of an image (words are text-coloured)."""
    pixels = room.pixels()
    height, width = pixels.shape[:2]
    corner = pixels[height // 4 : height // 3, width // 4 : width // 3]
    return int(corner.max()) < 40


def test_an_empty_pane_says_what_to_do(room: Room) -> None:
    assert tile_for(room.workspace.active) == empty_tile()
    assert "Drop a series here" in empty_tile().title
    assert is_black_in_the_middle(room)


def test_another_patients_frame_is_blanked(room: Room, tmp_path: Path) -> None:
    make_series(tmp_path / "ct", SMALL, WHITE, tags=TAGS)
    room.add(tmp_path / "ct")
    room.wait_for_picture()
    assert not is_black_in_the_middle(room)
    viewport = room.workspace.active
    frame = viewport.frame
    assert frame is not None
    other = replace(frame.identity, raw_name=BERT.raw_name, raw_patient_id=BERT.raw_patient_id)
    viewport.frame = replace(frame, identity=other)
    room.canvas.update()
    assert is_black_in_the_middle(room)
    assert room.canvas.picture is None
    tile = tile_for(viewport)
    assert tile is not None
    assert tile.title == "Image withheld"


def test_a_file_exchanged_after_the_scan_is_not_shown(room: Room, tmp_path: Path) -> None:
    paths = make_series(tmp_path / "ct", SMALL, WHITE, tags=TAGS)
    stranger = make_series(tmp_path / "other", SMALL, WHITE, seed="stranger", tags=TAGS)
    study = open_paths(tmp_path / "ct")[0]
    paths[0].write_bytes(stranger[0].read_bytes())
    room.view.add_study(study)
    viewport = room.workspace.active
    room.qtbot.waitUntil(lambda: bool(viewport.failure))
    assert is_black_in_the_middle(room)
    assert room.canvas.picture is None


def test_a_frame_that_cannot_be_decoded_shows_the_sentence(room: Room, tmp_path: Path) -> None:
    path = make_image(tmp_path / "broken.dcm", np.zeros((32, 32), np.uint8), JPEGLSLossless)
    data = bytearray(path.read_bytes())
    start = data.rfind(b"\xff\xd8\xff\xf7")
    data[start + 4 : start + 40] = b"\x00" * 36
    path.write_bytes(bytes(data))
    room.add(path)
    viewport = room.workspace.active
    room.qtbot.waitUntil(lambda: bool(viewport.failure), timeout=20_000)
    tile = tile_for(viewport)
    assert tile is not None
    assert tile.title == "No image"
    assert tile.sentence == viewport.failure
    assert tile.sentence.endswith(".")
    assert is_black_in_the_middle(room)


def test_an_object_that_is_no_picture_is_named(room: Room, tmp_path: Path) -> None:
    report = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.88.11", "Modality": "SR"}
    room.add(make_image(tmp_path / "sr.dcm", np.zeros((4, 4), np.uint8), tags=report))
    tile = tile_for(room.workspace.active)
    assert tile is not None
    assert "report" in tile.sentence.lower()
    assert is_black_in_the_middle(room)
    pane = room.view.grid.panes[0]
    pane.slider.grab()
    assert not len(pane.slider.loaded)


def test_a_long_wait_shows_progress(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FrameLoader, "want", lambda *_args: None)  # a disk that never answers
    make_series(tmp_path / "ct", SMALL)
    room.add(tmp_path / "ct")
    black = room.pixels()
    room.qtbot.waitUntil(lambda: bool((room.pixels() != black).any()))
    assert loading_tile(0, 4).sentence == "0 of 4 images"


def test_the_last_picture_stays_whole_for_a_moment(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_series(tmp_path / "ct", SMALL, WHITE, tags=TAGS)
    room.add(tmp_path / "ct")
    room.wait_for_picture()
    before = room.pixels()
    viewport = room.workspace.active
    monkeypatch.setattr(FrameLoader, "frame", lambda *_args: None)  # not decoded yet
    room.wheel(-1)
    assert viewport.index == 1
    assert np.array_equal(room.pixels(), before)  # image and its own words, never mixed
    room.qtbot.waitUntil(lambda: not np.array_equal(room.pixels(), before))
    assert is_black_in_the_middle(room)


def test_words_fit_a_small_pane(room: Room) -> None:
    room.run("layout.3x3")
    sizes = {pane.canvas.size() for pane in room.view.grid.panes}
    assert all(size.width() > 100 for size in sizes)
    assert QSize() not in sizes
    assert is_black_in_the_middle(room)
