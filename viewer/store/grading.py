"""Three grades of 'same SOP Instance UID' (design: identity of objects and people).

Equal data sets, the same image in another encoding, and a clash. The first object is always
kept; what clashes is kept apart.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from viewer.dicom.digest import FileHashes
from viewer.model import ids
from viewer.model.study import Identity, Instance
from viewer.store.agreement import Agreement, within_study
from viewer.store.people import read_identity
from viewer.store.schema import files, identities, instances, series, studies

KEEP = "keep"
REPLACE = "replace"
CLASH = "clash"

SAME_BYTES = "the same object is in the library"
UNCHANGED = "linked before and unchanged since"
BACK = "its file in the library had been lost; it is back"
COPIED_NOW = "it was linked before; now it is copied into the library"
MOVED = "it was linked at a place where it is no longer"


@dataclass(frozen=True, slots=True)
class Known:
    """An object of the index, as far as grading needs it. ``path`` is as in ``files``."""

    sop_uid: str
    study_uid: str
    series_uid: str
    class_uid: str
    syntax_uid: str
    identity: Identity
    linked: bool
    path: str
    size: int
    mtime_ns: int
    digest: str
    state: str
    trashed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with an object whose UID is known.

    Attributes
    ----------
    action
        ``KEEP`` the first and store nothing, ``REPLACE`` its lost file, or ``CLASH``.
    kind
        Of a clash: ``patient``, ``study``, ``class``, ``geometry``, ``pixels``, ``lossy``.
    hashes
        Of the new object, where they were needed.
    note
        A sentence for the whole study, empty if none.
    """

    action: str
    reason: str
    kind: str = ""
    hashes: FileHashes | None = None
    note: str = ""


def find_known(connection: Connection, sop_uids: Collection[str]) -> dict[str, Known]:
    """Return the objects of the index with these SOP Instance UIDs."""
    chosen = (
        select(
            instances.c.uid.label("sop_uid"),
            studies.c.uid.label("study_uid"),
            series.c.uid.label("series_uid"),
            instances.c.class_uid,
            instances.c.syntax_uid,
            identities,
            files,
            studies.c.trashed,
        )
        .join(studies, studies.c.key == instances.c.study_key)
        .join(series, series.c.key == instances.c.series_key)
        .join(identities, identities.c.key == instances.c.identity_key)
        .join(files, files.c.instance_key == instances.c.key)
        .where(instances.c.uid.in_(sop_uids))
    )
    return {
        row.sop_uid: Known(
            row.sop_uid,
            row.study_uid,
            row.series_uid,
            row.class_uid,
            row.syntax_uid,
            read_identity(row),
            row.linked,
            row.path,
            row.size,
            row.mtime_ns,
            row.digest_1,
            row.state,
            bool(row.trashed),
        )
        for row in connection.execute(chosen)
    }


def clash_of_headers(known: Known, instance: Instance) -> Verdict | None:
    """Return the clash that the two headers alone show; None when they agree."""
    if within_study(known.identity, instance.identity) is Agreement.DIFFERENT:
        return Verdict(
            CLASH, "another patient's object has the same SOP Instance UID", kind="patient"
        )
    if known.study_uid != instance.study_instance_uid:
        return Verdict(
            CLASH, "an object of another study has the same SOP Instance UID", kind="study"
        )
    if known.class_uid != instance.sop_class_uid:
        return Verdict(
            CLASH, "an object of another kind has the same SOP Instance UID", kind="class"
        )
    return None


def lossy_pair(known_syntax: str, new_syntax: str) -> str:
    """Return words when one of two encodings can lose and the other cannot; else empty."""
    known, new = (ids.transfer_syntax(uid) for uid in (known_syntax, new_syntax))
    if known is None or new is None or known.lossy == new.lossy:
        return ""
    if new.lossy:
        return "a lossy copy of an image that is in the library without loss"
    return "the image without loss; the library holds a lossy copy"


def in_another_encoding(known_syntax: str, new_syntax: str) -> str:
    """Return the reason for an image that is there in another encoding."""
    if known_syntax == new_syntax:
        return "the same image is in the library; only its header was written differently"
    return f"the same image is in the library as {ids.syntax_name(known_syntax)}"
