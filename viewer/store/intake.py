"""Take objects in: judge each, make its bytes durable, then tell the index (R-030, R-042).

Objects are gathered into groups. While one group is made durable and committed by a thread of
its own, the next is judged and copied. Nothing counts as done before its group is committed.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from viewer.base.errors import CancelledError, StoreError
from viewer.model.receipt import UNREADABLE, Entry
from viewer.model.study import Identity
from viewer.store.committing import Group, Item, Offer, commit_group
from viewer.store.database import Database
from viewer.store.files import Check, ObjectFiles
from viewer.store.grading import Known, find_known
from viewer.store.journal import Journal
from viewer.store.judging import Judge, entry_of
from viewer.store.people import study_identity
from viewer.store.reading import reason_of
from viewer.store.receipts import finish_receipt, save_receipt
from viewer.store.studies import end_arrival, expect_instances

_GROUP_OBJECTS = 64
_GROUP_BYTES = 48 * 1024 * 1024
_GROUP_SECONDS = 0.5
_MOST_NOTES = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """What is durable so far: entries by status, bytes copied, studies that were touched."""

    receipt: int
    counts: Counter[str]
    n_bytes: int
    study_uids: tuple[str, ...]


@dataclass(slots=True)
class _Durable:
    """Written by the committing thread under the lock, read by anyone."""

    counts: Counter[str] = field(default_factory=Counter)
    n_bytes: int = 0
    study_uids: dict[str, None] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    again: list[Offer] = field(default_factory=list)


class Intake:
    """One import into the library; made by ``Library.start_import``.

    Parameters
    ----------
    receipt
        Number of the receipt that was opened for it.
    committed
        Called from the committing thread after each group.
    """

    def __init__(
        self,
        database: Database,
        object_files: ObjectFiles,
        journal: Journal,
        receipt: int,
        committed: Callable[[Progress], None] | None = None,
    ) -> None:
        self.receipt = receipt
        self._database = database
        self._files = object_files
        self._journal = journal
        self._tell = committed
        self._judge = Judge(object_files)
        self._durable = _Durable()
        self._lock = threading.Lock()
        self._group = self._new_group()
        self._group_started = time.monotonic()
        self._pending: set[str] = set()
        self._owners: dict[str, Identity | None] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._in_flight: Future[None] | None = None

    @property
    def progress(self) -> Progress:
        """What is durable at this moment."""
        with self._lock:
            durable = self._durable
            uids = tuple(durable.study_uids)
            return Progress(self.receipt, Counter(durable.counts), durable.n_bytes, uids)

    def note_entry(self, entry: Entry) -> None:
        """Put a file that is no object of the library onto the receipt.

        Raises
        ------
        StoreError
            When an earlier group could not be made durable.
        """
        self._add(Item(entry))

    def take(self, offers: Sequence[Offer], check: Check) -> None:
        """Judge objects and take in those that are new.

        Parameters
        ----------
        check
            Called between blocks of bytes; may raise ``CancelledError``. What was judged before
            that is still taken in by ``finish``.

        Raises
        ------
        StoreError
            When the library cannot be written; what was acknowledged is kept.
        """
        known = self._look_up(offers)
        for offer in offers:
            check()
            uid = offer.instance.sop_instance_uid
            if uid in self._pending:
                self.flush()
                known |= self._look_up([offer])
            self._consider(offer, known.get(uid), check)
        again = self._take_again()
        if again:
            self.take(again, check)

    def _look_up(self, offers: Sequence[Offer]) -> dict[str, Known]:
        with self._database.read() as connection:
            for uid in {offer.instance.study_instance_uid for offer in offers}:
                if self._owners.get(uid) is None:
                    self._owners[uid] = study_identity(connection, uid)
            return find_known(connection, [o.instance.sop_instance_uid for o in offers])

    def _take_again(self) -> list[Offer]:
        with self._lock:
            again, self._durable.again = self._durable.again, []
        for offer in again:  # whose the study is was settled by another process
            self._owners.pop(offer.instance.study_instance_uid, None)
        return again

    def _consider(self, offer: Offer, known: Known | None, check: Check) -> None:
        study_uid = offer.instance.study_instance_uid
        try:
            item = self._judge.judge(offer, known, self._owners.get(study_uid), check)
        except (StoreError, CancelledError):
            raise
        except Exception as err:  # noqa: BLE001  one file of an import never ends it
            item = Item(entry_of(offer, UNREADABLE, reason_of(err)), offer)
        if item.filed is not None and self._owners.get(study_uid) is None:
            self._owners[study_uid] = offer.instance.identity
        if offer.owned and not item.moves:
            self._files.discard([Path(offer.instance.file.path)])
        self._add(item)

    def _add(self, item: Item) -> None:
        self._group.add(item)
        if item.filed is not None or item.replacement is not None:
            self._pending.add(item.entry.sop_uid)
        is_large = len(self._group.items) >= _GROUP_OBJECTS or self._group.n_bytes >= _GROUP_BYTES
        if is_large or time.monotonic() - self._group_started > _GROUP_SECONDS:
            self._send()

    def _new_group(self) -> Group:
        return Group(self.receipt, self._files.spool.name)

    def _send(self) -> None:
        """Hand the group to the committing thread once it is done with the one before."""
        self._wait()
        group, self._group = self._group, self._new_group()
        self._group_started = time.monotonic()
        if group.items:
            self._in_flight = self._thread.submit(self._commit, group)

    def _wait(self) -> None:
        future, self._in_flight = self._in_flight, None
        if future is not None:
            future.result()
            mine = [item for item in self._group.items if item.filed or item.replacement]
            self._pending = {item.entry.sop_uid for item in mine}

    def _commit(self, group: Group) -> None:
        with self._lock:
            counts = Counter(self._durable.counts)
        done = commit_group(self._database, self._files, self._journal, group, counts)
        with self._lock:
            durable = self._durable
            durable.counts = counts
            durable.n_bytes += group.n_bytes
            durable.again += done.again
            for item in group.items:
                if item.filed is not None:
                    durable.study_uids[item.filed.instance.study_instance_uid] = None
                if item.note and len(durable.notes) < _MOST_NOTES:
                    durable.notes[item.note] = durable.notes.get(item.note, 0) + 1
        if self._tell is not None:
            self._tell(self.progress)

    def flush(self) -> None:
        """Make everything durable that was taken so far, and wait for it.

        Raises
        ------
        StoreError
            When the library cannot be written.
        """
        self._send()
        self._wait()

    def expect(self, counts: dict[str, int]) -> None:
        """Remember how many objects of each study a directory lists.

        Raises
        ------
        StoreError
            When the library cannot be written.
        """
        if counts:
            self.flush()
            with self._database.write() as connection:
                expect_instances(connection, counts)

    def finish(
        self, *, complete: bool, missing: Iterable[str] = (), notes: Iterable[str] = ()
    ) -> None:
        """Make the rest durable and close the receipt.

        Raises
        ------
        StoreError
            When the library cannot be written; the receipt stays marked as incomplete.
        """
        self.flush()
        while again := self._take_again():
            self.take(again, lambda: None)
            self.flush()
        with self._lock:
            found = [f"{note} ({n}×)" if n > 1 else note for note, n in self._durable.notes.items()]
        with self._database.write() as connection:
            finish_receipt(
                connection, self.receipt, complete=complete, missing=missing,
                notes=[*found, *notes],
            )  # fmt: skip
            end_arrival(connection, self._files.spool.name)
        with self._database.read() as connection, suppress(OSError):
            save_receipt(connection, self._files.home, self.receipt)

    def close(self) -> None:
        """End the threads and processes of this import; what is not durable is forgotten."""
        self._thread.shutdown(wait=True)
        self._judge.close()
