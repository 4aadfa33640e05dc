"""Objects that clash with what is there: recorded, kept apart, shown (R-050, R-051)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from viewer.store.schema import conflicts, studies


@dataclass(frozen=True, slots=True)
class Conflict:
    """One object that is kept apart.

    Attributes
    ----------
    kind
        ``patient``, ``study``, ``class``, ``geometry``, ``pixels``, ``lossy``, ``content`` or
        ``damaged``.
    path
        Name below ``quarantine``; the absolute path of a linked original, which stays where it is.
    met_as
        Path it was met under when it was imported.
    patient
        Name and ID in the object's own header.
    """

    study_uid: str
    sop_uid: str
    kind: str
    reason: str
    digest: str
    path: str
    size: int
    met_as: str
    at: str
    patient: str


def add_conflict(connection: Connection, conflict: Conflict) -> bool:
    """Record a conflict once; return False when the very object is recorded already."""
    chosen = select(conflicts.c.key).where(
        conflicts.c.digest == conflict.digest,
        conflicts.c.sop_uid == conflict.sop_uid,
        conflicts.c.path == conflict.path,
    )
    if connection.execute(chosen).first() is not None:
        return False
    connection.execute(insert(conflicts).values(**asdict(conflict)))
    count_conflicts(connection, conflict.study_uid)
    return True


def count_conflicts(connection: Connection, study_uid: str) -> None:
    """Bring the number that a study's row shows up to date."""
    count = select(func.count()).where(conflicts.c.study_uid == study_uid)
    connection.execute(
        update(studies)
        .where(studies.c.uid == study_uid)
        .values(n_conflicts=count.select_from(conflicts).scalar_subquery())
    )


def list_conflicts(connection: Connection, study_uid: str) -> tuple[Conflict, ...]:
    """Return what is kept apart from a study, in the order in which it came."""
    chosen = select(conflicts).where(conflicts.c.study_uid == study_uid)
    rows = connection.execute(chosen.order_by(conflicts.c.key)).mappings()
    return tuple(read_conflict(row) for row in rows)


def forget_conflicts(connection: Connection, study_uid: str) -> list[str]:
    """Take out a study's conflicts and return the paths of the objects that were kept apart."""
    chosen = select(conflicts.c.path).where(conflicts.c.study_uid == study_uid)
    paths = list(connection.execute(chosen).scalars())
    connection.execute(delete(conflicts).where(conflicts.c.study_uid == study_uid))
    return paths


def read_conflict(facts: Mapping[Any, Any]) -> Conflict:
    """Return the conflict of a row, or of a quarantined object's record.

    Raises
    ------
    KeyError
        When a fact is missing.
    """
    return Conflict(**{name: facts[name] for name in Conflict.__dataclass_fields__})
