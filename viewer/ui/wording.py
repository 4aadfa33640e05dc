"""Turn stored values into the words of the window: states, sizes, counts, moments."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QLocale

from viewer.base.text import tr
from viewer.model.listing import NEW, OPENED, READ, StudyRow
from viewer.model.wording import date_text, name_text, time_text

_UNITS = ("B", "kB", "MB", "GB", "TB")
_SEX = {"F": "female", "M": "male", "O": "other sex"}
_STATES = {NEW: "new", OPENED: "opened", READ: "read"}


def patient_name(row: StudyRow) -> str:
    """Return the patient's name for reading, or words that say there is none."""
    return name_text(row.patient_name) or tr("No name")


def date_and_time(date: str, time: str) -> str:
    """Return both in one text."""
    return " ".join(part for part in (date_text(date), time_text(time)) if part)


def moment_text(iso: str) -> str:
    """Return an ISO 8601 moment in UTC as local date and time."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    local = moment.astimezone()
    return date_and_time(f"{local:%Y%m%d}", f"{local:%H%M}")


def sex_text(stored: str) -> str:
    """Return Patient's Sex as a word; what is no defined term as stored (PS3.3 C.7.1.1)."""
    word = _SEX.get(stored.upper())
    return tr(word) if word else stored


def state_text(state: str) -> str:
    """Return a reading state as a word."""
    return tr(_STATES.get(state, state))


def number(n: int) -> str:
    """Return a whole number with its thousands set apart as the locale does it."""
    locale = QLocale()
    return f"{n:,}" if locale.language() == QLocale.Language.C else locale.toString(n)


def size_text(n_bytes: float) -> str:
    """Return a size in powers of ten with two or three digits: '7.1 MB', '412 GB'."""
    value = float(max(0, n_bytes))
    for unit in _UNITS:
        if value < 999.5 or unit == _UNITS[-1]:
            break
        value /= 1000
    digits = 0 if unit == "B" or value >= 9.95 else 1
    return f"{QLocale().toString(value, 'f', digits)} {unit}"


def duration_text(seconds: float) -> str:
    """Return how long something will take, roundly: 'about 20 s', 'about 3 min'."""
    if seconds < 10:
        return tr("a few seconds")
    if seconds < 90:
        return tr("about {n} s").format(n=round(seconds / 10) * 10)
    return tr("about {n} min").format(n=round(seconds / 60))


def milliseconds(seconds: float) -> str:
    """Return a measured time: '0.4 ms', '11 ms', '1.2 s'."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    ms = seconds * 1000
    return f"{ms:.0f} ms" if ms >= 1 else f"{ms:.1f} ms"


def patient_line(row: StudyRow) -> str:
    """Return the line under a patient's name: ID, sex, birth date, age at this study."""
    parts = [row.patient_id or tr("no ID"), sex_text(row.sex)]
    if row.birth_date:
        parts.append(tr("born {date}").format(date=date_text(row.birth_date)))
    if row.age:
        parts.append(tr("{age} at this study").format(age=row.age))
    return " · ".join(part for part in parts if part)


def plain_tooltip(text: str) -> str:
    """Return text that a tooltip shows as it is: Qt would read '<b>' as markup (R-011)."""
    return text.replace("<", "<\u200b")
