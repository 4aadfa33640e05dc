"""Decide what becomes of one object that was met, and bring its bytes into the spool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from viewer.base.errors import DecodeError, IdentityError, UnreadableError, ViewerError
from viewer.dicom.digest import FileHashes, hash_file
from viewer.dicom.pool import DecodePool, Priority
from viewer.dicom.records import read_instance
from viewer.dicom.same_content import same_content
from viewer.dicom.same_image import difference
from viewer.model.frame import Frame
from viewer.model.receipt import ALREADY, CONFLICT, STORED, Entry
from viewer.model.study import Identity, Instance
from viewer.store.agreement import Agreement, within_study
from viewer.store.columns import json_text
from viewer.store.committing import Item, Offer
from viewer.store.conflicts import Conflict
from viewer.store.files import SUFFIX, Check, ObjectFiles, Spooled, object_path
from viewer.store.filing import OK, Filed
from viewer.store.grading import (
    BACK,
    CLASH,
    COPIED_NOW,
    KEEP,
    MOVED,
    REPLACE,
    SAME_BYTES,
    UNCHANGED,
    Known,
    Verdict,
    clash_of_headers,
    in_another_encoding,
    lossy_pair,
)
from viewer.store.journal import now
from viewer.store.reading import read_patiently

OTHER_PATIENT = "another patient's study has the same Study Instance UID"
LINKED = "linked"
CHANGED = "the file changed while it was read; import it again when it is complete"


class Judge:
    """Judges objects of one import; holds the worker process that compares pixels."""

    def __init__(self, object_files: ObjectFiles) -> None:
        self._files = object_files
        self._pool: DecodePool | None = None

    def judge(
        self, offer: Offer, known: Known | None, owner: Identity | None, check: Check
    ) -> Item:
        """Return what is to be committed for an object.

        Parameters
        ----------
        known
            The object of the index with the same SOP Instance UID, if there is one.
        owner
            Whose the study is, if the study is there.

        Raises
        ------
        OSError, UnreadableError
            When the object cannot be read.
        StoreError
            When the spool cannot be written.
        """
        if known is None:
            if owner is not None and _differs(owner, offer.instance.identity):
                verdict = Verdict(CLASH, OTHER_PATIENT, kind="patient")
                return self._apart(offer, verdict, check)
            return self._new(offer, check)
        verdict = self.grade(known, offer)
        if verdict.action == CLASH:
            return self._apart(offer, verdict, check)
        if verdict.action == REPLACE:
            item = self._new(offer, check)
            entry = replace(item.entry, reason=verdict.reason)
            return replace(item, entry=entry, filed=None, replacement=item.filed)
        sha256 = verdict.hashes.sha256_file if verdict.hashes else ""
        entry = entry_of(offer, ALREADY, verdict.reason, sha256)
        restore = known.study_uid if known.trashed else ""
        return Item(entry, offer, restore=restore, note=verdict.note)

    def grade(self, known: Known, offer: Offer) -> Verdict:
        """Grade an object against the one with the same SOP Instance UID."""
        instance = offer.instance
        clash = clash_of_headers(known, instance)
        if clash is not None:
            return clash
        path = self._absolute(known)
        if known.linked and path == Path(instance.file.path):
            if _unchanged(known, path) and not offer.copy:
                return Verdict(KEEP, UNCHANGED)
            return Verdict(REPLACE, COPIED_NOW if offer.copy else "it had changed since")
        hashes = _hash(instance)
        known_hashes = _hash_of_known(known, path)
        digest = known_hashes.digest if known_hashes else known.digest
        if known_hashes is None and digest in ("", hashes.digest):
            return Verdict(REPLACE, MOVED if known.linked else BACK, hashes=hashes)
        if digest == hashes.digest:
            if known.linked and offer.copy:
                return Verdict(REPLACE, COPIED_NOW, hashes=hashes)
            return Verdict(KEEP, SAME_BYTES, hashes=hashes)
        if known_hashes is None:
            return Verdict(CLASH, "the library's own file of it is lost", kind="content")
        return replace(self._compare(known, path, instance), hashes=hashes)

    def _compare(self, known: Known, path: Path, instance: Instance) -> Verdict:
        """Grade two objects whose data sets differ in bytes and whose patients agree."""
        if not instance.n_frames:
            if same_content(str(path), instance.file.path):
                return _same_in_another_encoding(known, instance)
            reason = "an object with other content has the same SOP Instance UID"
            return Verdict(CLASH, reason, kind="content")
        first = read_patiently(lambda: read_instance(str(path)))
        lossy = lossy_pair(known.syntax_uid, instance.transfer_syntax_uid)
        try:
            found = difference(replace(first, identity=instance.identity), instance, self._decode)
        except (DecodeError, UnreadableError, IdentityError):
            reason = "its pixels cannot be compared with those of the same SOP Instance UID"
            return Verdict(CLASH, reason, kind="pixels")
        if not found:
            return _same_in_another_encoding(known, instance)
        if lossy and "pixels" in found:
            return Verdict(CLASH, lossy, kind="lossy", note=_note(lossy))
        kind = "pixels" if "pixels" in found else "geometry"
        return Verdict(CLASH, f"an object with the same SOP Instance UID is there; {found}", kind)

    def _decode(self, instance: Instance, index: int) -> Frame:
        """Decode in a worker process: the bytes come from anywhere (R-005)."""
        if self._pool is None:
            self._pool = DecodePool(1)
        return self._pool.submit(instance, index, Priority.THUMBNAIL).result()

    def _absolute(self, known: Known) -> Path:
        return Path(known.path) if known.linked else self._files.locate(known.path)

    def _new(self, offer: Offer, check: Check) -> Item:
        """Return the item of an object that comes into the library, its bytes in the spool."""
        instance = offer.instance
        if not offer.copy:
            status = Path(instance.file.path).stat()
            filed = Filed(instance, instance.file.path, offer.source)
            filed = replace(filed, linked=True, size=status.st_size, mtime_ns=status.st_mtime_ns)
            return Item(entry_of(offer, STORED, _told(LINKED, instance)), offer, filed=filed)
        spooled = self._spool(offer, check)
        hashes = spooled.hashes
        path = object_path(instance.study_instance_uid, hashes.digest)
        filed = Filed(instance, path, offer.source, size=hashes.size)
        filed = replace(filed, digest=hashes.digest, sha256=spooled.stored_sha256)
        move = (spooled.path, self._files.locate(path))
        entry = entry_of(offer, STORED, _told(offer.reason, instance), hashes.sha256_file)
        return Item(entry, offer, filed=filed, moves=(move,), n_bytes=hashes.size)

    def _spool(self, offer: Offer, check: Check) -> Spooled:
        file = offer.instance.file
        path = Path(file.path)
        if offer.owned:
            return self._files.spool_own(path, file.dataset_offset)

        def copy() -> Spooled:
            with path.open("rb", buffering=0) as source:
                return self._files.spool_copy(source, file.dataset_offset, check)

        spooled = read_patiently(copy)
        if spooled.hashes.size != file.size:
            self._files.discard([spooled.path])
            raise _ChangedError(CHANGED)
        return spooled

    def _apart(self, offer: Offer, verdict: Verdict, check: Check) -> Item:
        """Keep a clashing object in quarantine; a linked original stays where it is."""
        if offer.copy:
            spooled = self._spool(offer, check)
            hashes, path = spooled.hashes, f"{spooled.hashes.digest}{SUFFIX}"
        else:
            spooled, hashes, path = None, _hash(offer.instance), offer.instance.file.path
        conflict = _conflict(offer, verdict, hashes, path)
        entry = entry_of(offer, CONFLICT, f"{verdict.reason}; kept apart", hashes.sha256_file)
        item = Item(entry, offer, conflict=conflict, note=verdict.note)
        if spooled is None:
            return item
        place = self._files.home.quarantine / path
        record = self._files.spool_text(json_text(asdict(conflict)))
        moves = ((spooled.path, place), (record, place.with_suffix(".json")))
        return replace(item, moves=moves, n_bytes=hashes.size)

    def close(self) -> None:
        """End the worker process."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None


