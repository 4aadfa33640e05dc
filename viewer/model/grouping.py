"""Group instances to series and studies, never across patients.

A study is known by its Study Instance UID *and* by whose it is: objects of two patients that
carry the same Study Instance UID become two studies, each marked, so that no pane can mix them
(R-051, R-054).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from viewer.model.person import same_within_study
from viewer.model.study import Identity, Instance, Series, Study, Value

CONFLICT_ATTRIBUTE = "IdentityConflict"
"""Key in ``Study.attributes`` that holds the sentence when a Study Instance UID is shared."""

_CONFLICT = "Another patient's objects carry the same Study Instance UID; they are kept apart."

_STUDY_KEYWORDS = (
    "StudyID",
    "InstitutionName",
    "ReferringPhysicianName",
    "PatientAge",
    "TimezoneOffsetFromUTC",
)


def group_studies(instances: Iterable[Instance]) -> tuple[Study, ...]:
    """Return the studies of ``instances``, newest first; series in the order of their number.

    Instances keep the order in which they were met. A study that shares its Study Instance UID
    with another patient's has the sentence in ``attributes['IdentityConflict']``.
    """
    people: dict[str, list[_Person]] = {}
    for instance in instances:
        met = people.setdefault(instance.study_instance_uid, [])
        _person_of(instance.identity, met).members.append(instance)
    studies = [
        _study(person.members, shared=len(met) > 1) for met in people.values() for person in met
    ]
    studies.sort(key=lambda study: (study.date, study.time), reverse=True)
    return tuple(studies)


def group_series(instances: Sequence[Instance]) -> tuple[Series, ...]:
    """Return the series of one study's instances, by Series Number, then as they were met."""
    groups: dict[str, list[Instance]] = {}
    for instance in instances:
        groups.setdefault(instance.series_instance_uid, []).append(instance)
    series = [_series(members) for members in groups.values()]
    series.sort(key=lambda one: (one.number is None, one.number or 0))
    return tuple(series)


def _person_of(identity: Identity, met: list[_Person]) -> _Person:
    for person in met:
        if identity in person.identities:
            return person
    for person in met:
        if all(same_within_study(identity, known) for known in person.identities):
            person.identities.append(identity)
            return person
    met.append(_Person([identity], []))
    return met[-1]


def _study(members: list[Instance], *, shared: bool) -> Study:
    first = members[0]
    attributes: dict[str, Value] = {}
    for keyword in _STUDY_KEYWORDS:
        text = _first_text(members, keyword)
        if text:
            attributes[keyword] = text
    if shared:
        attributes[CONFLICT_ATTRIBUTE] = _CONFLICT
    return Study(
        study_instance_uid=first.study_instance_uid,
        identity=first.identity,
        date=_first_text(members, "StudyDate"),
        time=_first_text(members, "StudyTime"),
        description=_first_text(members, "StudyDescription"),
        accession_number=_first_text(members, "AccessionNumber"),
        series=group_series(members),
        attributes=attributes,
    )


def _series(members: list[Instance]) -> Series:
    first = members[0]
    number = next(
        (n for n in (one.number("SeriesNumber") for one in members) if n is not None), None
    )
    return Series(
        series_instance_uid=first.series_instance_uid,
        study_instance_uid=first.study_instance_uid,
        modality=first.modality or next((one.modality for one in members if one.modality), ""),
        number=None if number is None else int(number),
        description=_first_text(members, "SeriesDescription"),
        instances=tuple(members),
    )


def _first_text(members: Sequence[Instance], keyword: str) -> str:
    return next((text for text in (one.text(keyword) for one in members) if text), "")


@dataclass(slots=True)
class _Person:
    identities: list[Identity]
    members: list[Instance]
