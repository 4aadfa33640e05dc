"""Answer what the Studies place asks: which studies match, and which series they hold."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from viewer.model.listing import SeriesRow, StudyPage, StudyQuery, StudyRow
from viewer.store.people import person_notes
from viewer.store.schema import patients, series, studies, study_search
from viewer.store.search_text import match_expression

_MOST_KEYS = 10_000
"""In one statement; SQLite has a limit."""

_SORT_COLUMNS: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "date": (studies.c.date, studies.c.time),
    "patient": (studies.c.sort_name,),
    "patient_id": (studies.c.patient_id,),
    "birth_date": (studies.c.birth_date,),
    "description": (studies.c.description,),
    "modalities": (studies.c.modalities,),
    "images": (studies.c.n_images,),
    "source": (studies.c.source,),
    "state": (studies.c.state,),
    "added": (studies.c.added,),
}


def search_studies(
    connection: Connection, query: StudyQuery, living: Collection[str] = ()
) -> StudyPage:
    """Return one page of the studies that match.

    Parameters
    ----------
    living
        Names of the imports that still run; only their studies count as arriving.
    """
    started = time.perf_counter()
    conditions = _conditions(query)
    matching = _count(connection, conditions)
    here = [studies.c.trashed != ""] if query.trashed else [studies.c.trashed == ""]
    total = _count(connection, here)
    keys = list(connection.execute(_ordered_keys(query, conditions)).scalars())
    rows = _rows(connection, keys, living)
    return StudyPage(tuple(rows), matching, total, time.perf_counter() - started)


def _count(connection: Connection, conditions: list[ColumnElement[bool]]) -> int:
    return connection.execute(
        select(func.count()).select_from(studies).where(*conditions)
    ).scalar_one()


def _ordered_keys(query: StudyQuery, conditions: list[ColumnElement[bool]]) -> Any:
    """Return the statement for the keys of one page; whole rows are fetched only for them."""
    columns = _SORT_COLUMNS.get(query.sort, _SORT_COLUMNS["date"])
    order = [column.desc() if query.descending else column.asc() for column in columns]
    chosen = select(studies.c.key).where(*conditions).order_by(*order, studies.c.key.desc())
    return chosen.limit(query.limit).offset(query.offset)


def _conditions(query: StudyQuery) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        studies.c.trashed != "" if query.trashed else studies.c.trashed == ""
    ]
    text = query.text.strip()
    if text:
        is_uid = text.replace(".", "").isdigit() and "." in text
        wanted.append(or_(studies.c.uid == text, _words(text)) if is_uid else _words(text))
    if query.modalities:
        holds = [
            studies.c.modalities.contains(f"\\{m}\\", autoescape=True) for m in query.modalities
        ]
        wanted.append(or_(*holds))
    if query.date_from:
        wanted.append(studies.c.date >= query.date_from)
    if query.date_to:
        wanted += [studies.c.date <= query.date_to, studies.c.date != ""]
    if query.states:
        wanted.append(studies.c.state.in_(query.states))
    if query.source:
        wanted.append(studies.c.source == query.source)
    return wanted


def _words(text: str) -> ColumnElement[bool]:
    expression = match_expression(text)
    if not expression:  # only punctuation was typed: nothing begins with it
        return studies.c.key < 0
    found = select(study_search.c.rowid).where(study_search.c.study_search.op("MATCH")(expression))
    return studies.c.key.in_(found)


def _rows(connection: Connection, keys: list[int], living: Collection[str]) -> list[StudyRow]:
    chosen = select(studies, patients.c.flags).join(
        patients, patients.c.key == studies.c.patient_key
    )
    found: dict[int, Row[Any]] = {}
    for start in range(0, len(keys), _MOST_KEYS):
        some = studies.c.key.in_(keys[start : start + _MOST_KEYS])
        found |= {row.key: row for row in connection.execute(chosen.where(some))}
    notes = person_notes(connection)
    return [_study_row(found[key], notes, living) for key in keys]


def _study_row(
    row: Row[Any], notes: Mapping[int, tuple[int, str]], living: Collection[str]
) -> StudyRow:
    person_key, note = notes.get(row.patient_key, (row.patient_key, ""))
    return StudyRow(
        study_instance_uid=row.uid,
        patient_key=person_key,
        patient_name=row.patient_name,
        patient_id=row.patient_id,
        issuer=row.issuer,
        birth_date=row.birth_date,
        sex=row.sex,
        age=row.age,
        date=row.date,
        time=row.time,
        description=row.description,
        accession_number=row.accession_number,
        modalities=tuple(part for part in row.modalities.split("\\") if part),
        n_series=row.n_series,
        n_instances=row.n_instances,
        n_images=row.n_images,
        source=row.source,
        state=row.state,
        comment=row.comment,
        added=row.added,
        n_conflicts=row.n_conflicts,
        flags=tuple(json.loads(row.flags)),
        arriving=row.arriving in living if row.arriving else False,
        n_expected=row.n_expected,
        person_note=note,
        institution=row.institution,
    )


def series_rows(connection: Connection, study_uid: str) -> tuple[SeriesRow, ...]:
    """Return the series of a study, by Series Number."""
    chosen = (
        select(series)
        .join(studies, studies.c.key == series.c.study_key)
        .where(studies.c.uid == study_uid)
        .order_by(series.c.number.is_(None), series.c.number, series.c.key)
    )
    return tuple(
        SeriesRow(
            series_instance_uid=row.uid,
            study_instance_uid=study_uid,
            number=row.number,
            modality=row.modality,
            description=row.description,
            n_instances=row.n_instances,
            n_images=row.n_images,
            date=row.date,
            time=row.time,
            body_part=row.body_part,
        )
        for row in connection.execute(chosen)
    )


def all_modalities(connection: Connection) -> tuple[str, ...]:
    """Return the modalities that occur in studies that are not deleted."""
    chosen = select(studies.c.modalities).where(studies.c.trashed == "").distinct()
    found = {part for text in connection.execute(chosen).scalars() for part in text.split("\\")}
    return tuple(sorted(found - {""}))


def all_sources(connection: Connection) -> tuple[str, ...]:
    """Return the words for where studies came from."""
    chosen = select(studies.c.source).where(studies.c.trashed == "").distinct()
    return tuple(sorted(connection.execute(chosen).scalars()))
