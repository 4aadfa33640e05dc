"""Take the wanted values out of a data set or item, decoded, by keyword."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from viewer.dicom.charset import decode_text
from viewer.dicom.dataset import DataSet, decode_numbers
from viewer.dicom.keywords import SIGNED_LIKE_PIXELS, Row
from viewer.dicom.values import NUMBER_VRS, binary_numbers, date_text, plain_text
from viewer.model.study import Value

WRONG_CHARACTER_SET = (
    "Some text does not fit its character set; the wrong character set may be declared."
)
_PIXEL_REPRESENTATION = 0x00280103
_LARGEST_TEXT = 1 << 16
_LARGEST_LIST = 1 << 22
_LISTED_TEXT = ("SH", "LO", "PN", "UC")
_LONG_TEXT = ("ST", "LT", "UT")

_TEXT, _LONG, _PLAIN, _DATE, _NUMBER, _COUNT, _TAGS = range(7)


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
    wanted_at = plan.get
    for tag, (_, _, length) in dataset.elements.items():
        wanted = wanted_at(tag)
        if wanted is None or not length:
            continue
        keyword, kind, standard_vr = wanted
        if kind == _COUNT:
            found[keyword] = sum(1 for _ in dataset.items(tag))
            continue
        if length > (_LARGEST_LIST if kind == _NUMBER else _LARGEST_TEXT):
            _warn(warnings, f"{keyword} is too long to be shown.")
            continue
        raw = dataset.raw(tag) or b""
        value: Value | None
        if kind == _NUMBER:
            value = _numbers(dataset, tag, standard_vr, raw)
            if value is None:
                _warn(warnings, f"{keyword} is no number and was left out.")
        elif kind in _UNTRANSLATED:
            value = _UNTRANSLATED[kind](raw, dataset)
        else:
            value = _text(dataset, raw, standard_vr, warnings)
        if value is not None and value not in ("", ()):
            found[keyword] = value
    return found


def _text(dataset: DataSet, raw: bytes, vr: bytes, warnings: list[str]) -> Value:
    text, doubtful = decode_text(raw, dataset.character_sets, vr)
    if doubtful:
        _warn(warnings, WRONG_CHARACTER_SET)
    if "\\" in text and vr.decode() in _LISTED_TEXT:
        return _parts(text)
    return text


def _plain(raw: bytes, _: DataSet) -> Value:
    text = plain_text(raw)
    return _parts(text) if "\\" in text else text


def _date(raw: bytes, _: DataSet) -> Value:
    return date_text(raw)


def _tags(raw: bytes, dataset: DataSet) -> Value:
    """Return the tags of an AT value as eight hexadecimal digits each."""
    halves = binary_numbers(raw, b"US", dataset.encoding.order) or ()
    tags = tuple(
        f"{high:04X}{low:04X}" for high, low in zip(halves[::2], halves[1::2], strict=False)
    )
    return tags[0] if len(tags) == 1 else tags


_UNTRANSLATED: Mapping[int, Callable[[bytes, DataSet], Value]] = {
    _PLAIN: _plain,
    _DATE: _date,
    _TAGS: _tags,
}


def _parts(text: str) -> Value:
    parts = tuple(part.strip(" \0") for part in text.split("\\"))
    return parts if any(parts) else ""


def _numbers(dataset: DataSet, tag: int, standard_vr: bytes, raw: bytes) -> Value | None:
    vr = dataset.vr(tag, standard_vr)
    if (
        tag in SIGNED_LIKE_PIXELS
        and not dataset.elements[tag][0]
        and dataset.number(_PIXEL_REPRESENTATION, b"US")
    ):
        vr = b"SS"
    numbers = decode_numbers(raw, vr, dataset.encoding)
    if numbers is None:
        return None
    return numbers[0] if len(numbers) == 1 else numbers


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
