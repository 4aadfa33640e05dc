"""Headers of compressed frames, read by our own bounded parsers."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from tests.unit.dicom.pixel_files import gradient
from viewer.base.errors import DecodeError
from viewer.dicom.codestream import GREY, RGB, YBR, kind_of
from viewer.dicom.compressed import read_codestream
from viewer.dicom.j2k_header import read_j2k, read_jxl
from viewer.dicom.jpeg_header import read_jpeg
from viewer.dicom.rle import segments, unpack

GREY_16 = gradient(33, 47, "u2", 4095)
COLOUR = np.stack([gradient(33, 47, "u1"), gradient(33, 47, "u1").T.copy().reshape(33, 47)] * 2, 2)
RGB_8 = np.ascontiguousarray(COLOUR[..., :3])


def encoded() -> dict[str, bytes]:
    encoders = {
        "jpeg baseline": imagecodecs.jpeg8_encode(RGB_8, level=90),
        "jpeg lossless": imagecodecs.ljpeg_encode(GREY_16, bitspersample=12),
        "jpegls": imagecodecs.jpegls_encode(GREY_16),
        "jpegls near": imagecodecs.jpegls_encode(GREY_16, level=3),
        "j2k": imagecodecs.jpeg2k_encode(GREY_16, codecformat="j2k", reversible=True),
        "jp2": imagecodecs.jpeg2k_encode(GREY_16, codecformat="jp2", reversible=True),
        "htj2k": imagecodecs.htj2k_encode(GREY_16),
        "jpegxl": imagecodecs.jpegxl_encode(RGB_8, lossless=True),
        "jpegxl boxes": imagecodecs.jpegxl_encode(RGB_8, usecontainer=True),
    }
    return {name: bytes(data) for name, data in encoders.items()}


KINDS = {
    "jpeg baseline": ("jpeg", "baseline", 8),
    "jpeg lossless": ("jpeg", "lossless", 12),
    "jpegls": ("jpegls", "lossless", 16),
    "jpegls near": ("jpegls", "near-lossless", 16),
    "j2k": ("jpeg2000", "reversible", 16),
    "jp2": ("jpeg2000", "reversible", 16),
    "htj2k": ("htj2k", "reversible", 16),
    "jpegxl": ("jpegxl", "", 0),
    "jpegxl boxes": ("jpegxl", "", 0),
}


@pytest.mark.parametrize("name", KINDS)
def test_size_and_kind_are_those_of_the_encoder(name: str) -> None:
    stream = read_codestream(encoded()[name])
    assert stream is not None
    kind, process, precision = KINDS[name]
    assert (stream.rows, stream.columns) == (33, 47)
    assert (stream.kind, stream.process) == (kind, process)
    assert stream.precision in (precision, 12)  # an encoder may find that 12 bits are enough
    assert stream.complete


@pytest.mark.parametrize("name", [name for name in KINDS if "xl" not in name])
def test_a_missing_end_marker_is_noticed(name: str) -> None:
    data = encoded()[name]
    stream = read_codestream(data[: len(data) - len(data) // 4])
    assert stream is not None
    assert not stream.complete


@pytest.mark.parametrize("name", KINDS)
def test_every_truncation_of_a_header_is_refused_or_read(name: str) -> None:
    data = encoded()[name]
    for length in range(2, min(len(data), 700)):
        try:
            stream = read_codestream(data[:length])
        except DecodeError:
            continue
        assert stream is None or (stream.rows, stream.columns) == (33, 47)


@pytest.mark.parametrize("name", KINDS)
def test_random_header_bytes_never_raise_anything_else(name: str) -> None:
    data = encoded()[name]
    random = np.random.default_rng(7)
    for _ in range(300):
        broken = bytearray(data)
        for _ in range(random.integers(1, 6)):
            broken[random.integers(0, min(300, len(broken)))] = random.integers(0, 256)
        try:
            read_codestream(bytes(broken))
        except DecodeError as err:
            assert "file" in str(err)  # noqa: PT017  says what becomes of it


def test_huge_claims_are_read_as_claimed() -> None:
    data = bytearray(encoded()["j2k"])
    data[8:16] = (60_000).to_bytes(4, "big") * 2  # Xsiz, Ysiz
    data[24:32] = (60_000).to_bytes(4, "big") * 2  # one tile
    stream = read_j2k(bytes(data))
    assert (stream.rows, stream.columns) == (60_000, 60_000)


def test_a_codestream_of_too_many_tiles_is_refused() -> None:
    data = bytearray(encoded()["j2k"])
    data[8:16] = (60_000).to_bytes(4, "big") * 2
    data[24:32] = (1).to_bytes(4, "big") * 2
    with pytest.raises(DecodeError, match="tiles"):
        read_j2k(bytes(data))


def test_jpeg_ls_sizes_over_65535_come_from_the_extension() -> None:
    frame = b"\xff\xf7" + (11).to_bytes(2, "big") + b"\x08" + bytes(4) + b"\x01\x01\x11\x00"
    sizes = b"\x04\x03" + (70_000).to_bytes(3, "big") + (80_000).to_bytes(3, "big")
    extension = b"\xff\xf8" + (len(sizes) + 2).to_bytes(2, "big") + sizes
    for body in (extension + frame, frame + extension):
        stream = read_jpeg(b"\xff\xd8" + body + b"\xff\xd9")
        assert (stream.rows, stream.columns) == (70_000, 80_000)


def adobe(transform: int) -> bytes:
    body = b"Adobe" + bytes((0, 100, 0, 0, 0, 0, transform))
    return b"\xff\xee" + (len(body) + 2).to_bytes(2, "big") + body


def jfif() -> bytes:
    body = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return b"\xff\xe0" + (len(body) + 2).to_bytes(2, "big") + body


def sof(code: int, ids: tuple[int, ...], factors: tuple[int, ...]) -> bytes:
    parts = b"".join(bytes((i, f, 0)) for i, f in zip(ids, factors, strict=True))
    body = b"\x08" + (16).to_bytes(2, "big") * 2 + bytes((len(ids),)) + parts
    return bytes((0xFF, code)) + (len(body) + 2).to_bytes(2, "big") + body


EVEN = (0x11, 0x11, 0x11)
HALF = (0x21, 0x11, 0x11)
NUMBERS = (1, 2, 3)
LETTERS = (0x52, 0x47, 0x42)
COLOUR_CASES = [
    (adobe(1) + sof(0xC0, NUMBERS, EVEN), YBR, "APP14"),
    (adobe(0) + sof(0xC0, NUMBERS, EVEN), RGB, "APP14"),
    (jfif() + adobe(0) + sof(0xC0, NUMBERS, EVEN), RGB, "APP14"),
    (jfif() + sof(0xC0, NUMBERS, EVEN), YBR, "JFIF"),
    (sof(0xC0, LETTERS, EVEN), RGB, "component ids"),
    (sof(0xC0, NUMBERS, HALF), YBR, "subsampling"),
    (sof(0xC2, NUMBERS, EVEN), "", ""),
    (jfif() + sof(0xC3, NUMBERS, EVEN), "", ""),
    (adobe(1) + sof(0xC3, NUMBERS, EVEN), YBR, "APP14"),
    (sof(0xC0, (1,), (0x11,)), GREY, ""),
]


@pytest.mark.parametrize(("body", "colour", "marker"), COLOUR_CASES)
def test_the_strongest_evidence_tells_the_colour(body: bytes, colour: str, marker: str) -> None:
    stream = read_jpeg(b"\xff\xd8" + body + b"\xff\xd9")
    assert (stream.colour, stream.marker) == (colour, marker)


@pytest.mark.parametrize(("code", "process"), [(0xC5, "hierarchical"), (0xC9, "arithmetic")])
def test_retired_processes_have_their_names(code: int, process: str) -> None:
    assert read_jpeg(b"\xff\xd8" + sof(code, (1,), (0x11,)) + b"\xff\xd9").process == process


def test_what_begins_like_no_image_has_no_kind() -> None:
    assert kind_of(b"\x00\x01\x02\x03") == ""
    assert kind_of(b"") == ""


def test_jpeg_xl_ratios_give_the_width() -> None:
    # ISO/IEC 18181-1 D.2: small = 0, height u(9) - 1 with selector 0, ratio 2 = 12:10
    bits = "0" + "00" + format(199, "09b")[::-1] + format(2, "03b")[::-1]
    number = int(bits[::-1], 2)
    stream = read_jxl(b"\xff\x0a" + number.to_bytes(8, "little"))
    assert (stream.rows, stream.columns) == (200, 240)


def test_rle_tables_out_of_order_are_refused() -> None:
    table = np.zeros(16, "<u4")
    table[:3] = (2, 64, 60)
    with pytest.raises(DecodeError, match="order"):
        segments(table.tobytes() + bytes(20))
    table[0] = 16
    with pytest.raises(DecodeError, match="16"):
        segments(table.tobytes())
    with pytest.raises(DecodeError, match="cut off"):
        segments(bytes(10))


def test_packbits_follow_the_standard() -> None:
    # PS3.5 G.3.1: 0..127 copies n + 1 bytes, 129..255 repeats 257 - n times, 128 does nothing
    packed = bytes((2, 10, 20, 30, 128, 0xFD, 7, 0, 99))
    out, filled = unpack(memoryview(packed), 9)
    assert out.tolist() == [10, 20, 30, 7, 7, 7, 7, 99, 0]
    assert filled == 8
