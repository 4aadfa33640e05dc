"""Read overlay planes, group 60xx: bitmaps over an image (PS3.3 C.9.2, C.9.3; PS3.5 8.1.2).

A plane has data of its own, or lies in a bit of the pixels that no value uses (retired, PS3.5
8.1.1). What cannot be shown costs a sentence on the image, never the image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import DecodeError, LimitError, ViewerError
from viewer.dicom.dataset import DataSet
from viewer.dicom.raw_frame import RawFrame
from viewer.model.frame import GRAPHICS, ROI, OverlayPlane
from viewer.model.study import PixelFormat

Array = NDArray[Any]
Mask = NDArray[np.bool_]

MOST_PLANES = 16
"""Repeating groups 6000 to 601E (PS3.5 7.6)."""

MOST_DATA_BYTES = 16 << 20
"""Of one plane: 134 million points, four times the largest mammogram."""

_FIRST_GROUP = 0x6000_0000
_BEHIND_LAST = 0x6100_0000
_GROUP_MASK = 0xFFFF_0000
_PRIVATE = 0x0001_0000

_ROWS = 0x0010
_COLUMNS = 0x0011
_N_FRAMES = 0x0015
_DESCRIPTION = 0x0022
_TYPE = 0x0040
_ORIGIN = 0x0050
_FRAME_ORIGIN = 0x0051
_BITS_ALLOCATED = 0x0100
_BIT_POSITION = 0x0102
_LABEL = 0x1500
_DATA = 0x3000

_LONGEST_NUMBER = 64
_LONGEST_LABEL = 256
_ROUNDING_BITS = 16
"""Writers that round down leave out less than one word; that is no damage."""


@dataclass(frozen=True, slots=True)
class _Group:
    """The elements of one overlay group."""

    header: DataSet
    base: int

    def numbers(self, element: int, vr: bytes) -> tuple[int, ...]:
        """Return whole numbers; empty when absent.

        Raises
        ------
        DecodeError
            When something else is written there.
        """
        tag = self.base | element
        if self.length(element) > _LONGEST_NUMBER:
            raise DecodeError("its description is damaged.")
        found = self.header.numbers(tag, vr)
        if any(not math.isfinite(number) for number in found):
            raise DecodeError("its description is damaged.")
        return tuple(int(number) for number in found)

    def number(self, element: int, vr: bytes) -> int | None:
        """Return the first number, or None."""
        found = self.numbers(element, vr)
        return found[0] if found else None

    def text(self, element: int) -> str:
        """Return one line of text, bounded."""
        short = self.length(element) <= _LONGEST_LABEL
        return " ".join(self.header.text(self.base | element).split()) if short else ""

    def length(self, element: int) -> int:
        """Return the bytes of a value; 0 when absent."""
        found = self.header.elements.get(self.base | element)
        return found[2] if found else 0

    @property
    def in_words(self) -> bool:
        """Tell whether Overlay Data is written in big-endian words (PS3.5 annex A.3)."""
        vr = self.header.elements[self.base | _DATA][0]
        return self.header.encoding.order == ">" and vr in (b"OW", b"")


def overlay_groups(header: DataSet) -> tuple[int, ...]:
    """Return the overlay groups of a header as their first tags; nearly always there are none."""
    found = {t & _GROUP_MASK for t in header.elements if _FIRST_GROUP <= t < _BEHIND_LAST}
    return tuple(sorted(base for base in found if not base & _PRIVATE)) if found else ()


def read_overlays(
    header: DataSet, pixels: PixelFormat, index: int, samples: Array | None
) -> tuple[tuple[OverlayPlane, ...], list[str]]:
    """Return the overlay planes of frame ``index``, and sentences about those that are not whole.

    Parameters
    ----------
    samples
        (rows, columns) integers with every bit that the file holds, before they are masked to
        Bits Stored; None where the bits outside it are lost.
    """
    planes: list[OverlayPlane] = []
    warnings: list[str] = []
    groups = overlay_groups(header)
    for base in groups[:MOST_PLANES]:
        group = _Group(header, base)
        try:
            mask, place = _read(group, pixels, index, samples, warnings)
            plane = _pack(group, mask, place)
        except ViewerError as err:
            warnings.append(f"An overlay of this image is not shown: {err}")
            continue
        if plane is not None:
            planes.append(plane)
    if len(groups) > MOST_PLANES:
        warnings.append(f"Only {MOST_PLANES} of {len(groups)} overlays are shown.")
    return tuple(planes), warnings


def whole_samples(raw: RawFrame) -> Array | None:
    """Return samples in which bits beside the pixel values may be; None where they are lost."""
    samples = raw.samples
    if samples.ndim != 2 or samples.dtype.kind not in "iu":
        return None
    stream = raw.stream
    if stream is None:
        return samples
    if stream.process not in ("lossless", "reversible"):
        return None
    bits = min(stream.precision or 1, samples.dtype.itemsize * 8)
    plain: Array = samples.view(f"u{samples.dtype.itemsize}")
    return np.asarray(plain & plain.dtype.type((1 << bits) - 1))  # no copies of a sign


def _read(
    group: _Group, pixels: PixelFormat, index: int, samples: Array | None, warnings: list[str]
) -> tuple[Mask, tuple[int, int]]:
    """Return a plane's bits on this frame and the pixel (row, column) of the first one."""
    rows, columns = group.number(_ROWS, b"US") or 0, group.number(_COLUMNS, b"US") or 0
    if group.length(_DATA):
        if rows < 1 or columns < 1:
            raise DecodeError("it has data, but no size.")
        return _own_data(group, (rows, columns), pixels, index, warnings)
    if rows < 1 and columns < 1:  # an empty template, as some programs write it
        return _NOTHING
    if (group.number(_BITS_ALLOCATED, b"US") or 1) == 1:
        raise DecodeError("it has no data.")
    return _in_pixels(group, pixels, samples), (0, 0)


