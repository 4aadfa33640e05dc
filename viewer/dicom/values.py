"""Turn the bytes of one value into numbers and plain text, tolerantly (PS3.5 6.2).

Devices write numbers with commas, blanks, NULs and worse. What is no number is left out by the
caller, with a warning, rather than shown as zero.
"""

from __future__ import annotations

import math
from struct import Struct, iter_unpack

Number = int | float

BINARY_CODES = {
    b"US": "H",
    b"SS": "h",
    b"UL": "I",
    b"SL": "i",
    b"FL": "f",
    b"FD": "d",
    b"UV": "Q",
    b"SV": "q",
    b"OW": "H",
    b"OL": "I",
    b"OF": "f",
    b"OD": "d",
    b"OV": "Q",
}
"""Struct code of one value, by VR."""

NUMBER_VRS = frozenset({*BINARY_CODES, b"DS", b"IS"})

_PADDING = b" \0\t\r\n"
_LARGEST_INTEGER = 10**18
_SINGLE = {
    (order, vr): Struct(order + code)
    for order in "<>"
    for vr, code in BINARY_CODES.items()
    if code in "HhIi"
}


def binary_numbers(raw: bytes, vr: bytes, order: str) -> tuple[Number, ...] | None:
    """Return the numbers of a binary value; a last, incomplete one is left out.

    Parameters
    ----------
    order
        ``<`` for little endian, ``>`` for big endian.

    Returns
    -------
    tuple or None
        None when one is not finite.
    """
    single = _SINGLE.get((order, vr))
    if single is not None and len(raw) == single.size:
        return tuple(single.unpack(raw))
    code = order + BINARY_CODES[vr]
    size = Struct(code).size
    whole = len(raw) - len(raw) % size
    numbers = tuple(value for (value,) in iter_unpack(code, raw[:whole]))
    if code[1] in "fd" and not all(map(math.isfinite, numbers)):
        return None
    return numbers


def text_numbers(raw: bytes, *, integers: bool) -> tuple[Number, ...] | None:
    r"""Return the numbers of a DS or IS value, several separated by a backslash.

    Returns
    -------
    tuple or None
        None when a part is no number. Empty parts at the end are ignored.
    """
    parts = raw.rstrip(b" \0\\\t\r\n").split(b"\\")
    if parts == [b""]:
        return ()
    numbers = [text_number(part, integer=integers) for part in parts]
    whole = tuple(number for number in numbers if number is not None)
    if len(whole) < len(numbers):
        return None
    if integers and any(isinstance(number, float) for number in whole):
        return tuple(float(number) for number in whole)
    return whole


def text_number(part: bytes, *, integer: bool) -> Number | None:
    """Return the number that ``part`` writes, or None. A decimal comma counts as a point."""
    part = part.strip(_PADDING)
    try:
        if integer:
            return _bounded(int(part))
        number = float(part)
    except ValueError:
        return _unusual_number(part, integer=integer)
    return number if math.isfinite(number) and b"_" not in part else None


def _unusual_number(part: bytes, *, integer: bool) -> Number | None:
    if b"_" in part:
        return None
    plain = part.replace(b",", b".") if part.count(b",") == 1 and b"." not in part else part
    try:
        number = float(plain.replace(b" ", b""))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if integer and number.is_integer() else number


def _bounded(number: int) -> int | None:
    return number if -_LARGEST_INTEGER < number < _LARGEST_INTEGER else None


def plain_text(raw: bytes) -> str:
    """Return a value of the default repertoire (CS, UI, DA, ...) without its padding."""
    return raw.decode("ascii", "replace").strip(" \0")


def date_text(raw: bytes) -> str:
    """Return a date as YYYYMMDD; the old form YYYY.MM.DD is brought to it (PS3.5 6.2, DA).

    Anything else is returned as stored.
    """
    text = plain_text(raw)
    if len(text) == 10 and text[4] == text[7] and text[4] in ".-/":
        digits = text[:4] + text[5:7] + text[8:]
        return digits if digits.isdigit() else text
    return text
