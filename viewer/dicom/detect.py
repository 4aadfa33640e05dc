"""Tell DICOM from other files, and how its data set is written, by what is there (PS3.10 7.1).

Names, extensions and even the file meta information are not believed on their own: the first
elements must make sense.
"""

from __future__ import annotations

from typing import NamedTuple

from viewer.dicom.elements import (
    EXPLICIT_BE,
    EXPLICIT_LE,
    HEADER_BYTES,
    IMPLICIT_BE,
    IMPLICIT_LE,
    LONG_HEADER,
    SHORT_HEADER,
    UNDEFINED,
    Encoding,
)
from viewer.dicom.streams import View

PREFIX = b"DICM"
PREAMBLE_BYTES = 128

_ENOUGH = 5
_FEW = 2
_FIRST_GROUPS = (0x0002, 0x0004, 0x0008, 0x0010)
_HIGHEST_GROUP = 0x7FE1
_TELLING_TAGS = frozenset(
    {
        *(0x00080000 | number for number in (0x00, 0x05, 0x08, 0x10, 0x12, 0x16, 0x18, 0x20)),
        *(0x00080000 | number for number in (0x21, 0x23, 0x30, 0x40, 0x50, 0x60, 0x70, 0x80)),
        0x00041130,
        0x00100010,
        0x00100020,
    }
)
_UNDEFINED_VRS = (b"SQ", b"UN", b"OB", b"OW")


class Guess(NamedTuple):
    """An encoding, and how many elements in a row made sense with it."""

    encoding: Encoding
    n_elements: int


def has_prefix(view: View) -> int:
    """Return where the file meta information begins; 0 when nothing announces it.

    A file without preamble may have ``DICM`` at byte 128 by chance, inside a value; one of ours
    has group 0002 (or at least an element) behind it.
    """
    data = view.data
    if data[PREAMBLE_BYTES : PREAMBLE_BYTES + 4] == PREFIX:
        start = PREAMBLE_BYTES + 4
        if data[start : start + 2] == b"\x02\x00":
            return start
        bare = guess_encoding(view, 0, _FIRST_GROUPS)
        return 0 if bare is not None and bare.n_elements >= _ENOUGH else start
    if data[:4] == PREFIX:
        return 4
    return 0


def looks_like_dataset(view: View) -> bool:
    """Tell whether the stream begins with a data set, without preamble and prefix."""
    guess = guess_encoding(view, 0, _FIRST_GROUPS)
    if guess is None or guess.n_elements < _FEW:
        return False
    data = view.bytes_at(0, SHORT_HEADER)
    group, number, _ = guess.encoding.tag_length.unpack(data)
    return (group << 16 | number) in _TELLING_TAGS or group == 0x0002


def matches(view: View, position: int, encoding: Encoding) -> bool:
    """Tell whether the element at ``position`` is written as ``encoding`` says, at first sight."""
    if not view.load(position, SHORT_HEADER):
        return True
    start = position - view.base
    vr_is_known = view.data[start + 4 : start + 6] in HEADER_BYTES
    group, _, length = encoding.tag_length.unpack_from(view.data, start)
    if vr_is_known != encoding.explicit or group > _HIGHEST_GROUP or group == 0x0800:
        return False
    return encoding.explicit or length == UNDEFINED or position + 8 + length <= view.size


def guess_encoding(view: View, position: int, groups: tuple[int, ...] = ()) -> Guess | None:
    """Return the encoding with which most of the first elements make sense.

    Parameters
    ----------
    groups
        What the first element's group may be; any when empty.

    Returns
    -------
    Guess or None
        None when no encoding makes sense of the first element.
    """
    guesses = [
        Guess(encoding, _run(view, position, encoding, groups))
        for encoding in (EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE, IMPLICIT_BE)
    ]
    best = max(guesses, key=lambda guess: guess.n_elements)
    return best if best.n_elements else None


def _run(view: View, position: int, encoding: Encoding, groups: tuple[int, ...]) -> int:
    """Count elements in a row that make sense; a run that reaches the end counts as enough."""
    previous = -1
    for n_elements in range(_ENOUGH):
        data = view.bytes_at(position, LONG_HEADER)
        if len(data) < SHORT_HEADER:
            return _ENOUGH if n_elements > 1 and not data else n_elements
        group, number, length = encoding.tag_length.unpack_from(data)
        tag = group << 16 | number
        if tag <= previous or group > _HIGHEST_GROUP or (groups and group not in groups):
            return n_elements
        offset = position + SHORT_HEADER
        if encoding.explicit:
            vr, length = encoding.short.unpack_from(data, 4)
            size = HEADER_BYTES.get(vr)
            if size is None or (size == LONG_HEADER and (length or len(data) < LONG_HEADER)):
                return n_elements
            if size == LONG_HEADER:
                (length,) = encoding.long.unpack_from(data, 8)
                offset = position + LONG_HEADER
            if length == UNDEFINED and vr in _UNDEFINED_VRS:
                return _ENOUGH
        elif length == UNDEFINED:
            return max(n_elements, 1)
        if offset + length > view.size:
            return n_elements
        previous, position, groups = tag, offset + length, ()
    return _ENOUGH
