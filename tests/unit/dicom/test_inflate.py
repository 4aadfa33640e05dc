"""Deflated data sets: read as far as needed, and bombs cost an error (R-003)."""

from __future__ import annotations

import random
import tracemalloc
import zlib
from pathlib import Path

import pytest

from tests.unit.dicom.bytes_of import explicit, identifying, image, meta
from viewer.base.errors import LimitError
from viewer.dicom.header import parse_header, read_header
from viewer.dicom.inflate import InflatedStream, InflateLimits
from viewer.dicom.streams import BytesStream

DEFLATED = "1.2.840.10008.1.2.1.99"
MIB = 1 << 20


def deflate(data: bytes, wbits: int = -15) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return packer.compress(data) + packer.flush()


def zeros(n_mib: int, end: bytes = b"") -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    pieces = [packer.compress(identifying())]
    pieces.append(packer.compress(explicit(0x00091010, b"OB", b"", n_mib * MIB)))
    pieces += [packer.compress(bytes(MIB)) for _ in range(n_mib)]
    return b"".join([*pieces, packer.compress(end), packer.flush()])


@pytest.mark.parametrize("wbits", [-15, 15])
def test_deflated_dataset_reads_like_the_plain_one(wbits: int) -> None:
    plain = identifying() + image(3, 5)
    header = parse_header(meta(DEFLATED) + deflate(plain, wbits))
    assert header.deflated
    assert header.dataset.number(0x00280010, b"US") == 3
    assert header.pixels is not None
    assert header.pixels.offset == len(plain) - 30
    assert header.warnings == ()


def test_plain_dataset_declared_deflated_is_read() -> None:
    header = parse_header(meta(DEFLATED) + identifying() + image())
    assert not header.deflated
    assert header.pixels is not None


def test_pixels_are_not_inflated_for_the_header(tmp_path: Path) -> None:
    plain = identifying() + image(4096, 4096)
    path = tmp_path / "deflated"
    path.write_bytes(meta(DEFLATED) + deflate(plain))
    tracemalloc.start()
    header = read_header(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert header.pixels is not None
    assert header.pixels.length == 32 * MIB
    assert peak < 8 * MIB


def test_bomb_in_front_of_the_pixels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(meta(DEFLATED) + zeros(1024, image()))
    assert path.stat().st_size < 2 * MIB
    tracemalloc.start()
    with pytest.raises(LimitError, match="200 times"):
        read_header(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * MIB


def test_moderate_ratio_is_allowed_and_late_values_are_found(tmp_path: Path) -> None:
    """24 MiB that deflate to a quarter: beyond what is kept in memory, within the ratio."""
    noise = random.Random(7).randbytes(6 * MIB) + bytes(18 * MIB)
    first, last = explicit(0x00091010, b"LO", b"FIRST"), explicit(0x00291010, b"LO", b"LAST")
    plain = identifying()[:-32] + first + explicit(0x00191010, b"OB", noise) + last
    path = tmp_path / "moderate"
    path.write_bytes(meta(DEFLATED) + deflate(plain))
    header = read_header(str(path))
    assert header.dataset.text(0x00291010) == "LAST"
    assert header.dataset.text(0x00091010) == "FIRST"
    assert header.dataset.raw(0x00191010) == noise


def test_total_is_bounded() -> None:
    data = deflate(random.Random(1).randbytes(300_000))
    limits = InflateLimits(total_bytes=200_000)
    with pytest.raises(LimitError, match="more than"):
        InflatedStream(BytesStream(data), 0, limits).read_at(250_000, 10)


@pytest.mark.parametrize("spoil", ["cut", "damage"])
def test_broken_deflate_keeps_what_came_before(spoil: str) -> None:
    noise = explicit(0x00291010, b"OB", random.Random(3).randbytes(200_000))
    packed = bytearray(deflate(identifying() + noise + image()))
    if spoil == "cut":
        del packed[len(packed) // 2 :]
    else:
        packed[len(packed) // 2 : len(packed) // 2 + 64] = b"\xff" * 64
    header = parse_header(meta(DEFLATED) + bytes(packed))
    assert header.dataset.plain(0x00080018) == "1.2.3.4"
    if spoil == "cut":  # deflate itself has no checksum that would show the other damage
        assert header.cut
        assert "The deflated data are damaged or cut off." in header.warnings


def test_random_access_gives_the_same_bytes() -> None:
    rng = random.Random(5)
    plain = b"".join(rng.randbytes(50_000) + bytes(50_000) for _ in range(40))
    limits = InflateLimits(retained_bytes=1 << 18)
    stream = InflatedStream(BytesStream(b"xy" + deflate(plain)), 2, limits)
    for _ in range(60):
        offset, n_bytes = rng.randrange(len(plain) + 1000), rng.randrange(200_000)
        assert stream.read_at(offset, n_bytes) == plain[offset : offset + n_bytes]
    assert stream.read_at(len(plain) - 5, 100) == plain[-5:]
    assert stream.size == len(plain)
