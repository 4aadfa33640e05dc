"""Open the index: create it, check it, migrate it, repair what a crash left (R-032, R-035)."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import insert, inspect

from viewer.base.errors import StoreDamagedError, StoreVersionError
from viewer.base.paths import Home
from viewer.store.database import DAMAGED, Database, store_error
from viewer.store.journal import now
from viewer.store.lock import StoreLock, hold_library
from viewer.store.migrate import migrate
from viewer.store.repair import repair
from viewer.store.schema import SEARCH_DDL, VERSION, meta, metadata
from viewer.store.spool import private_file, stale_spools

_GONE = (
    "The index of the library is gone, but stored images are there. "
    "Run 'lightbox verify --rebuild' to build the index again from them."
)
_PATIENCE = 10.0
_QUICK_CHECK_BYTES = 96 * 1024 * 1024
"""An index up to this size is checked on every opening; a larger one after a crash only."""


def open_index(home: Home, purpose: str) -> tuple[StoreLock, Database]:
    """Return the shared lock and the checked index of a home.

    Raises
    ------
    StoreBusyError, StoreDamagedError, StoreReadOnlyError, StoreVersionError
        As ``open_library`` says.
    """
    lock = hold_library(home, shared=True, purpose=purpose)
    try:
        if not _is_current(home):  # made or migrated by one process while the others wait
            lock.release()
            lock = hold_library(home, shared=False, purpose=purpose, patience_seconds=_PATIENCE)
        database = Database(home.index)
        try:
            _prepare(home, lock, database)
        except BaseException:
            database.close()
            raise
    except BaseException:
        lock.release()
        raise
    return lock, database


def _is_current(home: Home) -> bool:
    return stored_version(home) == VERSION


def _prepare(home: Home, lock: StoreLock, database: Database) -> None:
    """Bring the index into a state that can be used; the lock is shared afterwards."""
    try:
        version = stored_version(home)
        if version is None:
            create_index(database)
        elif version < VERSION:
            migrate(home, version)
        crashed = stale_spools(home)
        if crashed or home.index.stat().st_size <= _QUICK_CHECK_BYTES:
            check_quickly(home)
        if crashed and (not lock.shared or lock.try_exclusive()):
            repair(home, database, crashed)
    finally:
        lock.make_shared()


def stored_version(home: Home) -> int | None:
    """Return the version of the index; None when the home has no library yet.

    Raises
    ------
    StoreDamagedError
        When the index cannot be read, or is gone though objects are there.
    StoreVersionError
        When it is newer than this program.
    """
    size = home.index.stat().st_size if home.index.exists() else None
    if size is None or size == 0:
        if has_objects(home):
            raise StoreDamagedError(_GONE)
        return None
    try:
        with closing(sqlite3.connect(f"file:{home.index}?mode=rw", uri=True, timeout=15)) as peek:
            n_tables = peek.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if n_tables == 0 and not has_objects(home):
                return None  # its creation was interrupted; nothing was ever in it
            row = peek.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    except sqlite3.Error as err:
        told = store_error(err)
        damaged = isinstance(err, sqlite3.OperationalError) and "no such table" in str(err)
        raise (StoreDamagedError(DAMAGED) if damaged else told) from err
    if row is None or not str(row[0]).isdigit() or n_tables == 1:
        raise StoreDamagedError(DAMAGED)
    version = int(row[0])
    if version > VERSION:
        raise StoreVersionError(
            "A newer Lightbox wrote this library; this one would not understand it. "
            "Nothing was changed. Use the newer program, or another folder with --home."
        )
    return version


def has_objects(home: Home) -> bool:
    """Tell whether the home holds stored objects or acts of people."""
    if home.journal.exists() and home.journal.stat().st_size:
        return True
    return home.objects.is_dir() and any(home.objects.glob("*/*/*"))


def create_index(database: Database) -> None:
    """Make the tables of an empty index, in one transaction.

    Raises
    ------
    StoreError
        When it cannot be written.
    """
    private_file(database.path)
    with database.write() as connection:
        if inspect(connection).has_table("meta"):
            return
        metadata.create_all(connection, checkfirst=False)
        connection.exec_driver_sql(SEARCH_DDL)
        connection.execute(
            insert(meta),
            [{"key": "version", "value": str(VERSION)}, {"key": "made", "value": now()}],
        )


def check_quickly(home: Home) -> None:
    """Let SQLite check the structure of the index.

    Raises
    ------
    StoreDamagedError
        When it finds damage.
    """
    try:
        with closing(sqlite3.connect(f"file:{home.index}?mode=rw", uri=True, timeout=15)) as peek:
            answer = peek.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as err:
        raise store_error(err) from err
    if answer is None or answer[0] != "ok":
        raise StoreDamagedError(DAMAGED)
