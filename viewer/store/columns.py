"""Column types and JSON that take any text a header or a file system can produce.

Neither SQLite nor UTF-8 takes lone surrogates, which Python uses for file names that are no text
(PEP 383) and which damaged headers might yield.
"""

from __future__ import annotations

import json
import os

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

_RAW = "raw:"
"""Begins a path that is kept as hexadecimal bytes; no absolute or relative path of ours does."""


class AnyText(TypeDecorator[str]):
    """Text; what is no valid Unicode is replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as SQLite takes it."""
        del dialect
        if value is None or _is_valid(value):
            return value
        return value.encode("utf-8", "replace").decode()


class PathText(TypeDecorator[str]):
    """A path; comes back exactly, also when its name is no text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the path as SQLite takes it."""
        del dialect
        if value is None or _is_valid(value):
            return value
        return _RAW + os.fsencode(value).hex()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the path as the file system knows it."""
        del dialect
        return value if value is None else path_from_text(value)


def path_from_text(stored: str) -> str:
    """Return the path that a ``PathText`` column keeps as this text."""
    return os.fsdecode(bytes.fromhex(stored[len(_RAW) :])) if stored.startswith(_RAW) else stored


def json_text(document: object) -> str:
    """Return JSON text that UTF-8 can hold, readable where possible."""
    text = json.dumps(document, ensure_ascii=False)
    return text if _is_valid(text) else json.dumps(document)


def _is_valid(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
