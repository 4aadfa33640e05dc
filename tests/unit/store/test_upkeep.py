"""Verify, repair, rebuild, purge: what keeps a library sound."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.importing import opened, query, rows_of, small_series, stored_paths, study_uid, take
from viewer.base.errors import StoreBusyError, StoreDamagedError
from viewer.base.paths import Home
from viewer.services.importing import LINK
from viewer.store.library import Library
from viewer.store.upkeep import rebuild_library
from viewer.store.verify import VerifyReport


def verify(library: Library) -> VerifyReport:
    return library.verify(lambda: None, lambda _n: None)


def flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 0x40
    path.write_bytes(data)


@pytest.mark.parametrize("offset", [3, 140, 600, -1])
def test_flipped_byte_is_found_and_set_apart(library: Library, tmp_path: Path, offset: int) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in")
    victim = stored_paths(library.home.root)[1]
    flip(victim, offset)

    report = verify(library)

    assert report.damaged == [str(victim)]
    assert (report.n_checked, report.gone, report.all_well) == (3, [], False)
    assert (library.home.quarantine / f"damaged-{victim.name}").is_file()
    (conflict,) = library.conflicts(study_uid())
    assert conflict.kind == "damaged"

    repaired = take(library, tmp_path / "in")  # the original brings it back

    assert repaired.counts()["stored"] == 1
    assert verify(library).all_well


def test_whole_library_is_well(library: Library, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in")

    report = verify(library)

    assert (report.n_checked, report.all_well) == (3, True)


def test_lost_and_cut_files_are_found(library: Library, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in")
    first, second, _ = stored_paths(library.home.root)
    first.unlink()
    second.write_bytes(second.read_bytes()[:-7])

    report = verify(library)

    assert (report.gone, report.damaged) == ([str(first)], [str(second)])


def test_linked_files_get_their_hash_and_changes_are_seen(library: Library, tmp_path: Path) -> None:
    paths = small_series(tmp_path / "in")
    take(library, tmp_path / "in", mode=LINK)

    first = verify(library)

    assert (first.n_hashed, first.all_well) == (3, True)
    assert query(library.home.root, "SELECT count(*) FROM files WHERE digest = ''") == [(0,)]
    assert verify(library).n_hashed == 0

    flip(paths[0], -1)
    os.utime(paths[0], ns=(1, 1))
    paths[1].unlink()
    report = verify(library)

    assert (report.changed, report.gone) == ([str(paths[0])], [str(paths[1])])
    assert paths[0].is_file()


def forget(root: Path, statement: str) -> None:
    with closing(sqlite3.connect(root / "index.db")) as connection, connection:
        connection.execute(statement)


def crash(root: Path) -> None:
    """Leave what a killed import leaves: a spool folder that nobody locks."""
    spool = root / "spool" / "4711-dead"
    spool.mkdir(parents=True)
    (spool / "lock").touch()
    (spool / "1").write_bytes(b"half a fi")


def test_crash_repair_adopts_orphans_and_clears_the_spool(
    lightbox_home: Path, tmp_path: Path
) -> None:
    small_series(tmp_path / "in")
    with opened(lightbox_home) as library:
        take(library, tmp_path / "in")
    (uid, key) = query(lightbox_home, "SELECT uid, key FROM instances")[0]
    forget(lightbox_home, f"DELETE FROM files WHERE instance_key = {key}")
    forget(lightbox_home, f"DELETE FROM instances WHERE key = {key}")
    stored_paths(lightbox_home)[0].with_name("ab" * 32 + ".dcm").write_bytes(b"no object")
    crash(lightbox_home)

    with opened(lightbox_home) as library:
        study = library.load_study(study_uid())
        assert uid in {one.sop_instance_uid for one in study.series[0].instances}

    assert list((lightbox_home / "spool").iterdir()) == []
    assert len(stored_paths(lightbox_home)) == 3
    assert (lightbox_home / "quarantine" / ("damaged-" + "ab" * 32 + ".dcm")).is_file()


def test_crash_repair_marks_rows_whose_file_is_gone_or_short(
    lightbox_home: Path, tmp_path: Path
) -> None:
    small_series(tmp_path / "in")
    with opened(lightbox_home) as library:
        take(library, tmp_path / "in")
    first, second, third = stored_paths(lightbox_home)
    first.rename(tmp_path / "kept")
    second.write_bytes(second.read_bytes()[:-1])
    crash(lightbox_home)

    with opened(lightbox_home):
        pass

    states = dict(query(lightbox_home, "SELECT path, state FROM files"))
    assert states[first.relative_to(lightbox_home / "objects").as_posix()] == "gone"
    assert states[second.relative_to(lightbox_home / "objects").as_posix()] == "gone"
    assert states[third.relative_to(lightbox_home / "objects").as_posix()] == "ok"

    (tmp_path / "kept").rename(first)
    crash(lightbox_home)
    with opened(lightbox_home):
        pass
    assert ("gone", 1) in query(lightbox_home, "SELECT state, count(*) FROM files GROUP BY state")


def everything(library: Library) -> tuple[object, ...]:
    rows = [
        (row.study_instance_uid, row.patient_name, row.n_series, row.n_instances, row.n_images,
         row.modalities, row.state, row.comment, row.source, row.added, row.n_conflicts,
         row.n_expected, row.person_note, row.flags)
        for row in (*rows_of(library), *rows_of(library, trashed=True))
    ]  # fmt: skip
    conflicts = [set(library.conflicts(str(row[0]))) for row in rows]
    receipts = [library.receipt(one.id) for one in library.receipts()]
    return sorted(map(str, rows)), conflicts, receipts


def furnish(library: Library, tmp_path: Path) -> None:
    """Fill a library with all that a rebuilt index must bring back."""
    small_series(tmp_path / "a", "a")
    small_series(tmp_path / "b", "b")
    small_series(tmp_path / "c", "c")
    small_series(tmp_path / "clash", "a", tags={"PatientID": "SOMEBODY"})
    take(library, tmp_path / "a", tmp_path / "b")
    take(library, tmp_path / "c", mode=LINK)
    take(library, tmp_path / "clash")
    library.set_state([study_uid("a")], "opened")
    library.set_state([study_uid("a")], "read")
    library.set_comment(study_uid("b"), "first")
    library.set_comment(study_uid("b"), "Zweitmeinung")
    library.delete([study_uid("b")])
    keys = {row.study_instance_uid: row.patient_key for row in rows_of(library)}
    library.link_persons(keys[study_uid("a")], keys[study_uid("c")], "Dr. House")


@pytest.mark.parametrize("how", ["whole", "gone", "damaged"])
def test_rebuilt_index_holds_what_the_old_one_held(
    lightbox_home: Path, tmp_path: Path, how: str
) -> None:
    with opened(lightbox_home) as library:
        furnish(library, tmp_path)
        before = everything(library)
    index = lightbox_home / "index.db"
    if how == "gone":
        index.unlink()
    elif how == "damaged":
        data = bytearray(index.read_bytes())
        data[100 : len(data) // 3] = os.urandom(len(data) // 3 - 100)
        index.write_bytes(data)

    report = rebuild_library(Home(lightbox_home))

    assert (report.n_objects, report.n_linked, report.lost_links) == (6, 3, ())
    with opened(lightbox_home) as library:
        after = everything(library)
        if how == "whole":
            assert after == before
        else:  # when a study was added, and from where, is in no file
            assert after[1:] == before[1:]
            assert len(rows_of(library)) == 2
            assert rows_of(library, states=("read",))[0].study_instance_uid == study_uid("a")
            assert rows_of(library, trashed=True)[0].comment == "Zweitmeinung"
            assert {row.person_note[:32] for row in rows_of(library)} == {
                "same person, confirmed by Dr. Ho"
            }
        assert len({row.patient_key for row in rows_of(library)}) == 1
    assert bool(report.old_index) is (how != "gone")


def test_index_that_is_gone_is_never_an_empty_list(lightbox_home: Path, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    with opened(lightbox_home) as library:
        take(library, tmp_path / "in")
    (lightbox_home / "index.db").unlink()

    for _ in range(2):
        with pytest.raises(StoreDamagedError, match="verify --rebuild"), opened(lightbox_home):
            pass

    assert not (lightbox_home / "index.db").exists()


def test_interrupted_rebuild_is_not_an_empty_library(lightbox_home: Path, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    with opened(lightbox_home) as library:
        take(library, tmp_path / "in")
        library.set_comment(study_uid(), "kept")

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_library(Home(lightbox_home), check=stop)
    with pytest.raises(StoreDamagedError), opened(lightbox_home):
        pass

    rebuild_library(Home(lightbox_home))

    with opened(lightbox_home) as library:
        assert [row.comment for row in rows_of(library)] == ["kept"]
        assert len(library.receipts()) == 1


def test_rebuild_waits_for_nobody_and_says_who_is_there(lightbox_home: Path) -> None:
    with opened(lightbox_home), pytest.raises(StoreBusyError, match=r"Lightbox \(process \d+\)"):
        rebuild_library(Home(lightbox_home))


def test_purge_removes_old_trash_only(library: Library, tmp_path: Path) -> None:
    for seed in "abc":
        small_series(tmp_path / seed, seed)
    take(library, tmp_path)
    library.delete([study_uid("a"), study_uid("b")])
    forget(library.home.root, f"UPDATE studies SET trashed = '2020' WHERE uid = '{study_uid('a')}'")

    assert library.purge_trash(30) == 1

    assert len(stored_paths(library.home.root)) == 6
    assert len(rows_of(library, trashed=True)) == 1
    assert len(rows_of(library)) == 1
    root = library.home.root
    assert query(root, "SELECT count(*) FROM instances") == [(6,)]
    assert query(root, "SELECT count(*) FROM identities") == [(2,)]
    assert query(root, "SELECT count(*) FROM patients") == [(2,)]
    assert query(root, "SELECT count(*) FROM study_search") == [(2,)]
    assert query(root, "PRAGMA foreign_key_check") == []


def test_purge_leaves_linked_originals(library: Library, tmp_path: Path) -> None:
    paths = small_series(tmp_path / "in")
    take(library, tmp_path / "in", mode=LINK)
    library.delete([study_uid()])
    forget(library.home.root, "UPDATE studies SET trashed = '2020'")

    assert library.purge_trash(1) == 1

    assert all(path.is_file() for path in paths)
    library.close()
    rebuild_library(library.home)
    with opened(library.home.root) as again:
        assert rows_of(again) == rows_of(again, trashed=True) == ()


def test_purge_does_nothing_while_another_process_is_there(
    library: Library, tmp_path: Path
) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in")
    library.delete([study_uid()])
    forget(library.home.root, "UPDATE studies SET trashed = '2020'")

    with opened(library.home.root):
        assert library.purge_trash(1) == 0

    assert len(stored_paths(library.home.root)) == 3
