"""Receipts of imports, kept in the index while the import runs (R-041).

Each group of entries is written in the very transaction that makes its objects known, so that a
receipt never says more, or less, than what is durable, even when the program is killed.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from viewer.base.errors import UsageError
from viewer.base.paths import Home
from viewer.base.platform import replace_file, sync_folder
from viewer.model.receipt import STATUSES, Entry, Receipt
from viewer.store.columns import json_text
from viewer.store.database import inserted_key
from viewer.store.journal import now
from viewer.store.schema import receipt_entries, receipts
from viewer.store.spool import private_file


@dataclass(frozen=True, slots=True)
class ReceiptSummary:
    """One line of the list of receipts.

    Attributes
    ----------
    running
        True while the import is under way in a living process.
    counts
        By status, all five statuses named.
    """

    id: int
    started: str
    ended: str
    source: str
    mode: str
    complete: bool
    running: bool
    counts: dict[str, int]
    n_missing: int


def start_receipt(connection: Connection, source: str, mode: str, owner: str) -> int:
    """Open a receipt and return its number."""
    result = connection.execute(
        insert(receipts).values(started=now(), source=source, mode=mode, owner=owner)
    )
    return inserted_key(result)


def add_entries(
    connection: Connection, receipt: int, entries: Sequence[Entry], totals: Counter[str]
) -> None:
    """Write a group of entries; ``totals`` are the counts of the whole receipt so far."""
    if not entries:
        return
    rows = [[e.path, e.status, e.reason, e.sha256, e.sop_uid] for e in entries]
    packed = zlib.compress(json_text(rows).encode())
    connection.execute(insert(receipt_entries).values(receipt_key=receipt, entries=packed))
    connection.execute(
        update(receipts).where(receipts.c.key == receipt).values(counts=json.dumps(totals))
    )


def finish_receipt(
    connection: Connection,
    receipt: int,
    *,
    complete: bool,
    missing: Iterable[str],
    notes: Iterable[str],
) -> None:
    """Close a receipt; it no longer changes."""
    connection.execute(
        update(receipts)
        .where(receipts.c.key == receipt)
        .values(
            ended=now(),
            complete=complete,
            owner="",
            missing=json_text(list(missing)),
            notes=json_text(list(notes)),
        )
    )


def read_receipt(connection: Connection, receipt: int) -> Receipt:
    """Return a receipt with all its entries.

    Raises
    ------
    UsageError
        When there is no receipt of this number.
    """
    known = 0 < receipt < 1 << 63  # SQLite's integers end there
    asked = select(receipts).where(receipts.c.key == receipt)
    row = connection.execute(asked).first() if known else None
    if row is None:
        raise UsageError(f"There is no receipt {receipt}.")
    return Receipt(
        id=row.key,
        started=row.started,
        ended=row.ended,
        source=row.source,
        mode=row.mode,
        complete=row.complete,
        entries=tuple(read_entries(connection, receipt)),
        missing=tuple(json.loads(row.missing)),
        notes=tuple(json.loads(row.notes)),
    )


def read_entries(connection: Connection, receipt: int) -> list[Entry]:
    """Return the entries of a receipt in the order in which the files were met."""
    chosen = select(receipt_entries.c.entries).where(receipt_entries.c.receipt_key == receipt)
    found: list[Entry] = []
    for packed in connection.execute(chosen.order_by(receipt_entries.c.key)).scalars():
        found += [Entry(*fields) for fields in json.loads(zlib.decompress(packed))]
    return found


def list_receipts(
    connection: Connection, limit: int, living: frozenset[str]
) -> list[ReceiptSummary]:
    """Return the newest receipts first; ``living`` names the imports that still run."""
    chosen = select(receipts).order_by(receipts.c.key.desc()).limit(limit)
    return [
        ReceiptSummary(
            id=row.key,
            started=row.started,
            ended=row.ended,
            source=row.source,
            mode=row.mode,
            complete=row.complete,
            running=bool(row.owner) and row.owner in living,
            counts={status: json.loads(row.counts).get(status, 0) for status in STATUSES},
            n_missing=len(json.loads(row.missing)),
        )
        for row in connection.execute(chosen)
    ]


def summary_document(summary: ReceiptSummary) -> dict[str, object]:
    """Return a summary as the JSON object that the command line prints."""
    return asdict(summary)


def save_receipt(connection: Connection, home: Home, receipt: int) -> None:
    """Write a closed receipt to a file of its own, so that it survives the index.

    Raises
    ------
    OSError
        When it cannot be written; the index has it all the same.
    """
    row = connection.execute(select(receipts).where(receipts.c.key == receipt)).mappings().one()
    chosen = select(receipt_entries.c.entries).where(receipt_entries.c.receipt_key == receipt)
    folder = home.ensure(home.receipts)
    draft = folder / f"{receipt:06}.new"
    private_file(draft)
    with gzip.open(draft, "wb", compresslevel=1) as file:
        file.write(json.dumps(dict(row)).encode() + b"\n")
        for packed in connection.execute(chosen.order_by(receipt_entries.c.key)).scalars():
            file.write(zlib.decompress(packed) + b"\n")
    replace_file(draft, folder / f"{receipt:06}.jsonl.gz")
    sync_folder(folder)


def read_saved_receipts(
    home: Home,
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the rows of both tables that the files of ``save_receipt`` hold.

    A file that is damaged is passed over.
    """
    rows: list[dict[str, object]] = []
    entries: list[dict[str, object]] = []
    for path in sorted(home.receipts.glob("*.jsonl.gz")):
        try:
            with gzip.open(path, "rb") as file:
                first, *rest = file.read().splitlines()
            row = json.loads(first)
            groups = [{"receipt_key": row["key"], "entries": zlib.compress(line)} for line in rest]
        except (OSError, EOFError, ValueError, KeyError, zlib.error):
            continue
        rows.append(row)
        entries += groups
    return rows, entries
