"""Rows of the Studies place and the question that selects them."""

from __future__ import annotations

from dataclasses import dataclass

NEW = "new"
OPENED = "opened"
READ = "read"
READING_STATES = (NEW, OPENED, READ)


@dataclass(frozen=True, slots=True)
class StudyQuery:
    """What to list. Empty parts do not limit.

    Attributes
    ----------
    text
        Free text: every word must begin a word of name, ID, description, accession number,
        comment, institution ...; blind to case and diacritics.
    modalities
        Any of these must be in the study.
    date_from, date_to
        Study Date, ``YYYYMMDD``, inclusive.
    states
        Any of ``READING_STATES``.
    source
        Where it came from: a word of ``StudyRow.source`` ('disc', 'folder', 'received', ...).
    sort
        Column: ``date``, ``patient``, ``patient_id``, ``birth_date``, ``description``,
        ``modalities``, ``images``, ``source``, ``state``, ``added``.
    trashed
        True lists the deleted studies instead.
    """

    text: str = ""
    modalities: tuple[str, ...] = ()
    date_from: str = ""
    date_to: str = ""
    states: tuple[str, ...] = ()
    source: str = ""
    sort: str = "date"
    descending: bool = True
    limit: int = 500
    offset: int = 0
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One study in the list; texts are decoded for display, dates as stored (YYYYMMDD).

    Attributes
    ----------
    age
        Patient's Age at the exam as text ('62 y'): from birth and study date, else the header's.
    n_conflicts
        Objects kept apart because they clash with this study.
    flags
        Sentences such as 'same ID, other birth date'.
    arriving
        True while an import of it is under way.
    n_expected
        Instances known to exist, or None.
    person_note
        'same person, confirmed by ... on ...' for a linked identity, else empty.
    """

    study_instance_uid: str
    patient_key: int
    patient_name: str
    patient_id: str
    issuer: str
    birth_date: str
    sex: str
    age: str
    date: str
    time: str
    description: str
    accession_number: str
    modalities: tuple[str, ...]
    n_series: int
    n_instances: int
    n_images: int
    source: str
    state: str
    comment: str
    added: str
    n_conflicts: int = 0
    flags: tuple[str, ...] = ()
    arriving: bool = False
    n_expected: int | None = None
    person_note: str = ""
    institution: str = ""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series of a study in the list."""

    series_instance_uid: str
    study_instance_uid: str
    number: int | None
    modality: str
    description: str
    n_instances: int
    n_images: int
    date: str
    time: str
    body_part: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StudyPage:
    """One answer: the rows asked for, how many match in all, and how many there are."""

    rows: tuple[StudyRow, ...]
    n_matching: int
    n_total: int
    seconds: float
