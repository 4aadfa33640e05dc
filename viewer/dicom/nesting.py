"""Find where a sequence ends, and that it is not nested too deep, without recursion (R-004)."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.base.errors import LimitError
from viewer.dicom.elements import (
    DAMAGED,
    ENDS_EARLY,
    HEADER_BYTES,
    ITEM,
    ITEM_END,
    PIXELS,
    SEQUENCE_END,
    SHORT_HEADER,
    UNDEFINED,
    CutError,
    Encoding,
    Scan,
)
from viewer.dicom.forms import (
    item_encoding,
    long_form,
    may_nest,
    sequence_encoding,
    starts_item,
)

_LEVEL_BYTES = 16
"""What one more level of nesting needs at least: a sequence header and an item header."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element's value stands: its VR, offset, and the end and depth of what holds it."""

    vr: bytes
    offset: int
    end: int
    depth: int
    tag: int


@dataclass(slots=True)
class _Container:
    """A sequence or an item that is open while its inside is walked."""

    is_item: bool
    limit: int
    undefined: bool
    encoding: Encoding
    depth: int
    nests: bool = True


def nest_bytes(scan: Scan, depth: int) -> int:
    """Return the length from which a value at ``depth`` could hide sequences that are too deep."""
    return max(_LEVEL_BYTES * (scan.limits.depth - depth), 1)


def measure(scan: Scan, place: Place, length: int, encoding: Encoding) -> tuple[int, int]:
    """Return the true length of a value that may hold items, and the offset of what follows.

    Raises
    ------
    CutError
        When the end of an undefined length is not found.
    LimitError
        When sequences are nested deeper, or hold more elements, than the limits allow.
    """
    undefined = length == UNDEFINED
    if not undefined:
        following = place.offset + length
        if following > place.end:
            raise CutError(place.offset, ENDS_EARLY)
        if not may_nest(place.vr) or not starts_item(scan.view, place.offset):
            return length, following
    outer = _sequence(scan, place, length, encoding)
    content_end, following = _Measuring(scan, outer, place.offset).run()
    return content_end - place.offset, following


def _sequence(scan: Scan, place: Place, length: int, encoding: Encoding) -> _Container:
    depth = place.depth + 1
    if depth > scan.limits.depth:
        raise LimitError(
            f"The header nests sequences deeper than {scan.limits.depth} levels. It was not read."
        )
    undefined = length == UNDEFINED
    return _Container(
        is_item=False,
        limit=place.end if undefined else place.offset + length,
        undefined=undefined,
        encoding=sequence_encoding(scan.view, place.offset, place.vr, encoding),
        depth=depth,
        nests=may_nest(place.vr) and place.tag != PIXELS,
    )


class _Measuring:
    """A walk through nested containers, innermost last; the stack stands in for recursion."""

    def __init__(self, scan: Scan, outer: _Container, position: int) -> None:
        self.scan = scan
        self.stack = [outer]
        self.position = position

    def run(self) -> tuple[int, int]:
        """Return where the outermost container's content ends, and what follows it."""
        outer = self.stack[0]
        met = 0
        while True:
            try:
                while self.stack:
                    self._step()
                    met += 1
                    if met == 1024:
                        self.scan.count(met)
                        met = 0
            except CutError as err:
                self._give_up(err)
                continue
            self.scan.count(met)
            if outer.undefined:
                return self.position - SHORT_HEADER, self.position
            return outer.limit, outer.limit

    def _give_up(self, err: CutError) -> None:
        """Leave containers that make no sense for the innermost one whose length is known."""
        while self.stack:
            inner = self.stack.pop()
            if not inner.undefined:
                self.position = inner.limit
                return
        raise err

    def _step(self) -> None:
        inner = self.stack[-1]
        position = self.position
        if position >= inner.limit and not inner.undefined:
            self.position = inner.limit
            self.stack.pop()
            return
        view = self.scan.view
        if position + SHORT_HEADER > inner.limit or not view.load(position, SHORT_HEADER):
            raise CutError(position, ENDS_EARLY)
        group, number, length = inner.encoding.tag_length.unpack_from(
            view.data, position - view.base
        )
        if group == 0xFFFE:
            self._mark(inner, group << 16 | number, length)
        elif inner.is_item:
            self._element(inner, group << 16 | number, length)
        else:
            raise CutError(position, DAMAGED)

    def _mark(self, inner: _Container, tag: int, length: int) -> None:
        """Pass an item's beginning, or the end of an item or of a sequence."""
        self.position += SHORT_HEADER
        if tag == ITEM and not inner.is_item:
            self._item(inner, length)
        elif tag == ITEM_END:
            if inner.is_item and inner.undefined:
                self.stack.pop()
        elif tag == SEQUENCE_END:
            if inner.is_item and inner.undefined:  # the item's own end is missing
                self.stack.pop()
                inner = self.stack[-1]
            if not inner.is_item and inner.undefined:
                self.stack.pop()
        else:
            raise CutError(self.position, DAMAGED)

    def _item(self, sequence: _Container, length: int) -> None:
        view, position = self.scan.view, self.position
        undefined = length == UNDEFINED
        limit = sequence.limit if undefined else position + length
        if limit > sequence.limit:
            raise CutError(position, ENDS_EARLY)
        if undefined or (sequence.nests and length >= nest_bytes(self.scan, sequence.depth)):
            encoding = item_encoding(view, position, limit, sequence.encoding)
            item = _Container(
                is_item=True,
                limit=limit,
                undefined=undefined,
                encoding=encoding,
                depth=sequence.depth,
            )
            self.stack.append(item)
        else:
            self.position = limit

    def _element(self, item: _Container, tag: int, length: int) -> None:
        position = self.position
        encoding = item.encoding
        vr, offset = b"", position + SHORT_HEADER
        if encoding.explicit:
            view = self.scan.view
            vr, length = encoding.short.unpack_from(view.data, position + 4 - view.base)
            if HEADER_BYTES.get(vr) != SHORT_HEADER:
                vr, offset, length = long_form(self.scan, position, item.limit, encoding)
        following = offset + length
        if length == UNDEFINED or (
            length >= nest_bytes(self.scan, item.depth)
            and may_nest(vr)
            and starts_item(self.scan.view, offset)
        ):
            place = Place(vr, offset, item.limit, item.depth, tag)
            following = offset
            if length != UNDEFINED and offset + length > item.limit:
                raise CutError(position, ENDS_EARLY)
            self.stack.append(_sequence(self.scan, place, length, encoding))
        if following > item.limit:
            raise CutError(position, ENDS_EARLY)
        self.position = following
