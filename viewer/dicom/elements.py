"""What the walk over a data set's elements works with: encodings, limits, positions (PS3.5 7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import Struct
from typing import NamedTuple

from viewer.base.errors import LimitError
from viewer.dicom.streams import View

UNDEFINED = 0xFFFFFFFF
ITEM = 0xFFFEE000
ITEM_END = 0xFFFEE00D
SEQUENCE_END = 0xFFFEE0DD
FLOAT_PIXELS = 0x7FE00008
DOUBLE_PIXELS = 0x7FE00009
PIXELS = 0x7FE00010

SHORT_HEADER = 8
LONG_HEADER = 12
"""Bytes before the value of an element; an item has the short one."""

_SHORT_VRS = b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()
_LONG_VRS = b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split()
HEADER_BYTES: dict[bytes, int] = dict.fromkeys(_SHORT_VRS, SHORT_HEADER) | dict.fromkeys(
    _LONG_VRS, LONG_HEADER
)
"""Bytes before the value, by VR, in an explicit data set (PS3.5 7.1.2)."""


Element = tuple[bytes, int, int]
"""Where a value lies: VR (empty in an implicit data set), offset, length in bytes."""


class Encoding:
    """How elements are written: explicit or implicit VR, little or big endian (PS3.5 A)."""

    __slots__ = ("explicit", "head", "little", "long", "order", "short", "tag_length")

    def __init__(self, *, explicit: bool, little: bool) -> None:
        self.explicit = explicit
        self.little = little
        self.order = "<" if little else ">"
        self.head = Struct(self.order + ("HH2sH" if explicit else "HHI"))
        self.tag_length = Struct(self.order + "HHI")
        self.short = Struct(self.order + "2sH")
        self.long = Struct(self.order + "I")


EXPLICIT_LE = Encoding(explicit=True, little=True)
IMPLICIT_LE = Encoding(explicit=False, little=True)
EXPLICIT_BE = Encoding(explicit=True, little=False)
IMPLICIT_BE = Encoding(explicit=False, little=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a header may claim (R-004).

    Attributes
    ----------
    depth
        Sequences within sequences.
    elements
        Elements of the whole header, those of nested items included.
    level_elements
        Elements of one data set or item: they are held in memory.
    """

    depth: int = 64
    elements: int = 5_000_000
    level_elements: int = 200_000


@dataclass(slots=True)
class Scan:
    """The bounds and the finds of one header's reading."""

    view: View
    limits: Limits
    n_elements: int = 0
    warnings: list[str] = field(default_factory=list)

    def warn(self, sentence: str) -> None:
        """Keep a sentence once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def count(self, n: int) -> None:
        """Add to the elements that were met.

        Raises
        ------
        LimitError
            When there are more than the limit.
        """
        self.n_elements += n
        if self.n_elements > self.limits.elements:
            raise LimitError(
                f"The header has more than {self.limits.elements} elements. It was not read."
            )


ENDS_EARLY = "it ends before it should"
DAMAGED = "it is damaged"


class CutError(Exception):
    """The bytes end, or make no sense, at ``position``; caught within this package."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


class Level(NamedTuple):
    """The elements of one data set or item.

    ``position`` is where the walk stopped: at pixel data, behind the item delimiter, or at the
    end. ``cut`` says what was wrong there, empty if nothing was. ``n_met`` counts duplicates too.
    """

    elements: dict[int, Element]
    position: int
    cut: str
    n_met: int
