"""Palette Color lookup tables, plain and segmented (PS3.3 C.7.6.3.1.5, C.7.9.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import DecodeError
from viewer.dicom.dataset import DataSet

_DESCRIPTORS = (0x00281101, 0x00281102, 0x00281103)
_DATA = (0x00281201, 0x00281202, 0x00281203)
_SEGMENTED = (0x00281221, 0x00281222, 0x00281223)
_MAX_ENTRIES = 65_536
_MAX_SEGMENT_DATA = 1 << 20

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """Three tables of one length.

    Attributes
    ----------
    first_mapped
        Stored value that takes the first entry.
    entries
        (entries, 3) uint8 or uint16.
    """

    first_mapped: int
    entries: Array
    warnings: tuple[str, ...] = ()


def descriptor_of(numbers: tuple[float, ...], *, signed: bool) -> tuple[int, int, int]:
    """Return (entries, first mapped, bits) of a LUT descriptor (PS3.3 C.11.1.1.1).

    0 entries mean 65536; the second value is signed when the stored values are, however the
    element's VR was written.

    Raises
    ------
    DecodeError
        When the descriptor does not have three values.
    """
    if len(numbers) < 3:
        raise DecodeError("A look-up table has no complete descriptor.")
    count, first, bits = (int(number) & 0xFFFF for number in numbers[:3])
    if signed and first >= 0x8000:
        first -= 0x10000
    return count or _MAX_ENTRIES, first, bits


def read_palette(header: DataSet, *, signed: bool) -> Palette:
    """Read the palette of an object.

    Raises
    ------
    DecodeError
        When a table is missing or shorter than its descriptor says (R-007).
    """
    tables = []
    first = 0
    eight_bits = True
    for number, tag in enumerate(_DESCRIPTORS):
        count, mapped, bits = descriptor_of(header.numbers(tag, b"US"), signed=signed)
        if number == 0:
            first = mapped
        if _SEGMENTED[number] in header:
            table = _expand(header, _SEGMENTED[number], bits)
        else:
            table = _plain(header, _DATA[number], count, bits)
        if table.size < count:
            raise DecodeError(
                f"The colour table has {table.size} of {count} entries. The image cannot be "
                "shown in its colours."
            )
        eight_bits = eight_bits and bits <= 8
        tables.append(table[:count])
    length = min(table.size for table in tables)
    stack = np.stack([table[:length] for table in tables], axis=1)
    return _to_range(first, stack, eight_bits=eight_bits)


def apply_palette(samples: Array, palette: Palette) -> Array:
    """Look up colours: (rows, columns) integers to (rows, columns, 3); clipped at both ends."""
    last = palette.entries.shape[0] - 1
    if samples.dtype.itemsize > 2:
        return np.asarray(
            palette.entries[np.clip(samples.astype(np.int64) - palette.first_mapped, 0, last)]
        )
    n_values = 1 << 8 * samples.dtype.itemsize
    values = np.arange(n_values).astype(samples.dtype).astype(np.int64)
    every = palette.entries[np.clip(values - palette.first_mapped, 0, last)]
    return np.take(every, samples.view(f"u{samples.dtype.itemsize}"), axis=0)


def _to_range(first: int, stack: Array, *, eight_bits: bool) -> Palette:
    """Give 8-bit tables 8 bits; 16-bit ones that never pass 255 are 8-bit ones mislabelled."""
    if eight_bits:
        return Palette(first, stack.astype(np.uint8))
    if int(stack.max(initial=0)) < 256:
        return Palette(
            first,
            stack.astype(np.uint8),
            ("The colour table claims 16 bits but holds 8-bit values; shown as 8-bit.",),
        )
    return Palette(first, stack.astype(np.uint16))


def _plain(header: DataSet, tag: int, count: int, bits: int) -> Array:
    """Read table data. 8-bit entries may be packed two to a word, or stored one to a word."""
    raw = (header.raw(tag) or b"")[: 2 * _MAX_ENTRIES]
    order = header.encoding.order
    if bits <= 8 and len(raw) < 2 * count:
        packed = np.frombuffer(raw, np.uint8)
        if order == ">" and packed.size % 2 == 0 and header.vr(tag, b"OW") != b"OB":
            packed = packed.reshape(-1, 2)[:, ::-1].reshape(-1)
        return packed
    return np.frombuffer(raw[: len(raw) // 2 * 2], f"{order}u2")


def _expand(header: DataSet, tag: int, bits: int) -> Array:
    """Expand a segmented table (PS3.3 C.7.9.2): discrete, linear and indirect segments."""
    raw = (header.raw(tag) or b"")[:_MAX_SEGMENT_DATA]
    wide = bits > 8 or header.vr(tag, b"OW") != b"OB"
    width = 2 if wide else 1
    data = np.frombuffer(raw[: len(raw) // width * width], f"{header.encoding.order}u{width}")
    out: list[int] = []
    _run_segments(data.astype(np.int64), width, 0, out)
    return np.asarray(out, np.int64).clip(0, 65_535).astype(np.uint16)


def _run_segments(
    data: Array, width: int, at: int, out: list[int], count: int | None = None
) -> None:
    """Append the entries of ``count`` segments from index ``at`` of ``data``, or of all."""
    done = 0
    while at + 1 < data.size and (count is None or done < count):
        opcode, length = int(data[at]), int(data[at + 1])
        if opcode == 0:
            out.extend(int(value) for value in data[at + 2 : at + 2 + length])
            at += 2 + length
        elif opcode == 1 and at + 2 < data.size:
            start = out[-1] if out else 0
            steps = np.arange(1, length + 1) / max(length, 1)
            out.extend(int(value) for value in np.rint(start + (data[at + 2] - start) * steps))
            at += 3
        elif opcode == 2 and count is None and at + 1 + 4 // width < data.size:
            start = _byte_offset(data[at + 2 : at + 2 + 4 // width], width) // width
            _run_segments(data, width, start, out, length)
            at += 2 + 4 // width
        else:
            raise DecodeError("A segmented colour table is damaged.")
        if len(out) > _MAX_ENTRIES:
            raise DecodeError("A segmented colour table is longer than any may be.")
        done += 1


def _byte_offset(parts: Array, width: int) -> int:
    """Join the byte offset of an indirect segment, least significant part first."""
    return sum(int(part) << (8 * width * n) for n, part in enumerate(parts))
