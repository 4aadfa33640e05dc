"""How the header of one element is written, also where it breaks the rules (PS3.5 7.1)."""

from __future__ import annotations

from viewer.dicom.elements import (
    DAMAGED,
    ENDS_EARLY,
    EXPLICIT_BE,
    EXPLICIT_LE,
    HEADER_BYTES,
    IMPLICIT_BE,
    IMPLICIT_LE,
    LONG_HEADER,
    SHORT_HEADER,
    UNDEFINED,
    CutError,
    Encoding,
    Scan,
)
from viewer.dicom.streams import View

_LITTLE_ITEM = b"\xfe\xff\x00\xe0"
_BIG_ITEM = b"\xff\xfe\xe0\x00"
_NESTING_VRS = (b"SQ", b"UN", b"")
_MAY_BE_UNDEFINED = (b"SQ", b"UN", b"OB", b"OW", b"")


def long_form(scan: Scan, position: int, end: int, encoding: Encoding) -> tuple[bytes, int, int]:
    """Read an explicit element header that is not the common short one.

    Returns
    -------
    tuple
        VR, offset of the value, length.
    """
    data = scan.view.bytes_at(position, LONG_HEADER)
    vr = data[4:6]
    if HEADER_BYTES.get(vr) == LONG_HEADER and data[6:8] == b"\0\0":
        if len(data) < LONG_HEADER:
            raise CutError(position, ENDS_EARLY)
        (length,) = encoding.long.unpack_from(data, 8)
        return vr, position + LONG_HEADER, length
    return _odd_form(scan, position, end, encoding)


def _odd_form(scan: Scan, position: int, end: int, encoding: Encoding) -> tuple[bytes, int, int]:
    """Make sense of an explicit element whose VR or reserved bytes are wrong.

    Tried in turn: a 32-bit length behind two reserved bytes (the form of VRs that came later,
    PS3.5 6.2), a 16-bit length (as for ``??`` and for long VRs written short), no VR at all. The
    first that is followed by a possible element, or by the end, is taken.
    """
    data = scan.view.bytes_at(position, LONG_HEADER).ljust(LONG_HEADER, b"\0")
    vr = data[4:6]
    group = encoding.tag_length.unpack_from(data)[0]
    short = encoding.short.unpack_from(data, 4)[1]
    (long,) = encoding.long.unpack_from(data, 8)
    (bare,) = encoding.long.unpack_from(data, 4)
    forms = [(vr, position + 12, long), (vr, position + 8, short), (b"", position + 8, bare)]
    if short:
        forms = [forms[1], forms[2], forms[0]]
    for form in forms:
        known_vr, offset, length = form
        if length == UNDEFINED:
            possible = known_vr in _MAY_BE_UNDEFINED
        else:
            following = offset + length
            possible = following <= end and _may_follow(scan.view, following, end, group, encoding)
        if possible:
            scan.warn("An element has a value representation that the standard does not know.")
            return known_vr or b"UN", offset, length
    raise CutError(position, DAMAGED)


def _may_follow(view: View, position: int, end: int, group: int, encoding: Encoding) -> bool:
    if position == end:
        return True
    data = view.bytes_at(position, SHORT_HEADER)
    if len(data) < SHORT_HEADER:
        return False
    next_group, number, length = encoding.tag_length.unpack(data)
    if next_group == 0xFFFE:
        return number in (0xE00D, 0xE0DD) and length == 0
    return group <= next_group <= 0x7FE0 and data[4:6] in HEADER_BYTES


def starts_item(view: View, position: int) -> bool:
    """Tell whether an item of a sequence begins at ``position``, in either byte order."""
    return view.bytes_at(position, 4) in (_LITTLE_ITEM, _BIG_ITEM)


def may_nest(vr: bytes) -> bool:
    """Tell whether a value of this VR may hold items with elements."""
    return vr in _NESTING_VRS


def sequence_encoding(view: View, position: int, vr: bytes, encoding: Encoding) -> Encoding:
    """Tell how the items of a sequence are written whose value begins at ``position``.

    The content of a UN element is implicit VR little endian (PS3.5 6.2.2); some writers leave it
    big endian, which the item tag shows.
    """
    if vr != b"UN":
        return encoding
    return IMPLICIT_BE if view.bytes_at(position, 4) == _BIG_ITEM else IMPLICIT_LE


def item_encoding(view: View, position: int, end: int, encoding: Encoding) -> Encoding:
    """Tell how an item is written: some writers change to implicit VR inside sequences, or back.

    Parameters
    ----------
    position
        Of the item's first element.
    """
    data = view.bytes_at(position, SHORT_HEADER)
    if len(data) < SHORT_HEADER or position >= end:
        return encoding
    named = data[4:6] in HEADER_BYTES
    if named == encoding.explicit:
        return encoding
    group, _, length = encoding.tag_length.unpack(data)
    fits = length == UNDEFINED or position + SHORT_HEADER + length <= end
    if encoding.explicit and group != 0xFFFE and fits:
        return IMPLICIT_LE if encoding.little else IMPLICIT_BE
    if not encoding.explicit and not fits:
        return EXPLICIT_LE if encoding.little else EXPLICIT_BE
    return encoding
