"""Bring an older index up to date: backup first, one transaction, a version stamp (R-039).

``STEPS[n]`` lifts an index of version n to n + 1. Nothing goes down: an index of a newer program
is refused before anything is changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from viewer.base.paths import Home
from viewer.store.database import telling_store_errors
from viewer.store.schema import VERSION
from viewer.store.spool import private_file

Step = Callable[[sqlite3.Connection], None]

STEPS: Mapping[int, Step] = {}
"""No earlier version was ever shipped; tests bring steps of their own."""


def migrate(
    home: Home, version: int, steps: Mapping[int, Step] | None = None, target: int = VERSION
) -> Path:
    """Lift the index from ``version`` to ``target`` and return the backup that was made.

    The caller holds the exclusive lock. A crash leaves the old index or the new one.

    Raises
    ------
    StoreError
        When a step is missing or fails; the index is as it was.
    """
    chosen = STEPS if steps is None else steps
    backup = back_up(home, f"before-version-{target}")
    with (
        telling_store_errors(),
        closing(sqlite3.connect(home.index, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            for number in range(version, target):
                chosen[number](connection)
            connection.execute("UPDATE meta SET value = ? WHERE key = 'version'", (str(target),))
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    return backup


def back_up(home: Home, label: str) -> Path:
    """Copy the index with SQLite's backup interface, WAL included, and return the copy.

    Raises
    ------
    StoreError
        When it cannot be read or written.
    """
    folder = home.ensure(home.backups)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    path = folder / f"index-{stamp}-{label}.db"
    private_file(path)
    with (
        telling_store_errors(),
        closing(sqlite3.connect(home.index)) as source,
        closing(sqlite3.connect(path)) as target,
    ):
        source.backup(target)
    return path
