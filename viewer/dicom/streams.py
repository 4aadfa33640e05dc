"""Bytes at absolute positions, read in windows: a header is parsed without reading its pixels.

A stream gives bytes at an offset; a ``View`` keeps the windows that were read, so that large
values in between are skipped by seeking and a header of ordinary size costs one read.
"""

from __future__ import annotations

import os
import stat
from typing import IO, Protocol

from viewer.base.errors import NotDicomError, UnreadableError, reading_sentence

FIRST_READ = 1 << 14
"""Bytes of the first read: nearly every header ends before."""

_LARGEST_READ = 1 << 22
_NEAR = 1 << 16
_RETAINED = 1 << 24


class Stream(Protocol):
    """A sequence of bytes with random access.

    Attributes
    ----------
    size
        Bytes in all; an upper bound while the true number is not known (deflated data).
    """

    size: int

    def read_at(self, offset: int, n_bytes: int) -> bytes:
        """Return the bytes at ``offset``: fewer than ``n_bytes`` only at the end."""


class BytesStream:
    """Bytes that are in memory already."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def read_at(self, offset: int, n_bytes: int) -> bytes:
        """Return the bytes at ``offset``: fewer than ``n_bytes`` only at the end."""
        return self.data[offset : offset + n_bytes]


class FileStream:
    """A regular file, opened once; after ``close`` it is opened again for each late reading.

    Raises
    ------
    NotDicomError
        When the path is a folder, a device, a pipe or an empty file.
    UnreadableError
        When the system refuses to read it.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        try:
            facts = os.stat(path)
            if not stat.S_ISREG(facts.st_mode):
                raise NotDicomError("This is no ordinary file.")
            self._file = open(path, "rb", buffering=0)  # noqa: SIM115  closed by close()
        except OSError as err:
            raise _refused(err) from err
        except ValueError as err:  # a NUL inside the path
            raise UnreadableError("The system cannot name this file.") from err
        self.size = facts.st_size

    def read_at(self, offset: int, n_bytes: int) -> bytes:
        """Return the bytes at ``offset``: fewer than ``n_bytes`` only at the end."""
        try:
            if self._file is None:
                with open(self.path, "rb", buffering=0) as file:
                    return _read_all(file, offset, n_bytes)
            return _read_all(self._file, offset, n_bytes)
        except OSError as err:
            raise _refused(err) from err

    def read_into(self, offset: int, view: memoryview) -> int:
        """Fill ``view`` with the bytes at ``offset``; return how many came before the end.

        Raises
        ------
        UnreadableError
            When the system refuses to read, or the file is closed already.
        """
        if self._file is None:
            raise UnreadableError("The file is closed.")
        got = 0
        try:
            self._file.seek(offset)
            while got < len(view):
                count = self._file.readinto(view[got:])  # type: ignore[attr-defined]
                if not count:
                    break
                got += count
        except OSError as err:
            raise _refused(err) from err
        return got

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


class View:
    """Windows on a stream. ``data`` holds the bytes from ``base`` up to ``stop``."""

    __slots__ = ("base", "data", "segments", "stop", "stream")

    def __init__(self, stream: Stream, first: int = FIRST_READ) -> None:
        self.stream = stream
        self.base = 0
        self.data = stream.read_at(0, first)
        self.stop = len(self.data)
        self.segments: list[tuple[int, bytes]] = [(0, self.data)]

    @property
    def size(self) -> int:
        """Return the bytes of the stream, or their upper bound."""
        return self.stream.size

    def load(self, position: int, n_bytes: int) -> bool:
        """Make the window cover ``n_bytes`` at ``position``; False when the stream ends before."""
        last = position + n_bytes
        if self.base <= position and last <= self.stop:
            return True
        if last > self.stream.size:
            return False
        for base, data in self.segments:
            if base <= position and last <= base + len(data):
                self.base, self.data, self.stop = base, data, base + len(data)
                return True
        self._read(position, n_bytes)
        return last <= self.stop

    def bytes_at(self, offset: int, n_bytes: int) -> bytes:
        """Return a value's bytes, from a window where possible."""
        last = offset + n_bytes
        for base, data in self.segments:
            if base <= offset and last <= base + len(data):
                return data[offset - base : last - base]
        return self.stream.read_at(offset, n_bytes)

    def _read(self, position: int, n_bytes: int) -> None:
        base, data = self.segments[-1]
        stop = base + len(data)
        more = max(n_bytes, FIRST_READ, min(len(data), _LARGEST_READ))
        held = sum(len(piece) for _, piece in self.segments)
        if base <= position <= stop + _NEAR and held + more <= _RETAINED:
            data += self.stream.read_at(stop, position - stop + more)
            self.segments[-1] = (base, data)
        else:
            base, data = position, self.stream.read_at(position, more)
            if held + len(data) > _RETAINED:
                del self.segments[1:]
            self.segments.append((base, data))
        self.base, self.data, self.stop = base, data, base + len(data)


def _read_all(file: IO[bytes], offset: int, n_bytes: int) -> bytes:
    file.seek(offset)
    data = file.read(n_bytes)
    if len(data) == n_bytes or not data:
        return data
    pieces = [data]  # a network share may answer with less than was asked
    missing = n_bytes - len(data)
    while missing and (data := file.read(missing)):
        pieces.append(data)
        missing -= len(data)
    return b"".join(pieces)


def _refused(err: OSError) -> UnreadableError:
    return UnreadableError(reading_sentence(err))
