"""Frames arrive: the visible one first, all of them in the end, each only as itself (R-054)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import JPEG2000Lossless

from tests.phantom import AXIAL, Geometry, make_image, make_series, ramp
from viewer.base.errors import BlockingCallError, DecodeError, ViewerError
from viewer.base.jobs import Jobs, claim_ui_thread, release_ui_thread
from viewer.dicom.pool import DecodePool
from viewer.dicom.records import read_instance
from viewer.displays import open_study
from viewer.imaging.loader import FrameLoader
from viewer.imaging.thumbnails import thumbnail
from viewer.model.displayset import DisplaySet
from viewer.model.grouping import group_studies
from viewer.model.study import Instance

GEOMETRY = replace(AXIAL, shape=(12, 20, 24))
BUDGET = 64 << 20


@dataclass
class Home:
    """Collects what the loader announces and waits for it."""

    came: list[tuple[str, int]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def note(self, key: tuple[str, int]) -> None:
        with self.changed:
            self.came.append(key)
            self.changed.notify_all()

    def wait_for(self, n: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.came) >= n, 30), self.came


@pytest.fixture(scope="module")
def pool() -> Iterator[DecodePool]:
    with DecodePool(1) as made:
        made.warm_up().result(60)
        yield made


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


@pytest.fixture
def home() -> Home:
    return Home()


def loader_for(jobs: Jobs, pool: DecodePool, home: Home, budget: int = BUDGET) -> FrameLoader:
    made = FrameLoader(jobs, pool, budget)
    made.ready.listen(home.note)
    return made


def opened(paths: list[Path]) -> DisplaySet:
    return shown([read_instance(str(path)) for path in paths])


def shown(instances: list[Instance]) -> DisplaySet:
    (study,) = group_studies(instances)
    (found,) = open_study(study).display_sets
    return found


@pytest.fixture
def native(tmp_path: Path) -> DisplaySet:
    return opened(make_series(tmp_path / "native", GEOMETRY))


@pytest.mark.parametrize("syntax", [pydicom.uid.ExplicitVRLittleEndian, JPEG2000Lossless])
def test_whole_stack_arrives_exactly_and_as_one_volume(
    tmp_path: Path, jobs: Jobs, pool: DecodePool, home: Home, syntax: Any
) -> None:
    made = opened(make_series(tmp_path / "s", GEOMETRY, transfer_syntax=syntax))
    loader = loader_for(jobs, pool, home)

    loader.want(made, 6)
    home.wait_for(12)

    volume = loader.volume(made)
    assert volume is not None
    assert np.array_equal(volume, ramp(GEOMETRY))
    assert sorted(home.came) == [(made.id, k) for k in range(12)]
    assert loader.progress(made.id) == (12, 12)
    frame = loader.frame(made, 3)
    assert frame is not None
    assert np.shares_memory(frame.stored, volume)
    assert frame.identity.sop_instance_uid == made.frames[3].instance.sop_instance_uid


def test_opening_reads_nothing(
    native: DisplaySet, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    loader = loader_for(jobs, pool, home)

    loader.open(native)

    assert loader.frame(native, 0) is None
    assert loader.used_bytes == 0
    assert loader.progress(native.id) == (0, 12)


def test_visible_frame_is_announced_before_the_far_end(
    native: DisplaySet, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    loader = loader_for(jobs, pool, home)

    loader.want(native, 11, direction=-1)
    home.wait_for(12)

    order = [index for _, index in home.came]
    assert order.index(11) < order.index(5) < order.index(0)


def test_file_that_now_holds_another_object_is_refused_in_words(
    tmp_path: Path, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    paths = make_series(tmp_path / "s", GEOMETRY)
    made = opened(paths)
    target = Path(made.frames[4].instance.file.path)
    target.write_bytes(Path(made.frames[5].instance.file.path).read_bytes())
    loader = loader_for(jobs, pool, home)

    loader.want(made, 4)
    home.wait_for(12)

    assert loader.frame(made, 4) is None
    assert "another object" in (loader.failure(made, 4) or "")
    assert loader.failure(made, 3) is None
    assert loader.progress(made.id) == (12, 12)
    assert loader.volume(made) is None


@pytest.mark.parametrize("keyword", ["PatientName", "PatientID", "PatientBirthDate"])
@pytest.mark.parametrize("syntax", [pydicom.uid.ExplicitVRLittleEndian, JPEG2000Lossless])
def test_file_that_now_names_another_patient_is_refused_in_words(
    tmp_path: Path, jobs: Jobs, pool: DecodePool, home: Home, keyword: str, syntax: Any
) -> None:
    geometry = replace(GEOMETRY, shape=(2, 20, 24))
    made = opened(make_series(tmp_path / "s", geometry, transfer_syntax=syntax))
    path = made.frames[0].instance.file.path
    ds = pydicom.dcmread(path)
    old = str(ds[keyword].value)
    setattr(ds, keyword, ("9" if keyword == "PatientBirthDate" else "X") + old[1:])
    ds.save_as(path)
    loader = loader_for(jobs, pool, home)

    loader.want(made, 0)
    home.wait_for(2)

    assert loader.frame(made, 0) is None
    assert "patient" in (loader.failure(made, 0) or "")
    with pytest.raises(ViewerError, match="patient"):
        loader_for(jobs, pool, home).load_now(made, 0)


def test_missing_file_fails_in_words_and_others_come(
    native: DisplaySet, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    Path(native.frames[2].instance.file.path).unlink()
    loader = loader_for(jobs, pool, home)

    loader.want(native, 2)
    home.wait_for(12)

    sentence = loader.failure(native, 2)
    assert sentence
    assert native.frames[2].instance.file.path not in sentence
    assert loader.frame(native, 3) is not None


def test_content_that_differs_from_the_index_is_taken_off_the_screen(
    tmp_path: Path, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    listed = []
    for path in make_series(tmp_path / "s", GEOMETRY):
        one = read_instance(str(path))
        digest = hashlib.sha256(path.read_bytes()[one.file.dataset_offset :]).hexdigest()
        listed.append(replace(one, file=replace(one.file, digest=digest)))
    listed[3] = replace(listed[3], file=replace(listed[3].file, digest="0" * 64))
    made = shown(listed)
    loader = loader_for(jobs, pool, home)
    loader.want(made, 0)
    home.wait_for(12)

    for index in range(12):
        loader.verify(made, index)
    home.wait_for(13)

    assert home.came[-1] == (made.id, 3)
    assert loader.frame(made, 3) is None
    assert "not what the library recorded" in (loader.failure(made, 3) or "")
    assert loader.frame(made, 4) is not None


def test_budget_holds_while_a_long_stack_is_scrolled(
    tmp_path: Path, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    geometry = replace(AXIAL, shape=(40, 20, 24))
    made = opened(make_series(tmp_path / "s", geometry))
    nbytes = 20 * 24 * 2
    loader = loader_for(jobs, pool, home, budget=10 * nbytes)
    expected = ramp(geometry)

    for index in range(40):
        n_before = len(home.came)
        loader.want(made, index)
        while loader.frame(made, index) is None:
            assert loader.failure(made, index) is None
            home.wait_for(n_before + 1)
            n_before = len(home.came)
        assert loader.used_bytes <= loader.budget_bytes
        frame = loader.frame(made, index)
        assert frame is not None
        assert np.array_equal(frame.stored, expected[index])


def test_image_that_no_memory_can_hold_says_so(
    native: DisplaySet, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    loader = loader_for(jobs, pool, home, budget=100)

    loader.want(native, 0)
    home.wait_for(1)

    assert "not enough memory" in (loader.failure(native, 0) or "")


def test_closing_drops_frames_and_work_for_them(
    native: DisplaySet, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    loader = loader_for(jobs, pool, home)
    loader.want(native, 0)
    home.wait_for(12)

    loader.close(native.id)

    assert loader.used_bytes == 0
    assert loader.frame(native, 0) is None
    assert loader.progress(native.id) == (0, 0)


def test_two_panes_are_served_in_turn(
    tmp_path: Path, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    left = opened(make_series(tmp_path / "l", GEOMETRY, seed="left"))
    right = opened(make_series(tmp_path / "r", GEOMETRY, seed="right"))
    loader = loader_for(jobs, pool, home)

    loader.want(left, 0, viewport_key="left")
    loader.want(right, 11, direction=-1, viewport_key="right")
    home.wait_for(24)

    assert loader.volume(left) is not None
    assert loader.volume(right) is not None


def test_many_frames_of_one_file_come_in_stored_order(
    tmp_path: Path, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (9, 16, 18, 3), np.uint8)
    made = opened([make_image(tmp_path / "cine", pixels)])
    loader = loader_for(jobs, pool, home)

    loader.want(made, 4)
    home.wait_for(9)

    for index in range(9):
        frame = loader.frame(made, index)
        assert frame is not None
        assert np.array_equal(frame.stored, pixels[index])
    assert loader.volume(made) is None


def test_load_now_returns_the_frame_and_refuses_the_window_thread(
    native: DisplaySet, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    loader = loader_for(jobs, pool, home)

    assert np.array_equal(loader.load_now(native, 5).stored, ramp(GEOMETRY)[5])
    assert loader.frame(native, 5) is not None
    claim_ui_thread()
    try:
        with pytest.raises(BlockingCallError):
            loader.load_now(native, 6)
    finally:
        release_ui_thread()


def test_object_without_image_shows_its_words(
    data_dir: Path, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    path = next(p for p in sorted((data_dir / "objects" / "ko").iterdir()) if p.is_file())
    made = opened([path])
    loader = loader_for(jobs, pool, home)

    loader.want(made, 0)
    home.wait_for(1)

    assert "Key Object" in (loader.failure(made, 0) or "")
    with pytest.raises(DecodeError, match="Key Object"):
        thumbnail(pool, made)


@pytest.mark.parametrize("syntax", [pydicom.uid.ExplicitVRLittleEndian, JPEG2000Lossless])
def test_thumbnail_is_the_middle_frame_made_small(
    tmp_path: Path, pool: DecodePool, syntax: Any
) -> None:
    geometry = Geometry(shape=(3, 320, 400))
    values = np.zeros((3, 320, 400), np.int16)
    values[1, :, 200:] = 1000
    tags = {"WindowCenter": "500.5", "WindowWidth": "1001"}
    made = opened(make_series(tmp_path / "s", geometry, values, syntax, tags=tags))

    small = thumbnail(pool, made)

    assert small.shape in {(107, 134), (106, 133)}  # with or without the last, partial blocks
    assert (small[:, :66] == 0).all()
    assert (small[:, 68:] == 255).all()


def test_study_that_still_arrives_keeps_what_is_loaded_and_loads_the_rest(
    tmp_path: Path, jobs: Jobs, pool: DecodePool, home: Home
) -> None:
    listed = [read_instance(str(path)) for path in make_series(tmp_path / "s", GEOMETRY)]
    early, whole = shown(listed[1::2]), shown(listed)
    assert early.id == whole.id
    loader = loader_for(jobs, pool, home)
    loader.want(early, 2)
    home.wait_for(6)

    loader.open(whole)
    loader.want(whole, 5)
    home.wait_for(12)

    volume = loader.volume(whole)
    assert volume is not None
    assert np.array_equal(volume, ramp(GEOMETRY))


@pytest.mark.parametrize("syntax", [pydicom.uid.ExplicitVRLittleEndian, JPEG2000Lossless])
def test_fast_scrolling_to_and_fro_leaves_nothing_behind(
    tmp_path: Path, jobs: Jobs, pool: DecodePool, home: Home, syntax: Any
) -> None:
    geometry = replace(AXIAL, shape=(60, 20, 24))
    made = opened(make_series(tmp_path / "s", geometry, transfer_syntax=syntax))
    loader = loader_for(jobs, pool, home)

    for index in [*range(60), *range(59, -1, -1), *range(0, 60, 7)]:
        loader.want(made, index)
    home.wait_for(60)

    volume = loader.volume(made)
    assert volume is not None
    assert np.array_equal(volume, ramp(geometry))
    assert loader.progress(made.id) == (60, 60)
    assert len(home.came) == 60  # each was read once


@pytest.mark.parametrize("syntax", [pydicom.uid.ExplicitVRLittleEndian, JPEG2000Lossless])
def test_ending_in_the_middle_of_work_is_silent(tmp_path: Path, home: Home, syntax: Any) -> None:
    geometry = replace(AXIAL, shape=(40, 20, 24))
    made = opened(make_series(tmp_path / "s", geometry, transfer_syntax=syntax))
    jobs = Jobs()
    with DecodePool(1) as own:
        own.warm_up().result(60)
        loader = loader_for(jobs, own, home)
        loader.want(made, 0)
        home.wait_for(1)
        jobs.close()
    loader.want(made, 39)  # nobody is there to read it any more

    assert len(home.came) <= 40
