"""Logging that holds no patient data, and crash files that hold none either (R-108).

A log line names objects by ``keyed_hash``. A filter takes out whatever looks like a UID, a path
below a source, or a DICOM person name, in case a library writes one.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import logging.handlers
import re
import secrets
import sys
import traceback
import warnings
from pathlib import Path
from types import TracebackType

from viewer.base.paths import Home
from viewer.base.platform import make_private

_UID = re.compile(r"\b[0-2](?:\.\d+){4,}\b")
_PERSON_NAME = re.compile(r"\b[^\s^=\\'\"]+\^[^\s\\'\"]*")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_PATHLIKE = re.compile(r"(?:[A-Za-z]:\\|/)[^\s'\",:;]+")
_DATE = re.compile(r"\b(?:19|20)\d{2}[-./]?[01]\d[-./]?[0-3]\d\b")
_NOISY_LIBRARIES = ("pydicom", "pynetdicom", "PIL", "highdicom", "sqlalchemy", "py.warnings")
_ROTATE_BYTES = 2_000_000
_ROTATE_FILES = 5


class _Key:
    """The key of ``keyed_hash`` in this process; a home's own one once ``start_log`` ran."""

    value: bytes = secrets.token_bytes(32)


def keyed_hash(identifier: str) -> str:
    """Return a short name for a UID or path in logs: the same within one home, not reversible."""
    return hmac.new(_Key.value, identifier.encode(), hashlib.sha256).hexdigest()[:12]


def scrub(text: str) -> str:
    """Take UIDs, person names, dates, quoted values and paths out of a text."""
    for pattern, stand_in in (
        (_QUOTED, "'…'"),
        (_UID, "<uid>"),
        (_PERSON_NAME, "<name>"),
        (_PATHLIKE, "<path>"),
        (_DATE, "<date>"),
    ):
        text = pattern.sub(stand_in, text)
    return text


class PrivacyFilter(logging.Filter):
    """Scrub foreign records wholly and our own records' arguments; drop nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite ``record`` in place and let it pass."""
        message = record.getMessage()
        if record.name.startswith(_NOISY_LIBRARIES) or not record.name.startswith("viewer"):
            message = f"{record.name} said something of {len(message)} characters (withheld)"
        record.msg = scrub(message)
        record.args = ()
        if record.exc_info:
            record.exc_text = scrub_exception(*record.exc_info)
            record.exc_info = None
        return True


def scrub_exception(
    kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
) -> str:
    """Return the places of a traceback and the types of its errors, without any values."""
    lines = []
    for frame in traceback.extract_tb(trace):
        place = Path(frame.filename)
        parts = place.parts
        short = "/".join(parts[parts.index("viewer") :]) if "viewer" in parts else place.name
        lines.append(f"  {short}:{frame.lineno} in {frame.name}")
    lines.append(kind.__name__ if kind else "unknown error")
    cause = error.__cause__ if error else None
    if cause is not None:
        lines.append(f"caused by {type(cause).__name__}")
    return "\n".join(lines)


class _HomeLog(logging.handlers.RotatingFileHandler):
    """The log of one home; starting another one takes its place."""


def quiet_libraries() -> None:
    """Keep libraries from printing header values: their warnings contain them (measured)."""
    for name in _NOISY_LIBRARIES:
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")


def start_log(home: Home) -> None:
    """Write a rotating, private log below the home and crash files beside it.

    Raises
    ------
    OSError
        When the folder cannot be written; the program goes on without a log.
    """
    folder = home.ensure(home.logs)
    _Key.value = _read_or_make_key(folder / "key")
    root = logging.getLogger()
    for earlier in [h for h in root.handlers if isinstance(h, _HomeLog)]:
        root.removeHandler(earlier)
        earlier.close()
    handler = _HomeLog(
        folder / "lightbox.log",
        maxBytes=_ROTATE_BYTES,
        backupCount=_ROTATE_FILES,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(PrivacyFilter())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    quiet_libraries()
    sys.excepthook = _CrashHook(folder)


def log_nowhere() -> None:
    """Keep libraries quiet and errors clean without a log, for what must not write to the home."""
    quiet_libraries()
    logging.getLogger().addHandler(logging.NullHandler())
    sys.excepthook = _CrashHook(None)


def note_unexpected(error: Exception) -> str:
    """Write down an error that ends a command, and return its type and place for one line."""
    report = scrub_exception(type(error), error, error.__traceback__)
    kind = type(error).__name__
    logging.getLogger("viewer.crash").critical("unexpected error: %s", kind, exc_info=error)
    if isinstance(sys.excepthook, _CrashHook):
        sys.excepthook.keep(report)
    places = [line.strip() for line in report.splitlines()]
    ours = [place for place in places if place.startswith("viewer/")]
    return f"{kind} at {ours[-1]}" if ours else kind


class _CrashHook:
    """Writes what an unexpected error leaves: places and types, no values."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        report = scrub_exception(kind, error, trace)
        logging.getLogger("viewer.crash").critical("unexpected error: %s", kind.__name__)
        self.keep(report)
        sys.stderr.write(f"Lightbox met an unexpected error ({kind.__name__}).\n{report}\n")

    def keep(self, report: str) -> None:
        """Add a report to the crash file, where there is a home to keep it in."""
        if self._folder is None:
            return
        path = self._folder / "crash.txt"
        try:
            with path.open("a", encoding="utf-8") as handle:
                handle.write(report + "\n\n")
            make_private(path)
        except OSError:
            pass


def _read_or_make_key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    if len(key) >= 32:
        return key
    key = secrets.token_bytes(32)
    path.write_bytes(key)
    make_private(path)
    return key