class _ChangedError(OSError):
    """The source changed between the reading of its header and its copy."""


def entry_of(offer: Offer, status: str, reason: str = "", sha256: str = "") -> Entry:
    """Return the receipt's line for an object."""
    return Entry(offer.shown, status, reason, sha256, offer.instance.sop_instance_uid)


def _told(reason: str, instance: Instance) -> str:
    """Return the reason with what was tolerated in the object, such as pixel data cut short."""
    tolerated = " ".join(instance.warnings)
    return "; ".join(text for text in (reason, tolerated) if text)


def _differs(first: Identity, second: Identity) -> bool:
    return within_study(first, second) is Agreement.DIFFERENT


def _hash(instance: Instance) -> FileHashes:
    return read_patiently(lambda: hash_file(instance.file.path, instance.file.dataset_offset))


def _hash_of_known(known: Known, path: Path) -> FileHashes | None:
    """Return the hashes of the file that is there; None when it is lost or cannot be read."""
    try:
        if path.stat().st_size != known.size and not known.linked:
            return None
        if known.digest and known.state == OK and not known.linked:
            return FileHashes("", known.digest, known.size)
        return hash_file(str(path), read_instance(str(path)).file.dataset_offset)
    except (OSError, ViewerError):
        return None


def _unchanged(known: Known, path: Path) -> bool:
    status = path.stat()
    return (status.st_size, status.st_mtime_ns) == (known.size, known.mtime_ns)


def _same_in_another_encoding(known: Known, instance: Instance) -> Verdict:
    reason = in_another_encoding(known.syntax_uid, instance.transfer_syntax_uid)
    if not instance.n_frames:
        reason = reason.replace("image", "object")
    return Verdict(KEEP, reason, note=_note(reason))


def _note(reason: str) -> str:
    return reason[0].upper() + reason[1:] + "."


def _conflict(offer: Offer, verdict: Verdict, hashes: FileHashes, path: str) -> Conflict:
    instance = offer.instance
    facts: Mapping[str, str] = {"name": instance.identity.name, "id": instance.identity.patient_id}
    return Conflict(
        study_uid=instance.study_instance_uid,
        sop_uid=instance.sop_instance_uid,
        kind=verdict.kind,
        reason=verdict.reason,
        digest=hashes.digest,
        path=path,
        size=hashes.size,
        met_as=offer.shown,
        at=now(),
        patient=f"{facts['name']} ({facts['id']})",
    )
