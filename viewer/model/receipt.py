"""The receipt of an import: what became of every file that was met."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

STORED = "stored"
ALREADY = "already"
SKIPPED = "skipped"
UNREADABLE = "unreadable"
CONFLICT = "conflict"
STATUSES = (STORED, ALREADY, SKIPPED, UNREADABLE, CONFLICT)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: what became of it and why.

    Attributes
    ----------
    path
        As met; members of an archive as ``a.zip!/dir/file``.
    sha256
        Of the whole file, hexadecimal; empty when it was not read through.
    sop_uid
        SOP Instance UID; empty when none was read.
    """

    path: str
    status: str
    reason: str = ""
    sha256: str = ""
    sop_uid: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Every file met is one entry; the five counts add up to the number of entries.

    Attributes
    ----------
    id
        Number of the receipt in the library; 0 before it is kept.
    started, ended
        ISO 8601 in UTC; ``ended`` is empty for an import that was cut short.
    complete
        False when it was cancelled or the program ended.
    missing
        Paths that a directory refers to and that were not found.
    notes
        Sentences that concern several files at once (a lossy copy beside its original, one line
        for each study that was already there in another encoding).
    """

    id: int
    started: str
    ended: str
    source: str
    mode: str
    complete: bool
    entries: tuple[Entry, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return how many entries have each status, all five statuses named."""
        found = Counter(entry.status for entry in self.entries)
        return {status: found[status] for status in STATUSES}


def receipt_document(receipt: Receipt) -> dict[str, object]:
    """Return the receipt as the JSON document that the command line prints."""
    counts = receipt.counts()
    return {
        "files": len(receipt.entries),
        "stored": counts[STORED],
        "already": counts[ALREADY],
        "skipped": counts[SKIPPED],
        "unreadable": counts[UNREADABLE],
        "conflicts": counts[CONFLICT],
        "missing": list(receipt.missing),
        "notes": list(receipt.notes),
        "complete": receipt.complete,
        "id": receipt.id,
        "started": receipt.started,
        "ended": receipt.ended,
        "source": receipt.source,
        "mode": receipt.mode,
        "entries": [
            {
                "path": entry.path,
                "status": entry.status,
                "reason": entry.reason,
                "sha256": entry.sha256,
                "sop_uid": entry.sop_uid,
            }
            for entry in receipt.entries
        ],
    }


def all_done(receipt: Receipt) -> bool:
    """Tell whether nothing was unreadable, in conflict, missing or left undone."""
    counts = receipt.counts()
    bad = counts[UNREADABLE] + counts[CONFLICT] + len(receipt.missing)
    return receipt.complete and bad == 0
