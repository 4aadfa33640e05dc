"""Overlay planes are those that pydicom and dcmtk find, on the very same pixels (R-069)."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, RLELossless

from tests.unit.dicom import oracles
from tests.unit.dicom.overlay_files import (
    both_ways,
    embedded_tags,
    on_image,
    overlay_array,
    pattern,
    placed,
    plane_tags,
    with_raw,
    with_tags,
)
from tests.unit.dicom.pixel_files import (
    JPEG_BASELINE,
    JPEG_LS,
    gradient,
    instance_of,
    write_fragments,
    write_native,
)
from viewer.dicom.frames import decode_frame
from viewer.dicom.thumbnail import reduce_frame
from viewer.dicom.wire import Packer, from_bytes, pack_frame, to_bytes, unpack_frame
from viewer.model.frame import GRAPHICS, ROI

CORPUS = (
    "display/GH1728.dcm",
    "display/MR-SIEMENS-DICOM-WithOverlays.dcm",
    "display/ovly_p01.dcm",
    "series/ct-head-with-topogram-siemens/00002.dcm",
    "modality/mg/OutOfBoundsOverlay.dcm",
)
TEMPLATES = (
    "modality/sc/leadtools-8BitsJpegLossyGrayScale.dcm",
    "modality/sc/leadtools-flowers-8-mono2-rle.dcm",
    "syntax/jpeg/JPEGLosslessP14SV1_1s_1f_u_16_16.dcm",
)


# ----------------------------------------------------------------------------------- corpus


@pytest.mark.parametrize("name", CORPUS)
def test_real_planes_are_those_that_pydicom_finds(data_dir: Path, name: str) -> None:
    path = data_dir / name
    planes, told = both_ways(instance_of(path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path)
    expected = []
    groups = sorted({element.tag.group for element in dataset if element.tag.group >> 8 == 0x60})
    for group in groups:
        whole = np.zeros((dataset.Rows, dataset.Columns), np.bool_)
        if (group, 0x3000) in dataset:
            mask = overlay_array(dataset, group)
            whole = placed(mask, dataset[group, 0x50].value, *whole.shape)
        else:  # pydicom leaves planes in the pixels to its caller
            raw = np.frombuffer(dataset.PixelData, "<u2").reshape(whole.shape)
            whole = (raw >> dataset[group, 0x102].value & 1).astype(np.bool_)
        if whole.any():
            expected.append(whole)

    assert told == []
    assert len(planes) == len(expected)
    for plane, whole in zip(planes, expected, strict=True):
        assert np.array_equal(on_image(plane, *whole.shape), whole)


@pytest.mark.parametrize("name", CORPUS)
def test_real_planes_are_those_that_dcmtk_draws(data_dir: Path, tmp_path: Path, name: str) -> None:
    oracles.need("dcmj2pnm")
    planes, _ = both_ways(instance_of(data_dir / name))
    plain = oracles.dcm2pnm(data_dir / name, tmp_path, "+Wm", "-O")
    drawn = oracles.dcm2pnm(data_dir / name, tmp_path, "+Wm", "+Omr")
    assert plain is not None
    assert drawn is not None

    white = np.zeros(plain.shape, np.bool_)
    for plane in planes:
        white |= on_image(plane, *plain.shape)

    assert np.array_equal(np.where(white, 255, plain), drawn)


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_empty_template_is_no_plane_and_no_news(data_dir: Path, name: str) -> None:
    planes, told = both_ways(instance_of(data_dir / name))

    assert planes == ()
    assert not any("overlay" in sentence.lower() for sentence in told)


def test_real_planes_have_names_and_lie_on_the_image(data_dir: Path) -> None:
    planes, _ = both_ways(instance_of(data_dir / "modality/mg/OutOfBoundsOverlay.dcm"))

    assert [plane.label for plane in planes] == ["First reference mark", "First target mark"]
    assert [plane.kind for plane in planes] == [GRAPHICS, GRAPHICS]
    assert (planes[1].first_row, planes[1].first_column) == (0, 0)  # the origin is -25\-25


# ------------------------------------------------------------------------------ data of its own


@pytest.mark.parametrize(
    ("syntax", "vr"),
    [
        (ExplicitVRLittleEndian, "OW"),
        (ExplicitVRLittleEndian, "OB"),
        ("1.2.840.10008.1.2", "OW"),
        (ExplicitVRBigEndian, "OW"),
        (ExplicitVRBigEndian, "OB"),
    ],
)
def test_bits_are_unpacked_in_every_byte_order(tmp_path: Path, syntax: str, vr: str) -> None:
    # PS3.5 8.1.2 and annex A: the first bit is the lowest of the first word (OW) or byte (OB)
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    values = gradient(9, 7).astype(f"{order}u2").tobytes()
    tags = {"Rows": 9, "Columns": 7, "BitsAllocated": 16}
    path = write_native(tmp_path / "a.dcm", values, syntax, **tags)
    mask = pattern(9, 7)
    planes = dict(plane_tags(mask, vr=vr))
    data: bytes = planes[0x60003000][1]
    if order == ">" and vr == "OW":
        planes[0x60003000] = (vr, np.frombuffer(data, "<u2").astype(">u2").tobytes())

    (found,), told = both_ways(instance_of(with_tags(path, planes)))

    assert told == []
    assert np.array_equal(on_image(found, 9, 7), mask)


@pytest.mark.parametrize("origin", [(1, 1), (3, 2), (-2, 1), (1, -4), (-3, -3), (6, 8), (8, 10)])
def test_the_origin_counts_from_one_and_what_is_off_the_image_is_cut(
    tmp_path: Path, origin: tuple[int, int]
) -> None:
    path = write_native(tmp_path / "a.dcm", bytes(8 * 10), Rows=8, Columns=10)
    mask = pattern(6, 7)
    expected = placed(mask, origin, 8, 10)

    planes, told = both_ways(instance_of(with_tags(path, plane_tags(mask, origin=origin))))

    assert told == []
    found = [on_image(plane, 8, 10) for plane in planes]
    assert np.array_equal(np.any(found, axis=0) if found else np.zeros((8, 10)), expected)


def test_frames_of_an_overlay_follow_each_other_without_padding(tmp_path: Path) -> None:
    # PS3.3 C.9.3: 35 bits a frame; the first belongs to the image that Image Frame Origin names
    path = write_native(tmp_path / "a.dcm", bytes(4 * 35), Rows=5, Columns=7, NumberOfFrames=4)
    masks = pattern(2, 5, 7)
    masks[:, 0, 0] = True
    tags = {**plane_tags(masks), 0x60000015: ("IS", 2), 0x60000051: ("US", 2)}
    instance = instance_of(with_tags(path, tags))

    found = [both_ways(instance, index)[0] for index in range(4)]

    assert [len(planes) for planes in found] == [0, 1, 1, 0]
    assert np.array_equal(on_image(found[1][0], 5, 7), masks[0])
    assert np.array_equal(on_image(found[2][0], 5, 7), masks[1])


def test_an_overlay_without_frames_lies_on_every_image(tmp_path: Path) -> None:
    path = write_native(tmp_path / "a.dcm", bytes(3 * 35), Rows=5, Columns=7, NumberOfFrames=3)
    mask = pattern(5, 7)
    instance = instance_of(with_tags(path, plane_tags(mask)))

    for index in range(3):
        (plane,), _ = both_ways(instance, index)
        assert np.array_equal(on_image(plane, 5, 7), mask)


def test_a_colour_image_has_its_planes_and_the_kind_is_told(tmp_path: Path) -> None:
    path = write_native(
        tmp_path / "a.dcm",
        bytes(3 * 16),
        SamplesPerPixel=3,
        PhotometricInterpretation="RGB",
        PlanarConfiguration=0,
    )
    first, second = pattern(4, 4), pattern(4, 4, seed=6)
    tags = {
        **plane_tags(first, kind="R"),
        **plane_tags(second, 0x601E0000),
        0x60001500: ("LO", "liver"),
        0x601E0022: ("LO", "notes"),
    }

    planes, told = both_ways(instance_of(with_tags(path, tags)))

    assert told == []
    assert [(p.kind, p.label) for p in planes] == [(ROI, "liver"), (GRAPHICS, "notes")]
    assert np.array_equal(on_image(planes[1], 4, 4), second)


def test_a_plane_without_a_set_bit_is_none(tmp_path: Path) -> None:
    path = write_native(tmp_path / "a.dcm", bytes(16))
    tags = plane_tags(np.zeros((4, 4), np.bool_))

    assert both_ways(instance_of(with_tags(path, tags))) == ((), [])


# --------------------------------------------------------------------------------- in pixels


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless])
@pytest.mark.parametrize("signed", [0, 1])
def test_planes_in_the_unused_bits_leave_the_values_alone(
    tmp_path: Path, syntax: str, signed: int
) -> None:
    # bits 12 to 15 of 12-bit pixels, one frame after the other
    values = np.stack([gradient(9, 11, top=4095), 4095 - gradient(9, 11, top=4095)])
    masks = pattern(4, 2, 9, 11)
    masks[:, :, 0, 0] = True
    stored = values.astype("u2")
    for bit in range(4):
        stored |= masks[bit].astype("u2") << (12 + bit)
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    native = ExplicitVRLittleEndian if syntax == RLELossless else syntax
    path = write_native(
        tmp_path / "a.dcm",
        stored.astype(f"{order}u2").tobytes(),
        native,
        Rows=9,
        Columns=11,
        BitsAllocated=16,
        BitsStored=12,
        HighBit=11,
        PixelRepresentation=signed,
        NumberOfFrames=2,
    )
    tags = embedded_tags({0x60000000 + 0x20000 * bit: 12 + bit for bit in range(4)}, 9, 11)
    with_tags(path, tags)
    if syntax == RLELossless:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(path)
            dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 15, 0
            dataset.compress(RLELossless, stored, generate_instance_uid=False)
            dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 12, 11, signed
            dataset.save_as(path)
    instance = instance_of(path)
    expected = values.astype("i2") << 4 >> 4 if signed else values

    for index in range(2):
        planes, told = both_ways(instance, index)
        assert told == []
        assert np.array_equal(decode_frame(instance, index).stored, expected[index])
        assert len(planes) == 4
        for bit, plane in enumerate(planes):
            assert np.array_equal(on_image(plane, 9, 11), masks[bit, index])


def test_planes_in_the_bits_of_a_lossless_codestream_are_found(tmp_path: Path) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    values, mask = gradient(16, 12, top=4095), pattern(16, 12)
    code = imagecodecs.jpegls_encode(values | mask.astype("u2") << 14, level=0)
    path = write_fragments(
        tmp_path / "a.dcm", [code], JPEG_LS, Rows=16, Columns=12, BitsAllocated=16, BitsStored=12
    )
    numbers = {0x10: 16, 0x11: 12, 0x100: 16, 0x102: 14}
    raw = {element: (b"US", struct.pack("<H", number)) for element, number in numbers.items()}
    instance = instance_of(with_raw(path, raw))

    (plane,), told = both_ways(instance)

    assert told == []
    assert np.array_equal(on_image(plane, 16, 12), mask)
    assert np.array_equal(decode_frame(instance, 0).stored, values)


def test_a_plane_that_lossy_compression_has_destroyed_is_told(tmp_path: Path) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    code = imagecodecs.jpeg8_encode(gradient(16, 16, "u1"), level=95)
    path = write_fragments(
        tmp_path / "a.dcm", [code], JPEG_BASELINE, Rows=16, Columns=16, BitsStored=7, HighBit=6
    )

    numbers = {0x10: 16, 0x11: 16, 0x100: 8, 0x102: 7}
    raw = {element: (b"US", struct.pack("<H", number)) for element, number in numbers.items()}

    planes, told = both_ways(instance_of(with_raw(path, raw)))

    assert planes == ()
    assert "its bits were lost when the pixels were compressed." in " ".join(told)


# ----------------------------------------------------------------------------------- transport


def test_planes_travel_from_the_worker_unchanged(data_dir: Path) -> None:
    frame = decode_frame(instance_of(data_dir / "modality/mg/OutOfBoundsOverlay.dcm"), 0)
    packer = Packer()
    message = from_bytes(to_bytes(pack_frame(frame, packer)))
    buffer = bytearray(packer.size)
    packer.write(memoryview(buffer))

    found = unpack_frame(message, memoryview(buffer))

    assert len(found.overlays) == 2
    for mine, other in zip(found.overlays, frame.overlays, strict=True):
        assert (mine.kind, mine.label, mine.columns) == (other.kind, other.label, other.columns)
        assert (mine.first_row, mine.first_column) == (other.first_row, other.first_column)
        assert np.array_equal(mine.mask, other.mask)


def test_a_small_picture_carries_no_planes(data_dir: Path) -> None:
    frame = decode_frame(instance_of(data_dir / "display/ovly_p01.dcm"), 0)

    assert frame.overlays
    assert reduce_frame(frame, 64).overlays == ()
