"""The columns of the study list: what each shows and how it sorts."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from viewer.base.text import N_, tr
from viewer.model.listing import NEW, SeriesRow, StudyRow
from viewer.model.wording import date_text, time_text
from viewer.ui.wording import date_and_time, number, patient_name, sex_text, state_text

PLAIN = "text"
MUTED = "muted"
WARNING = "warning"
ERROR = "error"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    sort
        The word that ``StudyQuery.sort`` knows; empty when the column does not sort.
    sample
        The longest ordinary value: the first width is made for it.
    least_px
        How narrow it may be made at first when the window is narrow; 0 keeps its width.
    """

    id: str
    title: str
    sort: str
    sample: str
    right: bool = False
    hidden: bool = False
    least_px: int = 0


COLUMNS: tuple[Column, ...] = (
    Column(
        "patient", N_("Patient"), "patient", "Phantomowski-Longname, Wilhelmina M", least_px=130
    ),
    Column("patient_id", N_("ID"), "patient_id", "PAT-0000000-00", least_px=74),
    Column("birth_date", N_("Born"), "birth_date", "0000-00-00"),
    Column("age", N_("Age"), "", "100 y"),
    Column("sex", N_("Sex"), "", "female", hidden=True),
    Column("date", N_("Date"), "date", "0000-00-00 00:00"),
    Column("description", N_("Study"), "description", "CT chest with contrast medium", least_px=84),
    Column("modalities", N_("Mod"), "modalities", "CT, SR, PR", least_px=50),
    Column("images", N_("Images"), "images", "1,204 of 1,311", right=True, least_px=62),
    Column("source", N_("Source"), "source", "received", least_px=56),
    Column("state", N_("State"), "state", "0 incomplete"),
    Column("accession", N_("Accession"), "", "A-0000000000", hidden=True),
    Column("institution", N_("Institution"), "", "University hospital", hidden=True),
    Column("comment", N_("Comment"), "", "Compare with the last one", hidden=True),
    Column("added", N_("Added"), "added", "0000-00-00", hidden=True),
)


def column_index(column_id: str) -> int:
    """Return where a column stands before the reader moved any."""
    return next(i for i, column in enumerate(COLUMNS) if column.id == column_id)


@functools.lru_cache(maxsize=8192)
def study_text(row: StudyRow, column_id: str) -> str:
    """Return what a column shows for a study; kept, since lists are drawn again and again."""
    match column_id:
        case "patient":
            return patient_name(row)
        case "birth_date" | "added":
            return date_text(_day(getattr(row, column_id)))
        case "sex":
            return sex_text(row.sex)
        case "date":
            return date_and_time(row.date, row.time)
        case "modalities":
            return ", ".join(row.modalities)
        case "images":
            return images_text(row)
        case "state":
            return status_text(row)
        case "accession":
            return row.accession_number
        case _:
            return str(getattr(row, column_id)).replace("\n", " ")


def _day(stored: str) -> str:
    return stored[:10].replace("-", "") if "-" in stored else stored[:8]


def images_text(row: StudyRow) -> str:
    """Return the number of images, with the number expected while some are missing."""
    if row.n_expected is not None and row.n_expected > row.n_instances:
        return tr("{n} of {total}").format(n=number(row.n_instances), total=number(row.n_expected))
    return number(row.n_images)


def status_text(row: StudyRow) -> str:
    """Return the most urgent thing to say about a study in one or two words."""
    if row.n_conflicts:
        return tr("1 conflict") if row.n_conflicts == 1 else conflicts_text(row.n_conflicts)
    if row.arriving:
        return tr("arriving")
    if incomplete(row):
        return tr("incomplete")
    return state_text(row.state)


def conflicts_text(n: int) -> str:
    """Return 'n conflicts'."""
    return tr("{n} conflicts").format(n=number(n))


def incomplete(row: StudyRow) -> bool:
    """Tell whether fewer objects are here than are known to exist."""
    return row.n_expected is not None and row.n_expected > row.n_instances


def series_text(row: SeriesRow, column_id: str) -> str:
    """Return what a column shows for a series."""
    match column_id:
        case "patient":
            title = row.description or row.body_part or tr("No description")
            return title if row.number is None else f"{row.number}   {title}"
        case "date":
            return time_text(row.time)
        case "modalities":
            return row.modality
        case "images":
            return number(row.n_images)
        case "state":
            return row.note
        case _:
            return ""


def study_tone(row: StudyRow, column_id: str) -> str:
    """Return the tone in which a column is written; the words say the same."""
    if column_id == "state":
        if row.n_conflicts:
            return ERROR
        return WARNING if row.arriving or incomplete(row) else PLAIN
    if column_id == "images" and incomplete(row):
        return WARNING
    return PLAIN


def badges(row: StudyRow) -> tuple[tuple[str, str], ...]:
    """Return (words, tone) of the badges behind a patient's name."""
    found = [(flag, WARNING) for flag in row.flags]
    if row.person_note:
        found.append((row.person_note.split(" by ")[0], MUTED))
    return tuple(found)


def spoken(row: StudyRow) -> str:
    """Return a study as a screen reader should say it."""
    parts = (
        patient_name(row),
        row.patient_id,
        study_text(row, "date"),
        row.description,
        study_text(row, "modalities"),
        tr("{n} images").format(n=images_text(row)),
        status_text(row),
        *row.flags,
    )
    return ", ".join(part for part in parts if part)


def is_new(row: StudyRow) -> bool:
    """Tell whether nobody has opened a study yet."""
    return row.state == NEW
