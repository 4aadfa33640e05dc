"""Read one study with all its header facts, and keep what people enter about studies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from viewer.base.errors import StoreDamagedError, UnreadableError, UsageError
from viewer.base.paths import Home
from viewer.dicom.records import read_instance
from viewer.model.grouping import group_series, group_studies
from viewer.model.listing import READING_STATES
from viewer.model.study import Instance, Study
from viewer.store.database import DAMAGED
from viewer.store.facts import unpack_base, unpack_facts
from viewer.store.filing import STUDY, log_change
from viewer.store.journal import now
from viewer.store.people import read_identity
from viewer.store.schema import files, identities, instances, series, studies
from viewer.store.texts import refresh_words


def study_instances(connection: Connection, home: Home, study_uid: str) -> list[Instance]:
    """Return the objects of a study in the order in which they came, digests filled."""
    chosen = (
        select(
            instances.c.series_key,
            instances.c.facts,
            files.c.linked,
            files.c.path,
            files.c.digest,
        )
        .join(studies, studies.c.key == instances.c.study_key)
        .join(files, files.c.instance_key == instances.c.key)
        .where(studies.c.uid == study_uid)
        .order_by(instances.c.key)
    )
    of_study = select(studies.c.key).where(studies.c.uid == study_uid).scalar_subquery()
    bases = {
        row.key: unpack_base(row.base)
        for row in connection.execute(
            select(series.c.key, series.c.base).where(series.c.study_key == of_study)
        )
    }
    root = str(home.objects)
    found = []
    for series_key, facts, linked, path, digest in connection.execute(chosen):
        absolute = path if linked else f"{root}/{path}"
        found.append(_instance(facts, bases[series_key], absolute, digest))
    return found


def _instance(facts: bytes, base: bytes, path: str, digest: str) -> Instance:
    """Return an object from its facts; from its file when the facts cannot be used."""
    try:
        return unpack_facts(facts, base, path, digest)
    except UnreadableError:
        try:
            instance = read_instance(path)
        except UnreadableError as err:
            raise StoreDamagedError(DAMAGED) from err
        return replace(instance, file=replace(instance.file, digest=digest))


def load_study(connection: Connection, home: Home, study_uid: str) -> Study:
    """Return a study as panes need it.

    Raises
    ------
    UsageError
        When there is no such study.
    StoreDamagedError
        When the facts of an object are damaged and its file is not there either.
    """
    chosen = (
        select(studies, identities)
        .join(identities, identities.c.key == studies.c.identity_key)
        .where(studies.c.uid == study_uid)
    )
    row = connection.execute(chosen).first()
    if row is None:
        raise UsageError("There is no such study in the library.")
    members = study_instances(connection, home, study_uid)
    attributes = group_studies(members[:1])[0].attributes if members else {}
    return Study(
        study_instance_uid=study_uid,
        identity=read_identity(row),
        date=row.date,
        time=row.time,
        description=row.description,
        accession_number=row.accession_number,
        series=group_series(members),
        in_library=True,
        n_expected=row.n_expected,
        attributes=attributes,
    )


def missing_files(connection: Connection, home: Home, study_uid: str) -> list[str]:
    """Return the paths of a study's files that are not there now (a vanished disc or folder)."""
    chosen = (
        select(files.c.linked, files.c.path)
        .join(instances, instances.c.key == files.c.instance_key)
        .join(studies, studies.c.key == instances.c.study_key)
        .where(studies.c.uid == study_uid)
    )
    paths = [row.path if row.linked else f"{home.objects}/{row.path}"
             for row in connection.execute(chosen)]  # fmt: skip
    return [path for path in paths if not Path(path).is_file()]


def set_state(connection: Connection, study_uids: Sequence[str], state: str) -> list[str]:
    """Set the reading state; return the studies that had another one.

    Raises
    ------
    UsageError
        When there is no such state.
    """
    if state not in READING_STATES:
        raise UsageError(f"A study is {', '.join(READING_STATES)}, not '{state}'.")
    return _change(connection, study_uids, {"state": state})


def set_comment(connection: Connection, study_uid: str, text: str) -> list[str]:
    """Set the comment and make it searchable; return the study if it had another one."""
    changed = _change(connection, [study_uid], {"comment": text})
    for uid in changed:
        chosen = select(studies.c.key).where(studies.c.uid == uid)
        refresh_words(connection, connection.execute(chosen).scalar_one())
    return changed


def trash(connection: Connection, study_uids: Sequence[str], at: str = "") -> list[str]:
    """Delete studies softly; return those that were not deleted before."""
    here = select(studies.c.uid).where(studies.c.uid.in_(study_uids), studies.c.trashed == "")
    uids = list(connection.execute(here).scalars())
    return _change(connection, uids, {"trashed": at or now()})


def restore(connection: Connection, study_uids: Sequence[str]) -> list[str]:
    """Bring deleted studies back; return those that were deleted."""
    return _change(connection, study_uids, {"trashed": ""})


def _change(
    connection: Connection, study_uids: Sequence[str], values: Mapping[str, Any]
) -> list[str]:
    ((name, value),) = values.items()
    column = studies.c[name]
    chosen = select(studies.c.uid).where(studies.c.uid.in_(study_uids), column != value)
    uids = list(connection.execute(chosen).scalars())
    if uids:
        connection.execute(update(studies).where(studies.c.uid.in_(uids)).values(values))
    for uid in uids:
        log_change(connection, STUDY, uid)
    return uids


def expect_instances(connection: Connection, counts: Mapping[str, int]) -> None:
    """Remember how many objects of each study a directory lists (R-049)."""
    for uid, count in counts.items():
        connection.execute(update(studies).where(studies.c.uid == uid).values(n_expected=count))
        log_change(connection, STUDY, uid)


def end_arrival(connection: Connection, owner: str) -> None:
    """Take away the mark that an import is still bringing objects."""
    forget_arrivals(connection, [owner])


def forget_arrivals(connection: Connection, owners: Iterable[str]) -> None:
    """Take away the marks of imports that have ended or died."""
    marked = studies.c.arriving.in_(list(owners))
    uids = list(connection.execute(select(studies.c.uid).where(marked)).scalars())
    connection.execute(update(studies).where(marked).values(arriving=""))
    for uid in uids:
        log_change(connection, STUDY, uid)


def arriving_owners(connection: Connection) -> set[str]:
    """Return the imports that studies are marked with; some may have died."""
    chosen = select(studies.c.arriving).where(studies.c.arriving != "").distinct()
    return set(connection.execute(chosen).scalars())
