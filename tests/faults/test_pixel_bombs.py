"""Objects that claim more than they hold cost an error, not memory (R-001, R-002)."""

from __future__ import annotations

import multiprocessing
import resource
import zlib
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from tests.unit.dicom.pixel_files import (
    DEFLATED_FRAME,
    JPEG_2000,
    JPEG_BASELINE,
    JPEG_LS,
    RLE,
    gradient,
    instance_of,
    write_fragments,
    write_native,
)
from viewer.base.errors import DecodeError, LimitError, MismatchError, ViewerError
from viewer.dicom.budgets import MIB, PixelLimits, check_claims
from viewer.dicom.frames import decode_frame
from viewer.model.study import PixelFormat

SMALL = gradient(64, 64, "u2", 4095)
SIXTEEN: dict[str, Any] = {"BitsAllocated": 16, "BitsStored": 12}
HUGE: dict[str, Any] = {"Rows": 65_535, "Columns": 65_535, **SIXTEEN}


def j2k(side: int) -> bytes:
    data = bytearray(imagecodecs.jpeg2k_encode(SMALL, codecformat="j2k", reversible=True))
    for at in (8, 12, 24, 28):  # Xsiz, Ysiz, XTsiz, YTsiz
        data[at : at + 4] = side.to_bytes(4, "big")
    return bytes(data)


def jpeg_ls(side: int) -> bytes:
    data = bytearray(imagecodecs.jpegls_encode(SMALL))
    at = data.index(b"\xff\xf7")
    data[at + 5 : at + 9] = side.to_bytes(2, "big") * 2
    return bytes(data)


def jpeg(side: int) -> bytes:
    data = bytearray(imagecodecs.jpeg8_encode((SMALL >> 4).astype(np.uint8)))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = side.to_bytes(2, "big") * 2
    return bytes(data)


def rle() -> bytes:
    table = np.zeros(16, "<u4")
    table[:3] = (2, 64, 66)
    return table.tobytes() + bytes((129, 7, 129, 7))


def square(side: int, bits: int = 16) -> dict[str, Any]:
    return {"Rows": side, "Columns": side, "BitsAllocated": bits}


def deflated_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(64 * MIB)) + packer.flush()


Maker = Callable[[Path], Path]
BOMBS: dict[str, tuple[Maker, type[ViewerError]]] = {
    "native dimensions": (lambda p: write_native(p, bytes(64), **HUGE), LimitError),
    "native frames": (
        lambda p: write_native(p, bytes(64), NumberOfFrames=2_000_000_000, **SIXTEEN),
        LimitError,
    ),
    "native, one frame just under the budget": (
        lambda p: write_native(p, bytes(64), **square(16_000)),
        LimitError,
    ),
    "RLE dimensions": (lambda p: write_fragments(p, [rle()], RLE, **HUGE), LimitError),
    "RLE just under the budget": (
        lambda p: write_fragments(p, [rle()], RLE, **square(16_000)),
        LimitError,
    ),
    "RLE frames": (
        lambda p: write_fragments(p, [rle()], RLE, NumberOfFrames=2_000_000_000, **square(512)),
        LimitError,
    ),
    "JPEG 2000 dimensions": (
        lambda p: write_fragments(p, [j2k(65_535)], JPEG_2000, **HUGE),
        LimitError,
    ),
    "JPEG 2000 larger than its header": (
        lambda p: write_fragments(p, [j2k(60_000)], JPEG_2000, **square(512)),
        MismatchError,
    ),
    "JPEG 2000 just under the budget": (
        lambda p: write_fragments(p, [j2k(16_000)], JPEG_2000, **square(16_000)),
        LimitError,
    ),
    "JPEG dimensions": (
        lambda p: write_fragments(p, [jpeg(65_500)], JPEG_BASELINE, **square(65_500, 8)),
        LimitError,
    ),
    "JPEG just under the budget": (
        lambda p: write_fragments(p, [jpeg(22_000)], JPEG_BASELINE, **square(22_000, 8)),
        LimitError,
    ),
    "JPEG-LS dimensions": (
        lambda p: write_fragments(p, [jpeg_ls(65_535)], JPEG_LS, **HUGE),
        LimitError,
    ),
    "JPEG-LS larger than its header": (
        lambda p: write_fragments(p, [jpeg_ls(60_000)], JPEG_LS, **square(64)),
        MismatchError,
    ),
    "fragments that claim 4 GiB": (
        lambda p: claim_4_gib(write_fragments(p, [jpeg(64)], JPEG_BASELINE, **square(64, 8))),
        DecodeError,
    ),
    "deflated frame": (
        lambda p: write_fragments(p, [deflated_bomb()], DEFLATED_FRAME, **square(64)),
        DecodeError,
    ),
    "Rows of 32 bits": (lambda p: wide_rows(write_native(p, bytes(64))), DecodeError),
}


