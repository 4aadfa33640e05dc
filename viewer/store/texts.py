"""The texts of studies and series: from a header into their rows, and into the search index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from viewer.model.study import Instance
from viewer.model.wording import age_text
from viewer.store.schema import series, studies
from viewer.store.search_text import sort_key, store_words

_PHYSICIANS = ("ReferringPhysicianName", "PerformingPhysicianName", "NameOfPhysiciansReadingStudy")


def study_values(instance: Instance) -> dict[str, Any]:
    """Return the texts of a study's row as one of its objects gives them."""
    identity = instance.identity
    date = instance.text("StudyDate")
    expected = instance.number("NumberOfStudyRelatedInstances")
    return {
        "patient_name": identity.name,
        "patient_id": identity.patient_id,
        "issuer": identity.issuer,
        "birth_date": identity.birth_date,
        "sex": identity.sex,
        "age": age_text(identity.birth_date, date, instance.text("PatientAge")),
        "date": date,
        "time": instance.text("StudyTime"),
        "description": instance.text("StudyDescription"),
        "accession_number": instance.text("AccessionNumber"),
        "institution": instance.text("InstitutionName"),
        "physicians": " ".join(filter(None, (instance.text(word) for word in _PHYSICIANS))),
        "n_expected": None if expected is None else int(expected),
        "sort_name": sort_key(identity.name),
    }


def series_values(instance: Instance) -> dict[str, Any]:
    """Return the texts of a series' row as one of its objects gives them."""
    number = instance.number("SeriesNumber")
    return {
        "number": None if number is None else int(number),
        "modality": instance.modality,
        "description": instance.text("SeriesDescription"),
        "date": instance.text("SeriesDate"),
        "time": instance.text("SeriesTime"),
        "body_part": instance.text("BodyPartExamined"),
    }


def refresh_words(connection: Connection, key: int) -> None:
    """Make the texts of a study and its series searchable."""
    row = connection.execute(select(studies).where(studies.c.key == key)).one()
    described = select(series.c.description, series.c.body_part).where(series.c.study_key == key)
    texts = [
        row.patient_name,
        row.patient_id,
        row.description,
        row.accession_number,
        row.institution,
        row.physicians,
        row.comment,
        row.modalities,
    ]
    for description, body_part in connection.execute(described):
        texts += (description, body_part)
    store_words(connection, key, texts)
