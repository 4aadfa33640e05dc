"""Opening an index: new, old, newer, damaged; migration is old or new, never between (R-039)."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.importing import opened, query, rows_of, small_series, stored_paths, take
from viewer.base.errors import StoreDamagedError, StoreError, StoreVersionError
from viewer.base.paths import Home
from viewer.store import opening
from viewer.store.migrate import migrate
from viewer.store.schema import VERSION

# Version 0 was never shipped: it is version 1 before comments and character sets.
TO_VERSION_0 = (
    "ALTER TABLE studies DROP COLUMN comment",
    "ALTER TABLE studies DROP COLUMN charset",
    "UPDATE meta SET value = '0' WHERE key = 'version'",
)


def lift(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE studies ADD COLUMN comment TEXT NOT NULL DEFAULT ''")
    connection.execute("ALTER TABLE studies ADD COLUMN charset TEXT NOT NULL DEFAULT ''")


def make_old(home: Path, folder: Path) -> None:
    small_series(folder)
    with opened(home) as library:
        take(library, folder)
    with closing(sqlite3.connect(home / "index.db")) as connection, connection:
        for statement in TO_VERSION_0:
            connection.execute(statement)


def test_old_index_is_lifted_on_opening_with_a_backup(
    lightbox_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_old(lightbox_home, tmp_path / "in")
    monkeypatch.setattr(opening, "migrate", lambda home, version: migrate(home, version, {0: lift}))

    with opened(lightbox_home) as library:
        assert [row.n_instances for row in rows_of(library)] == [3]

    (backup,) = (lightbox_home / "backups").iterdir()
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key='version'").fetchone() == ("0",)
        assert connection.execute("SELECT count(*) FROM instances").fetchone() == (3,)


def test_failing_migration_leaves_the_old_index(lightbox_home: Path, tmp_path: Path) -> None:
    make_old(lightbox_home, tmp_path / "in")

    def fail(connection: sqlite3.Connection) -> None:
        lift(connection)
        connection.execute("SELECT * FROM no_such_table")

    with pytest.raises(StoreError):
        migrate(Home(lightbox_home), 0, {0: fail})

    assert query(lightbox_home, "SELECT value FROM meta WHERE key='version'") == [("0",)]
    columns = {row[1] for row in query(lightbox_home, "PRAGMA table_info(studies)")}
    assert "comment" not in columns


MIGRATE_SLOWLY = """
import sys, sqlite3
from pathlib import Path
from viewer.base.paths import Home
from viewer.store.migrate import migrate

def step(connection):
    connection.execute("ALTER TABLE studies ADD COLUMN comment TEXT NOT NULL DEFAULT ''")
    print("half", flush=True)
    sys.stdin.readline()
    connection.execute("ALTER TABLE studies ADD COLUMN charset TEXT NOT NULL DEFAULT ''")

migrate(Home(Path(sys.argv[1])), 0, {0: step})
print("done", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("moment", ["half", "done"])
def test_killed_migration_is_old_or_new(lightbox_home: Path, tmp_path: Path, moment: str) -> None:
    make_old(lightbox_home, tmp_path / "in")
    command = [sys.executable, "-c", MIGRATE_SLOWLY, str(lightbox_home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == b"half\n"
        if moment == "done":
            child.stdin.write(b"\n")
            child.stdin.flush()
            assert child.stdout.readline() == b"done\n"
        child.kill()

    columns = {row[1] for row in query(lightbox_home, "PRAGMA table_info(studies)")}
    version = query(lightbox_home, "SELECT value FROM meta WHERE key='version'")
    if moment == "half":
        assert (version, {"comment", "charset"} & columns) == ([("0",)], set())
    else:
        assert version == [(str(VERSION),)]
        assert {"comment", "charset"} <= columns
    assert query(lightbox_home, "PRAGMA integrity_check") == [("ok",)]


def test_newer_index_is_refused_and_left_alone(lightbox_home: Path) -> None:
    with opened(lightbox_home):
        pass
    with closing(sqlite3.connect(lightbox_home / "index.db")) as connection, connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'version'")
    before = (lightbox_home / "index.db").read_bytes()

    with pytest.raises(StoreVersionError, match="newer Lightbox"), opened(lightbox_home):
        pass

    assert (lightbox_home / "index.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"SQLite format 3\0"])
def test_file_that_is_no_index_is_damage_not_an_empty_list(
    lightbox_home: Path, tmp_path: Path, content: bytes
) -> None:
    small_series(tmp_path / "in")
    with opened(lightbox_home) as library:
        take(library, tmp_path / "in")
    (lightbox_home / "index.db").write_bytes(content)

    with pytest.raises(StoreDamagedError, match="--rebuild"), opened(lightbox_home):
        pass

    assert (lightbox_home / "index.db").read_bytes() == content
    assert len(stored_paths(lightbox_home)) == 3


def ask_everything(root: Path) -> list[int]:
    """Read all there is and return how many objects each study of the list holds."""
    with opened(root) as library:
        for one in library.receipts():
            library.receipt(one.id)
        studies = [library.load_study(row.study_instance_uid) for row in rows_of(library)]
        return [sum(len(series.instances) for series in study.series) for study in studies]


def harm_bytes(index: Path, chance: random.Random) -> None:
    data = bytearray(index.read_bytes())
    for _ in range(100):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    index.write_bytes(data)


def harm_tail(index: Path, chance: random.Random) -> None:
    size = index.stat().st_size
    os.truncate(index, chance.randrange(1, size))


def harm_page(index: Path, chance: random.Random) -> None:
    data = bytearray(index.read_bytes())
    page = 4096 * chance.randrange(len(data) // 4096)
    data[page : page + 4096] = bytes(4096)
    index.write_bytes(data)


@pytest.mark.parametrize("harm", [harm_bytes, harm_tail, harm_page])
@pytest.mark.parametrize("seed", range(6))
def test_damage_is_found_or_harmless(
    lightbox_home: Path, tmp_path: Path, harm: Callable[[Path, random.Random], None], seed: int
) -> None:
    """R-035: never an empty or shortened list that is shown as if nothing had happened."""
    small_series(tmp_path / "in", "a")
    small_series(tmp_path / "in2", "b")
    with opened(lightbox_home) as library:
        take(library, tmp_path / "in", tmp_path / "in2")
    before = ask_everything(lightbox_home)
    harm(lightbox_home / "index.db", random.Random(seed))

    try:
        after = ask_everything(lightbox_home)
    except StoreDamagedError:
        return

    assert after == before == [3, 3]
