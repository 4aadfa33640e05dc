"""Bounded inflation of deflated data sets (PS3.5 A.5, R-003): a bomb costs an error, not memory."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from viewer.base.errors import LimitError
from viewer.dicom.streams import Stream

_MIB = 1 << 20
_CHUNK = 1 << 16
_PIECE = 1 << 20
_MOST_EXPANSION = 1032
"""What deflate can reach at best (zlib documentation)."""


@dataclass(frozen=True, slots=True)
class InflateLimits:
    """How far a deflated data set may expand.

    Attributes
    ----------
    ratio
        Times the compressed bytes, once more than ``ratio_from_bytes`` came out.
    total_bytes
        In all.
    retained_bytes
        Bytes kept in memory; the rest is inflated again when it is asked for again.
    """

    ratio: int = 200
    ratio_from_bytes: int = 16 * _MIB
    total_bytes: int = 2048 * _MIB
    retained_bytes: int = 16 * _MIB


class InflatedStream:
    """The inflated bytes of a deflated stream, produced as far as they are asked for.

    Attributes
    ----------
    size
        An upper bound until the end was reached.
    damaged
        True when the deflated bytes were broken or cut off.
    """

    def __init__(self, source: Stream, offset: int, limits: InflateLimits | None = None) -> None:
        self.limits = limits or InflateLimits()
        self._source = source
        self._start = offset
        self._wrapped = _is_zlib(source.read_at(offset, 2))
        self._head = bytearray()
        compressed = max(source.size - offset, 0)
        self.size = min(compressed * _MOST_EXPANSION + _PIECE, self.limits.total_bytes + 1)
        self.damaged = False
        self._restart()

    def read_at(self, offset: int, n_bytes: int) -> bytes:
        """Return the bytes at ``offset``: fewer than ``n_bytes`` only at the end.

        Raises
        ------
        LimitError
            When the data expand beyond the limits.
        """
        last = offset + n_bytes
        if last <= len(self._head):
            return bytes(self._head[offset:last])
        if offset < self._produced - len(self._piece):
            self._restart()
        pieces: list[bytes] = []
        missing = n_bytes
        while missing and (self._produced > offset or self._next()):
            begin = self._produced - len(self._piece)
            if self._produced > offset:
                found = self._piece[offset - begin : offset - begin + missing]
                pieces.append(found)
                offset += len(found)
                missing -= len(found)
        return b"".join(pieces)

    def _restart(self) -> None:
        self._inflater = zlib.decompressobj(15 if self._wrapped else -15)
        self._position = self._start
        self._produced = 0
        self._piece = b""
        self._waiting = b""

    def _next(self) -> bool:
        """Inflate one more piece; False at the end."""
        while not self._inflater.eof:
            if not self._waiting:
                self._waiting = self._source.read_at(self._position, _CHUNK)
                self._position += len(self._waiting)
            fed = self._waiting
            try:
                piece = self._inflater.decompress(fed, _PIECE)
            except zlib.error:
                self.damaged = True
                break
            self._waiting = self._inflater.unconsumed_tail
            if piece:
                self._keep(piece)
                return True
            if not fed:
                self.damaged = not self._inflater.eof
                break
        self.size = self._produced
        return False

    def _keep(self, piece: bytes) -> None:
        self._piece = piece
        room = self.limits.retained_bytes - len(self._head)
        if self._produced == len(self._head) and room > 0:
            self._head += piece[:room]
        self._produced += len(piece)
        consumed = self._position - self._start - len(self._waiting)
        check_expansion(self._produced, consumed, self.limits)


def check_expansion(produced: int, consumed: int, limits: InflateLimits) -> None:
    """Refuse data that expand like a bomb.

    Raises
    ------
    LimitError
        Above the total, or above the ratio once enough came out.
    """
    if produced > limits.total_bytes:
        raise LimitError(
            f"The deflated data expand to more than {limits.total_bytes // _MIB} MiB. "
            "They were not read."
        )
    if produced > limits.ratio_from_bytes and produced > limits.ratio * max(consumed, 1):
        raise LimitError(
            f"The deflated data expand more than {limits.ratio} times, as no image does. "
            "They were not read."
        )


def _is_zlib(start: bytes) -> bool:
    """Tell a zlib header (RFC 1950), which some writers leave in front, from raw deflate."""
    return len(start) == 2 and start[0] & 0x0F == 8 and int.from_bytes(start, "big") % 31 == 0
