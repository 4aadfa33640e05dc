"""The library as others see it: search, open, change, import. Called from ``Jobs`` lanes only."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import func, select

from viewer.base.errors import StoreError
from viewer.base.jobs import blocking
from viewer.base.paths import Home
from viewer.model.listing import SeriesRow, StudyPage, StudyQuery
from viewer.model.receipt import Receipt
from viewer.model.study import Study
from viewer.store import charsets, conflicts, filing, journal, listing, people, receipts, studies
from viewer.store.database import Database
from viewer.store.files import Check, ObjectFiles
from viewer.store.intake import Intake, Progress
from viewer.store.journal import Journal
from viewer.store.lock import StoreLock
from viewer.store.opening import check_quickly, open_index
from viewer.store.purge import purge_trash
from viewer.store.repair import repair
from viewer.store.schema import changes
from viewer.store.schema import studies as studies_table
from viewer.store.spool import owner_alive, stale_spools, store_os_error
from viewer.store.verify import VerifyReport, hash_linked, verify_files

DEFAULT_RESERVE_BYTES = 2_048_000_000


class Library:
    """The index and the stored objects of one home; made by ``open_library``."""

    def __init__(
        self, home: Home, lock: StoreLock, database: Database, object_files: ObjectFiles
    ) -> None:
        self.home = home
        self._lock = lock
        self._database = database
        self._files = object_files
        self._journal = Journal(home)
        self._deleted: dict[str, tuple[str, ...]] = {}

    @blocking
    def search(self, query: StudyQuery) -> StudyPage:
        """Return one page of the studies that match."""
        living = self._living()
        with self._database.read() as connection:
            return listing.search_studies(connection, query, living)

    @blocking
    def series_rows(self, study_uid: str) -> tuple[SeriesRow, ...]:
        """Return the series of a study, by Series Number; empty when there is no such study."""
        with self._database.read() as connection:
            return listing.series_rows(connection, study_uid)

    @blocking
    def load_study(self, study_uid: str) -> Study:
        """Return a study with all its header facts.

        Raises
        ------
        UsageError
            When there is no such study.
        """
        with self._database.read() as connection:
            return studies.load_study(connection, self.home, study_uid)

    @blocking
    def missing_files(self, study_uid: str) -> list[str]:
        """Return the paths of a study's files that are not there now."""
        with self._database.read() as connection:
            return studies.missing_files(connection, self.home, study_uid)

    @blocking
    def modalities(self) -> tuple[str, ...]:
        """Return the modalities that occur."""
        with self._database.read() as connection:
            return listing.all_modalities(connection)

    @blocking
    def sources(self) -> tuple[str, ...]:
        """Return the words for where studies came from."""
        with self._database.read() as connection:
            return listing.all_sources(connection)

    @blocking
    def counts(self) -> dict[str, int]:
        """Return the numbers of ``studies``, ``series``, ``instances``, ``images``, ``trashed``."""
        table = studies_table
        here = table.c.trashed == ""
        sums = (table.c.n_series, table.c.n_instances, table.c.n_images)
        chosen = select(func.count(), *(func.coalesce(func.sum(column), 0) for column in sums))
        with self._database.read() as connection:
            n_studies, *rest = connection.execute(chosen.where(here)).one()
            trashed = connection.execute(
                select(func.count()).select_from(table).where(~here)
            ).scalar_one()
        names = ("series", "instances", "images")
        return {"studies": n_studies, **dict(zip(names, rest, strict=True)), "trashed": trashed}

    @blocking
    def set_state(self, study_uids: Sequence[str], state: str) -> None:
        """Set the reading state of studies: new, opened or read.

        Raises
        ------
        UsageError
            When there is no such state.
        StoreError
            When the library cannot be written.
        """
        with self._database.write() as connection:
            changed = studies.set_state(connection, study_uids, state)
            self._write_down(journal.STATE, changed, state=state)

    @blocking
    def set_comment(self, study_uid: str, text: str) -> None:
        """Set the comment of a study; an empty text takes it away.

        Raises
        ------
        StoreError
            When the library cannot be written.
        """
        with self._database.write() as connection:
            changed = studies.set_comment(connection, study_uid, text)
            self._write_down(journal.COMMENT, changed, text=text)

    @blocking
    def delete(self, study_uids: Sequence[str]) -> str:
        """Delete studies softly and return a token for ``restore``; nothing leaves the disk.

        Raises
        ------
        StoreError
            When the library cannot be written.
        """
        with self._database.write() as connection:
            changed = studies.trash(connection, study_uids)
            self._write_down(journal.TRASH, changed)
        token = secrets.token_hex(8)
        self._deleted[token] = tuple(changed)
        return token

    @blocking
    def restore(self, what: str | Sequence[str]) -> None:
        """Bring back what ``delete`` took away: its token, or Study Instance UIDs.

        Raises
        ------
        StoreError
            When the library cannot be written.
        """
        uids = self._deleted.pop(what, ()) if isinstance(what, str) else what
        with self._database.write() as connection:
            changed = studies.restore(connection, uids)
            self._write_down(journal.RESTORE, changed)

    def _write_down(self, kind: str, study_uids: Sequence[str], **act: object) -> None:
        """Append to the journal before the commit: what is acknowledged is in both."""
        for uid in study_uids:
            try:
                self._journal.append(kind, {"study": uid, **act})
            except OSError as err:
                raise store_os_error(err) from err

    @blocking
    def link_persons(self, first: int, second: int, by: str) -> None:
        """Record that a person confirmed two patients to be the same; nothing is merged.

        Parameters
        ----------
        first, second
            ``StudyRow.patient_key`` of a study of each.
        by
            Who confirmed it, for the note that panes show.

        Raises
        ------
        UsageError
            When there is no such patient.
        """
        with self._database.write() as connection:
            pair = [people.first_identity(connection, key) for key in (first, second)]
            people.link_identities(connection, pair[0], pair[1], by)
            self._write_link(journal.LINK_PERSONS, pair, by)

    @blocking
    def unlink_persons(self, first: int, second: int, by: str) -> None:
        """Take back the links between two patients.

        Raises
        ------
        UsageError
            When there is no such patient.
        """
        with self._database.write() as connection:
            pair = [people.first_identity(connection, key) for key in (first, second)]
            people.unlink_identities(connection, pair[0], pair[1], by)
            self._write_link(journal.UNLINK_PERSONS, pair, by)

    def _write_link(self, kind: str, pair: list[str], by: str) -> None:
        try:
            self._journal.append(kind, {"identities": pair, "by": by})
        except OSError as err:
            raise store_os_error(err) from err

    @blocking
    def set_charset(self, study_uid: str, terms: Sequence[str] | None) -> None:
        """Show a study's texts with other character sets than declared; None goes back.

        Parameters
        ----------
        terms
            Specific Character Set terms, such as ``("ISO_IR 144",)``. Stored bytes and raw
            identities stay as they are.

        Raises
        ------
        StoreError
            When the library cannot be written.
        """
        stored = charsets.stored_terms(terms)
        with self._database.write() as connection:
            members = studies.study_instances(connection, self.home, study_uid)
            if charsets.set_charset(connection, study_uid, stored, members):
                filing.log_change(connection, filing.STUDY, study_uid)
                self._write_down(journal.CHARSET, [study_uid], terms=stored)

    @blocking
    def conflicts(self, study_uid: str) -> tuple[conflicts.Conflict, ...]:
        """Return the objects that are kept apart because they clash with a study."""
        with self._database.read() as connection:
            return conflicts.list_conflicts(connection, study_uid)

    @blocking
    def receipts(self, limit: int = 50) -> list[receipts.ReceiptSummary]:
        """Return the newest receipts first, without their entries."""
        living = self._living()
        with self._database.read() as connection:
            return receipts.list_receipts(connection, limit, living)

    @blocking
    def receipt(self, number: int) -> Receipt:
        """Return a receipt with all its entries.

        Raises
        ------
        UsageError
            When there is no receipt of this number.
        """
        with self._database.read() as connection:
            return receipts.read_receipt(connection, number)

    @blocking
    def changes_since(self, seq: int) -> tuple[int, frozenset[tuple[str, str]]]:
        """Return the newest sequence number, and (kind, key) of what changed after ``seq``.

        Kind is ``study`` and key its Study Instance UID. Other processes' writes are among them.
        """
        with self._database.read() as connection:
            chosen = select(changes).where(changes.c.seq > seq).order_by(changes.c.seq)
            rows = connection.execute(chosen).all()
        return (rows[-1].seq if rows else seq, frozenset((row.kind, row.key) for row in rows))

    @blocking
    def latest_change(self) -> int:
        """Return the sequence number of the newest change; 0 before the first."""
        with self._database.read() as connection:
            newest = connection.execute(select(func.max(changes.c.seq))).scalar()
        return 0 if newest is None else int(newest)

    @blocking
    def start_import(
        self, source: str, mode: str, committed: Callable[[Progress], None] | None = None
    ) -> Intake:
        """Open a receipt and return what takes objects in; one import at a time.

        Parameters
        ----------
        source
            What is imported, in words, for the receipt.
        mode
            ``copy`` or ``link``.
        committed
            Called from the committing thread after each group is durable.

        Raises
        ------
        StoreError
            When the library cannot be written.
        """
        self._files.check_space(0)
        self._files.spool.open()
        with self._database.write() as connection:
            number = receipts.start_receipt(connection, source, mode, self._files.spool.name)
        return Intake(self._database, self._files, self._journal, number, committed)

    @blocking
    def verify(self, check: Check, tell: Callable[[int], None]) -> VerifyReport:
        """Check every stored object against its hash and the index (R-036).

        Parameters
        ----------
        check
            Called between files; may raise ``CancelledError``.
        tell
            Called with the number of files that were looked at.

        Raises
        ------
        StoreError
            When the index is damaged, or cannot be written.
        """
        check_quickly(self.home)
        report = verify_files(self.home, self._database, check, tell)
        if self._lock.try_exclusive():
            try:
                found = repair(self.home, self._database, stale_spools(self.home))
            finally:
                self._lock.make_shared()
            report.n_adopted, report.n_put_aside = found.adopted, found.quarantined
        return report

    @blocking
    def hash_linked(self, after: int, n_most: int) -> int:
        """Hash linked files that have no digest yet; return where to go on, 0 at the end."""
        return hash_linked(self.home, self._database, after, n_most)

    @blocking
    def purge_trash(self, older_than_days: int) -> int:
        """Remove from the disk what was deleted more than so many days ago; return how many.

        Does nothing while another process uses the library.

        Raises
        ------
        StoreError
            When the library cannot be written.
        """
        if not self._lock.try_exclusive():
            return 0
        try:
            return purge_trash(self.home, self._database, older_than_days)
        finally:
            self._lock.make_shared()

    def spool_for_members(self) -> tuple[Callable[[], Path], Callable[[int], None]]:
        """Return what gives names in this process's spool and what counts bytes against space."""
        return self._files.spool.new_file, self._files.check_space

    def _living(self) -> frozenset[str]:
        with self._database.read() as connection:
            owners = studies.arriving_owners(connection)
        return frozenset(name for name in owners if owner_alive(self.home, name))

    @blocking
    def close(self) -> None:
        """Close the index, remove the spool, give the lock back."""
        self._files.close()
        with suppress(StoreError):
            self._database.close()
        self._lock.release()


@blocking
def open_library(
    home: Home, *, reserve_bytes: int = DEFAULT_RESERVE_BYTES, purpose: str = "Lightbox"
) -> Library:
    """Open the library of a home; the first time it is created.

    Parameters
    ----------
    reserve_bytes
        Space on its volume that imports leave free.
    purpose
        What this process does, in words, for messages that others get.

    Raises
    ------
    StoreBusyError
        When another process does work that needs the library for itself.
    StoreDamagedError
        When the index is damaged or gone though objects are there.
    StoreReadOnlyError
        When the folder cannot be written.
    StoreVersionError
        When a newer Lightbox wrote it.
    """
    object_files = ObjectFiles(home, reserve_bytes)
    lock, database = open_index(home, purpose)
    return Library(home, lock, database, object_files)
