from __future__ import annotations

import locale

import pytest

from viewer.model import wording


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Phantom^Alma", "Phantom, Alma"),
        ("Phantom^Alma^Beta^Dr.^jr.", "Phantom, Dr. Alma Beta, jr."),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田, 太郎 · やまだ, たろう)"),
        ("=山田^太郎", "山田, 太郎"),
        ("Phantom^^^^", "Phantom"),
        ("BERT", "BERT"),
        ("", ""),
        ("^=^", ""),
    ],
)
def test_name_is_written_family_first(stored: str, shown: str) -> None:
    assert wording.name_text(stored) == shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("20240305", "2024-03-05"),
        ("2024.03.05", "2024-03-05"),
        ("20240230", "20240230"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_date_is_iso_without_a_locale(stored: str, shown: str) -> None:
    assert locale.setlocale(locale.LC_TIME).split(".")[0] in ("C", "POSIX")
    assert wording.date_text(stored) == shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("101530.123", "10:15"),
        ("1015", "10:15"),
        ("10:15:30", "10:15"),
        ("9", "9"),
        ("2561", "2561"),
    ],
)
def test_time_is_hours_and_minutes(stored: str, shown: str) -> None:
    assert wording.time_text(stored) == shown


@pytest.mark.parametrize(
    ("born", "examined", "stored", "shown"),
    [
        ("19610409", "20240305", "", "62 y"),
        ("19610305", "20240305", "", "63 y"),
        ("19610409", "20240305", "099Y", "62 y"),
        ("20230105", "20240305", "", "14 mo"),
        ("20240301", "20240305", "", "4 d"),
        ("20000229", "20030228", "", "35 mo"),
        ("", "20240305", "062Y", "62 y"),
        ("", "20240305", "37Y", "37 y"),
        ("", "20240305", "Y", "Y"),
        ("20250101", "20240305", "003W", "3 wk"),
        ("", "", "", ""),
        ("", "", "about 40", "about 40"),
    ],
)
def test_age_is_that_of_the_exam(born: str, examined: str, stored: str, shown: str) -> None:
    assert wording.age_text(born, examined, stored) == shown


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(1.25, 1, "1.2"), (-3.0, 1, "−3"), (100.0, 0, "100"), (-0.04, 1, "0"), (float("nan"), 1, "–")],
)
def test_number_has_no_more_digits_than_asked(value: float, digits: int, shown: str) -> None:
    assert wording.number_text(value, digits) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(12345.678, "12346"), (0.000123456, "0.0001235"), (0.0, "0")]
)
def test_significant_places_follow_the_size(value: float, shown: str) -> None:
    assert wording.significant_text(value) == shown
