"""The element structure of a data set (PS3.5 section 7), walked without reading values.

Only positions are kept: tag, value representation, offset and length. Nothing recurses, no length
is believed past the end of what encloses it, and depth and number of elements are bounded
(R-004), so that a hostile file costs an error, not the process.
"""

from __future__ import annotations

from viewer.base.errors import LimitError
from viewer.dicom.elements import (
    ENDS_EARLY,
    FLOAT_PIXELS,
    HEADER_BYTES,
    ITEM,
    ITEM_END,
    PIXELS,
    SEQUENCE_END,
    SHORT_HEADER,
    UNDEFINED,
    CutError,
    Element,
    Encoding,
    Level,
    Scan,
)
from viewer.dicom.forms import long_form, may_nest
from viewer.dicom.nesting import Place, measure, nest_bytes

_Span = tuple[int, int, int]
"""Start, end and depth of what is walked."""


def walk(scan: Scan, span: _Span, encoding: Encoding) -> Level:
    """Collect the elements of a data set or item.

    Parameters
    ----------
    span
        Where it starts, where it ends at the latest, and how many sequences enclose it. A data
        set (0) stops at its pixel data, an item behind its delimiter.

    Raises
    ------
    LimitError
        When depth or number of elements pass the limits.
    """
    elements: dict[int, Element] = {}
    collect = _walk_explicit if encoding.explicit else _walk_implicit
    if span[0] < span[1] and not scan.view.load(span[0], SHORT_HEADER):
        return Level(elements, span[0], ENDS_EARLY, 0)
    try:
        position, n_met = collect(scan, span, encoding, elements)
    except CutError as err:
        scan.count(len(elements))
        return Level(elements, err.position, err.reason, len(elements))
    scan.count(n_met)
    return Level(elements, position, "", n_met)


def _walk_explicit(
    scan: Scan, span: _Span, encoding: Encoding, elements: dict[int, Element]
) -> tuple[int, int]:
    position, end, depth = span
    view = scan.view
    data, base, stop = view.data, view.base, view.stop
    unpack, sizes = encoding.head.unpack_from, HEADER_BYTES
    nest = nest_bytes(scan, depth)
    for n_met in range(scan.limits.level_elements):
        if position >= end:
            return position, n_met
        if position + SHORT_HEADER > stop:
            if not view.load(position, SHORT_HEADER):
                raise CutError(position, ENDS_EARLY)
            data, base, stop = view.data, view.base, view.stop
        group, number, vr, length = unpack(data, position - base)
        tag = group << 16 | number
        if group >= 0x7FE0 and _closes(tag, depth):
            return _closed(position, depth), n_met
        offset = position + SHORT_HEADER
        if sizes.get(vr) != SHORT_HEADER:
            vr, offset, length = long_form(scan, position, end, encoding)
        following = offset + length
        if length >= nest and (length == UNDEFINED or may_nest(vr)):
            place = Place(vr, offset, end, depth, tag)
            length, following = measure(scan, place, length, encoding)
            data, base, stop = view.data, view.base, view.stop
        if following > end:
            raise CutError(position, ENDS_EARLY)
        elements[tag] = (vr, offset, length)
        position = following
    raise LimitError("The header has more elements in one place than any object needs.")


def _walk_implicit(
    scan: Scan, span: _Span, encoding: Encoding, elements: dict[int, Element]
) -> tuple[int, int]:
    position, end, depth = span
    view = scan.view
    data, base, stop = view.data, view.base, view.stop
    unpack = encoding.head.unpack_from
    nest = nest_bytes(scan, depth)
    for n_met in range(scan.limits.level_elements):
        if position >= end:
            return position, n_met
        if position + SHORT_HEADER > stop:
            if not view.load(position, SHORT_HEADER):
                raise CutError(position, ENDS_EARLY)
            data, base, stop = view.data, view.base, view.stop
        group, number, length = unpack(data, position - base)
        tag = group << 16 | number
        if group >= 0x7FE0 and _closes(tag, depth):
            return _closed(position, depth), n_met
        offset = position + SHORT_HEADER
        following = offset + length
        if length >= nest:
            place = Place(b"", offset, end, depth, tag)
            length, following = measure(scan, place, length, encoding)
            data, base, stop = view.data, view.base, view.stop
        if following > end:
            raise CutError(position, ENDS_EARLY)
        elements[tag] = (b"", offset, length)
        position = following
    raise LimitError("The header has more elements in one place than any object needs.")


def _closes(tag: int, depth: int) -> bool:
    if depth:
        return tag in (ITEM_END, SEQUENCE_END)
    return FLOAT_PIXELS <= tag <= PIXELS or tag >= ITEM


def _closed(position: int, depth: int) -> int:
    return position + SHORT_HEADER if depth else position
