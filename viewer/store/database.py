"""Connections to the index: one that writes, one that reads for each thread.

WAL with synchronous=FULL: what is committed survives a power cut (R-030). A write is one short
``BEGIN IMMEDIATE`` with a busy timeout, so that several processes can share the file (R-038).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from viewer.base.errors import (
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
)
from viewer.store.words import FAILED, FULL, READ_ONLY

BUSY_MS = 15_000
"""How long a write waits for those of other processes."""

_CACHE_KIB = 16_384
_JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024

DAMAGED = (
    "The index of the library is damaged. The stored images are not touched. "
    "Run 'lightbox verify --rebuild' to build the index again from them."
)
BUSY = "Another Lightbox is writing to the library and did not finish in time. Try again."


def store_error(err: BaseException) -> StoreError:
    """Return the error of ours that says in words what the database could not do."""
    origin = getattr(err, "orig", None) or err
    code = getattr(origin, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreDamagedError(DAMAGED)
    if primary == sqlite3.SQLITE_FULL:
        return StoreFullError(FULL)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return StoreReadOnlyError(READ_ONLY)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusyError(BUSY)
    if primary == sqlite3.SQLITE_IOERR:
        return StoreError(FAILED)
    if isinstance(origin, sqlite3.DatabaseError) and code is None:
        return StoreDamagedError(DAMAGED)  # the module itself could not read a row
    return StoreError(f"The index of the library refused: {type(origin).__name__}.")


@contextmanager
def telling_store_errors() -> Iterator[None]:
    """Turn database errors into ``StoreError`` with a sentence for people."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as err:
        raise store_error(err) from err


def inserted_key(result: CursorResult[Any]) -> int:
    """Return the key that an insert of one row was given."""
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


class Database:
    """The index file of one home.

    Parameters
    ----------
    path
        The SQLite file; it is created by the first write.
    durable
        False only for an index that is being built beside the real one.
    """

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path = path
        self._durable = durable
        self._engine = self._make_engine("BEGIN")
        self._writing = self._make_engine("BEGIN IMMEDIATE")
        self._writer: Connection | None = None
        self._write_lock = threading.RLock()
        self._own = threading.local()
        self._readers: list[Connection] = []
        self._readers_lock = threading.Lock()

    def _make_engine(self, begin: str) -> Engine:
        engine = create_engine(
            f"sqlite:///{self.path}",
            poolclass=NullPool,
            connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
        )
        durable = self._durable

        @event.listens_for(engine, "connect")
        def prepare(connection: sqlite3.Connection, _record: object) -> None:
            connection.isolation_level = None  # transactions are begun here, never by the module
            for pragma in (
                f"busy_timeout={BUSY_MS}",
                "foreign_keys=ON",
                "journal_mode=WAL",
                "fullfsync=ON",  # macOS only
                f"synchronous={'FULL' if durable else 'OFF'}",
                f"cache_size=-{_CACHE_KIB}",
                f"journal_size_limit={_JOURNAL_LIMIT_BYTES}",
                "temp_store=MEMORY",
                "trusted_schema=OFF",
            ):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def start(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the writing connection inside a transaction; commit at the end.

        Raises
        ------
        StoreError
            When the database refuses; nothing of the transaction is kept.
        """
        with self._write_lock, telling_store_errors():
            if self._writer is None:
                self._writer = self._writing.connect()
            try:
                with self._writer.begin():
                    yield self._writer
            except DatabaseError:
                self._drop_writer()
                raise

    def _drop_writer(self) -> None:
        """Forget the writing connection: after an error the next write starts afresh."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(SQLAlchemyError, sqlite3.Error):
                writer.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give this thread's reading connection inside one snapshot of the index.

        Raises
        ------
        StoreError
            When the database cannot be read.
        """
        with telling_store_errors():
            connection: Connection | None = getattr(self._own, "connection", None)
            if connection is None or connection.closed:
                connection = self._engine.connect()
                self._own.connection = connection
                with self._readers_lock:
                    self._readers.append(connection)
            if connection.in_transaction():
                yield connection
                return
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every connection; the last one of all processes folds the WAL into the file."""
        with self._readers_lock:
            readers, self._readers = self._readers, []
        for connection in readers:
            with suppress(SQLAlchemyError, sqlite3.Error):
                connection.close()
        with self._write_lock:
            self._drop_writer()
        self._engine.dispose()
        self._writing.dispose()
