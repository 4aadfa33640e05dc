"""A receipt in words: for the terminal, and as a text file beside the JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from viewer.base.text import count
from viewer.model.receipt import (
    ALREADY,
    CONFLICT,
    SKIPPED,
    STORED,
    UNREADABLE,
    Receipt,
)

_TITLES = {
    STORED: "stored",
    ALREADY: "in the library already",
    SKIPPED: "skipped",
    UNREADABLE: "could not be read",
    CONFLICT: "kept apart: they clash with what is there",
}
_LISTED = (UNREADABLE, CONFLICT)


def receipt_lines(receipt: Receipt, *, every_file: bool = False) -> Iterator[str]:
    """Yield a receipt line by line.

    Parameters
    ----------
    every_file
        True lists each file with its SHA-256; False only what needs attention, with reasons
        counted for the rest.
    """
    counts = receipt.counts()
    yield f"Receipt {receipt.id}: {receipt.source}"
    done = "complete" if receipt.complete else "NOT COMPLETE"
    yield f"  {receipt.started} to {receipt.ended or 'no end'}, mode {receipt.mode}, {done}"
    yield f"  {count(len(receipt.entries), 'file', 'files')}"
    for status, title in _TITLES.items():
        if counts[status]:
            yield f"  {counts[status]:>8,}  {title}"
            if not every_file and status not in _LISTED:
                yield from _reasons(receipt, status)
    for note in receipt.notes:
        yield f"  Note: {note}"
    shown = receipt.entries if every_file else [e for e in receipt.entries if e.status in _LISTED]
    for entry in shown:
        reason = f": {entry.reason}" if entry.reason else ""
        digest = f"  {entry.sha256}" if every_file and entry.sha256 else ""
        yield f"  [{entry.status}] {entry.path}{reason}{digest}"
    for path in receipt.missing:
        yield f"  [missing] {path}: a directory refers to it, it was not found"


def _reasons(receipt: Receipt, status: str) -> Iterator[str]:
    found = Counter(entry.reason for entry in receipt.entries if entry.status == status)
    for reason, n_files in found.most_common():
        if reason:
            yield f"            {n_files:,} × {reason}"
