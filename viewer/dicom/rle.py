"""Read and decode RLE Lossless frames (PS3.5 annex G)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.codestream import RLE, Codestream, damaged

_HEADER_BYTES = 64
_MAX_SEGMENTS = 15


def read_rle(data: bytes, rows: int, columns: int) -> Codestream:
    """Check the segment table of an RLE frame; its size is the header's, RLE knows none.

    ``components`` holds the number of byte planes.

    Raises
    ------
    DecodeError
        When the table is cut off or its offsets are not in order.
    """
    segments(data)
    planes = int.from_bytes(data[:4], "little")
    return Codestream(RLE, rows, columns, planes, 0)


def segments(data: bytes) -> list[memoryview]:
    """Return the segments of an RLE frame, as its table lists them.

    Raises
    ------
    DecodeError
        When the table is cut off or its offsets are not in order.
    """
    if len(data) < _HEADER_BYTES:
        raise damaged("its segment table is cut off")
    table = np.frombuffer(data, "<u4", 16)
    count = int(table[0])
    if not 1 <= count <= _MAX_SEGMENTS:
        raise damaged(f"its table claims {count} segments")
    offsets = [int(offset) for offset in table[1 : 1 + count]]
    if offsets[0] < _HEADER_BYTES or offsets != sorted(offsets):
        raise damaged("its segment table is out of order")
    view = memoryview(data)
    ends = [*offsets[1:], len(data)]
    return [view[start:end] for start, end in zip(offsets, ends, strict=True)]


def unpack(segment: memoryview, size: int) -> tuple[NDArray[np.uint8], int]:
    """Decode one PackBits segment of ``size`` bytes.

    Returns
    -------
    array, filled
        (size,) bytes, zero behind what the segment holds, and how many it holds.
    """
    out = bytearray(size)
    data = bytes(segment)
    at = filled = 0
    end = len(data)
    while at < end and filled < size:
        code = data[at]
        at += 1
        if code < 128:
            count = min(code + 1, size - filled, end - at)
            out[filled : filled + count] = data[at : at + count]
            at += code + 1
        elif code > 128:
            if at >= end:
                break
            count = min(257 - code, size - filled)
            out[filled : filled + count] = data[at : at + 1] * count
            at += 1
        else:
            continue
        filled += count
    return np.frombuffer(out, np.uint8), filled
