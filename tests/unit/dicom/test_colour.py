"""Colour: what the codestream says beats what the header says (R-071)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import pytest

from tests.unit.dicom.oracles import dcm2pnm, need, with_pydicom, with_simpleitk
from tests.unit.dicom.pixel_files import (
    JPEG_2000,
    JPEG_BASELINE,
    JPEG_LOSSLESS,
    JPEG_LS,
    instance_of,
    write_fragments,
    write_native,
)
from viewer.base.errors import DecodeError
from viewer.dicom.colour import ybr_full_to_rgb, ybr_partial_to_rgb
from viewer.dicom.frames import decode_frame

PATCHES = np.array(
    [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [128, 64, 200]], np.uint8
)
RGB = np.repeat(np.repeat(PATCHES.reshape(2, 3, 3), 16, axis=0), 16, axis=1)


def to_ybr(rgb: Any) -> Any:
    """CCIR 601 as PS3.3 C.7.6.3.1.2 prints it."""
    r, g, b = (rgb[..., n].astype(float) for n in range(3))
    y = 0.2990 * r + 0.5870 * g + 0.1140 * b
    cb = -0.1687 * r - 0.3313 * g + 0.5000 * b + 128
    cr = 0.5000 * r - 0.4187 * g - 0.0813 * b + 128
    return np.clip(np.rint(np.stack((y, cb, cr), -1)), 0, 255).astype(np.uint8)


def native(path: Path, data: bytes, photometric: str, **tags: Any) -> Path:
    return write_native(path, data, **colour_tags(photometric), **tags)


def colour_tags(photometric: str) -> dict[str, Any]:
    return {
        "Rows": 32,
        "Columns": 48,
        "SamplesPerPixel": 3,
        "PlanarConfiguration": 0,
        "PhotometricInterpretation": photometric,
    }


def worst(shown: Any, expected: Any = RGB) -> int:
    return int(np.abs(shown.astype(int) - expected.astype(int)).max())


def decoded(path: Path) -> Any:
    frame = decode_frame(instance_of(path), 0)
    assert frame.is_colour
    return frame.stored


@pytest.mark.parametrize("planar", [0, 1])
def test_native_ybr_becomes_rgb(tmp_path: Path, planar: int) -> None:
    ybr = to_ybr(RGB)
    data = np.moveaxis(ybr, 2, 0) if planar else ybr
    path = native(tmp_path / "f", np.ascontiguousarray(data).tobytes(), "YBR_FULL")
    if planar:
        dataset = pydicom.dcmread(path)
        dataset.PlanarConfiguration = 1
        dataset.save_as(path)
    assert worst(decoded(path)) <= 1


def test_native_422_shares_colour_between_two_pixels(tmp_path: Path) -> None:
    need("dcmj2pnm")
    ybr = to_ybr(RGB)
    pairs = np.stack((ybr[:, ::2, 0], ybr[:, 1::2, 0], ybr[:, ::2, 1], ybr[:, ::2, 2]), -1)
    path = native(tmp_path / "f", pairs.tobytes(), "YBR_FULL_422")
    shown = dcm2pnm(path, tmp_path)
    assert shown is not None
    assert worst(decoded(path), shown) <= 2  # dcmtk centres chrominance on 127.5, not 128
    assert worst(decoded(path)) <= 1


def test_native_422_of_odd_width_runs_on_into_the_next_row(tmp_path: Path) -> None:
    need("dcmj2pnm")
    rows, columns = 10, 23
    random = np.random.default_rng(422)
    pairs = random.integers(60, 190, (rows * columns // 2, 4), dtype=np.uint8)
    tags = colour_tags("YBR_FULL_422") | {"Rows": rows, "Columns": columns}
    path = write_native(tmp_path / "f", pairs.tobytes(), **tags)
    shown = dcm2pnm(path, tmp_path)
    assert shown is not None
    frame = decode_frame(instance_of(path), 0)
    assert frame.n_rows_complete == rows
    assert worst(frame.stored, shown) <= 2  # dcmtk centres chrominance on 127.5, not 128


def test_partial_range_is_stretched() -> None:
    # ITU-R BT.601: 16 is black, 235 is white
    ends = np.array([[[16, 128, 128], [235, 128, 128]]], np.uint8)
    assert ybr_partial_to_rgb(ends).tolist() == [[[0, 0, 0], [255, 255, 255]]]


def test_more_bits_keep_their_middle() -> None:
    grey = np.array([[[1000, 2048, 2048], [4095, 2048, 2048]]], np.uint16)
    assert ybr_full_to_rgb(grey, 12).tolist() == [[[1000] * 3, [4095] * 3]]


def jpeg(space: str) -> bytes:
    data = imagecodecs.jpeg8_encode(
        RGB, level=98, colorspace="RGB", outcolorspace=space, subsampling="444"
    )
    return bytes(data)


def without(data: bytes, *markers: int) -> bytes:
    """Take application segments out of a JPEG image."""
    out, at = data[:2], 2
    while data[at + 1] != 0xDA:
        size = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] not in markers:
            out += data[at : at + size]
        at += size
    return out + data[at:]


def renamed(data: bytes, ids: bytes) -> bytes:
    """Give the components of a JPEG image other identifiers."""
    out = bytearray(data)
    at = 2
    while True:
        size = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] in (0xC0, 0xC1):
            for n in range(3):
                out[at + 10 + 3 * n] = ids[n]
        if data[at + 1] == 0xDA:
            for n in range(3):
                out[at + 5 + 2 * n] = ids[n]
            return bytes(out)
        at += size


YBR_DATA, RGB_DATA = jpeg("YCBCR"), jpeg("RGB")
CASES = {
    "JFIF, header honest": (YBR_DATA, "YBR_FULL_422"),
    "JFIF, header says RGB": (YBR_DATA, "RGB"),
    "Adobe RGB, header honest": (RGB_DATA, "RGB"),
    "Adobe RGB, header says YBR": (RGB_DATA, "YBR_FULL"),
    "no marker, header says YBR": (without(YBR_DATA, 0xE0, 0xEE), "YBR_FULL_422"),
    "no marker, header says RGB": (renamed(without(RGB_DATA, 0xE0, 0xEE), b"\1\2\3"), "RGB"),
    "letters, header says YBR": (renamed(without(RGB_DATA, 0xE0, 0xEE), b"RGB"), "YBR_FULL"),
}


@pytest.mark.parametrize("name", CASES)
def test_lying_headers_do_not_change_the_colour(tmp_path: Path, name: str) -> None:
    data, photometric = CASES[name]
    path = write_fragments(tmp_path / "f", [data], JPEG_BASELINE, **colour_tags(photometric))
    assert decoded(path)[8, 8].tolist() == pytest.approx([255, 0, 0], abs=4)
    assert decoded(path)[24, 40].tolist() == pytest.approx([128, 64, 200], abs=4)


def test_subsampled_jpeg_is_never_rgb(tmp_path: Path) -> None:
    data = imagecodecs.jpeg8_encode(RGB, level=98, subsampling="422")
    bare = without(bytes(data), 0xE0, 0xEE)
    path = write_fragments(tmp_path / "f", [bare], JPEG_BASELINE, **colour_tags("RGB"))
    assert decoded(path)[8, 8].tolist() == pytest.approx([255, 0, 0], abs=4)


@pytest.mark.parametrize(
    ("syntax", "data", "photometric", "expected"),
    [
        (JPEG_LS, imagecodecs.jpegls_encode(RGB), "RGB", RGB),
        (JPEG_LS, imagecodecs.jpegls_encode(to_ybr(RGB)), "YBR_FULL", RGB),
        (JPEG_LOSSLESS, imagecodecs.jpeg8_encode(RGB, lossless=True), "RGB", RGB),
        (
            JPEG_2000,
            imagecodecs.jpeg2k_encode(RGB, reversible=True, mct=True, codecformat="j2k"),
            "YBR_RCT",
            RGB,
        ),
        (
            JPEG_2000,
            imagecodecs.jpeg2k_encode(RGB, reversible=True, mct=True, codecformat="j2k"),
            "RGB",
            RGB,
        ),
        (
            JPEG_2000,
            imagecodecs.jpeg2k_encode(to_ybr(RGB), reversible=True, mct=False, codecformat="j2k"),
            "YBR_FULL",
            RGB,
        ),
    ],
)
def test_lossless_colour_is_exact_up_to_the_conversion(
    tmp_path: Path, syntax: str, data: bytes, photometric: str, expected: Any
) -> None:
    path = write_fragments(tmp_path / "f", [bytes(data)], syntax, **colour_tags(photometric))
    assert worst(decoded(path), expected) <= int(photometric == "YBR_FULL")


def test_colour_models_without_a_screen_are_refused_by_name(tmp_path: Path) -> None:
    tags: dict[str, Any] = {"Rows": 2, "Columns": 2, "SamplesPerPixel": 4}
    path = write_native(tmp_path / "f", bytes(16), PhotometricInterpretation="CMYK", **tags)
    with pytest.raises(DecodeError, match="CMYK"):
        decode_frame(instance_of(path), 0)
    path = native(tmp_path / "g", bytes(32 * 48 * 3), "HSV")
    with pytest.raises(DecodeError, match="HSV"):
        decode_frame(instance_of(path), 0)


def test_three_components_under_a_grey_header_are_shown_and_told(tmp_path: Path) -> None:
    tags = colour_tags("MONOCHROME2") | {"SamplesPerPixel": 1}
    frame = decode_frame(
        instance_of(write_fragments(tmp_path / "f", [YBR_DATA], JPEG_BASELINE, **tags)), 0
    )
    assert frame.is_colour
    assert "the image has 3" in " ".join(frame.warnings)


COLOUR_FILES = [
    "charset/Lena-utf8.dcm",
    "modality/sc/ColorTestMalaterre.dcm",
    "modality/us/YBR_422.dcm",
    "modality/us/YBR_FULL-RLE.dcm",
    "modality/us/Issue19.dcm",
    "modality/us/img_1.0.0.0.dcm",
    "modality/us/jp2k91YBR-ICT.dcm",
    "modality/us/US-PAL-8-10x-echo",
    "modality/us/Implicit-vr-us-palette.dcm",
    "modality/us/jpeg-ls-Palette.dcm",
    "display/OBXXXX1A.dcm",
    "display/OT-PAL-8-face",
    "display/gdcm-US-ALOKA-16.dcm",
    "display/TestPattern_Palette_16.dcm",
    "syntax/bigendian/gdcm-US-ALOKA-16_big.dcm",
    "syntax/rle/2022-11-14-RLEPlanarConfiguration.dcm",
    "syntax/orthanc/1.2.840.10008.1.2.4.50.dcm",
    "syntax/encapsulated/IM00001.fragmented_no_bot_jpeg_baseline.50.dcm",
    "syntax/htj2k/HTJ2K_08_RGB.dcm",
    "syntax/htj2k/HTJ2KLossless_08_RGB.dcm",
    "syntax/jpeg/JPEGLosslessP14SV1_3s_2f_u_08_08.dcm",
    "syntax/jpegls/JLSL_RGB_ILV0.dcm",
    "syntax/jpegls/JLSL_RGB_ILV1.dcm",
    "syntax/jpegls/JLSL_RGB_ILV2.dcm",
    "syntax/jpegls/JLSN_RGB_ILV0.dcm",
    "syntax/testpattern/TestPattern_JPEG-Baseline_YBR422.dcm",
    "syntax/testpattern/TestPattern_JPEG-Baseline_YBRFull.dcm",
    "syntax/testpattern/TestPattern_JPEG-LS-Lossless.dcm",
    "syntax/testpattern/TestPattern_JPEG-LS-NearLossless.dcm",
    "syntax/testpattern/TestPattern_JPEG-Lossless_RGB.dcm",
    "syntax/testpattern/TestPattern_Palette.dcm",
    "syntax/wg04/US1_J2KI",
    "syntax/wg04/US1_JPH",
    "syntax/wg04/VL1_J2KR",
    "syntax/wg04/VL6_J2KI",
]


@pytest.mark.corpus
@pytest.mark.allow_log("pydicom")
@pytest.mark.parametrize("name", COLOUR_FILES)
def test_real_colour_is_that_of_dcmtk_or_simpleitk(
    data_dir: Path, tmp_path: Path, name: str
) -> None:
    need("dcmj2pnm")
    ours = decoded(data_dir / name)
    if ours.dtype == np.uint16:
        ours = (ours >> 8).astype(np.uint8)
    shown = dcm2pnm(data_dir / name, tmp_path)
    itk = with_simpleitk(data_dir / name)
    if itk is not None and itk.dtype == np.uint16:
        itk = itk >> 8
    votes = [(shown, 1), (itk, 3 if ".50" in name or "JPEG-" in name else 1)]
    votes += [(with_pydicom(data_dir / name), 1)]
    agree = [
        worst(ours, other) <= bound
        for other, bound in votes
        if other is not None and other.shape == ours.shape
    ]
    assert sum(agree) >= min(2, len(agree))
    assert agree


def test_tables_give_what_the_formula_gives() -> None:
    # every luminance with every chrominance on a grid, against CCIR 601 in double precision
    y, cb, cr = np.meshgrid(np.arange(256), np.arange(0, 256, 5), np.arange(0, 256, 5))
    grid = np.stack((y, cb, cr), -1).reshape(1, -1, 3).astype(np.uint8)
    formula = np.stack(
        (
            y + 1.402 * (cr - 128.0),
            y - 0.344136 * (cb - 128.0) - 0.714136 * (cr - 128.0),
            y + 1.772 * (cb - 128.0),
        ),
        -1,
    ).reshape(1, -1, 3)
    assert np.abs(ybr_full_to_rgb(grid) - np.clip(formula, 0, 255)).max() <= 0.5001
