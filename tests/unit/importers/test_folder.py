"""Folders: every file whatever its name, no loop, no device, order by folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.importing import opened, small_series, take
from viewer.base.errors import CancelledError
from viewer.base.jobs import Task
from viewer.importers import Found, Refused, SourceWalk, scan_source
from viewer.model.study import Instance


def met(folder: Path) -> list[str]:
    walk = SourceWalk(lambda: None)
    names = []
    for find in walk.find([folder]):
        assert isinstance(find, Found | Refused)
        names.append(str(Path(find.shown).relative_to(folder)))
    return names


def test_files_of_a_folder_come_before_its_folders_in_natural_order(tmp_path: Path) -> None:
    for name in ("b/IM10", "b/IM2", "a/c/x", "a/z", "top10", "top9"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")

    assert met(tmp_path) == ["top9", "top10", "a/z", "a/c/x", "b/IM2", "b/IM10"]


def test_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "x").write_bytes(b"x")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")

    assert sorted(met(tmp_path)) == ["a/self", "a/x"]


def test_link_out_of_the_chosen_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x").write_bytes(b"x")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "outside", target_is_directory=True)

    (find,) = SourceWalk(lambda: None).find([tmp_path / "in"])

    assert isinstance(find, Refused)
    assert "not followed" in find.reason


def test_pipe_is_skipped_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    (find,) = SourceWalk(lambda: None).find([tmp_path])

    assert isinstance(find, Refused)
    assert (find.status, find.reason) == ("skipped", "a device or pipe, no file")


def test_library_is_not_imported_into_itself(lightbox_home: Path) -> None:
    small_series(lightbox_home.parent / "in")
    with opened(lightbox_home) as library:
        take(library, lightbox_home.parent / "in")
        receipt = take(library, lightbox_home.parent)

    assert receipt.counts() == {
        "stored": 0, "already": 3, "skipped": 1, "unreadable": 0, "conflict": 0,
    }  # fmt: skip


def test_disc_image_is_named(lightbox_home: Path, tmp_path: Path) -> None:
    (tmp_path / "disc.iso").write_bytes(bytes(32_769) + b"CD001" + bytes(100))
    with opened(lightbox_home) as library:
        (entry,) = take(library, tmp_path / "disc.iso").entries

    assert (entry.status, "disc image" in entry.reason) == ("skipped", True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folder_is_listed(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o000)

    (find,) = SourceWalk(lambda: None).find([tmp_path])
    locked.chmod(0o700)

    assert isinstance(find, Refused)
    assert find.status == "unreadable"


def test_absent_path_is_listed(tmp_path: Path) -> None:
    (find,) = SourceWalk(lambda: None).find([tmp_path / "nothing"])

    assert isinstance(find, Refused)
    assert (find.status, find.reason) == ("unreadable", "it is no longer there")


def test_names_that_are_no_text_come_in(lightbox_home: Path, tmp_path: Path) -> None:
    path, *_ = small_series(tmp_path / "in")
    odd = Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/caf\xe9"))
    path.rename(odd)

    with opened(lightbox_home) as library:
        receipt = take(library, odd)
        assert receipt.counts()["stored"] == 1
        assert receipt.entries[0].path == f"{tmp_path}/in/caf\\xe9"
        (linked, *_) = take(library, path.parent, mode="link").entries
        assert (linked.status, linked.sop_uid) == ("stored", linked.sop_uid)


def scan(*paths: Path, task: Task | None = None) -> tuple[list[Instance], list[int]]:
    found: list[Instance] = []
    sizes: list[int] = []

    def on_found(batch: tuple[Instance, ...]) -> None:
        found.extend(batch)
        sizes.append(len(batch))

    scan_source(paths, task or Task("read"), on_found)
    return found, sizes


def test_source_is_scanned_in_place_and_nothing_is_stored(
    lightbox_home: Path, tmp_path: Path
) -> None:
    paths = small_series(tmp_path / "in")
    (tmp_path / "in" / "readme.txt").write_text("hello")
    before = sorted(tmp_path.rglob("*"))

    found, _ = scan(tmp_path / "in")

    assert [one.file.path for one in found] == [str(path) for path in paths]
    assert sorted(tmp_path.rglob("*")) == before
    assert not lightbox_home.exists()


def test_first_batch_comes_early(tmp_path: Path) -> None:
    (path, *_) = small_series(tmp_path / "in")
    for number in range(60):
        shutil.copy(path, tmp_path / "in" / f"copy{number}")

    _, sizes = scan(tmp_path / "in")

    assert sizes[0] <= 16
    assert sum(sizes) == 63


def test_scan_reports_what_is_no_object(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("hello")

    report = scan_source([tmp_path], Task("read"), lambda _batch: None)

    (entry,) = report.refused
    assert (entry.status, entry.reason) == ("skipped", "no DICOM object")
    assert report.n_instances == 0


def test_cancelled_scan_stops(tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    task = Task("read")
    task.cancel()

    with pytest.raises(CancelledError):
        scan(tmp_path / "in", task=task)
