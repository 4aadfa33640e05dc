"""Nothing that names a patient reaches the log or a crash file (R-108)."""

from __future__ import annotations

import logging
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from viewer.base.log import PrivacyFilter, keyed_hash, scrub, scrub_exception, start_log
from viewer.base.paths import Home

CANARY = "ZZCANARY^QX"
UID = "1.2.840.113619.2.55.3.604688.123"


@pytest.fixture
def untouched_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hook = list(root.handlers), root.level, sys.excepthook
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    sys.excepthook = hook


@pytest.mark.parametrize(
    "text",
    [
        f"Invalid value for VR PN: '{CANARY}'",
        f"cannot store {CANARY}",
        f"object {UID} is broken",
        f"no such file: /media/disc/{CANARY.lower()}/IM0001",
        "born 1961-04-09 or 19610409",
        r"C:\Users\Patient\scan.dcm is gone",
    ],
)
def test_scrub_takes_identity_out(text: str) -> None:
    clean = scrub(text)
    for secret in (CANARY, CANARY.lower(), UID, "19610409", "1961-04-09", "Patient\\scan"):
        assert secret not in clean


def test_foreign_records_are_withheld_and_ours_are_scrubbed() -> None:
    foreign = logging.LogRecord("pydicom", logging.WARNING, "", 0, "name %s", (CANARY,), None)
    ours = logging.LogRecord("viewer.store", logging.INFO, "", 0, "stored %s", (UID,), None)
    for record in (foreign, ours):
        assert PrivacyFilter().filter(record)
    assert CANARY not in foreign.getMessage()
    assert ours.getMessage() == "stored <uid>"


def test_exception_report_has_places_but_no_values() -> None:
    with pytest.raises(ValueError, match="ZZ") as caught:
        raise ValueError(CANARY) from KeyError(UID)
    report = scrub_exception(ValueError, caught.value, caught.tb)
    assert "ValueError" in report
    assert "KeyError" in report
    assert "test_log.py" in report
    assert CANARY not in report
    assert UID not in report


@pytest.mark.allow_log(r"viewer\.(test|crash)")
@pytest.mark.usefixtures("untouched_logging")
def test_log_and_crash_file_are_private_and_clean(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    start_log(home)
    logging.getLogger("viewer.test").error("lost %s", CANARY)
    error = ValueError(CANARY)
    sys.excepthook(ValueError, error, None)
    for handler in logging.getLogger().handlers:
        handler.flush()
    files = [path for path in home.logs.iterdir() if path.is_file()]
    assert {"lightbox.log", "crash.txt", "key"} <= {path.name for path in files}
    for path in files:
        assert CANARY.encode() not in path.read_bytes()
    assert stat.S_IMODE(home.logs.stat().st_mode) == 0o700
    assert stat.S_IMODE((home.logs / "crash.txt").stat().st_mode) == 0o600


@pytest.mark.usefixtures("untouched_logging")
def test_keyed_hash_is_stable_in_a_home_and_differs_between_homes(tmp_path: Path) -> None:
    start_log(Home(tmp_path / "a"))
    first = keyed_hash(UID)
    start_log(Home(tmp_path / "b"))
    other = keyed_hash(UID)
    start_log(Home(tmp_path / "a"))
    assert keyed_hash(UID) == first != other
    assert UID not in first
