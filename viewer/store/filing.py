"""Put objects into the tables: the part of taking in that happens inside one transaction.

Called with files that are durable already. What another process has put there meanwhile is found
here, under the write lock, and handed back to be judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, insert, select, update

from viewer.model.listing import NEW
from viewer.model.study import Identity, Instance
from viewer.store.agreement import Agreement, within_study
from viewer.store.database import inserted_key
from viewer.store.facts import pack_base, pack_facts, unpack_base
from viewer.store.journal import now
from viewer.store.people import identity_row, study_identity
from viewer.store.schema import changes, files, instances, series, studies
from viewer.store.texts import refresh_words, series_values, study_values

STUDY = "study"
OK = "ok"
GONE = "gone"
DAMAGED_FILE = "damaged"


@dataclass(frozen=True, slots=True)
class Filed:
    """One object with its durable file.

    Attributes
    ----------
    path
        Relative to ``objects`` for a stored file, absolute for a linked one.
    source
        Word for where it came from ('folder', 'disc', 'archive').
    """

    instance: Instance
    path: str
    source: str
    linked: bool = False
    size: int = 0
    mtime_ns: int = 0
    digest: str = ""
    sha256: str = ""


@dataclass(slots=True)
class _Series:
    """What one transaction adds to a series."""

    key: int
    base: bytes
    n_instances: int = 0
    n_images: int = 0


@dataclass(slots=True)
class _Study:
    """What one transaction has seen of a study and adds to it."""

    key: int
    uid: str
    modalities: set[str]
    series: dict[str, _Series] = field(default_factory=dict)


@dataclass(slots=True)
class _Batch:
    """Rows of one transaction, written together at its end."""

    owner: str
    next_key: int
    studies: dict[str, _Study] = field(default_factory=dict)
    identities: dict[tuple[Identity, str], tuple[int, int]] = field(default_factory=dict)
    strangers: dict[tuple[str, Identity], bool] = field(default_factory=dict)
    instances: list[dict[str, object]] = field(default_factory=list)
    files: list[dict[str, object]] = field(default_factory=list)


def file_objects(connection: Connection, objects: Sequence[Filed], owner: str) -> list[Filed]:
    """Insert objects that are not there yet and bring their studies' rows up to date.

    Parameters
    ----------
    owner
        Name of the running import; its studies are marked as arriving. Empty for none.

    Returns
    -------
    list
        Those whose SOP Instance UID was there already, or whose study belongs to another patient
        by now; nothing was changed for them.
    """
    uids = [item.instance.sop_instance_uid for item in objects]
    chosen = select(instances.c.uid).where(instances.c.uid.in_(uids))
    there = set(connection.execute(chosen).scalars())
    highest = connection.execute(select(func.max(instances.c.key))).scalar() or 0
    batch = _Batch(owner, highest + 1)
    refused = []
    for item in objects:
        uid = item.instance.sop_instance_uid
        if uid in there or _of_another_patient(connection, item.instance, batch):
            refused.append(item)
        else:
            there.add(uid)
            _add(connection, item, batch)
    if batch.instances:
        connection.execute(insert(instances), batch.instances)
        connection.execute(insert(files), batch.files)
    for study in batch.studies.values():
        _bring_up_to_date(connection, study)
    return refused


def _of_another_patient(connection: Connection, instance: Instance, batch: _Batch) -> bool:
    """Tell whether an object's study is another patient's (R-051), once for each identity."""
    judged = (instance.study_instance_uid, instance.identity)
    answer = batch.strangers.get(judged)
    if answer is None:
        owner = study_identity(connection, instance.study_instance_uid)
        differs = owner is not None and (
            within_study(owner, instance.identity) is Agreement.DIFFERENT
        )
        if owner is None:
            return False  # the study comes with this object: the next one is judged against it
        answer = batch.strangers[judged] = differs
    return answer


def _add(connection: Connection, item: Filed, batch: _Batch) -> None:
    instance = item.instance
    # A placeholder identity belongs to one study, so the study is part of what is remembered.
    owner = (instance.identity, instance.study_instance_uid)
    who = batch.identities.get(owner)
    if who is None:
        who = batch.identities[owner] = identity_row(connection, instance)
    study = _study(connection, item, who, batch)
    series_of = _series(connection, instance, study)
    batch.instances.append(
        {
            "key": batch.next_key,
            "uid": instance.sop_instance_uid,
            "study_key": study.key,
            "series_key": series_of.key,
            "identity_key": who[0],
            "class_uid": instance.sop_class_uid,
            "syntax_uid": instance.transfer_syntax_uid,
            "n_images": instance.n_frames,
            "facts": pack_facts(instance, series_of.base),
        }
    )
    batch.files.append({"instance_key": batch.next_key, **file_values(item)})
    batch.next_key += 1
    series_of.n_instances += 1
    series_of.n_images += instance.n_frames
    if instance.modality:
        study.modalities.add(instance.modality)


def _study(connection: Connection, item: Filed, who: tuple[int, int], batch: _Batch) -> _Study:
    uid = item.instance.study_instance_uid
    study = batch.studies.get(uid)
    if study is not None:
        return study
    chosen = select(studies.c.key, studies.c.modalities).where(studies.c.uid == uid)
    row = connection.execute(chosen).first()
    if row is None:
        study = _Study(_insert_study(connection, item, who, batch.owner), uid, set())
    else:
        study = _Study(row.key, uid, set(row.modalities.split("\\")) - {""})
        connection.execute(
            update(studies)
            .where(studies.c.key == row.key)
            .values(last_arrival=now(), arriving=batch.owner, trashed="")
        )
    batch.studies[uid] = study
    return study


def _insert_study(connection: Connection, item: Filed, who: tuple[int, int], owner: str) -> int:
    identity_key, patient_key = who
    moment = now()
    result = connection.execute(
        insert(studies).values(
            uid=item.instance.study_instance_uid,
            identity_key=identity_key,
            patient_key=patient_key,
            source=item.source,
            state=NEW,
            added=moment,
            last_arrival=moment,
            arriving=owner,
            **study_values(item.instance),
        )
    )
    return inserted_key(result)


def _series(connection: Connection, instance: Instance, study: _Study) -> _Series:
    uid = instance.series_instance_uid
    found = study.series.get(uid)
    if found is not None:
        return found
    chosen = select(series.c.key, series.c.base).where(
        series.c.study_key == study.key, series.c.uid == uid
    )
    row = connection.execute(chosen).first()
    if row is None:
        packed = pack_base(instance)
        result = connection.execute(
            insert(series).values(
                study_key=study.key, uid=uid, base=packed, **series_values(instance)
            )
        )
        found = _Series(inserted_key(result), unpack_base(packed))
    else:
        found = _Series(row.key, unpack_base(row.base))
    study.series[uid] = found
    return found


def _bring_up_to_date(connection: Connection, study: _Study) -> None:
    for one in study.series.values():
        connection.execute(
            update(series)
            .where(series.c.key == one.key)
            .values(
                n_instances=series.c.n_instances + one.n_instances,
                n_images=series.c.n_images + one.n_images,
            )
        )
    joined = "".join(f"\\{name}" for name in sorted(study.modalities)) + "\\"
    connection.execute(update(studies).where(studies.c.key == study.key).values(modalities=joined))
    refresh_counts(connection, study.key)
    refresh_words(connection, study.key)
    log_change(connection, STUDY, study.uid)


def file_values(item: Filed) -> dict[str, object]:
    """Return the columns of an object's file."""
    return {
        "linked": item.linked,
        "path": item.path,
        "size": item.size,
        "mtime_ns": item.mtime_ns,
        "digest": item.digest,
        "sha256": item.sha256,
        "state": OK,
    }


def refresh_counts(connection: Connection, key: int) -> None:
    """Make a study's counts what its series say."""
    mine = select(func.count(), func.sum(series.c.n_instances), func.sum(series.c.n_images)).where(
        series.c.study_key == key
    )
    n_series, n_instances, n_images = connection.execute(mine).one()
    connection.execute(
        update(studies)
        .where(studies.c.key == key)
        .values(n_series=n_series, n_instances=n_instances or 0, n_images=n_images or 0)
    )


def log_change(connection: Connection, kind: str, key: str) -> None:
    """Tell other processes what to look at again."""
    connection.execute(insert(changes).values(kind=kind, key=key))
