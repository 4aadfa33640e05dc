"""Take the wanted values out of a data set or item, decoded, by keyword."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from viewer.dicom.charset import decode_text
from viewer.dicom.dataset import UNTYPED_VRS, DataSet, decode_numbers
from viewer.dicom.keywords import SIGNED_LIKE_PIXELS, Row
from viewer.dicom.values import NUMBER_VRS, binary_numbers, date_text, plain_text
from viewer.model.study import Value

WRONG_CHARACTER_SET = (
    "Some text does not fit its character set; the wrong character set may be declared."
)
NO_NUMBER = "is no number and was left out."

_PIXEL_REPRESENTATION = 0x00280103
_SHORT = 64
_LISTED_TEXT = ("SH", "LO", "PN", "UC")
_LONG_TEXT = ("ST", "LT", "UT")

_TEXT, _LONG, _PLAIN, _DATE, _NUMBER, _COUNT, _TAGS = range(7)
_LARGEST = dict.fromkeys(range(7), 1 << 16) | {_NUMBER: 1 << 22}
"""Bytes of the longest value that a record holds, by kind."""


class Wanted(NamedTuple):
    """One wanted attribute: its keyword, how it is decoded, and the standard's VR."""

    keyword: str
    kind: int
    vr: bytes


Plan = Mapping[int, Wanted]
"""The wanted attributes by tag."""


def make_plan(rows: Iterable[Row | tuple[int, str, str]]) -> Plan:
    """Return a plan for ``extract`` from rows of tag, keyword and VR."""
    return {row[0]: Wanted(row[1], _kind(row[2]), row[2].encode()) for row in rows}


def extract(dataset: DataSet, plan: Plan, warnings: list[str]) -> dict[str, Value]:
    """Return the decoded values of the attributes that ``plan`` names.

    Absent and empty elements are left out, and so is what should be a number and is none; that
    is said in ``warnings``, without the value.
    """
    found: dict[str, Value] = {}
    wanted_at, order, sets = plan.get, dataset.encoding.order, dataset.character_sets
    first = dataset.first_window
    n_first = len(first)
    for tag, (own_vr, offset, length) in dataset.elements.items():
        wanted = wanted_at(tag)
        if wanted is None or not length:
            continue
        keyword, kind, vr = wanted
        if kind == _COUNT:
            found[keyword] = sum(1 for _ in dataset.items(tag))
            continue
        if length > _LARGEST[kind]:
            _warn(warnings, f"{keyword} is too long to be shown.")
            continue
        end = offset + length
        raw = first[offset:end] if end <= n_first else dataset.raw(tag) or b""
        if kind == _NUMBER:
            vr = _number_vr(dataset, tag, own_vr, vr)
        value, flaw = (_decode_short if length <= _SHORT else _decode)(raw, kind, vr, order, sets)
        if flaw:
            _warn(warnings, flaw if kind != _NUMBER else f"{keyword} {flaw}")
        if value is not None:
            found[keyword] = value
    return found


def _decode(
    raw: bytes, kind: int, vr: bytes, order: str, sets: tuple[str, ...]
) -> tuple[Value | None, str]:
    """Return a value, None for an empty or useless one, and what is wrong with it."""
    value: Value
    flaw = ""
    if kind == _NUMBER:
        numbers = decode_numbers(raw, vr, order)
        if numbers is None:
            return None, NO_NUMBER
        value = numbers[0] if len(numbers) == 1 else numbers
    elif kind in _UNTRANSLATED:
        value = _UNTRANSLATED[kind](raw, order)
    else:
        text, doubtful = decode_text(raw, sets, vr)
        flaw = WRONG_CHARACTER_SET if doubtful else ""
        value = _parts(text) if kind == _TEXT and "\\" in text else text
    return (value if value not in ("", ()) else None), flaw


_decode_short = lru_cache(maxsize=1 << 13)(_decode)
"""The slices of a series repeat most of their values."""


def _number_vr(dataset: DataSet, tag: int, own_vr: bytes, standard_vr: bytes) -> bytes:
    if own_vr not in UNTYPED_VRS:
        return own_vr
    if tag in SIGNED_LIKE_PIXELS and dataset.number(_PIXEL_REPRESENTATION, b"US"):
        return b"SS"
    return standard_vr


def _plain(raw: bytes, _: str) -> Value:
    text = plain_text(raw)
    return _parts(text) if "\\" in text else text


def _date(raw: bytes, _: str) -> Value:
    return date_text(raw)


def _tags(raw: bytes, order: str) -> Value:
    """Return the tags of an AT value as eight hexadecimal digits each."""
    halves = binary_numbers(raw, b"US", order) or ()
    pairs = zip(halves[::2], halves[1::2], strict=False)
    tags = tuple(f"{high:04X}{low:04X}" for high, low in pairs)
    return tags[0] if len(tags) == 1 else tags


_UNTRANSLATED: Mapping[int, Callable[[bytes, str], Value]] = {
    _PLAIN: _plain,
    _DATE: _date,
    _TAGS: _tags,
}


def _parts(text: str) -> Value:
    parts = tuple(part.strip(" \0") for part in text.split("\\"))
    return parts if any(parts) else ""


def _kind(vr: str) -> int:
    if vr.encode() in NUMBER_VRS:
        return _NUMBER
    if vr in _LONG_TEXT:
        return _LONG
    if vr in _LISTED_TEXT:
        return _TEXT
    return {"DA": _DATE, "SQ": _COUNT, "AT": _TAGS}.get(vr, _PLAIN)


def _warn(warnings: list[str], sentence: str) -> None:
    if sentence not in warnings:
        warnings.append(sentence)