_NOTHING: tuple[Mask, tuple[int, int]] = (np.zeros((0, 0), np.bool_), (0, 0))


def _in_pixels(group: _Group, pixels: PixelFormat, samples: Array | None) -> Mask:
    """Return the bit of each pixel that the plane lies in."""
    position = group.number(_BIT_POSITION, b"US")
    if position is None or pixels.samples != 1 or pixels.kind != "integer":
        raise DecodeError("it has no data, and names no bit of the pixels that could hold it.")
    low = max(0, pixels.high_bit - pixels.bits_stored + 1)
    if low <= position <= pixels.high_bit:
        raise DecodeError(f"it names bit {position}, which belongs to the pixel values.")
    if samples is None:
        raise DecodeError("its bits were lost when the pixels were compressed.")
    if not 0 <= position < samples.dtype.itemsize * 8:
        raise DecodeError(f"it names bit {position}, which the pixels do not have.")
    plain = samples.view(f"u{samples.dtype.itemsize}")
    return np.asarray((plain & plain.dtype.type(1 << position)) != 0)


def _own_data(
    group: _Group,
    size: tuple[int, int],
    pixels: PixelFormat,
    index: int,
    warnings: list[str],
) -> tuple[Mask, tuple[int, int]]:
    """Return the part of Overlay Data that lies on this frame."""
    (rows, columns), (top, left) = size, _origin(group)
    number = _overlay_frame(group, pixels, index)
    if number is None:
        return _NOTHING
    first, last = max(0, -top), min(rows, pixels.rows - top)
    first_column, last_column = max(0, -left), min(columns, pixels.columns - left)
    if first >= last or first_column >= last_column:
        raise DecodeError("it lies outside the image.")
    start = (number * rows + first) * columns
    flat = _bits(group, start, (last - first) * columns)
    missing = (last - first) * columns - flat.size
    if missing:
        n_there = first + flat.size // columns
        if missing >= _ROUNDING_BITS:
            if not flat.size:
                raise DecodeError("its data end before this image.")
            warnings.append(f"An overlay is incomplete: {n_there} of {rows} rows are in the file.")
        flat = np.pad(flat, (0, -flat.size % columns))
    mask = flat.reshape(-1, columns)[:, first_column:last_column]
    return mask, (top + first, left + first_column)


def _origin(group: _Group) -> tuple[int, int]:
    """Return the pixel (row, column), from 0, of the plane's first bit; perhaps off the image."""
    found = group.numbers(_ORIGIN, b"SS")
    if not found:
        return 0, 0
    if len(found) != 2:
        raise DecodeError("its origin is damaged.")
    row, column = (n - (1 << 16) if n >= 1 << 15 else n for n in found)  # written as unsigned
    return row - 1, column - 1


def _overlay_frame(group: _Group, pixels: PixelFormat, index: int) -> int | None:
    """Return which frame of the overlay, from 0, belongs to an image frame; None for none.

    An overlay that counts no frames belongs to the whole image (C.9.3.1.1).
    """
    n_frames, origin = group.number(_N_FRAMES, b"IS"), group.number(_FRAME_ORIGIN, b"US")
    if n_frames is None and origin is None:
        return 0
    n_frames, origin = max(1, n_frames or 1), max(1, origin or 1)
    if origin > pixels.n_frames:
        raise DecodeError(f"it is for image {origin} of an object that has {pixels.n_frames}.")
    number = index - (origin - 1)
    return number if 0 <= number < n_frames else None


def _bits(group: _Group, start: int, count: int) -> Mask:
    """Return bits of Overlay Data from bit ``start`` on, as many as are there."""
    first, last = start // 8, -(-(start + count) // 8)
    if group.in_words:
        first, last = first & ~1, (last + 1) & ~1
    if last - first > MOST_DATA_BYTES:
        raise LimitError("it claims more points than any image has.")
    data = np.frombuffer(group.header.part_of(group.base | _DATA, first, last - first), np.uint8)
    if group.in_words:
        data = data[: data.size & ~1].reshape(-1, 2)[:, ::-1].reshape(-1)
    bits = np.unpackbits(data, bitorder="little")
    return bits[start - 8 * first :][:count].view(np.bool_)


def _pack(group: _Group, mask: Mask, place: tuple[int, int]) -> OverlayPlane | None:
    """Keep the smallest rectangle that holds every set bit; None when there is none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return None
    top, left = int(rows[0]), int(columns[0])
    inside = mask[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
    bits = np.packbits(inside, axis=1)
    bits.setflags(write=False)
    return OverlayPlane(
        kind=ROI if group.text(_TYPE).upper() == "R" else GRAPHICS,
        label=group.text(_LABEL) or group.text(_DESCRIPTION),
        first_row=place[0] + top,
        first_column=place[1] + left,
        columns=inside.shape[1],
        bits=bits,
    )
