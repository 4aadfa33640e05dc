"""The words above a study's series: when, what, and how old beside the newest one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from viewer.base.text import count, tr
from viewer.model.displayset import OpenStudy
from viewer.model.grouping import CONFLICT_ATTRIBUTE
from viewer.model.wording import date_text
from viewer.ui.reading.series_model import Row, StudyHeading, study_rows

_DAYS_OF_MONTH = 30.44
_DAYS_OF_YEAR = 365.25


def strip_rows(studies: Sequence[OpenStudy]) -> list[Row]:
    """Return all rows of the strip: studies from the newest to the oldest, each with its series."""
    ordered = sorted(studies, key=lambda one: (one.study.date, one.study.time), reverse=True)
    newest = ordered[0].study.date if ordered else ""
    rows: list[Row] = []
    for study in ordered:
        rows += study_rows(study, heading(study, newest))
    return rows


def heading(study: OpenStudy, newest: str) -> StudyHeading:
    """Return the heading of a study beside a newest one of date ``newest`` (YYYYMMDD)."""
    words = (date_text(study.study.date) or tr("no date"), study.study.description.strip())
    warnings = []
    conflict = study.study.attributes.get(CONFLICT_ATTRIBUTE)
    if conflict:
        warnings.append(str(conflict))
    if study.unmatched:
        n = count(len(study.unmatched), "object", "objects")
        warnings.append(tr("{n} cannot be shown").format(n=n))
    return StudyHeading(
        " ".join(word for word in words if word),
        note=age_text(study.study.date, newest),
        warning=" ".join(warnings),
    )


def age_text(stored: str, newest: str) -> str:
    """Return '14 months older' for a study's date beside the newest; empty when it is the newest.

    Both dates are DICOM dates (YYYYMMDD).
    """
    days = _days_between(stored, newest)
    if not days:
        return ""
    if days < 2 * _DAYS_OF_MONTH:
        return tr("{n} older").format(n=count(days, "day", "days"))
    if days < 2 * _DAYS_OF_YEAR:
        months = round(days / _DAYS_OF_MONTH)
        return tr("{n} older").format(n=count(months, "month", "months"))
    return tr("{n} older").format(n=count(int(days / _DAYS_OF_YEAR), "year", "years"))


def _days_between(first: str, second: str) -> int:
    try:
        one, other = (date(int(d[:4]), int(d[4:6]), int(d[6:8])) for d in (first, second))
    except ValueError:
        return 0
    return abs((other - one).days)
