"""Words for the full-text search: blind to case, width and diacritics (R-061).

The same folding is applied to what is stored and to what is typed, on top of SQLite's own
``unicode61`` tokenizer, which knows neither half-width kana nor letters such as 'ø'.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert

from viewer.store.schema import study_search

_KEPT_MARKS = (0, 8, 9)
"""Combining classes that make another letter: none, kana voicing marks, viramas."""

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_WORD = re.compile(r"[^\W_]+")
_MAX_WORDS = 12
_FIELD_END = " \u01c1 "
"""A word nobody types between two texts, so that no phrase reaches from one into the next."""


def fold(text: str) -> str:
    """Return ``text`` for comparing: NFKC, no case, no diacritics, kana as hiragana."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(char for char in apart if unicodedata.combining(char) in _KEPT_MARKS)
    whole = unicodedata.normalize("NFKC", bare)
    return whole.translate(_LETTERS).translate(_KATAKANA_TO_HIRAGANA)


def sort_key(name: str) -> str:
    """Return what a person name sorts by: its alphabetic group, folded, carets as spaces."""
    groups = [group for group in name.split("=") if group.strip("^ ")]
    return fold(groups[0].replace("^", " ")).strip() if groups else ""


def match_expression(text: str) -> str:
    """Return the FTS5 query for what a person typed: every word must begin a word.

    A word with signs inside ('ID-12/7') stands for its parts in that order.

    Returns
    -------
    str
        Empty when ``text`` holds no letter and no digit.
    """
    phrases = (" ".join(_WORD.findall(word)) for word in fold(text).split())
    return " ".join(f'"{phrase}"*' for phrase in [*filter(None, phrases)][:_MAX_WORDS])


def store_words(connection: Connection, study_key: int, texts: Iterable[str]) -> None:
    """Make the words of a study searchable, in place of those it had."""
    fields = dict.fromkeys(" ".join(_WORD.findall(fold(text))) for text in texts)
    words = _FIELD_END.join(field for field in fields if field)
    connection.execute(delete(study_search).where(study_search.c.rowid == study_key))
    connection.execute(insert(study_search).values(rowid=study_key, words=words))


def forget_words(connection: Connection, study_key: int) -> None:
    """Take a study out of the full-text index."""
    connection.execute(delete(study_search).where(study_search.c.rowid == study_key))
