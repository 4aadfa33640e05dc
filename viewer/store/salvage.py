"""Read what can still be read from an index that is being replaced: what no file holds.

Receipts, where studies came from and when they were added. Damage in one place costs what is
there and no more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from viewer.store.columns import path_from_text


@dataclass(slots=True)
class Salvaged:
    """Rows that could be read, by column name.

    Attributes
    ----------
    studies
        ``source``, ``added``, ``n_expected`` by Study Instance UID.
    linked
        Absolute paths of linked originals.
    receipts, receipt_entries
        Rows of those tables.
    """

    studies: dict[str, dict[str, object]] = field(default_factory=dict)
    linked: list[str] = field(default_factory=list)
    receipts: list[dict[str, object]] = field(default_factory=list)
    receipt_entries: list[dict[str, object]] = field(default_factory=list)


def salvage(index: Path) -> Salvaged:
    """Read an index that may be damaged; never raises because of what is in it."""
    found = Salvaged()
    if not index.is_file():
        return found
    with suppress(sqlite3.Error), closing(sqlite3.connect(index)) as connection:
        for row in _rows(connection, "SELECT uid, source, added, n_expected FROM studies"):
            found.studies[str(row.pop("uid"))] = row
        paths = _rows(connection, "SELECT path FROM files WHERE linked")
        found.linked = [path_from_text(str(row["path"])) for row in paths]
        found.receipts = list(_rows(connection, "SELECT * FROM receipts"))
        found.receipt_entries = list(_rows(connection, "SELECT * FROM receipt_entries"))
    known = {row["key"] for row in found.receipts}
    found.receipt_entries = [r for r in found.receipt_entries if r["receipt_key"] in known]
    return found


def _rows(connection: sqlite3.Connection, statement: str) -> Iterator[dict[str, object]]:
    try:
        cursor = connection.execute(statement)
        names = [column[0] for column in cursor.description]
        while True:
            row = cursor.fetchone()
            if row is None:
                return
            yield dict(zip(names, row, strict=True))
    except sqlite3.Error:
        return  # what comes behind the damage is lost
