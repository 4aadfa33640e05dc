"""Import into a real library, for tests: the product's own engine, no process of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.phantom import Geometry, make_series, uid
from viewer.base.paths import Home
from viewer.model.listing import StudyQuery, StudyRow
from viewer.model.receipt import Receipt
from viewer.services.importing import COPY, Importer
from viewer.store.library import Library, open_library

TINY = Geometry(shape=(3, 8, 8))


@contextmanager
def opened(root: Path, reserve_bytes: int = 0) -> Iterator[Library]:
    """Open the library of a home folder and close it again."""
    library = open_library(Home(root), reserve_bytes=reserve_bytes)
    try:
        yield library
    finally:
        library.close()


def take(library: Library, *paths: Path, mode: str = COPY) -> Receipt:
    """Import paths and return the receipt."""
    result = Importer(library, mode, lambda: None).run(paths)
    assert not result.problem, result.problem
    return library.receipt(result.receipt)


def small_series(folder: Path, seed: str = "phantom", **options: Any) -> list[Path]:
    """Write a CT series of three tiny slices and return the paths."""
    return make_series(folder, TINY, seed=seed, **options)


def study_uid(seed: str = "phantom") -> str:
    """Return the Study Instance UID of the series with this seed."""
    return str(uid(seed, "study"))


def rows_of(library: Library, **query: Any) -> tuple[StudyRow, ...]:
    """Return the studies that match."""
    return library.search(StudyQuery(**query)).rows


def query(root: Path, statement: str) -> list[tuple[Any, ...]]:
    """Ask the index file itself, past our own code."""
    with closing(sqlite3.connect(root / "index.db")) as connection:
        return connection.execute(statement).fetchall()


def stored_paths(root: Path) -> list[Path]:
    """Return the stored objects of a home."""
    return sorted((root / "objects").glob("*/*/*.dcm"))
