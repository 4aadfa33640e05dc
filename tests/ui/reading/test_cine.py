"""Cine: real frame times, both directions, and honest numbers (R-080)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.phantom import Geometry, make_image, make_series, uid
from tests.ui.reading.room import Room
from viewer.ui.reading.cine_bar import next_rate, numbers_text
from viewer.ui.reading.cine_driver import CineDriver, CineReport
from viewer.ui.reading.patient_view import PatientView

N_FRAMES = 10


class FakeClock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clip(room: Room, tmp_path: Path) -> Room:
    """Return a room with ten frames, 40 ms each, all in memory."""
    frames = np.arange(N_FRAMES, dtype=np.uint8)[:, None, None] * np.ones((1, 32, 32), np.uint8)
    room.add(make_image(tmp_path / "clip.dcm", frames * 20))
    room.wait_for_picture()
    loaded = room.view.grid.panes[0].slider
    room.qtbot.waitUntil(lambda: bool(len(loaded.loaded)) and bool(loaded.loaded.all()))
    return room


@pytest.fixture
def clock(clip: Room) -> FakeClock:
    """Return the clock of the clip's cine, which only a test moves."""
    fake = FakeClock()
    driver_of(clip.view)._clock = fake
    return fake


def driver_of(view: PatientView) -> CineDriver:
    return view.cine


def index_of(room: Room) -> int:
    return int(room.workspace.active.index)


def tick(room: Room, clock: FakeClock, seconds: float) -> int:
    """Let time pass and the timer ring; return the index on the screen."""
    clock.now += seconds
    driver_of(room.view)._tick()
    room.canvas.grab()
    return index_of(room)


def test_the_key_starts_and_stops(clip: Room) -> None:
    clip.key(Qt.Key.Key_C)
    assert clip.view.cine_running
    clip.qtbot.waitUntil(lambda: index_of(clip) > 0)
    clip.key(Qt.Key.Key_Space)
    assert not clip.view.cine_running


def test_frames_change_at_the_rate_of_the_file(clip: Room, clock: FakeClock) -> None:
    clip.run("cine.toggle")
    shown = [tick(clip, clock, 0.040) for _ in range(N_FRAMES + 2)]  # Frame Time 40 ms
    assert shown == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2]
    report = driver_of(clip.view).report()
    assert report.wanted_fps == pytest.approx(25)
    assert report.fps == pytest.approx(25, rel=0.01)
    assert report.n_dropped == 0
    assert report.rate_source == "Frame Time"


def test_frames_that_come_too_late_are_counted(clip: Room, clock: FakeClock) -> None:
    clip.run("cine.toggle")
    assert tick(clip, clock, 0.200) == 5
    assert driver_of(clip.view).report().n_dropped == 4


def test_frames_that_are_not_loaded_are_skipped_and_counted(
    clip: Room, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = clip.services.loader
    has = loader.frame
    monkeypatch.setattr(loader, "frame", lambda ds, i: None if i == 2 else has(ds, i))
    clip.run("cine.toggle")
    assert [tick(clip, clock, 0.040) for _ in range(3)] == [1, 1, 3]
    assert driver_of(clip.view).report().n_dropped == 1


def test_sweep_runs_back(clip: Room, clock: FakeClock) -> None:
    clip.run("cine.sweep")
    clip.run("cine.toggle")
    shown = [tick(clip, clock, 0.040) for _ in range(N_FRAMES + 1)]
    assert shown == [1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7]


def test_scrolling_goes_on_from_there(clip: Room, clock: FakeClock) -> None:
    clip.run("cine.toggle")
    tick(clip, clock, 0.040)
    clip.wheel(-4)
    assert index_of(clip) == 5
    assert tick(clip, clock, 0.040) == 6


def test_another_rate_holds_from_the_next_frame(clip: Room, clock: FakeClock) -> None:
    clip.run("cine.toggle")
    clip.view.toolbar.cine_bar.rate_box.setValue(50)
    assert [tick(clip, clock, 0.020) for _ in range(3)] == [1, 2, 3]
    clip.run("cine.slower")
    assert driver_of(clip.view).report().wanted_fps == pytest.approx(40)


def test_another_series_stops_it(clip: Room, tmp_path: Path) -> None:
    tags = {
        "PatientName": "Phantom^phantom",
        "PatientID": "ID-phantom",
        "StudyInstanceUID": uid("phantom", "study"),
        "SeriesNumber": 7,
    }
    make_series(tmp_path / "ct", Geometry(shape=(3, 16, 16)), seed="second", tags=tags)
    clip.view.workspace.close(str(uid("phantom", "study")))
    clip.add(tmp_path)
    clip.run("cine.toggle")
    assert clip.view.cine_running
    clip.run("navigate.previous_series")
    assert not clip.view.cine_running


def test_a_single_image_cannot_be_played(room: Room, tmp_path: Path) -> None:
    room.add(make_image(tmp_path / "one.dcm", np.zeros((16, 16), np.uint8)))
    room.wait_for_picture()
    room.run("cine.toggle")
    assert not room.view.cine_running
    assert not room.host.action("cine.toggle").isEnabled()
    assert room.view.toolbar.cine_bar.isHidden()


def test_numbers_say_what_is_true() -> None:
    assert numbers_text(CineReport()) == ""
    running = CineReport(running=True, fps=24.94, wanted_fps=25.0)
    assert numbers_text(running) == "24.9 of 25 fps"
    late = CineReport(running=True, fps=18.2, wanted_fps=29.97, n_dropped=1204)
    assert numbers_text(late) == "18.2 of 29.97 fps · 1,204 dropped"


@pytest.mark.parametrize(
    ("fps", "steps", "wanted"),
    [(29.97, 1, 40), (23.9, 1, 24), (30, 1, 40), (30, -1, 25), (120, 1, 120)],
)
def test_steps_go_through_the_usual_rates(fps: float, steps: int, wanted: float) -> None:
    assert next_rate(fps, steps) == wanted


def test_keys_in_the_rate_box_are_its_own(clip: Room) -> None:
    box = clip.view.toolbar.cine_bar.rate_box
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 30
    assert index_of(clip) == 0
    box.selectAll()
    QTest.keyClicks(box, "12")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert clip.view.cine.rate_of(clip.workspace.active.display_set).fps == pytest.approx(12)
    assert clip.view.grid.panes[0].hasFocus()
