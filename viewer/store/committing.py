"""Make a group of objects durable and tell the index, all or nothing (R-030).

Files first: fsync, rename, fsync of the folders. Then one transaction with the objects, the
conflicts and the lines of the receipt. A crash in between leaves whole files that no row names;
the next start adopts them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection, select, update

from viewer.base.platform import replace_file
from viewer.model.receipt import ALREADY, Entry
from viewer.model.study import Instance
from viewer.store.charsets import reread_arrived
from viewer.store.conflicts import Conflict, add_conflict
from viewer.store.database import Database
from viewer.store.files import ObjectFiles
from viewer.store.filing import STUDY, Filed, file_objects, file_values, log_change
from viewer.store.grading import SAME_BYTES, Known, find_known
from viewer.store.journal import LINKED_FILES, RESTORE, Journal
from viewer.store.receipts import add_entries
from viewer.store.schema import files, instances, studies
from viewer.store.spool import store_os_error


@dataclass(frozen=True, slots=True)
class Offer:
    """One object that was met.

    Attributes
    ----------
    instance
        Its header's record; ``instance.file.path`` is where its bytes can be read.
    shown
        Path as met, for the receipt.
    source
        Word for where it came from.
    copy
        False to link the file where it is.
    owned
        True when the file lies in our spool and may be taken instead of copied.
    reason
        For the receipt, when it is stored.
    """

    instance: Instance
    shown: str
    source: str
    copy: bool = True
    owned: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """What is to be committed for one file that was met.

    Attributes
    ----------
    filed
        A new object.
    replacement
        An object that is known and whose file was lost, moved or only linked.
    moves
        Files to bring from the spool to their places.
    restore
        Study Instance UID of a deleted study that comes back because of this object.
    note
        A sentence for the whole receipt.
    """

    entry: Entry
    offer: Offer | None = None
    filed: Filed | None = None
    replacement: Filed | None = None
    conflict: Conflict | None = None
    moves: tuple[tuple[Path, Path], ...] = ()
    restore: str = ""
    note: str = ""
    n_bytes: int = 0


@dataclass(slots=True)
class Group:
    """Items that become durable together, for one receipt and one import."""

    receipt: int
    owner: str
    items: list[Item] = field(default_factory=list)
    n_bytes: int = 0

    def add(self, item: Item) -> None:
        """Put an item into the group."""
        self.items.append(item)
        self.n_bytes += item.n_bytes


@dataclass(frozen=True, slots=True)
class Committed:
    """What is durable now, and what another process had been quicker with."""

    entries: tuple[Entry, ...]
    again: tuple[Offer, ...]


def commit_group(
    database: Database,
    object_files: ObjectFiles,
    journal: Journal,
    group: Group,
    totals: Counter[str],
) -> Committed:
    """Make a group durable; nothing of it is acknowledged before this returns.

    Parameters
    ----------
    totals
        Counts of the receipt before this group; its own are added once they are durable.

    Raises
    ------
    StoreError
        When disk or index refuse; nothing of the group is in the index then.
    """
    object_files.make_durable([move for item in group.items for move in item.moves])
    linked = [item.filed.path for item in group.items if item.filed and item.filed.linked]
    if linked:
        journal.append(LINKED_FILES, {"paths": linked})
    with database.write() as connection:
        new = [item.filed for item in group.items if item.filed is not None]
        refused = {id(one) for one in file_objects(connection, new, group.owner)}
        reread_arrived(connection, object_files.home, [f.instance.sop_instance_uid for f in new])
        settled, again = _settle(connection, group.items, refused)
        for item in group.items:
            if item.replacement is not None:
                replace_file_row(connection, item.replacement)
            if item.conflict is not None and add_conflict(connection, item.conflict):
                log_change(connection, STUDY, item.conflict.study_uid)
            if item.restore:
                restore_study(connection, journal, item.restore)
        entries = [entry for entry in settled if entry is not None]
        counts = totals + Counter(entry.status for entry in entries)
        add_entries(connection, group.receipt, entries, counts)
    totals.update(Counter(entry.status for entry in entries))
    kept = {offer.instance.file.path for offer in again}
    sources = [source for item in group.items for source, _ in item.moves]
    object_files.discard([source for source in sources if str(source) not in kept])
    return Committed(tuple(entries), tuple(again))


def _settle(
    connection: Connection, items: Sequence[Item], refused: set[int]
) -> tuple[list[Entry | None], list[Offer]]:
    """Return the receipt's lines; what another process was quicker with is settled here.

    Equal bytes are there already. Others have to be judged again, from our own spooled bytes.
    """
    late = [item for item in items if item.filed is not None and id(item.filed) in refused]
    if not late:
        return [item.entry for item in items], []
    known = find_known(connection, [item.entry.sop_uid for item in late])
    lines: list[Entry | None] = []
    again = []
    for item in items:
        if item.filed is None or id(item.filed) not in refused or item.offer is None:
            lines.append(item.entry)
        elif item.filed.digest and _digest_of(known, item) == item.filed.digest:
            lines.append(replace(item.entry, status=ALREADY, reason=SAME_BYTES))
        else:
            lines.append(None)
            again.append(_taken_back(item.offer, item.moves))
    return lines, again


def _digest_of(known: Mapping[str, Known], item: Item) -> str:
    there = known.get(item.entry.sop_uid)
    return there.digest if there is not None else ""


def _taken_back(offer: Offer, moves: Sequence[tuple[Path, Path]]) -> Offer:
    """Return an object as an offer again, its bytes in our spool as they were before the commit.

    Who brought a file to its place takes it back: no row names it, and others that lost with the
    same bytes still have their own copy.
    """
    if not moves:
        return offer  # linked: the original is where it was
    source, place = moves[0]
    if not source.exists():
        try:
            replace_file(place, source)
        except OSError as err:
            raise store_os_error(err) from err
    file = replace(offer.instance.file, path=str(source))
    return replace(offer, instance=replace(offer.instance, file=file), owned=True)


def replace_file_row(connection: Connection, filed: Filed) -> None:
    """Let a known object lie at another place from now on."""
    uid = filed.instance.sop_instance_uid
    key = select(instances.c.key).where(instances.c.uid == uid).scalar_subquery()
    connection.execute(update(files).where(files.c.instance_key == key).values(file_values(filed)))
    log_change(connection, STUDY, filed.instance.study_instance_uid)


def restore_study(connection: Connection, journal: Journal, study_uid: str) -> None:
    """Bring a deleted study back, if it is still deleted."""
    result = connection.execute(
        update(studies)
        .where(studies.c.uid == study_uid, studies.c.trashed != "")
        .values(trashed="")
    )
    if result.rowcount:
        journal.append(RESTORE, {"study": study_uid})
        log_change(connection, STUDY, study_uid)
