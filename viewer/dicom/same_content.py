"""Tell whether two objects without images say the same, however they are written.

For reports, waveforms, presentation states and the like: syntax, group lengths, private elements,
character set and padding may differ; everything else must not.
"""

from __future__ import annotations

from struct import Struct

import numpy as np
from pydicom.datadict import dictionary_VR

from viewer.base.errors import ViewerError
from viewer.dicom.dataset import CHARACTER_SET, DataSet
from viewer.dicom.header import read_header
from viewer.dicom.values import BINARY_CODES

_TEXT_VRS = frozenset(b"AE AS CS DA DT LO LT PN SH ST TM UC UI UR UT DS IS".split())
_MAX_DEPTH = 64


def same_content(path_a: str, path_b: str) -> bool:
    """Tell whether two files hold the same standard elements with the same values.

    Returns
    -------
    bool
        False also when one of them cannot be read: then nothing is known.
    """
    try:
        return _same(read_header(path_a).dataset, read_header(path_b).dataset, 0)
    except (ViewerError, OSError):
        return False


def _same(first: DataSet, second: DataSet, depth: int) -> bool:
    tags = _tags(first)
    if tags != _tags(second) or depth > _MAX_DEPTH:
        return False
    return all(_same_value(first, second, tag, depth) for tag in tags)


def _tags(dataset: DataSet) -> list[int]:
    """Return the standard elements: no private ones, group lengths, character set or padding."""
    return [
        tag
        for tag in sorted(dataset.elements)
        if not (tag >> 16) & 1 and tag & 0xFFFF and tag not in (CHARACTER_SET, 0xFFFCFFFC)
    ]


def _same_value(first: DataSet, second: DataSet, tag: int, depth: int) -> bool:
    vr = first.vr(tag, second.vr(tag, _standard_vr(tag)))
    if vr == b"SQ":
        items = list(first.items(tag)), list(second.items(tag))
        return len(items[0]) == len(items[1]) and all(
            _same(one, other, depth + 1) for one, other in zip(*items, strict=True)
        )
    if vr in _TEXT_VRS:
        return _text(first, tag, vr) == _text(second, tag, vr)
    return _little(first, tag, vr) == _little(second, tag, vr)


def _standard_vr(tag: int) -> bytes:
    try:
        return dictionary_VR(tag).split(" or ")[0].encode()
    except KeyError:
        return b"UN"


def _text(dataset: DataSet, tag: int, vr: bytes) -> list[str]:
    return [part.strip(" \0") for part in dataset.text(tag, vr).split("\\")]


def _little(dataset: DataSet, tag: int, vr: bytes) -> bytes:
    """Return a value's bytes in little endian order."""
    raw = dataset.raw(tag) or b""
    if dataset.encoding.little or vr not in BINARY_CODES:
        return raw
    size = Struct(BINARY_CODES[vr]).size
    if len(raw) % size:
        return raw
    return np.frombuffer(raw, f">u{size}").astype(f"<u{size}").tobytes()
