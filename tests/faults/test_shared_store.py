"""Several processes on one home, sources that vanish: nobody loses anything (R-038, R-042)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.faults.conftest import N_OBJECTS
from tests.faults.invariants import check_home, whole_objects
from tests.importing import opened, query, rows_of
from tests.phantom import Geometry, make_series
from viewer.base.errors import CancelledError
from viewer.base.paths import Home
from viewer.services.import_process import ImportProcess
from viewer.services.importing import Importer, ImportProgress, ImportResult


def lightbox(home: Path, *words: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "viewer", "--home", str(home), "--json", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_two_importers_of_the_same_files_store_each_once(tmp_path: Path, source: Path) -> None:
    home = tmp_path / "home"
    children = [lightbox(home, "import", source) for _ in range(3)]
    receipts = []
    for child in children:
        out, err = child.communicate()
        assert child.returncode == 0, err
        receipts.append(json.loads(out))

    assert sum(receipt["stored"] for receipt in receipts) == N_OBJECTS
    assert sum(receipt["already"] for receipt in receipts) == 2 * N_OBJECTS
    assert check_home(home) == whole_objects(home) == N_OBJECTS
    assert query(home, "SELECT count(*) FROM conflicts") == [(0,)]


@pytest.mark.slow
def test_window_lists_and_changes_while_an_import_runs(tmp_path: Path, source: Path) -> None:
    home = tmp_path / "home"
    with opened(home) as library:
        child = lightbox(home, "import", source)
        seq, seen = 0, 0
        arriving = False
        while child.poll() is None:
            seq, _ = library.changes_since(seq)
            rows = rows_of(library)
            n_objects = sum(row.n_instances for row in rows)
            assert n_objects >= seen
            seen = n_objects
            arriving |= any(row.arriving for row in rows)
            for row in rows:
                library.set_comment(row.study_instance_uid, f"seen {seen}")
                study = library.load_study(row.study_instance_uid)
                assert sum(len(one.instances) for one in study.series) >= row.n_instances
        out, err = child.communicate()
        assert child.returncode == 0, err
        assert json.loads(out)["stored"] == N_OBJECTS
        assert arriving
        assert not any(row.arriving for row in rows_of(library))
    assert check_home(home) == N_OBJECTS


def test_rebuild_beside_a_running_program_is_refused_by_name(tmp_path: Path) -> None:
    with opened(tmp_path / "home"):
        child = lightbox(tmp_path / "home", "verify", "--rebuild")
        _, err = child.communicate()

    assert child.returncode == 2
    assert "in use by: Lightbox (process " in err


def test_damaged_index_is_said_and_rebuilt_on_the_command_line(
    tmp_path: Path, source: Path
) -> None:
    home = tmp_path / "home"
    lightbox(home, "import", source).communicate()
    (home / "index.db").write_bytes(b"\0" * 20_000)

    child = lightbox(home, "studies")
    _, err = child.communicate()
    assert (child.returncode, "verify --rebuild" in err) == (2, True)

    child = lightbox(home, "verify", "--rebuild")
    out, err = child.communicate()
    assert child.returncode == 0, err
    assert json.loads(out)["n_objects"] == N_OBJECTS
    child = lightbox(home, "verify")  # takes the hashes of whole files, which no name holds
    child.communicate()
    assert child.returncode == 0
    assert check_home(home) == N_OBJECTS


class Told:
    """Keeps what an import process tells."""

    def __init__(self) -> None:
        self.progress: list[ImportProgress] = []
        self.result: ImportResult | None = None
        self.some = threading.Event()
        self.done = threading.Event()

    def on_progress(self, progress: ImportProgress) -> None:
        self.progress.append(progress)
        self.some.set()

    def on_done(self, result: ImportResult) -> None:
        self.result = result
        self.done.set()


@pytest.mark.slow
def test_window_imports_in_a_child_process(tmp_path: Path, source: Path) -> None:
    told = Told()
    process = ImportProcess(Home(tmp_path / "home"), [source], "copy")
    process.start(told.on_progress, told.on_done)
    assert told.done.wait(60)
    process.close()

    assert told.result == ImportResult(1, complete=True)
    assert told.progress[-1].counts == {"stored": N_OBJECTS}
    assert told.progress[-1].n_done == told.progress[-1].n_found == N_OBJECTS
    assert len(told.progress[-1].current_study_uids) == 3
    assert check_home(tmp_path / "home") == N_OBJECTS


@pytest.mark.slow
def test_cancelled_import_keeps_what_arrived_and_says_so(tmp_path: Path, source: Path) -> None:
    told = Told()
    process = ImportProcess(Home(tmp_path / "home"), [source], "copy")
    process.start(told.on_progress, told.on_done)
    assert told.some.wait(60)
    process.cancel()
    assert told.done.wait(60)
    process.close()

    assert told.result is not None
    there = check_home(tmp_path / "home")
    with opened(tmp_path / "home") as library:
        receipt = library.receipt(told.result.receipt)
        assert receipt.counts()["stored"] == there
        assert receipt.complete is told.result.complete is (there == N_OBJECTS)
        assert not any(row.arriving for row in rows_of(library))


@pytest.mark.slow
def test_killed_child_is_reported_in_words(tmp_path: Path, source: Path) -> None:
    told = Told()
    process = ImportProcess(Home(tmp_path / "home"), [source], "copy")
    process.start(told.on_progress, told.on_done)
    assert told.some.wait(60)
    assert process._child is not None
    process._child.kill()
    assert told.done.wait(60)
    process.close()

    assert told.result is not None
    if not told.result.complete:  # it may have been done already
        assert "ended unexpectedly" in told.result.problem
    with opened(tmp_path / "home") as library:
        assert not any(row.arriving for row in rows_of(library))
    assert check_home(tmp_path / "home") >= told.progress[-1].counts["stored"]


def test_folder_that_vanishes_midway_is_listed(tmp_path: Path, source: Path) -> None:
    shutil.copytree(source, tmp_path / "disc")

    def eject(_progress: ImportProgress) -> None:
        shutil.rmtree(tmp_path / "disc", ignore_errors=True)

    with opened(tmp_path / "home") as library:
        result = Importer(library, "copy", lambda: None, eject).run([tmp_path / "disc"])
        receipt = library.receipt(result.receipt)

    counts = receipt.counts()
    assert result.complete
    assert 0 < counts["stored"] < N_OBJECTS
    assert counts["unreadable"] > 0
    reasons = {entry.reason for entry in receipt.entries if entry.status == "unreadable"}
    assert all("no longer there" in reason for reason in reasons), reasons
    assert check_home(tmp_path / "home") == counts["stored"]


def test_import_stopped_by_a_person_is_marked_incomplete(tmp_path: Path, source: Path) -> None:
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise CancelledError("Stopped.")

    with opened(tmp_path / "home") as library:
        importer = Importer(library, "copy", check, lambda _progress: stop.set())
        result = importer.run([source])
        receipt = library.receipt(result.receipt)

    assert not result.complete
    assert not receipt.complete
    assert receipt.notes[-1].startswith("Stopped.")
    assert check_home(tmp_path / "home") == receipt.counts()["stored"] < N_OBJECTS


def race(home: Path, one: Path, other: Path) -> None:
    children = [lightbox(home, "import", folder) for folder in (one, other, one, other)]
    for child in children:
        _, err = child.communicate()
        assert child.returncode in (0, 1), err


def check_race(home: Path, n_objects: int) -> None:
    assert check_home(home) == whole_objects(home) == n_objects
    assert query(home, "SELECT count(*), count(DISTINCT sop_uid) FROM conflicts") == [
        (n_objects, n_objects)
    ]
    assert len(list((home / "quarantine").glob("*.dcm"))) == n_objects
    assert len(list((home / "quarantine").glob("*.json"))) == n_objects


@pytest.mark.slow
def test_changed_objects_racing_the_originals_end_as_one_conflict_each(tmp_path: Path) -> None:
    """FI-17: whoever is first is kept; the other is kept apart; nobody is lost."""
    geometry = Geometry(shape=(40, 16, 16))
    make_series(tmp_path / "one", geometry)
    make_series(tmp_path / "other", geometry, tags={"PatientID": "SOMEBODY"})

    for _ in range(2):
        race(tmp_path / "home", tmp_path / "one", tmp_path / "other")
        check_race(tmp_path / "home", 40)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(25))
def test_hundred_races_end_as_one_conflict_each(tmp_path: Path, part: int) -> None:
    geometry = Geometry(shape=(40, 16, 16))
    make_series(tmp_path / "one", geometry, seed=str(part))
    make_series(tmp_path / "other", geometry, seed=str(part), tags={"PatientID": "SOMEBODY"})
    for number in range(4):
        race(tmp_path / f"home{number}", tmp_path / "one", tmp_path / "other")
        check_race(tmp_path / f"home{number}", 40)
