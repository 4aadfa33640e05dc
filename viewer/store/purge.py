"""Remove from the disk what was deleted long enough ago (R-040); runs alone.

Files go first, rows after: a crash in between leaves a deleted study whose files are gone, and
the next purge finishes it. A file that another row names stays. Linked originals are never
touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, exists, select

from viewer.base.paths import Home
from viewer.base.platform import sync_folder
from viewer.store.conflicts import forget_conflicts
from viewer.store.database import Database
from viewer.store.files import study_folder
from viewer.store.filing import STUDY, log_change
from viewer.store.journal import PURGE, Journal
from viewer.store.schema import files, identities, instances, patients, series, studies
from viewer.store.search_text import forget_words


def purge_trash(home: Home, database: Database, older_than_days: int) -> int:
    """Remove studies that were deleted more than so many days ago; return how many.

    The caller holds the exclusive lock.

    Raises
    ------
    StoreError
        When the index cannot be written.
    """
    limit = datetime.now(UTC) - timedelta(days=older_than_days)
    before = limit.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with database.read() as connection:
        chosen = select(studies.c.key, studies.c.uid)
        due = connection.execute(
            chosen.where(studies.c.trashed != "", studies.c.trashed < before)
        ).all()
    journal = Journal(home)
    for key, uid in due:
        journal.append(PURGE, {"study": uid})
        with database.read() as connection:
            paths = _own_files(connection, key)
        _remove(home, paths)
        with database.write() as connection:
            apart = forget_conflicts(connection, uid)
            _remove_rows(connection, key)
            log_change(connection, STUDY, uid)
        _remove_quarantined(home, apart)
    return len(due)


def _own_files(connection: Connection, study_key: int) -> list[str]:
    """Return the stored files that no row outside the study names.

    A file's folder follows from its Study Instance UID, so only a study with the same folder can
    name it too.
    """
    mine = set(_paths(connection, [study_key]))
    rows = connection.execute(select(studies.c.key, studies.c.uid)).all()
    folders = {key: study_folder(uid) for key, uid in rows}
    sharing = [key for key, folder in folders.items()
               if folder == folders[study_key] and key != study_key]  # fmt: skip
    return sorted(mine - set(_paths(connection, sharing)))


def _paths(connection: Connection, study_keys: Sequence[int]) -> list[str]:
    chosen = (
        select(files.c.path)
        .join(instances, instances.c.key == files.c.instance_key)
        .where(instances.c.study_key.in_(study_keys), ~files.c.linked)
    )
    return list(connection.execute(chosen).scalars())


def _remove(home: Home, paths: Sequence[str]) -> None:
    folders = {(home.objects / path).parent for path in paths}
    for path in paths:
        (home.objects / path).unlink(missing_ok=True)
    for folder in folders:
        if folder.is_dir():
            sync_folder(folder)
            if not any(folder.iterdir()):
                folder.rmdir()
                sync_folder(folder.parent)


def _remove_quarantined(home: Home, paths: Sequence[str]) -> None:
    for path in paths:
        name = Path(path)
        if not name.is_absolute():
            (home.quarantine / name).unlink(missing_ok=True)
            (home.quarantine / name).with_suffix(".json").unlink(missing_ok=True)


def _remove_rows(connection: Connection, key: int) -> None:
    """Take a study out of every table, and who nobody's study is any more."""
    mine = select(instances.c.key).where(instances.c.study_key == key)
    connection.execute(delete(files).where(files.c.instance_key.in_(mine)))
    connection.execute(delete(instances).where(instances.c.study_key == key))
    connection.execute(delete(series).where(series.c.study_key == key))
    connection.execute(delete(studies).where(studies.c.key == key))
    forget_words(connection, key)
    unused = ~exists().where(instances.c.identity_key == identities.c.key)
    connection.execute(
        delete(identities).where(
            unused, ~exists().where(studies.c.identity_key == identities.c.key)
        )
    )
    connection.execute(
        delete(patients).where(
            ~exists().where(identities.c.patient_key == patients.c.key),
            ~exists().where(studies.c.patient_key == patients.c.key),
        )
    )
