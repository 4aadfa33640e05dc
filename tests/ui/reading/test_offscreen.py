"""A pane without a window is the pane of the window."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.phantom import Geometry, make_image, make_series
from tests.ui.reading.room import CANVAS_PX, Room, open_paths, pixels_of
from viewer.base.errors import UsageError, ViewerError
from viewer.dicom.frames import decode_frame
from viewer.model.displayset import DisplaySet, FrameRef
from viewer.model.frame import Frame
from viewer.model.view_state import Framing, ViewState, Visibility, at_index, with_window
from viewer.ui.reading.offscreen import render_pane
from viewer.ui.reading.scene_painter import ink
from viewer.viewport import scene

SMALL = Geometry(shape=(4, 48, 48), spacing=(2.0, 1.0, 1.0))
TAGS = {"WindowCenter": "200", "WindowWidth": "600"}


def load(display_set: DisplaySet, index: int) -> Frame:
    ref: FrameRef = display_set.frames[index]
    return decode_frame(ref.instance, ref.frame)


def test_it_shows_what_the_window_shows(room: Room, tmp_path: Path) -> None:
    make_series(tmp_path / "ct", SMALL, tags=TAGS)
    study = room.add(tmp_path / "ct")[0]
    room.wheel(-2)
    room.wait_for_picture(2)
    png = render_pane(study, at_index(ViewState(), 2), CANVAS_PX, load)
    rendered, shown = pixels_of(QImage.fromData(png)).astype(int), room.pixels()
    rim_only = np.abs(rendered - shown).max(axis=2)
    assert rim_only.max() <= 16  # letters may be smoothed a little differently
    assert (rim_only > 0).mean() < 0.01


def test_bare_leaves_the_image_alone(qtbot: QtBot, tmp_path: Path) -> None:
    make_series(tmp_path / "ct", SMALL, np.full(SMALL.shape, 40, np.int16), tags=TAGS)
    study = open_paths(tmp_path / "ct")[0]
    state = with_window(ViewState(), 0, 1)  # all values above: white
    pixels = pixels_of(QImage.fromData(render_pane(study, state, (200, 100), load, bare=True)))
    assert pixels.shape == (100, 200, 3)
    assert set(np.unique(pixels)) == {0, 255}
    assert (pixels[:, 60:140] == 255).all()
    assert (pixels[:, :40] == 0).all()


def test_an_index_outside_is_refused(qtbot: QtBot, tmp_path: Path) -> None:
    make_series(tmp_path / "ct", SMALL)
    study = open_paths(tmp_path / "ct")[0]
    with pytest.raises(UsageError, match="There is no image 4; the last one is 3"):
        render_pane(study, at_index(ViewState(), 4), (64, 64), load)
    with pytest.raises(UsageError, match="no such display set"):
        render_pane(study, ViewState("elsewhere"), (64, 64), load)


def test_another_patients_frame_is_never_drawn(qtbot: QtBot, tmp_path: Path) -> None:
    make_series(tmp_path / "ct", SMALL)
    make_series(tmp_path / "other", SMALL, seed="other")
    study, other = (open_paths(tmp_path / name)[0] for name in ("ct", "other"))
    with pytest.raises(ViewerError, match="not shown"):
        render_pane(study, ViewState(), (64, 64), lambda _ds, i: load(other.display_sets[0], i))


def test_an_object_without_pictures_becomes_its_tile(qtbot: QtBot, tmp_path: Path) -> None:
    report = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.88.11", "Modality": "SR"}
    path = make_image(tmp_path / "sr.dcm", np.zeros((4, 4), np.uint8), tags=report)
    png = render_pane(open_paths(path)[0], ViewState(), (400, 300), load)
    assert pixels_of(QImage.fromData(png)).max() > 200


@pytest.mark.parametrize("flipped", [False, True])
def test_a_files_own_graphics_are_drawn_and_can_be_switched_off(
    qtbot: QtBot, data_dir: Path, flipped: bool
) -> None:
    # four planes: bits 15 and 14 of the pixels by dcmtk's and pydicom's account, two with data
    path = data_dir / "display/ovly_p01.dcm"
    dataset = pydicom.dcmread(path)
    raw = np.frombuffer(dataset.PixelData, "<u2").reshape(512, 512)
    mask = raw >= 1 << 14
    for group in (0x6004, 0x6006):
        mask = mask | (dataset.overlay_array(group) > 0)
    study = open_paths(path)[0]
    state = ViewState(framing=Framing(flip_horizontal=flipped))
    hidden = replace(state, visibility=Visibility(hidden=frozenset({"planes"})))

    with_planes, without, bare = (
        pixels_of(QImage.fromData(render_pane(study, chosen, (512, 512), load, bare=alone)))
        for chosen, alone in ((state, False), (hidden, False), (hidden, True))
    )

    middle = slice(90, 400)  # between the corner texts; one image pixel is one of the pane
    expected = (mask[:, ::-1] if flipped else mask)[middle]
    accent = ink(scene.ACCENT)
    inked = (with_planes == (accent.red(), accent.green(), accent.blue())).all(axis=2)
    assert expected.sum() > 1000
    assert np.array_equal(inked[middle], expected)
    assert np.array_equal(without[middle], bare[middle])


def test_the_picture_file_holds_no_text(qtbot: QtBot, tmp_path: Path) -> None:
    make_series(tmp_path / "ct", SMALL, tags={"PatientName": "ZZCANARY^QX"})
    png = render_pane(open_paths(tmp_path / "ct")[0], ViewState(), (128, 128), load)
    assert b"tEXt" not in png
    assert b"ZZCANARY" not in png


def test_it_needs_no_display(tmp_path: Path) -> None:
    make_series(tmp_path / "ct", SMALL)
    script = f"""
from pathlib import Path
from tests.ui.reading.test_offscreen import load
from tests.ui.reading.room import open_paths
from viewer.model.view_state import ViewState
from viewer.ui.reading.offscreen import render_pane
png = render_pane(open_paths(Path({str(tmp_path / "ct")!r}))[0], ViewState(), (64, 64), load)
assert png.startswith(b"\\x89PNG")
"""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {k: v for k, v in os.environ.items() if k not in hidden}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
