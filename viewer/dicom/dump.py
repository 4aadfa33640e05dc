"""List every element of an object for the tag browser, bounded in rows, depth and text.

Positions come from our own reader, so that damaged files list as far as they go; names and value
representations come from pydicom's dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from types import ModuleType

from viewer.dicom.charset import decode_text
from viewer.dicom.dataset import DataSet, decode_numbers
from viewer.dicom.header import Header, PixelElement, read_header
from viewer.dicom.values import BINARY_CODES, NUMBER_VRS, plain_text

_PIXEL_TAGS = {"integer": 0x7FE00010, "float": 0x7FE00008, "double": 0x7FE00009}
_BULK_VRS = frozenset({b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN"})
_TEXT_VRS = frozenset({b"SH", b"LO", b"ST", b"LT", b"UT", b"UC", b"PN"})
_ITEM = b"\xfe\xff\x00\xe0"
_SHOWN_BYTES = 16
_PREVIEW = 4096


@dataclass(frozen=True, slots=True)
class DumpLimits:
    """How much of an object is listed."""

    rows: int = 50_000
    value_characters: int = 256


@dataclass(frozen=True, slots=True)
class DumpRow:
    """One element.

    Attributes
    ----------
    depth
        0 in the data set, one more in each sequence.
    tag
        ``(0010,0010)``; empty for a row that marks an item.
    keyword
        Of the dictionary; for a private element its creator, in brackets.
    value
        For reading, shortened; large binary values are only named by their size.
    length
        Bytes of the value; -1 where it is undefined.
    """

    depth: int
    tag: str
    vr: str
    keyword: str
    value: str
    length: int


def dump(path: str, limits: DumpLimits | None = None) -> list[DumpRow]:
    """List the elements of a file: meta information, data set, and where its pixels lie.

    Raises
    ------
    UnreadableError
        When the file cannot be read or is no DICOM file.
    """
    limits = limits or DumpLimits()
    rows = list(islice(_rows(read_header(path), limits), limits.rows + 1))
    if len(rows) > limits.rows:
        rows[-1] = DumpRow(0, "", "", "", f"Only the first {limits.rows} elements are listed.", 0)
    return rows


def _rows(header: Header, limits: DumpLimits) -> Iterator[DumpRow]:
    yield from _elements(header.meta, limits)
    yield from _elements(header.dataset, limits)
    if header.pixels is not None:
        yield _pixel_row(header.pixels)


def _elements(dataset: DataSet, limits: DumpLimits) -> Iterator[DumpRow]:
    """Yield a level's rows; it calls itself for items, whose depth the reader bounds."""
    for tag, (own_vr, _, length) in dataset.elements.items():
        vr, keyword = _named(dataset, tag, own_vr)
        if vr == b"UN" and dataset.start_of(tag, len(_ITEM)) == _ITEM:
            vr = b"SQ"
        if vr == b"SQ":
            yield DumpRow(dataset.depth, _tag_text(tag), "SQ", keyword, "", length)
            for number, item in enumerate(dataset.items(tag)):
                yield DumpRow(dataset.depth + 1, "", "", "", f"Item {number + 1}", 0)
                yield from _elements(item, limits)
        else:
            value = _value_text(dataset, tag, vr, limits)
            yield DumpRow(dataset.depth, _tag_text(tag), vr.decode(), keyword, value, length)


def _named(dataset: DataSet, tag: int, own_vr: bytes) -> tuple[bytes, str]:
    """Return VR and name of an element: its own VR, else the dictionary's, else UN."""
    group, number = tag >> 16, tag & 0xFFFF
    if number == 0:
        return own_vr or b"UL", "GroupLength"
    if group % 2 and number < 0x0100:
        return own_vr or b"LO", "PrivateCreator"
    if group % 2:
        creator = dataset.text(group << 16 | number >> 8)
        known = _private_vr(tag, creator)
        return _chosen(own_vr, known), f"[{creator}]" if creator else "[private]"
    dictionary = _dictionary()
    if dictionary.dictionary_has_tag(tag):
        known = dictionary.dictionary_VR(tag)
        return _chosen(own_vr, known), dictionary.dictionary_keyword(tag)
    return own_vr or b"UN", ""


def _dictionary() -> ModuleType:
    from pydicom import datadict  # noqa: PLC0415  loaded at first use: it takes a quarter second

    return datadict


def _private_vr(tag: int, creator: str) -> str:
    try:
        return str(_dictionary().private_dictionary_VR(tag, creator))
    except KeyError:
        return "UN"


def _chosen(own_vr: bytes, known: str) -> bytes:
    standard = known.split(" ")[0].encode()  # 'US or SS' is read as US
    return own_vr if own_vr not in (b"", b"UN") else standard


def _value_text(dataset: DataSet, tag: int, vr: bytes, limits: DumpLimits) -> str:
    raw = dataset.start_of(tag, _PREVIEW)
    length = dataset.elements[tag][2]
    if vr in _BULK_VRS:
        shown = " ".join(f"{byte:02x}" for byte in raw[:_SHOWN_BYTES])
        return shown if length <= _SHOWN_BYTES else f"{shown} … ({length} bytes)"
    if vr == b"AT":
        halves = decode_numbers(raw, b"US", dataset.encoding.order) or ()
        pairs = zip(halves[::2], halves[1::2], strict=False)
        text = "\\".join(f"({int(high):04X},{int(low):04X})" for high, low in pairs)
    elif vr in NUMBER_VRS and vr in BINARY_CODES:
        numbers = decode_numbers(raw, vr, dataset.encoding.order) or ()
        text = "\\".join(str(number) for number in numbers)
    elif vr in _TEXT_VRS:
        text = decode_text(raw, dataset.character_sets, vr).text
    else:
        text = plain_text(raw)
    most = limits.value_characters
    return text if len(text) <= most and length <= _PREVIEW else text[:most] + "…"


def _pixel_row(pixels: PixelElement) -> DumpRow:
    tag = _PIXEL_TAGS[pixels.kind]
    size = "compressed" if pixels.length < 0 else f"{pixels.length} bytes"
    keyword = _dictionary().dictionary_keyword(tag)
    return DumpRow(0, _tag_text(tag), pixels.vr.decode() or "OW", keyword, size, pixels.length)


def _tag_text(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
