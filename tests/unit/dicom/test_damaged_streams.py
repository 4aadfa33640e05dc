"""Damaged codestreams never look whole: a sentence, missing rows or a refusal (R-073, R2, R3)."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest

from tests.unit.dicom.pixel_files import (
    DEFLATED_FRAME,
    HTJ2K,
    JPEG_2000,
    JPEG_BASELINE,
    JPEG_LOSSLESS,
    JPEG_LS,
    RLE,
    gradient,
    instance_of,
    write_fragments,
)
from viewer.base.errors import DecodeError, MismatchError, UnsupportedSyntaxError
from viewer.dicom.frames import decode_frame
from viewer.model.frame import Frame

random = np.random.default_rng(5)
NOISE = random.integers(0, 4096, (96, 80), dtype=np.uint16)
BYTES = (NOISE >> 4).astype(np.uint8)
SIZE: dict[str, Any] = {"Rows": 96, "Columns": 80, "BitsAllocated": 16, "BitsStored": 12}
SIZE_8: dict[str, Any] = {"Rows": 96, "Columns": 80}


def rle(image: Any) -> bytes:
    planes = [image >> 8, image & 255] if image.dtype.itemsize == 2 else [image]
    parts = [bytes(imagecodecs.packbits_encode(plane.astype(np.uint8))) for plane in planes]
    table = np.zeros(16, "<u4")
    table[0] = len(parts)
    table[1 : 1 + len(parts)] = 64 + np.cumsum([0, *(len(part) for part in parts[:-1])])
    return table.tobytes() + b"".join(parts)


STREAMS: dict[str, tuple[str, bytes, dict[str, Any]]] = {
    "baseline": (JPEG_BASELINE, bytes(imagecodecs.jpeg8_encode(BYTES, level=95)), SIZE_8),
    "lossless": (JPEG_LOSSLESS, bytes(imagecodecs.ljpeg_encode(NOISE, bitspersample=12)), SIZE),
    "jpegls": (JPEG_LS, bytes(imagecodecs.jpegls_encode(NOISE)), SIZE),
    "j2k": (
        JPEG_2000,
        bytes(imagecodecs.jpeg2k_encode(NOISE, codecformat="j2k", reversible=True)),
        SIZE,
    ),
    "htj2k": (HTJ2K, bytes(imagecodecs.htj2k_encode(NOISE)), SIZE),
    "rle": (RLE, rle(NOISE), SIZE),
}


def cut(tmp_path: Path, name: str, share: float) -> Frame:
    syntax, data, size = STREAMS[name]
    path = write_fragments(tmp_path / "f", [data[: int(len(data) * share)]], syntax, **size)
    return decode_frame(instance_of(path), 0)


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("name", ["baseline", "lossless"])
def test_a_cut_jpeg_says_how_far_it_goes(tmp_path: Path, name: str, share: float) -> None:
    frame = cut(tmp_path, name, share)
    assert "no end marker" in " ".join(frame.warnings)
    assert abs(frame.n_rows_complete / 96 - share) < 0.12
    if name == "lossless":
        held = frame.n_rows_complete - 1
        assert np.array_equal(frame.stored[:held], NOISE[:held])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_cut_jpeg_ls_is_refused_before_its_decoder_can_hang(tmp_path: Path, share: float) -> None:
    with pytest.raises(DecodeError, match="end marker"):
        cut(tmp_path, "jpegls", share)


@pytest.mark.parametrize("name", ["j2k", "htj2k"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_cut_jpeg_2000_is_told_or_refused(tmp_path: Path, name: str, share: float) -> None:
    try:
        frame = cut(tmp_path, name, share)
    except DecodeError as err:
        assert "damaged" in str(err)  # noqa: PT017  either outcome is right
        return
    assert "no end marker" in " ".join(frame.warnings)


@pytest.mark.parametrize("share", [0.6, 0.9])
def test_a_cut_rle_frame_keeps_its_whole_rows(tmp_path: Path, share: float) -> None:
    frame = cut(tmp_path, "rle", share)
    rows = frame.n_rows_complete
    assert 0 < rows < 96
    assert np.array_equal(frame.stored[:rows], NOISE[:rows])
    assert f"{rows} of 96 rows" in " ".join(frame.warnings)


def test_an_rle_frame_without_its_last_plane_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="empty"):
        cut(tmp_path, "rle", 0.3)


def test_rle_planes_must_match_the_samples(tmp_path: Path) -> None:
    path = write_fragments(tmp_path / "f", [rle(BYTES)], RLE, **SIZE)
    with pytest.raises(MismatchError, match="byte planes"):
        decode_frame(instance_of(path), 0)


def test_a_file_that_ends_inside_the_last_fragment_is_told(tmp_path: Path) -> None:
    syntax, data, size = STREAMS["baseline"]
    path = write_fragments(tmp_path / "f", [data], syntax, **size)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 600)
    text = " ".join(decode_frame(instance_of(path), 0).warnings)
    assert "shorter than the file claims" in text
    assert "ends before its pixel data" in text


@pytest.mark.parametrize(
    ("syntax", "name", "told"),
    [
        (JPEG_BASELINE, "j2k", "the image is JPEG 2000"),
        (JPEG_2000, "lossless", "the image is JPEG"),
        (JPEG_BASELINE, "jpegls", "the image is JPEG-LS"),
        (JPEG_LOSSLESS, "lossless", ""),
        (JPEG_2000, "htj2k", ""),
    ],
)
def test_the_codestream_decides_which_codec_reads_it(
    tmp_path: Path, syntax: str, name: str, told: str
) -> None:
    _, data, size = STREAMS[name]
    frame = decode_frame(instance_of(write_fragments(tmp_path / "f", [data], syntax, **size)), 0)
    assert np.array_equal(frame.stored, NOISE)
    assert told in " ".join(frame.warnings)
    assert bool(frame.warnings) is bool(told)


def test_another_size_than_the_header_is_refused(tmp_path: Path) -> None:
    for name, (syntax, data, size) in STREAMS.items():
        if name == "rle":
            continue  # RLE has no size of its own
        path = write_fragments(tmp_path / name, [data], syntax, **(size | {"Rows": 95}))
        with pytest.raises(MismatchError, match="distances"):
            decode_frame(instance_of(path), 0)


@pytest.mark.parametrize("code", [0xC5, 0xC9])
def test_retired_processes_are_refused_by_name(tmp_path: Path, code: int) -> None:
    data = bytearray(STREAMS["baseline"][1])
    data[data.index(b"\xff\xc0") + 1] = code
    path = write_fragments(tmp_path / "f", [bytes(data)], JPEG_BASELINE, **SIZE_8)
    with pytest.raises(UnsupportedSyntaxError, match=r"hierarchical|arithmetic"):
        decode_frame(instance_of(path), 0)


def test_deflated_frames_are_inflated(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(NOISE.tobytes()) + packer.flush()
    path = write_fragments(tmp_path / "f", [data], DEFLATED_FRAME, **SIZE)
    assert np.array_equal(decode_frame(instance_of(path), 0).stored, NOISE)
    path = write_fragments(tmp_path / "g", [data[: len(data) // 2]], DEFLATED_FRAME, **SIZE)
    half = decode_frame(instance_of(path), 0)
    assert half.n_rows_complete < 96
    path = write_fragments(tmp_path / "h", [b"\xff" * 100], DEFLATED_FRAME, **SIZE)
    with pytest.raises(DecodeError, match="inflated"):
        decode_frame(instance_of(path), 0)


def test_lossless_values_over_bits_stored_are_masked(tmp_path: Path) -> None:
    overlay = gradient(96, 80, "u2", 4095) | 0x8000  # an overlay in bit 15, as of old
    data = bytes(imagecodecs.jpegls_encode(overlay))
    path = write_fragments(tmp_path / "f", [data], JPEG_LS, **SIZE)
    assert np.array_equal(decode_frame(instance_of(path), 0).stored, overlay & 0xFFF)
