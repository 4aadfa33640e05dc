"""Whose object is it? Identities as headers wrote them, patients, and confirmed links (R-052).

An identity row keeps what one header says, raw bytes included, and is never changed. A patient
is the set of identities that agree: same trimmed Patient ID and issuer *and* agreeing name and
birth date. The same ID with another person is two patients, each with a flag. Placeholder IDs
never match. A link that a person confirmed makes two patients one for display, and can be taken
back; nothing is ever merged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from viewer.base.errors import UsageError
from viewer.model.person import is_placeholder_id
from viewer.model.study import Identity, Instance
from viewer.store.agreement import Agreement, across_studies
from viewer.store.database import inserted_key
from viewer.store.journal import now
from viewer.store.schema import identities, patients, person_links, studies
from viewer.store.search_text import fold

OTHER_PERSON = "Same patient ID as another person in the library: kept as two patients."
CHANGED_NAME = "The surname differs between objects with the same ID and birth date."


def identity_digest(instance: Instance) -> str:
    """Return what an identity is known by in every index of the home: a hash of its raw parts.

    Who has no proper ID is nobody's match: there the study is a part too.
    """
    identity = instance.identity
    parts = [
        identity.raw_patient_id,
        identity.issuer.encode(),
        identity.raw_name,
        identity.birth_date.encode(),
        identity.sex.encode(),
    ]
    if is_placeholder_id(identity.patient_id):
        parts.append(instance.study_instance_uid.encode())
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(len(part).to_bytes(4, "big") + part)
    return hashed.hexdigest()


def read_identity(row: Row[Any]) -> Identity:
    """Return the identity of a row of ``identities``."""
    return Identity(
        patient_id=row.patient_id,
        issuer=row.issuer,
        name=row.name,
        birth_date=row.birth_date,
        sex=row.sex,
        raw_patient_id=row.raw_patient_id,
        raw_name=row.raw_name,
    )


def study_identity(connection: Connection, study_uid: str) -> Identity | None:
    """Return the identity that a study's first object had; None when there is no such study."""
    chosen = (
        select(identities)
        .join(studies, studies.c.identity_key == identities.c.key)
        .where(studies.c.uid == study_uid)
    )
    row = connection.execute(chosen).first()
    return None if row is None else read_identity(row)


def patient_of_study(connection: Connection, study_uid: str) -> int | None:
    """Return the patient of a study, or None when there is no such study."""
    chosen = select(studies.c.patient_key).where(studies.c.uid == study_uid)
    return connection.execute(chosen).scalar()


def identity_row(connection: Connection, instance: Instance) -> tuple[int, int]:
    """Return the keys of an object's identity and its patient; what is new is made.

    An object of a study that is there belongs to the study's patient: whether it may was judged
    before.
    """
    digest = identity_digest(instance)
    study_patient = patient_of_study(connection, instance.study_instance_uid)
    chosen = select(identities.c.key, identities.c.patient_key).where(identities.c.digest == digest)
    row = connection.execute(chosen).first()
    if row is not None:
        return row.key, row.patient_key if study_patient is None else study_patient
    identity = instance.identity
    patient_key = study_patient or _matching_patient(connection, identity)
    _flag_changed_name(connection, patient_key, identity)
    result = connection.execute(
        insert(identities).values(
            digest=digest,
            patient_key=patient_key,
            patient_id=identity.patient_id,
            issuer=identity.issuer,
            name=identity.name,
            birth_date=identity.birth_date,
            sex=identity.sex,
            raw_patient_id=identity.raw_patient_id,
            raw_name=identity.raw_name,
        )
    )
    return inserted_key(result), patient_key


