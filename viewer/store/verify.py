"""Check every stored object against its hash and the index (R-036), and fill in what is unknown.

A stored file whose bytes changed is moved to quarantine and listed. Linked originals are never
touched: one that has vanished or changed is listed, one that was never hashed is hashed now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from viewer.base.errors import UnreadableError
from viewer.base.paths import Home
from viewer.dicom.digest import hash_file
from viewer.dicom.records import read_instance
from viewer.store.conflicts import Conflict, add_conflict
from viewer.store.database import Database
from viewer.store.files import put_aside
from viewer.store.filing import DAMAGED_FILE, GONE, OK, STUDY, log_change
from viewer.store.journal import now
from viewer.store.reading import read_patiently, reason_of
from viewer.store.schema import files, instances, studies

CHANGED = "changed"
_BATCH = 200
_BLOCK_BYTES = 1024 * 1024

Check = Callable[[], None]


@dataclass(slots=True)
class VerifyReport:
    """What a verification found; paths as the person knows them.

    Attributes
    ----------
    n_checked
        Objects of the index that were looked at.
    n_hashed
        Linked originals that got their hash now.
    damaged
        Stored files whose bytes are not what was stored; they are in quarantine.
    gone
        Files that are not there: stored ones that were lost, linked ones that vanished.
    changed
        Linked originals that were written to since.
    unreadable
        Files that the system refuses to read, with the reason.
    n_adopted, n_put_aside
        Stored files that the index did not know: taken in, or put into quarantine.
    """

    n_checked: int = 0
    n_hashed: int = 0
    damaged: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    n_adopted: int = 0
    n_put_aside: int = 0

    @property
    def all_well(self) -> bool:
        """Tell whether nothing needs attention."""
        found = (self.damaged, self.gone, self.changed, self.unreadable)
        return not any(found) and self.n_put_aside == 0


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is to be written about one file; None leaves a column as it is."""

    instance_key: int
    state: str
    digest: str | None = None
    sha256: str | None = None


def verify_files(
    home: Home, database: Database, check: Check, tell: Callable[[int], None]
) -> VerifyReport:
    """Check all files of the index.

    Parameters
    ----------
    check
        Called between files; may raise ``CancelledError``: what was found so far is kept.
    tell
        Called with the number of files that were looked at.

    Raises
    ------
    StoreError
        When the index cannot be read or written.
    """
    report = VerifyReport()
    for rows in _batches(database):
        findings = []
        for row in rows:
            check()
            finding = _examine(home, row, report)
            if finding is not None:
                findings.append((row, finding))
            report.n_checked += 1
        with database.write() as connection:
            for row, finding in findings:
                _write(connection, home, row, finding)
        tell(report.n_checked)
    return report


def hash_linked(home: Home, database: Database, after: int, n_most: int) -> int:
    """Fill in digests of linked files that have none yet, a few at a time.

    Parameters
    ----------
    after
        Where the last call ended; 0 to begin.
    n_most
        Files to hash in this call.

    Returns
    -------
    int
        Where to go on; 0 when nothing is left.

    Raises
    ------
    StoreError
        When the index cannot be read or written.
    """
    rows = _next_rows(database, after, n_most, files.c.linked, files.c.digest == "")
    report = VerifyReport()
    found = [(row, _examine(home, row, report)) for row in rows]
    with database.write() as connection:
        for row, finding in found:
            if finding is not None:
                _write(connection, home, row, finding)
    return int(rows[-1].instance_key) if rows else 0


def _batches(database: Database) -> Iterator[list[Row[Any]]]:
    last = 0
    while rows := _next_rows(database, last, _BATCH):
        yield rows
        last = rows[-1].instance_key


def _next_rows(
    database: Database, last: int, n_most: int, *conditions: ColumnElement[bool]
) -> list[Row[Any]]:
    chosen = (
        select(files, instances.c.uid.label("sop_uid"), studies.c.uid.label("study_uid"))
        .join(instances, instances.c.key == files.c.instance_key)
        .join(studies, studies.c.key == instances.c.study_key)
        .where(files.c.instance_key > last, *conditions)
        .order_by(files.c.instance_key)
        .limit(n_most)
    )
    with database.read() as connection:
        return list(connection.execute(chosen))


def _examine(home: Home, row: Row[Any], report: VerifyReport) -> _Finding | None:
    path = Path(row.path) if row.linked else home.objects / row.path
    try:
        status = path.stat()
    except OSError:
        report.gone.append(str(path))
        return _Finding(row.instance_key, GONE) if row.state != GONE else None
    try:
        if row.linked:
            same = (status.st_size, status.st_mtime_ns) == (row.size, row.mtime_ns)
            return _examine_linked(path, row, report, same_status=same)
        return _examine_stored(path, row, report)
    except (OSError, UnreadableError) as err:
        report.unreadable.append(f"{path}: {reason_of(err)}")
        return None


def _examine_stored(path: Path, row: Row[Any], report: VerifyReport) -> _Finding | None:
    sha256 = read_patiently(lambda: _sha256(path))
    if not row.sha256:  # rebuilt from the files: the name vouches for the data set
        hashes = read_patiently(lambda: hash_file(str(path), _dataset_offset(path)))
        if hashes.digest == row.digest:
            return _Finding(row.instance_key, OK, sha256=sha256)
    elif sha256 == row.sha256:
        return _Finding(row.instance_key, OK) if row.state != OK else None
    report.damaged.append(str(path))
    return _Finding(row.instance_key, DAMAGED_FILE)


def _examine_linked(
    path: Path, row: Row[Any], report: VerifyReport, *, same_status: bool
) -> _Finding | None:
    if row.digest and same_status:
        return _Finding(row.instance_key, OK) if row.state != OK else None
    hashes = read_patiently(lambda: hash_file(str(path), _dataset_offset(path)))
    if (row.digest and hashes.digest != row.digest) or (not row.digest and not same_status):
        report.changed.append(str(path))
        return _Finding(row.instance_key, CHANGED)
    report.n_hashed += not row.digest
    return _Finding(row.instance_key, OK, hashes.digest, hashes.sha256_file)


def _dataset_offset(path: Path) -> int:
    return read_instance(str(path)).file.dataset_offset


def _sha256(path: Path) -> str:
    hashed = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK_BYTES):
            hashed.update(block)
    return hashed.hexdigest()


def _write(connection: Connection, home: Home, row: Row[Any], finding: _Finding) -> None:
    values: dict[str, object] = {"state": finding.state}
    if finding.digest is not None:
        values["digest"] = finding.digest
    if finding.sha256 is not None:
        values["sha256"] = finding.sha256
    where = files.c.instance_key == finding.instance_key
    connection.execute(update(files).where(where).values(values))
    if finding.state != OK:
        log_change(connection, STUDY, row.study_uid)
    if finding.state == DAMAGED_FILE:
        _set_apart(connection, home, row)


def _set_apart(connection: Connection, home: Home, row: Row[Any]) -> None:
    """Move a damaged stored file to quarantine; import it again and the object is whole again."""
    name = put_aside(home, row.path)
    add_conflict(
        connection,
        Conflict(
            study_uid=row.study_uid,
            sop_uid=row.sop_uid,
            kind="damaged",
            reason="its stored bytes have changed on the disk; import it again",
            digest=row.digest,
            path=name,
            size=row.size,
            met_as="",
            at=now(),
            patient="",
        ),
    )
