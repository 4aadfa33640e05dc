"""Small parts without a window: words, cached pictures, rooms for archive members, receipts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.ui.test_study_model import study
from viewer.base.paths import Home
from viewer.model.listing import SeriesRow
from viewer.store.receipts import ReceiptSummary
from viewer.ui.member_room import MemberRoom, room_of, sweep
from viewer.ui.preview_pictures import cache_name, prune
from viewer.ui.receipt_view import first_few, shorten
from viewer.ui.study_story import receipt_of
from viewer.ui.widgets import breakable
from viewer.ui.wording import milliseconds, size_text


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [(0, "0 B"), (999, "999 B"), (7_100_000, "7.1 MB"), (412e9, "412 GB"), (2e12, "2.0 TB")],
)
def test_sizes_are_written_in_powers_of_ten(n_bytes: float, text: str) -> None:
    assert size_text(n_bytes) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0004, "0.4 ms"), (0.011, "11 ms"), (1.24, "1.2 s")]
)
def test_measured_times_have_their_unit(seconds: float, text: str) -> None:
    assert milliseconds(seconds) == text


def test_long_runs_get_places_to_break_and_short_ones_none() -> None:
    assert breakable("Phantom, Alma") == "Phantom, Alma"
    assert breakable("x" * 40).replace("\u200b", "") == "x" * 40
    assert "\u200b" in breakable("x" * 40)


def test_cached_picture_has_another_name_once_instances_were_added() -> None:
    row = SeriesRow("1.2.3", "1.2", 1, "CT", "", 10, 10, "", "", "")
    more = SeriesRow("1.2.3", "1.2", 1, "CT", "", 11, 11, "", "", "")
    assert cache_name(row) != cache_name(more)
    assert "1.2.3" not in cache_name(row)


def test_oldest_cached_pictures_go_first(tmp_path: Path) -> None:
    for number in range(5):
        path = tmp_path / f"{number}.png"
        path.write_bytes(b"x")
        os.utime(path, (1000 + number, 1000 + number))
    assert prune(tmp_path, keep=2) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3.png", "4.png"]


def test_room_for_members_is_gone_after_closing(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    room = MemberRoom(home)
    path = room.new_file()
    path.write_bytes(b"member")
    assert path.parent == room_of(home)
    room.close()
    assert not path.exists()


def test_rooms_of_dead_processes_are_swept_and_living_ones_stay(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    dead = home.ensure(home.temporary / "source-4194399")  # above the kernel's largest number
    own = home.ensure(room_of(home))
    assert sweep(home) == 1
    assert not dead.exists()
    assert own.exists()


def test_paths_of_a_receipt_are_shown_from_its_source_on() -> None:
    assert shorten("/media/disc/DICOM/IM1", "/media/disc") == "DICOM/IM1"
    assert shorten("/media/disc.zip!/IM1", "/media/disc.zip") == "IM1"
    assert shorten("/media/disc2/IM1", "/media/disc") == "/media/disc2/IM1"
    assert shorten("/a/IM1", "/a, /b") == "/a/IM1"


def test_only_the_first_lines_are_shown_with_how_many_follow() -> None:
    assert first_few(("a", "b", "c", "d", "e")) == ["a", "b", "c", "and 2 more"]
    assert first_few(("a",)) == ["a"]


def receipt(number: int, started: str, ended: str) -> ReceiptSummary:
    return ReceiptSummary(number, started, ended, "/disc", "copy", True, False, {}, 0)


def test_a_study_belongs_to_the_one_import_that_ran_when_it_came() -> None:
    row = study(0, added="2026-01-01T10:00:30.000Z")
    first = receipt(1, "2026-01-01T10:00:00.000Z", "2026-01-01T10:01:00.000Z")
    later = receipt(2, "2026-01-01T11:00:00.000Z", "2026-01-01T11:01:00.000Z")
    beside = receipt(3, "2026-01-01T09:59:00.000Z", "")
    assert receipt_of(row, [later, first]) == first
    assert receipt_of(row, [later, first, beside]) is None
    assert receipt_of(row, [later]) is None