def _matching_patient(connection: Connection, identity: Identity) -> int:
    if is_placeholder_id(identity.patient_id):
        return _new_patient(connection, match_id="")
    match_id = fold(" ".join(identity.patient_id.split()))
    chosen = (
        select(identities)
        .join(patients, patients.c.key == identities.c.patient_key)
        .where(patients.c.match_id == match_id)
    )
    verdicts: dict[int, list[Agreement]] = {}
    for row in connection.execute(chosen):
        judged = across_studies(read_identity(row), identity)
        verdicts.setdefault(row.patient_key, []).append(judged)
    for key, judged_all in verdicts.items():
        if Agreement.DIFFERENT not in judged_all:
            return key
    key = _new_patient(connection, match_id)
    if verdicts:
        for clashing in (key, *verdicts):
            _add_flag(connection, clashing, OTHER_PERSON)
    return key


def _new_patient(connection: Connection, match_id: str) -> int:
    return inserted_key(connection.execute(insert(patients).values(match_id=match_id)))


def _flag_changed_name(connection: Connection, patient_key: int, identity: Identity) -> None:
    chosen = select(identities).where(identities.c.patient_key == patient_key)
    for row in connection.execute(chosen).all():
        if across_studies(read_identity(row), identity) is Agreement.CHANGED_SURNAME:
            _add_flag(connection, patient_key, CHANGED_NAME)
            return


def _add_flag(connection: Connection, patient_key: int, flag: str) -> None:
    chosen = select(patients.c.flags).where(patients.c.key == patient_key)
    flags = json.loads(connection.execute(chosen).scalar_one())
    if flag not in flags:
        connection.execute(
            update(patients)
            .where(patients.c.key == patient_key)
            .values(flags=json.dumps([*flags, flag]))
        )


def first_identity(connection: Connection, patient_key: int) -> str:
    """Return the digest of the identity that a patient was first met with.

    Raises
    ------
    UsageError
        When there is no such patient.
    """
    chosen = select(identities.c.digest).where(identities.c.patient_key == patient_key)
    digest = connection.execute(chosen.order_by(identities.c.key).limit(1)).scalar()
    if digest is None:
        raise UsageError("There is no such patient in the library.")
    return str(digest)


def link_identities(connection: Connection, first: str, second: str, by: str, at: str = "") -> int:
    """Record that a person confirmed two identities to be one person; return the link's number."""
    result = connection.execute(
        insert(person_links).values(
            identity_a=first, identity_b=second, linked_by=by, linked_at=at or now()
        )
    )
    return inserted_key(result)


def unlink_identities(
    connection: Connection, first: str, second: str, by: str, at: str = ""
) -> None:
    """Take back every link between two identities; the record that there was one stays."""
    for one, other in ((first, second), (second, first)):
        connection.execute(
            update(person_links)
            .where(
                person_links.c.identity_a == one,
                person_links.c.identity_b == other,
                person_links.c.revoked_at == "",
            )
            .values(revoked_by=by, revoked_at=at or now())
        )


def person_notes(connection: Connection) -> Mapping[int, tuple[int, str]]:
    """Return, for each linked patient, the patient that stands for the person, and the note."""
    chosen = select(person_links).where(person_links.c.revoked_at == "")
    links = connection.execute(chosen).all()
    if not links:
        return {}
    digests = {digest for link in links for digest in (link.identity_a, link.identity_b)}
    of_digest: dict[str, int] = {}
    for row in connection.execute(select(identities).where(identities.c.digest.in_(digests))):
        of_digest[row.digest] = row.patient_key
    leader: dict[int, int] = {}
    notes: dict[int, str] = {}
    for link in links:
        first, second = of_digest.get(link.identity_a), of_digest.get(link.identity_b)
        if first is None or second is None:
            continue
        note = f"same person, confirmed by {link.linked_by} on {link.linked_at[:10]}"
        notes[first] = notes[second] = note
        _join(leader, first, second)
    return {key: (_find(leader, key), note) for key, note in notes.items()}


def _find(leader: dict[int, int], key: int) -> int:
    while leader.get(key, key) != key:
        key = leader[key]
    return key


def _join(leader: dict[int, int], first: int, second: int) -> None:
    one, other = sorted((_find(leader, first), _find(leader, second)))
    leader[other] = one
