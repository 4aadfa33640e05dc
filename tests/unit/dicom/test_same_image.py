"""Same image: equal patient, geometry and stored values, whatever the transfer syntax."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import imagecodecs
import pytest
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from tests.unit.dicom.pixel_files import (
    JPEG_LS,
    gradient,
    instance_of,
    write_fragments,
    write_native,
)
from viewer.dicom.same_image import difference, same_image

IMAGE = gradient(30, 20, "u2", 4095)
SIZE: dict[str, Any] = {
    "Rows": 30,
    "Columns": 20,
    "BitsAllocated": 16,
    "BitsStored": 12,
    "PixelSpacing": [0.5, 0.5],
    "ImagePositionPatient": [0, 0, 10],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "RescaleSlope": 1,
    "RescaleIntercept": -1024,
}


@pytest.fixture
def original(tmp_path: Path) -> Path:
    return write_native(tmp_path / "original", IMAGE.tobytes(), **SIZE)


def changed(tmp_path: Path, data: bytes = IMAGE.tobytes(), **tags: Any) -> Path:
    return write_native(tmp_path / "changed", data, **(SIZE | tags))


def test_other_transfer_syntaxes_hold_the_same_image(tmp_path: Path, original: Path) -> None:
    stream = bytes(imagecodecs.jpegls_encode(IMAGE))
    copies = [
        write_fragments(tmp_path / "jls", [stream], JPEG_LS, **SIZE),
        write_native(tmp_path / "implicit", IMAGE.tobytes(), ImplicitVRLittleEndian, **SIZE),
        write_native(tmp_path / "big", IMAGE.astype(">u2").tobytes(), ExplicitVRBigEndian, **SIZE),
    ]
    for copy in copies:
        assert same_image(str(original), str(copy))
        assert difference(instance_of(original), instance_of(copy)) == ""


def test_another_character_set_is_no_difference(tmp_path: Path) -> None:
    for number, charset in enumerate(("ISO_IR 100", "ISO_IR 192")):
        write_native(
            tmp_path / str(number),
            IMAGE.tobytes(),
            SpecificCharacterSet=charset,
            PatientName="Müller^Änne",
            **SIZE,
        )
    assert same_image(str(tmp_path / "0"), str(tmp_path / "1"))


def one_pixel_off() -> bytes:
    other = IMAGE.copy()
    other[3, 4] ^= 1
    return bytes(other.tobytes())


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"data": one_pixel_off()}, "the pixels of image 1 differ"),
        ({"PatientID": "P-2"}, "the patient differs"),
        ({"PatientName": "Pixel^Other"}, "the patient differs"),
        ({"PixelSpacing": [0.6, 0.5]}, "the geometry differs"),
        ({"ImagePositionPatient": [0, 0, 11]}, "the geometry differs"),
        ({"ImageOrientationPatient": [0, 1, 0, 1, 0, 0]}, "the geometry differs"),
        ({"Laterality": "L"}, "the geometry differs"),
        ({"Rows": 20, "Columns": 30}, "the size of the image differs"),
        ({"NumberOfFrames": 2, "data": IMAGE.tobytes() * 2}, "the kind of object differs"),
        ({"RescaleIntercept": 0}, "the pixels of image 1 differ"),
        (
            {"PhotometricInterpretation": "MONOCHROME1"},
            "the pixels of image 1 are shown as a negative",
        ),
        ({"PresentationLUTShape": "INVERSE"}, "the pixels of image 1 are shown as a negative"),
    ],
)
def test_what_differs_is_named(
    tmp_path: Path, original: Path, tags: dict[str, Any], reason: str
) -> None:
    other = changed(tmp_path, **tags)
    assert difference(instance_of(original), instance_of(other)) == reason
    assert not same_image(str(original), str(other))


def test_what_cannot_be_decoded_is_not_the_same(tmp_path: Path, original: Path) -> None:
    assert not same_image(str(original), str(tmp_path / "absent"))
    broken = write_fragments(tmp_path / "broken", [bytes(50)], JPEG_LS, **SIZE)
    assert not same_image(str(original), str(broken))


@pytest.mark.corpus
def test_real_copies_in_other_syntaxes_are_the_same(data_dir: Path) -> None:
    folder = data_dir / "syntax/wg04"
    original = str(folder / "CT1_UNC")
    for name in ("CT1_J2KR", "CT1_JLSL", "CT1_JPH", "CT1_JPLL"):
        assert same_image(original, str(folder / name)), name
    # the RLE copy has a Frame of Reference UID of its own (dcmdump)
    for name in ("CT1_RLE", "CT1_J2KI", "CT1_JLSN", "MR1_J2KR"):
        assert not same_image(original, str(folder / name)), name
