"""Put right what a crash left behind (R-032); runs alone, when a process died with work open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, select, update

from viewer.base.errors import UnreadableError
from viewer.base.paths import Home
from viewer.dicom.digest import hash_file
from viewer.dicom.records import read_instance
from viewer.store.database import Database
from viewer.store.files import SUFFIX, put_aside
from viewer.store.filing import GONE, OK, Filed, file_objects
from viewer.store.schema import files
from viewer.store.studies import arriving_owners, forget_arrivals

_BATCH = 256
_RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What repair found: objects adopted, files that are no objects, rows without their file."""

    adopted: int
    quarantined: int
    lost: int
    back: int


def repair(home: Home, database: Database, stale: Sequence[Path]) -> RepairReport:
    """Remove dead spools, adopt whole orphans, mark rows whose file is gone or short.

    The caller holds the exclusive lock. No readable object is deleted.

    Raises
    ------
    StoreError
        When the index cannot be written.
    """
    chosen = select(files.c.path, files.c.size, files.c.state).where(~files.c.linked)
    with database.read() as connection:
        rows = connection.execute(chosen).all()
    known = {row.path: row.size for row in rows}
    bad = {row.path for row in rows if row.state == GONE}
    found = dict(stored_files(home))
    lost = [path for path, size in known.items() if found.get(path) != size and path not in bad]
    back = [path for path in bad if found.get(path) == known[path]]
    orphans = [path for path in found if path not in known]
    adopted, quarantined = adopt(home, database, orphans)
    with database.write() as connection:
        mark_files(connection, lost, GONE)
        mark_files(connection, back, OK)
        forget_arrivals(connection, arriving_owners(connection))
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return RepairReport(adopted, quarantined, len(lost), len(back))


def stored_files(home: Home) -> Iterator[tuple[str, int]]:
    """Yield (path relative to ``objects``, size) of every stored file."""
    if not home.objects.is_dir():
        return
    for shard in os.scandir(home.objects):
        if not shard.is_dir(follow_symlinks=False):
            continue
        for study in os.scandir(shard.path):
            if not study.is_dir(follow_symlinks=False):
                continue
            for entry in os.scandir(study.path):
                if entry.name.endswith(SUFFIX):
                    yield f"{shard.name}/{study.name}/{entry.name}", entry.stat().st_size


def mark_files(connection: Connection, paths: Sequence[str], state: str) -> None:
    """Set the state of stored files."""
    for start in range(0, len(paths), _BATCH):
        chunk = paths[start : start + _BATCH]
        connection.execute(
            update(files).where(~files.c.linked, files.c.path.in_(chunk)).values(state=state)
        )


def adopt(home: Home, database: Database, orphans: Sequence[str]) -> tuple[int, int]:
    """Index stored files that no row names; put aside those that are not whole objects.

    Returns
    -------
    tuple
        How many were adopted and how many were put into quarantine.
    """
    adopted = quarantined = 0
    for start in range(0, len(orphans), _BATCH):
        batch = []
        for path in orphans[start : start + _BATCH]:
            filed = read_stored(home, path)
            if filed is None:
                put_aside(home, path)
                quarantined += 1
            else:
                batch.append(filed)
        with database.write() as connection:
            refused = file_objects(connection, batch, owner="")
        adopted += len(batch) - len(refused)
        for filed in refused:
            put_aside(home, filed.path)
            quarantined += 1
    return adopted, quarantined


def read_stored(home: Home, path: str) -> Filed | None:
    """Return a stored file as the index needs it; None when its bytes are not its name's."""
    absolute = home.objects / path
    try:
        instance = read_instance(str(absolute))
        hashes = hash_file(str(absolute), instance.file.dataset_offset)
    except UnreadableError:
        return None
    if hashes.digest != absolute.stem:
        return None
    filed = Filed(instance, path, _RECOVERED, size=hashes.size)
    return replace(filed, digest=hashes.digest, sha256=hashes.sha256_file)