def claim_4_gib(path: Path) -> Path:
    data = bytearray(path.read_bytes())
    at = data.rindex(b"\xfe\xff\x00\xe0")
    data[at - 4 : at] = b"\xff\xff\xff\xff"  # the length of the empty offset table
    path.write_bytes(data)
    return path


def wide_rows(path: Path) -> Path:
    """CVE-2026-5442: Rows as UL."""
    data = bytearray(path.read_bytes())
    at = data.index(b"\x28\x00\x10\x00US")
    data[at + 4 : at + 10] = b"UL\x04\x00" + b"\x01\x00"
    data[at + 10 : at + 10] = b"\x00\x10"
    path.write_bytes(data)
    return path


def refusal(connection: Connection, path: str) -> None:
    """Run in a process of its own: answer the error and how far memory grew at its peak."""
    decode_frame(instance_of(Path(path).with_name("ok.dcm")), 0)  # everything is loaded
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    name = "decoded"
    try:
        decode_frame(instance_of(Path(path)), 0)
    except ViewerError as err:
        name = type(err).__name__
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    connection.send((name, (after - before) * 1024))


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_memory_is_taken(tmp_path: Path, name: str) -> None:
    make, expected = BOMBS[name]
    path = make(tmp_path / "bomb.dcm")
    write_fragments(tmp_path / "ok.dcm", [jpeg(64)], JPEG_BASELINE, **square(64, 8))
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=refusal, args=(theirs, str(path)))
    process.start()
    theirs.close()
    try:
        answer, growth = ours.recv()
    finally:
        process.join()
        ours.close()
    if name == "deflated frame":  # what the image needs is taken, the rest never inflated
        assert answer == "decoded"
    else:
        assert answer in {kind.__name__ for kind in _family(expected)}
    assert growth <= 64 * MIB


def _family(kind: type[Any]) -> list[type[Any]]:
    return [kind, *(part for sub in kind.__subclasses__() for part in _family(sub))]


def test_a_deflated_data_set_stops_at_its_limit(tmp_path: Path) -> None:
    path = write_native(
        tmp_path / "f",
        bytes(256 * MIB),
        str(DeflatedExplicitVRLittleEndian),
        **square(4096, 8),
        NumberOfFrames=16,
    )
    instance = instance_of(path)
    with pytest.raises(LimitError, match="expand"):
        decode_frame(instance, 15)


def test_large_objects_that_are_really_there_are_not_refused() -> None:
    pixels = PixelFormat(
        rows=2000, columns=2000, samples=1, photometric="MONOCHROME2", planar=0,
        bits_allocated=16, bits_stored=12, high_bit=11, signed=False, n_frames=500,
        kind="integer", offset=1000, length=500 * 8_000_000,
    )  # fmt: skip
    check_claims(pixels, 1000 + pixels.length, PixelLimits())
    with pytest.raises(LimitError, match="500 frames"):
        check_claims(pixels, 1000 + 8_000_000, PixelLimits())


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"Rows": 0}, "no image"),
        ({"SamplesPerPixel": 7}, "7 samples"),
        ({"BitsAllocated": 200}, "200 bits"),
        ({"BitsAllocated": 24}, "24 bits"),
    ],
)
def test_impossible_modules_are_refused_in_words(
    tmp_path: Path, change: dict[str, Any], match: str
) -> None:
    path = write_native(tmp_path / "f", bytes(4096), str(ExplicitVRLittleEndian), **change)
    with pytest.raises(DecodeError, match=match):
        decode_frame(instance_of(path), 0)
