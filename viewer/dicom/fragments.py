"""Find the frames of encapsulated pixel data (PS3.5 A.4) without reading the frames.

One walk over the item headers of a file gives an index of byte ranges; a frame is then read by
its ranges alone. Frames are told apart by the Basic or Extended Offset Table, by their number,
or by the start markers of the codestreams, whichever agrees with what is there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from viewer.base.errors import DecodeError, TruncatedError
from viewer.dicom.codestream import starts_image
from viewer.dicom.streams import Stream

_ITEM = b"\xfe\xff\x00\xe0"
_DELIMITER = b"\xfe\xff\xdd\xe0"
_UNDEFINED = 0xFFFFFFFF
_MAX_FRAGMENTS = 4_000_000
_MAX_TABLE_BYTES = 64 << 20
_HEAD_BYTES = 12

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FragmentIndex:
    """Where the frames of one encapsulated pixel element lie.

    Attributes
    ----------
    frames
        For each frame the (offset, length) of its fragments in the file.
    complete
        The element ended with its sequence delimiter.
    cut
        The last fragment claims more bytes than the file has; its range is shortened.
    """

    frames: tuple[tuple[Range, ...], ...]
    complete: bool
    cut: bool
    warnings: tuple[str, ...] = ()


def index_fragments(
    stream: Stream,
    offset: int,
    n_frames: int,
    extended: Sequence[int] = (),
) -> FragmentIndex:
    """Walk the items of an encapsulated pixel element and sort them into frames.

    Parameters
    ----------
    offset
        Of the element's value: the item that holds the Basic Offset Table.
    extended
        Extended Offset Table (7FE0,0001), if the object has one.

    Raises
    ------
    DecodeError
        When no item can be found at all.
    TruncatedError
        When the file ends before the first fragment.
    """
    walk = _Walk(stream, offset)
    table = walk.read_table()
    items = walk.read_items()
    if not items:
        raise TruncatedError("The file ends before its first image. There is nothing to show.")
    warnings: list[str] = []
    frames = _sort(stream, items, n_frames, extended or table, warnings)
    if not walk.complete:
        warnings.append("The file ends before its pixel data does.")
    if len(frames) < n_frames:
        warnings.append(f"The header names {n_frames} frames; the file holds {len(frames)}.")
    return FragmentIndex(tuple(frames), walk.complete, walk.cut, tuple(warnings))


def read_frame_bytes(stream: Stream, ranges: Sequence[Range]) -> bytes:
    """Read and join the fragments of one frame."""
    parts = [stream.read_at(offset, length) for offset, length in ranges]
    return parts[0] if len(parts) == 1 else b"".join(parts)


class _Walk:
    """Step from item to item, never past the end of the file."""

    def __init__(self, stream: Stream, offset: int) -> None:
        self.stream = stream
        self.at = offset
        self.end = stream.size
        self.complete = False
        self.cut = False

    def read_table(self) -> list[int]:
        """Read the first item: the Basic Offset Table, which may be empty."""
        header = self.stream.read_at(self.at, 8)
        if header[:4] != _ITEM:
            raise DecodeError(
                "The pixel data does not begin with an offset table. It cannot be decoded; "
                "the file is kept."
            )
        length = int.from_bytes(header[4:], "little")
        if length > min(_MAX_TABLE_BYTES, self.end - self.at - 8):
            raise DecodeError("The offset table claims more than the file holds.")
        raw = self.stream.read_at(self.at + 8, length)
        self.at += 8 + length
        return [int(entry) for entry in np.frombuffer(raw[: length // 4 * 4], "<u4")]

    def read_items(self) -> list[Range]:
        """Return (offset, length) of every fragment up to the delimiter or the end of the file."""
        items: list[Range] = []
        read_at, end = self.stream.read_at, self.end
        while self.at + 8 <= end and len(items) < _MAX_FRAGMENTS:
            header = read_at(self.at, 8)
            if len(header) < 8:
                break
            length = int.from_bytes(header[4:], "little")
            if header[:4] == _DELIMITER:
                self.complete = True
                break
            if header[:4] != _ITEM or length == _UNDEFINED:
                break
            self.at += 8
            held = min(length, end - self.at)
            if held < length:
                self.cut = True
            items.append((self.at, held))
            self.at += held
        return items


def _sort(
    stream: Stream,
    items: list[Range],
    n_frames: int,
    table: Sequence[int],
    warnings: list[str],
) -> list[tuple[Range, ...]]:
    if n_frames == 1:
        return [tuple(items)]
    if table:
        starts = _table_starts(items, table)
        if starts is not None and len(starts) >= min(n_frames, 2):
            return _split(items, starts)[:n_frames]
        if starts is None:
            warnings.append("The offset table does not fit the pixel data and was not used.")
    if len(items) == n_frames:
        return [(item,) for item in items]
    starts = [n for n, item in enumerate(items) if _begins(stream, item)]
    if starts and starts[0] == 0 and len(starts) > 1:
        if len(starts) > n_frames:
            warnings.append(f"The header names {n_frames} frames; the file holds {len(starts)}.")
        return _split(items, starts)[:n_frames]
    if len(items) > n_frames:
        warnings.append("The frames of this object could not be told apart with certainty.")
    return [(item,) for item in items[:n_frames]]


def _table_starts(items: list[Range], table: Sequence[int]) -> list[int] | None:
    """Return the item number at which each frame starts, or None when the table is wrong."""
    base = items[0][0] - 8
    headers = [offset - 8 - base for offset, _ in items]
    end = items[-1][0] + items[-1][1] - base
    starts: list[int] = []
    for entry in table:
        n = bisect_left(headers, entry)
        if starts and entry >= end:
            break  # the file is cut off before this frame
        if n == len(headers) or headers[n] != entry or (starts and n <= starts[-1]):
            return None
        starts.append(n)
    return starts if starts and starts[0] == 0 else None


def _split(items: list[Range], starts: list[int]) -> list[tuple[Range, ...]]:
    ends = [*starts[1:], len(items)]
    return [tuple(items[start:end]) for start, end in zip(starts, ends, strict=True)]


def _begins(stream: Stream, item: Range) -> bool:
    return starts_image(stream.read_at(item[0], min(_HEAD_BYTES, item[1])))
