"""Palettes: plain, segmented, 8 and 16 bits, honest and not (R-007)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from tests.unit.dicom.oracles import dcm2pnm, need
from tests.unit.dicom.pixel_files import gradient, instance_of, write_native
from viewer.base.errors import DecodeError
from viewer.dicom.frames import decode_frame

IMAGE = gradient(20, 16, "u1")
RAMPS = [np.arange(256), 255 - np.arange(256), (np.arange(256) * 3) % 256]


def write(
    path: Path,
    descriptor: tuple[int, int, int],
    tables: list[bytes],
    image: Any = IMAGE,
    segmented: bool = False,
    **tags: Any,
) -> Path:
    write_native(
        path,
        image.tobytes(),
        Rows=image.shape[0],
        Columns=image.shape[1],
        PhotometricInterpretation="PALETTE COLOR",
        BitsAllocated=8 * image.dtype.itemsize,
        PixelRepresentation=int(image.dtype.kind == "i"),
        **tags,
    )
    dataset = pydicom.dcmread(path)
    first = 0x00281221 if segmented else 0x00281201
    for n, table in enumerate(tables):
        dataset.add_new(0x00281101 + n, "SS" if descriptor[1] < 0 else "US", list(descriptor))
        dataset.add_new(first + n, "OW", table)
    dataset.save_as(path)
    return path


def tables(dtype: str) -> list[bytes]:
    scale = 257 if dtype == "<u2" else 1
    return [(ramp * scale).astype(dtype).tobytes() for ramp in RAMPS]


def shown(path: Path) -> Any:
    frame = decode_frame(instance_of(path), 0)
    assert frame.is_colour
    return frame.stored


EXPECTED = np.stack([ramp[IMAGE] for ramp in RAMPS], -1).astype(np.uint8)


def test_eight_bit_tables_are_packed_two_to_a_word(tmp_path: Path) -> None:
    path = write(tmp_path / "f", (256, 0, 8), tables("u1"))
    assert np.array_equal(shown(path), EXPECTED)


def test_eight_bit_entries_in_words_of_their_own(tmp_path: Path) -> None:
    words = [ramp.astype("<u2").tobytes() for ramp in RAMPS]
    assert np.array_equal(shown(write(tmp_path / "f", (256, 0, 8), words)), EXPECTED)


def test_sixteen_bit_tables_stay_sixteen_bit(tmp_path: Path) -> None:
    need("dcmj2pnm")
    path = write(tmp_path / "f", (256, 0, 16), tables("<u2"))
    stored = shown(path)
    assert stored.dtype == np.uint16
    assert np.array_equal(stored, EXPECTED.astype(np.uint16) * 257)
    picture = dcm2pnm(path, tmp_path)
    assert picture is not None
    assert np.array_equal(stored >> 8, picture)


def test_sixteen_bit_tables_of_eight_bit_values_are_told(tmp_path: Path) -> None:
    words = [ramp.astype("<u2").tobytes() for ramp in RAMPS]
    frame = decode_frame(instance_of(write(tmp_path / "f", (256, 0, 16), words)), 0)
    assert np.array_equal(frame.stored, EXPECTED)
    assert "8-bit" in " ".join(frame.warnings)


@pytest.mark.parametrize("first", [0, 50, 200])
def test_values_outside_the_table_take_its_ends(tmp_path: Path, first: int) -> None:
    count = 40
    ramp = (np.arange(count) * 6).astype("u1")
    path = write(tmp_path / "f", (count, first, 8), [ramp.tobytes()] * 3)
    expected = ramp[np.clip(IMAGE.astype(int) - first, 0, count - 1)]
    assert np.array_equal(shown(path)[..., 0], expected)


def test_the_first_value_is_signed_with_signed_pixels(tmp_path: Path) -> None:
    image = (gradient(8, 8, "u2", 400).astype("<i2")) - 200
    ramp = (np.arange(400) % 256).astype("u1").tobytes()
    path = write(tmp_path / "f", (400, -200, 8), [ramp] * 3, image)
    assert np.array_equal(shown(path)[..., 1], ((image + 200) % 256).astype(np.uint8))


def test_no_entries_mean_65536(tmp_path: Path) -> None:
    ramp = np.arange(65_536, dtype="<u2")
    image = gradient(8, 8, "u2").astype("<u2")
    path = write(tmp_path / "f", (0, 0, 16), [ramp.tobytes()] * 3, image)
    assert np.array_equal(shown(path)[..., 2], image)


@pytest.mark.parametrize("length", [0, 2, 100, 254])
def test_short_tables_are_refused(tmp_path: Path, length: int) -> None:
    path = write(tmp_path / "f", (256, 0, 8), [bytes(length)] * 3)
    with pytest.raises(DecodeError, match="colour table"):
        decode_frame(instance_of(path), 0)


def test_a_palette_without_tables_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "f", (256, 0, 8), [])
    with pytest.raises(DecodeError, match="descriptor"):
        decode_frame(instance_of(path), 0)


def words(*numbers: int) -> bytes:
    return np.array(numbers, "<u2").tobytes()


def test_segments_are_expanded_as_the_standard_describes(tmp_path: Path) -> None:
    # PS3.3 C.7.9.2: discrete 0,1,2; linear in 5 steps to 12; the discrete segment once more
    # through its byte offset, and one repeated twice (a constant)
    table = words(0, 3, 0, 1, 2, 1, 5, 12, 2, 1, 0, 0, 1, 2, 500)
    image = np.arange(13, dtype="u1").reshape(1, 13)
    path = write(tmp_path / "f", (13, 0, 16), [table] * 3, image, segmented=True)
    linear = [4, 6, 8, 10, 12]
    assert shown(path)[0, :, 0].tolist() == [0, 1, 2, *linear, 0, 1, 2, 251, 500]


@pytest.mark.parametrize(
    "table",
    [
        words(7, 3, 0, 1, 2),
        words(2, 1, 900, 0, 0, 1, 5),
        words(0, 2, 1, 2) + words(2, 60_000, 0, 0) * 40,
        words(1, 65_535, 9) * 3,
        words(0),
    ],
)
def test_damaged_segments_are_refused(tmp_path: Path, table: bytes) -> None:
    path = write(tmp_path / "f", (256, 0, 16), [table] * 3, segmented=True)
    with pytest.raises(DecodeError):
        decode_frame(instance_of(path), 0)
