"""Read access to the elements of a scanned data set or item: values are decoded when asked for."""

from __future__ import annotations

from collections.abc import Iterator

from viewer.base.errors import LimitError
from viewer.dicom.charset import declared_sets, decode_text
from viewer.dicom.elements import (
    ITEM,
    SHORT_HEADER,
    UNDEFINED,
    Element,
    Encoding,
    Scan,
)
from viewer.dicom.forms import item_encoding, sequence_encoding
from viewer.dicom.values import (
    BINARY_CODES,
    Number,
    binary_numbers,
    plain_text,
    text_numbers,
)
from viewer.dicom.walk import walk

CHARACTER_SET = 0x00080005
LARGEST_VALUE = 1 << 28
"""Bytes of the largest single value that is read into memory."""

UNTYPED_VRS = (b"", b"UN", b"OB")
"""With these the standard's own VR says how a value is read."""


class DataSet:
    """The elements of a data set or of a sequence item.

    Attributes
    ----------
    elements
        VR, offset in the stream and length, by tag.
    encoding
        How this level is written.
    character_sets
        Specific Character Set that holds here, an item's own or that of what encloses it.
    """

    __slots__ = ("_scan", "character_sets", "depth", "elements", "encoding")

    def __init__(
        self,
        scan: Scan,
        elements: dict[int, Element],
        encoding: Encoding,
        depth: int = 0,
        inherited_sets: tuple[str, ...] = (),
    ) -> None:
        self._scan = scan
        self.elements = elements
        self.encoding = encoding
        self.depth = depth
        self.character_sets = inherited_sets
        own = self.raw(CHARACTER_SET)
        if own is not None:
            self.character_sets = declared_sets(own)

    def __contains__(self, tag: int) -> bool:
        return tag in self.elements

    @property
    def first_window(self) -> bytes:
        """Return the beginning of the stream, as far as it is held in one piece."""
        return self._scan.view.segments[0][1]

    def raw(self, tag: int) -> bytes | None:
        """Return the bytes of a value as stored; empty for an empty value, None when absent.

        For a sequence these are the bytes of its items, without the closing delimiter.

        Raises
        ------
        LimitError
            When the value is larger than ``LARGEST_VALUE``.
        """
        element = self.elements.get(tag)
        if element is None:
            return None
        _, offset, length = element
        if length > LARGEST_VALUE:
            raise LimitError(f"A value of {length >> 20} MiB in the header was not read.")
        return self._scan.view.bytes_at(offset, length)

    def start_of(self, tag: int, n_bytes: int) -> bytes:
        """Return at most the first ``n_bytes`` of a value, however large it is."""
        return self.part_of(tag, 0, n_bytes)

    def part_of(self, tag: int, start: int, n_bytes: int) -> bytes:
        """Return at most ``n_bytes`` of a value from byte ``start`` on."""
        element = self.elements.get(tag)
        if element is None or start >= element[2]:
            return b""
        return self._scan.view.bytes_at(element[1] + start, min(element[2] - start, n_bytes))

    def text(self, tag: int, vr: bytes = b"LO") -> str:
        """Return a text value, decoded; several joined by a backslash; empty when absent."""
        raw = self.raw(tag)
        return decode_text(raw, self.character_sets, vr).text if raw else ""

    def plain(self, tag: int) -> str:
        """Return a value of the default repertoire (UI, CS, DA, ...); empty when absent."""
        raw = self.raw(tag)
        return plain_text(raw) if raw else ""

    def numbers(self, tag: int, vr: bytes) -> tuple[Number, ...]:
        """Return the numbers of a value; empty when absent or when one is no number.

        Parameters
        ----------
        vr
            The standard's VR; the element's own one counts where it has one.
        """
        raw = self.raw(tag)
        if not raw:
            return ()
        return decode_numbers(raw, self.vr(tag, vr), self.encoding.order) or ()

    def number(self, tag: int, vr: bytes) -> Number | None:
        """Return the first number of a value, or None."""
        numbers = self.numbers(tag, vr)
        return numbers[0] if numbers else None

    def vr(self, tag: int, standard: bytes) -> bytes:
        """Return the VR that an element is read with."""
        element = self.elements.get(tag)
        own = element[0] if element else b""
        return standard if own in UNTYPED_VRS else own

    def items(self, tag: int) -> Iterator[DataSet]:
        """Yield the items of a sequence, as far as they can be read.

        Raises
        ------
        LimitError
            When depth or number of elements pass the limits.
        """
        element = self.elements.get(tag)
        if element is None:
            return
        vr, position, length = element
        view, end = self._scan.view, position + length
        encoding = sequence_encoding(view, position, vr, self.encoding)
        while position + SHORT_HEADER <= end and view.load(position, SHORT_HEADER):
            group, number, n_bytes = encoding.tag_length.unpack_from(
                view.data, position - view.base
            )
            if group << 16 | number != ITEM:
                return
            start = position + SHORT_HEADER
            limit = end if n_bytes == UNDEFINED else min(start + n_bytes, end)
            inner = item_encoding(view, start, limit, encoding)
            level = walk(self._scan, (start, limit, self.depth + 1), inner)
            yield DataSet(self._scan, level.elements, inner, self.depth + 1, self.character_sets)
            if level.cut and n_bytes == UNDEFINED:
                return
            position = level.position if n_bytes == UNDEFINED else limit

    def item(self, tag: int) -> DataSet | None:
        """Return the first item of a sequence, or None."""
        return next(self.items(tag), None)


def decode_numbers(raw: bytes, vr: bytes, order: str) -> tuple[Number, ...] | None:
    """Return the numbers of a value by its VR; None when one is no number."""
    if vr in BINARY_CODES:
        return binary_numbers(raw, vr, order)
    return text_numbers(raw, integers=vr == b"IS")
