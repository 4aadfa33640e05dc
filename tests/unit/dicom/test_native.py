"""Uncompressed pixels: every layout the standard allows, against arrays the test made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.unit.dicom.pixel_files import gradient, instance_of, write_native
from viewer.base.errors import DecodeError, IdentityError, TruncatedError
from viewer.dicom.frames import decode_frame
from viewer.dicom.native_read import is_native, read_native, stored_dtype

ROWS, COLUMNS = 13, 10


def values(bits: int, signed: bool, stored: int) -> Any:
    image = gradient(ROWS, COLUMNS, f"u{bits // 8}", (1 << stored) - 1)
    shift = bits - stored
    return ((image << shift).view(f"i{bits // 8}") >> shift) if signed else image


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(
    ("bits", "stored"), [(8, 8), (8, 7), (16, 12), (16, 9), (16, 16), (32, 32)]
)
def test_integers_are_exact(
    tmp_path: Path, syntax: str, big: bool, signed: bool, bits: int, stored: int
) -> None:
    expected = values(bits, signed, stored)
    order = ">" if big else "<"
    data = expected.astype(f"{order}{expected.dtype.str[1:]}").tobytes()
    path = write_native(
        tmp_path / "f",
        data + bytes(len(data) % 2),
        ExplicitVRBigEndian if big else syntax,
        Rows=ROWS,
        Columns=COLUMNS,
        BitsAllocated=bits,
        BitsStored=stored,
        PixelRepresentation=int(signed),
    )
    instance = instance_of(path)
    frame = decode_frame(instance, 0)
    assert frame.stored.dtype == expected.dtype
    assert np.array_equal(frame.stored, expected)
    assert frame.n_rows_complete == ROWS
    out = np.full((ROWS, COLUMNS), 99, expected.dtype)
    found = read_native(instance, 0, out)
    assert np.array_equal(out, expected)
    assert found.identity == frame.identity
    assert found.grey == frame.grey


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("high", [11, 13, 15])
def test_bits_outside_the_stored_ones_change_nothing(
    tmp_path: Path, signed: bool, high: int
) -> None:
    expected = values(16, signed, 12)
    low = high - 11
    word = (expected.view("u2") & 0xFFF) << low
    garbage = word | (0xA5A5 & ~(0xFFF << low) & 0xFFFF)
    path = write_native(
        tmp_path / "f",
        garbage.astype("<u2").tobytes(),
        Rows=ROWS,
        Columns=COLUMNS,
        BitsAllocated=16,
        BitsStored=12,
        HighBit=high,
        PixelRepresentation=int(signed),
    )
    assert np.array_equal(decode_frame(instance_of(path), 0).stored, expected)
    out = np.empty((ROWS, COLUMNS), expected.dtype)
    read_native(instance_of(path), 0, out)
    assert np.array_equal(out, expected)


@pytest.mark.parametrize(("dtype", "tag"), [("f4", 0x7FE00008), ("f8", 0x7FE00009)])
def test_floats_are_exact(tmp_path: Path, dtype: str, tag: int) -> None:
    expected = gradient(ROWS, COLUMNS, "u2").astype(dtype) / 7
    path = write_native(
        tmp_path / "f", b"", Rows=ROWS, Columns=COLUMNS, BitsAllocated=8 * int(dtype[1])
    )
    dataset = pydicom.dcmread(path)
    del dataset.PixelData
    dataset.add_new(tag, "OF" if dtype == "f4" else "OD", expected.astype("<" + dtype).tobytes())
    dataset.save_as(path)
    instance = instance_of(path)
    assert np.array_equal(decode_frame(instance, 0).stored, expected)
    out = np.empty((ROWS, COLUMNS), dtype)
    read_native(instance, 0, out)
    assert np.array_equal(out, expected)


def test_single_bits_run_on_across_frames(tmp_path: Path) -> None:
    # PS3.5 8.1.1: the first pixel is the least significant bit; frames are not padded to bytes
    random = np.random.default_rng(3)
    expected = random.integers(0, 2, (3, 5, 7), dtype=np.uint8)
    data = np.packbits(expected.reshape(-1), bitorder="little").tobytes()
    path = write_native(tmp_path / "f", data, Rows=5, Columns=7, BitsAllocated=1, NumberOfFrames=3)
    instance = instance_of(path)
    for number in range(3):
        assert np.array_equal(decode_frame(instance, number).stored, expected[number])


def test_twelve_bits_without_gaps(tmp_path: Path) -> None:
    expected = gradient(ROWS, COLUMNS, "u2", 4095)
    bits = (expected.reshape(-1, 1) >> np.arange(12)) & 1
    data = np.packbits(bits.astype(np.uint8).reshape(-1), bitorder="little").tobytes()
    path = write_native(tmp_path / "f", data, Rows=ROWS, Columns=COLUMNS, BitsAllocated=12)
    assert np.array_equal(decode_frame(instance_of(path), 0).stored, expected)


@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_rgb_by_pixel_and_by_plane(tmp_path: Path, planar: int, dtype: str) -> None:
    channels = [np.roll(gradient(ROWS, COLUMNS, dtype), n) for n in range(3)]
    expected = np.stack(channels, 2)
    data = (np.stack(channels) if planar else expected).astype(f"<{dtype}").tobytes()
    path = write_native(
        tmp_path / "f",
        data * 2,
        Rows=ROWS,
        Columns=COLUMNS,
        SamplesPerPixel=3,
        PhotometricInterpretation="RGB",
        PlanarConfiguration=planar,
        BitsAllocated=8 * int(dtype[1]),
        NumberOfFrames=2,
    )
    for number in range(2):
        frame = decode_frame(instance_of(path), number)
        assert frame.is_colour
        assert np.array_equal(frame.stored, expected)


@pytest.mark.parametrize("rows_held", [1, 6, 12])
def test_a_cut_image_shows_what_is_there(tmp_path: Path, rows_held: int) -> None:
    expected = gradient(ROWS, COLUMNS, "u2")
    path = write_native(
        tmp_path / "f", expected.tobytes(), Rows=ROWS, Columns=COLUMNS, BitsAllocated=16
    )
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - expected.nbytes + rows_held * COLUMNS * 2 + 3)
    instance = instance_of(path)
    frame = decode_frame(instance, 0)
    assert frame.n_rows_complete == rows_held
    assert np.array_equal(frame.stored[:rows_held], expected[:rows_held])
    assert not frame.stored[rows_held + 1 :].any()
    assert f"{rows_held} of {ROWS} rows" in " ".join(frame.warnings)
    out = np.full((ROWS, COLUMNS), 7, np.uint16)
    assert read_native(instance, 0, out).n_rows_complete == rows_held
    assert np.array_equal(out, frame.stored)


def test_an_image_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = write_native(tmp_path / "f", bytes(ROWS * COLUMNS), Rows=ROWS, Columns=COLUMNS)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - ROWS * COLUMNS + 4)
    with pytest.raises(TruncatedError, match="nothing to show"):
        decode_frame(instance_of(path), 0)
    with pytest.raises(TruncatedError):
        read_native(instance_of(path), 0, np.empty((ROWS, COLUMNS), np.uint8))


def test_a_plane_that_is_cut_counts_for_the_whole_pixel(tmp_path: Path) -> None:
    data = bytes(3 * ROWS * COLUMNS)
    path = write_native(
        tmp_path / "f",
        data,
        Rows=ROWS,
        Columns=COLUMNS,
        SamplesPerPixel=3,
        PhotometricInterpretation="RGB",
        PlanarConfiguration=1,
    )
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 4 * COLUMNS)
    assert decode_frame(instance_of(path), 0).n_rows_complete == ROWS - 4


def test_frames_lie_one_behind_the_other(tmp_path: Path) -> None:
    stack = np.stack([gradient(ROWS, COLUMNS, "u2") + n for n in range(4)])
    path = write_native(
        tmp_path / "f",
        stack.tobytes(),
        Rows=ROWS,
        Columns=COLUMNS,
        BitsAllocated=16,
        NumberOfFrames=4,
    )
    instance = instance_of(path)
    out = np.empty(stack.shape, np.uint16)
    for number in range(4):
        read_native(instance, number, out[number])
    assert np.array_equal(out, stack)
    with pytest.raises(DecodeError):
        read_native(instance, 4, out[0])
    with pytest.raises(DecodeError, match="does not exist"):
        decode_frame(instance, 4)


def test_another_type_takes_the_values_only_when_they_fit(tmp_path: Path) -> None:
    small = gradient(ROWS, COLUMNS, "u2", 4095)
    path = write_native(
        tmp_path / "f",
        small.tobytes(),
        Rows=ROWS,
        Columns=COLUMNS,
        BitsAllocated=16,
        BitsStored=12,
    )
    instance = instance_of(path)
    assert instance.pixels is not None
    assert stored_dtype(instance.pixels) == np.uint16
    for dtype in (np.int16, np.float32, np.int32):
        out = np.empty((ROWS, COLUMNS), dtype)
        read_native(instance, 0, out)
        assert np.array_equal(out, small)
    with pytest.raises(DecodeError, match="do not fit"):
        read_native(instance, 0, np.empty((ROWS, COLUMNS), np.uint8))
    strided = np.zeros((ROWS, 2 * COLUMNS), np.uint16)
    read_native(instance, 0, strided[:, ::2])
    assert np.array_equal(strided[:, ::2], small)
    assert not strided[:, 1::2].any()


def test_a_replaced_file_is_not_read(tmp_path: Path) -> None:
    tags: dict[str, Any] = {"Rows": ROWS, "Columns": COLUMNS}
    path = write_native(tmp_path / "f", bytes(ROWS * COLUMNS), **tags)
    instance = instance_of(path)
    write_native(path, bytes(ROWS * COLUMNS), SOPInstanceUID="2.25.4712", **tags)
    with pytest.raises(IdentityError, match="replaced"):
        decode_frame(instance, 0)
    with pytest.raises(IdentityError):
        read_native(instance, 0, np.empty((ROWS, COLUMNS), np.uint8))


def test_the_identity_is_that_of_the_bytes_on_disk(tmp_path: Path) -> None:
    tags: dict[str, Any] = {"Rows": ROWS, "Columns": COLUMNS}
    path = write_native(tmp_path / "f", bytes(ROWS * COLUMNS), **tags)
    instance = instance_of(path)
    assert decode_frame(instance, 0).identity == instance.expected_identity()
    write_native(path, bytes(ROWS * COLUMNS), PatientID="P-2", **tags)
    found = decode_frame(instance, 0).identity
    assert found.raw_patient_id.strip() == b"P-2"
    assert found != instance.expected_identity()


def test_only_plain_grey_objects_are_native(tmp_path: Path) -> None:
    grey = write_native(tmp_path / "a", bytes(16))
    assert is_native(instance_of(grey))
    bits = write_native(tmp_path / "b", bytes(2), BitsAllocated=1)
    assert not is_native(instance_of(bits))
    with pytest.raises(DecodeError, match="must be decoded"):
        read_native(instance_of(bits), 0, np.empty((4, 4), np.uint8))


@pytest.mark.parametrize("syntax_vr", ["OW", "OB"])
def test_bytes_in_big_endian_words_are_swapped_back(tmp_path: Path, syntax_vr: str) -> None:
    stack = np.stack([gradient(5, 5, "u1") + n for n in range(3)])  # odd frames: 25 bytes
    data = stack.tobytes() + b"\0"
    if syntax_vr == "OW":
        data = np.frombuffer(data, "<u2").astype(">u2").tobytes()
    path = write_native(
        tmp_path / "f", data, ExplicitVRBigEndian, Rows=5, Columns=5, NumberOfFrames=3
    )
    plain = path.read_bytes()
    at = plain.index(b"\x7f\xe0\x00\x10OB") + 4
    path.write_bytes(plain[:at] + syntax_vr.encode() + plain[at + 2 :])
    instance = instance_of(path)
    out = np.empty((5, 5), np.uint8)
    for number in range(3):
        assert np.array_equal(decode_frame(instance, number).stored, stack[number])
        read_native(instance, number, out)
        assert np.array_equal(out, stack[number])
