"""Build the index again from the stored files and the journal (R-034); runs alone.

The old index, damaged or not, is moved to the backups. The new one is built beside its place and
renamed at the end: until then the library says that its index is gone, never that it is empty.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from viewer.base.errors import UnreadableError
from viewer.base.paths import Home
from viewer.base.platform import replace_file, sync_file, sync_folder
from viewer.dicom.records import read_instance
from viewer.store import journal, people
from viewer.store.charsets import set_charset
from viewer.store.conflicts import add_conflict, read_conflict
from viewer.store.database import Database
from viewer.store.files import SUFFIX, put_aside
from viewer.store.filing import Filed, file_objects
from viewer.store.journal import Journal
from viewer.store.opening import create_index
from viewer.store.receipts import read_saved_receipts
from viewer.store.repair import stored_files
from viewer.store.salvage import Salvaged, salvage
from viewer.store.schema import receipt_entries, receipts, studies
from viewer.store.spool import store_os_error
from viewer.store.studies import restore, set_comment, set_state, study_instances, trash

_BATCH = 256
_RECOVERED = "recovered"
_DRAFT = "index.new"
_ASIDE = "index-replaced-"
_SUFFIXES = ("", "-wal", "-shm")

Check = Callable[[], None]


@dataclass(slots=True)
class RebuildReport:
    """What a rebuilt index holds.

    Attributes
    ----------
    n_objects
        Stored files that are in the index again.
    n_linked
        Linked originals that were found again.
    lost_links
        Linked originals that are no longer there.
    n_put_aside
        Stored files that are no whole objects; they are in quarantine.
    n_acts
        What people had entered, from the journal.
    old_index
        Where the old index lies now; empty when there was none.
    """

    n_objects: int = 0
    n_linked: int = 0
    lost_links: tuple[str, ...] = ()
    n_put_aside: int = 0
    n_acts: int = 0
    old_index: str = ""


def rebuild_index(home: Home, check: Check, tell: Callable[[int], None]) -> RebuildReport:
    """Replace the index by one made from the files and the journal.

    The caller holds the exclusive lock.

    Parameters
    ----------
    check
        Called between objects; may raise ``CancelledError``: the old index is aside then, and
        the next rebuild starts again.
    tell
        Called with the number of objects so far.

    Raises
    ------
    StoreError
        When the new index cannot be written.
    """
    aside = _move_aside(home)
    old = salvage(aside / home.index.name) if aside else Salvaged()
    draft = home.root / _DRAFT
    for suffix in _SUFFIXES:
        Path(f"{draft}{suffix}").unlink(missing_ok=True)
    database = Database(draft, durable=False)
    report = RebuildReport(old_index=str(aside) if aside else "")
    try:
        create_index(database)
        _index_stored(home, database, old, report, (check, tell))
        _index_linked(home, database, old, report, check)
        with database.write() as connection:
            _index_quarantine(connection, home)
            _put_receipts(connection, home, old)
        report.n_acts = _replay(database, home)
        with database.write() as connection:
            _restore_origins(connection, old)
    finally:
        database.close()
    _put_in_place(home, draft)
    return report


def _move_aside(home: Home) -> Path | None:
    """Move the index to the backups; return the folder, or that of an interrupted rebuild."""
    home.ensure(home.backups)
    if not home.index.exists():
        earlier = sorted(home.backups.glob(f"{_ASIDE}*"))
        return earlier[-1] if earlier else None
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    folder = home.ensure(home.backups / f"{_ASIDE}{stamp}")
    try:
        for suffix in ("-shm", "-wal", ""):
            source = Path(f"{home.index}{suffix}")
            if source.exists():
                shutil.copy2(source, folder / source.name)
        for suffix in _SUFFIXES:
            Path(f"{home.index}{suffix}").unlink(missing_ok=True)
        sync_folder(home.root)
    except OSError as err:
        raise store_os_error(err) from err
    return folder


def _put_in_place(home: Home, draft: Path) -> None:
    try:
        with draft.open("rb+") as file:
            sync_file(file.fileno())
        replace_file(draft, home.index)
        sync_folder(home.root)
    except OSError as err:
        raise store_os_error(err) from err


def _index_stored(
    home: Home,
    database: Database,
    old: Salvaged,
    report: RebuildReport,
    hooks: tuple[Check, Callable[[int], None]],
) -> None:
    check, tell = hooks
    paths = sorted(path for path, _ in stored_files(home))
    for start in range(0, len(paths), _BATCH):
        batch = []
        for path in paths[start : start + _BATCH]:
            check()
            filed = _read(str(home.objects / path), path, old)
            if filed is None:
                put_aside(home, path)
                report.n_put_aside += 1
            else:
                digest = (home.objects / path).name.removesuffix(SUFFIX)
                batch.append(replace(filed, digest=digest))
        report.n_put_aside += _file(home, database, batch)
        report.n_objects += len(batch)
        tell(report.n_objects)


def _file(home: Home, database: Database, batch: Sequence[Filed]) -> int:
    with database.write() as connection:
        refused = file_objects(connection, batch, owner="")
    for filed in refused:
        put_aside(home, filed.path)
    return len(refused)


def _read(absolute: str, path: str, old: Salvaged) -> Filed | None:
    try:
        instance = read_instance(absolute)
    except UnreadableError:
        return None
    source = old.studies.get(instance.study_instance_uid, {}).get("source", _RECOVERED)
    return Filed(instance, path, str(source), size=instance.file.size)


def _index_linked(
    home: Home, database: Database, old: Salvaged, report: RebuildReport, check: Check
) -> None:
    """Index linked originals: those of the journal and those that the old index still told."""
    paths = dict.fromkeys(old.linked)
    purged: set[str] = set()
    for act in Journal(home).acts():
        if act.get("kind") == journal.LINKED_FILES and isinstance(act.get("paths"), list):
            paths |= dict.fromkeys(str(path) for path in act["paths"])  # type: ignore[attr-defined]
        elif act.get("kind") == journal.PURGE:
            purged.add(str(act.get("study")))
    found = []
    lost = []
    for path in paths:
        check()
        filed = _read(path, path, old)
        if filed is None:
            lost.append(path)
        elif filed.instance.study_instance_uid not in purged:
            mtime_ns = Path(path).stat().st_mtime_ns
            found.append(replace(filed, linked=True, mtime_ns=mtime_ns))
    for start in range(0, len(found), _BATCH):
        with database.write() as connection:
            refused = file_objects(connection, found[start : start + _BATCH], owner="")
        report.n_linked += len(found[start : start + _BATCH]) - len(refused)
    report.lost_links = tuple(lost)


def _index_quarantine(connection: Connection, home: Home) -> None:
    """Record what is kept apart again, from the records beside the objects."""
    found = []
    for note in home.quarantine.glob("*.json"):
        try:
            found.append(read_conflict(json.loads(note.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    for conflict in sorted(found, key=lambda one: (one.at, one.met_as)):
        add_conflict(connection, conflict)


def _put_receipts(connection: Connection, home: Home, old: Salvaged) -> None:
    """Bring receipts back: from their own files, and from the old index where one has none."""
    rows, entries = read_saved_receipts(home)
    saved = {row["key"] for row in rows}
    rows += [row for row in old.receipts if row["key"] not in saved]
    entries += [row for row in old.receipt_entries if row["receipt_key"] not in saved]
    for row in entries:
        row.pop("key", None)
    if rows:
        connection.execute(insert(receipts), rows)
    if entries:
        connection.execute(insert(receipt_entries), entries)


def _restore_origins(connection: Connection, old: Salvaged) -> None:
    known = set(connection.execute(select(studies.c.uid)).scalars())
    for uid, values in old.studies.items():
        if uid in known:
            connection.execute(update(studies).where(studies.c.uid == uid).values(values))


def _replay(database: Database, home: Home) -> int:
    """Do again what people did; return how many acts there were."""
    n_acts = 0
    for act in Journal(home).acts():
        with database.write() as connection:
            n_acts += _do(connection, home, act)
    return n_acts


def _do(connection: Connection, home: Home, act: dict[str, object]) -> bool:
    """Do one act; return False for a kind that concerns no row, or one not known."""
    kind, uid, at = act.get("kind"), str(act.get("study", "")), str(act.get("at", ""))
    pair = act.get("identities")
    if kind == journal.STATE:
        set_state(connection, [uid], str(act.get("state")))
    elif kind == journal.COMMENT:
        set_comment(connection, uid, str(act.get("text", "")))
    elif kind == journal.TRASH:
        trash(connection, [uid], at)
    elif kind == journal.RESTORE:
        restore(connection, [uid])
    elif kind == journal.CHARSET:
        members = study_instances(connection, home, uid)
        set_charset(connection, uid, str(act.get("terms", "")), members)
    elif kind == journal.LINK_PERSONS and isinstance(pair, list):
        people.link_identities(connection, pair[0], pair[1], str(act.get("by")), at)
    elif kind == journal.UNLINK_PERSONS and isinstance(pair, list):
        people.unlink_identities(connection, pair[0], pair[1], str(act.get("by")), at)
    else:
        return False
    return True
