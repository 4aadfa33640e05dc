"""Turn header values into words: names, dates, times, ages and numbers.

Nothing here invents: a value that does not follow its value representation is shown as it is.
"""

from __future__ import annotations

import locale
import math
from datetime import date, time

_MONTHS_SHOWN_BELOW_YEARS = 3
_DAYS_SHOWN_BELOW_MONTHS = 3


def name_text(person_name: str) -> str:
    """Return a person name for reading: 'Yamada, Tarou (山田, 太郎)' (PS3.5 6.2.1.1).

    The groups (alphabetic, ideographic, phonetic) are kept, each as 'family, given middle', with
    prefix before and suffix behind.
    """
    groups = [_name_group(group) for group in person_name.split("=")]
    shown = [group for group in groups if group]
    if not shown:
        return ""
    return shown[0] if len(shown) == 1 else f"{shown[0]} ({' · '.join(shown[1:])})"


def _name_group(group: str) -> str:
    parts = [part.strip() for part in group.split("^")]
    family, given, middle, prefix, suffix = (parts + [""] * 5)[:5]
    rest = " ".join(part for part in (prefix, given, middle) if part)
    name = ", ".join(part for part in (family, rest) if part)
    return f"{name}, {suffix}" if name and suffix else name or suffix


def parse_date(value: str) -> date | None:
    """Return a DA value ('20240305', also the old '2024.03.05') as a date; None when it is none."""
    digits = value.strip().replace(".", "").replace("-", "")[:8]
    if len(digits) != 8 or not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def date_text(value: str) -> str:
    """Return a DA value in the reader's locale, ISO where none is set; as it is when no date."""
    parsed = parse_date(value)
    if parsed is None:
        return value.strip()
    chosen = locale.setlocale(locale.LC_TIME)
    iso = parsed.isoformat()
    if chosen.split(".")[0] in ("C", "POSIX"):
        return iso
    text = parsed.strftime("%x")
    return text if f"{parsed.year:04}" in text else iso  # never a two-digit year


def time_text(value: str) -> str:
    """Return a TM value ('101530.123') as '10:15'; as it is when no time."""
    digits = value.strip().replace(":", "").split(".")[0]
    if len(digits) < 4 or not digits.isdigit():
        return value.strip()
    try:
        return time(int(digits[:2]), int(digits[2:4])).strftime("%H:%M")
    except ValueError:
        return value.strip()


def age_text(birth_date: str, exam_date: str, patient_age: str = "") -> str:
    """Return the age on the day of the exam: '62 y', '14 mo', '9 d'.

    Patient's Age is used only where the dates do not give it (it is often wrong or stale).
    """
    born, examined = parse_date(birth_date), parse_date(exam_date)
    if born is None or examined is None or examined < born:
        return _age_string(patient_age)
    months = (examined.year - born.year) * 12 + examined.month - born.month
    months -= examined.day < born.day
    if months < _DAYS_SHOWN_BELOW_MONTHS:
        return f"{(examined - born).days} d"
    if months < 12 * _MONTHS_SHOWN_BELOW_YEARS:
        return f"{months} mo"
    return f"{months // 12} y"


def _age_string(value: str) -> str:
    """Return an AS value ('062Y', also written '62Y') as '62 y' (PS3.5 6.2)."""
    text = value.strip().upper()
    units = {"D": "d", "W": "wk", "M": "mo", "Y": "y"}
    number = text[:-1]
    if 1 <= len(number) <= 3 and number.isdecimal() and text[-1] in units:
        return f"{int(number)} {units[text[-1]]}"
    return value.strip()


def number_text(value: float, digits: int = 1) -> str:
    """Return a number with at most ``digits`` decimals, no trailing zeros and a true minus."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "\N{MINUS SIGN}")


def significant_text(value: float, digits: int = 4) -> str:
    """Return a number with ``digits`` significant places, for values of unknown size."""
    if not math.isfinite(value) or value == 0:
        return number_text(value)
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return number_text(value, min(places, 10))
