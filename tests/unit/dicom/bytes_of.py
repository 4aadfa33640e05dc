"""Write elements byte by byte, also wrong ones, independently of pydicom and of our reader."""

from __future__ import annotations

import struct

PREAMBLE = bytes(128) + b"DICM"
CT = b"1.2.840.10008.5.1.4.1.1.2"
UNDEFINED = 0xFFFFFFFF
ITEM_END = struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
SEQUENCE_END = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
LONG = (b"OB", b"OW", b"OF", b"OD", b"SQ", b"UN", b"UT", b"UC", b"UR")


def explicit(
    tag: int, vr: bytes, value: bytes, length: int | None = None, order: str = "<"
) -> bytes:
    """An element with explicit VR; `length` overrides the true one."""
    value += (b"\0" if vr in (b"UI", b"OB") else b" ") * (len(value) % 2)
    n_bytes = len(value) if length is None else length
    head = struct.pack(order + "HH2s", tag >> 16, tag & 0xFFFF, vr)
    size = struct.pack(order + ("HI" if vr in LONG else "H"), *([0] if vr in LONG else []), n_bytes)
    return head + size + value


def implicit(tag: int, value: bytes, length: int | None = None) -> bytes:
    """An element with implicit VR, little endian."""
    value += b"\0" * (len(value) % 2)
    n_bytes = len(value) if length is None else length
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, n_bytes) + value


def item(content: bytes, *, undefined: bool = False) -> bytes:
    """An item of a sequence."""
    if undefined:
        return struct.pack("<HHI", 0xFFFE, 0xE000, UNDEFINED) + content + ITEM_END
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content


def meta(syntax: str = "1.2.840.10008.1.2.1") -> bytes:
    """Preamble, prefix and file meta information."""
    elements = (
        explicit(0x00020001, b"OB", b"\0\1")
        + explicit(0x00020002, b"UI", CT)
        + explicit(0x00020003, b"UI", b"1.2.3.4")
        + explicit(0x00020010, b"UI", syntax.encode())
    )
    return PREAMBLE + explicit(0x00020000, b"UL", struct.pack("<I", len(elements))) + elements


def identifying(write: str = "explicit", order: str = "<") -> bytes:
    """The elements that make a data set an object: SOP class, UIDs, modality."""
    values = (
        (0x00080016, b"UI", CT),
        (0x00080018, b"UI", b"1.2.3.4"),
        (0x00080060, b"CS", b"CT"),
        (0x0020000D, b"UI", b"1.2.3.5"),
        (0x0020000E, b"UI", b"1.2.3.6"),
    )
    if write == "implicit":
        return b"".join(implicit(tag, value) for tag, _, value in values)
    return b"".join(explicit(tag, vr, value, order=order) for tag, vr, value in values)


def image(rows: int = 2, columns: int = 2, order: str = "<") -> bytes:
    """Image Pixel module and pixel data, 16 bits, explicit VR."""
    numbers = (
        (0x00280002, 1),
        (0x00280010, rows),
        (0x00280011, columns),
        (0x00280100, 16),
        (0x00280101, 12),
        (0x00280102, 11),
        (0x00280103, 0),
    )
    elements = explicit(0x00280004, b"CS", b"MONOCHROME2", order=order)
    parts = {0x00280004: elements}
    parts |= {
        tag: explicit(tag, b"US", struct.pack(order + "H", n), order=order) for tag, n in numbers
    }
    module = b"".join(parts[tag] for tag in sorted(parts))
    return module + explicit(0x7FE00010, b"OW", bytes(2 * rows * columns), order=order)
