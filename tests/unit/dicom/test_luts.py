"""Grey rules read from the header, against dcmtk's picture of the same file (R-064 to R-068)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.unit.dicom.oracles import dcm2pnm, need
from tests.unit.dicom.pixel_files import gradient, instance_of, write_native
from viewer.dicom.frames import decode_frame
from viewer.model.frame import Frame, GreyRules
from viewer.model.window import Lut, Rescale, Window

WIDE = np.arange(4096, dtype="<u2").reshape(64, 64)


def write(path: Path, image: Any = WIDE, **tags: Any) -> Path:
    defaults = {
        "Rows": image.shape[0],
        "Columns": image.shape[1],
        "BitsAllocated": 8 * image.dtype.itemsize,
        "BitsStored": 12 if image.dtype.itemsize == 2 else 8,
        "PixelRepresentation": int(image.dtype.kind == "i"),
    }
    return write_native(path, image.tobytes(), **(defaults | tags))


def rules(path: Path) -> GreyRules:
    grey = decode_frame(instance_of(path), 0).grey
    assert grey is not None
    return grey


def lut_item(
    descriptor: tuple[int, int, int], data: bytes, *, signed: bool = False, kind: str = ""
) -> Dataset:
    item = Dataset()
    item.add_new(0x00283002, "SS" if signed else "US", list(descriptor))
    item.LUTExplanation = "a table"
    if kind:
        item.ModalityLUTType = kind
    item.add_new(0x00283006, "OW", data)
    return item


def through(lut: Lut, values: Any) -> Any:
    """Apply a table as PS3.3 C.11.2.1.1 words it, to 8 bits, cut off as dcmtk does."""
    index = np.clip(values.astype(np.int64) - lut.first_mapped, 0, lut.entries.size - 1)
    return lut.entries[index].astype(np.float64) * 255 / ((1 << lut.bits) - 1)


@pytest.mark.parametrize("shape", [None, "IDENTITY", "INVERSE"])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("window", [True, False])
def test_what_dcmtk_shows_white_is_white(
    tmp_path: Path, photometric: str, shape: str | None, window: bool
) -> None:
    need("dcmj2pnm")
    tags: dict[str, Any] = {"PhotometricInterpretation": photometric}
    if shape:
        tags["PresentationLUTShape"] = shape
    if window:
        tags |= {"WindowCenter": 2000, "WindowWidth": 3000}
    path = write(tmp_path / "f", **tags)
    shown = dcm2pnm(path, tmp_path, *(("+Wi", "1") if window else ("+Wm",)))
    assert shown is not None
    assert rules(path).inverse == bool(shown[0, 0] > shown[-1, -1])


DESCRIPTORS = [
    (4096, 0, 16, False),
    (4096, 0, 12, False),
    (1000, 0, 16, False),
    (1000, 1500, 16, False),
    (256, 100, 8, False),
    (2, 2048, 16, False),
    (1, 2048, 16, False),
    (0, 0, 16, False),
    (4096, -2048, 16, True),
    (1000, -512, 12, True),
    (600, -300, 10, True),
    (600, 300, 9, True),
    (256, -128, 8, True),
    (0, -32768, 16, True),
]


@pytest.mark.parametrize(("count", "first", "bits", "signed"), DESCRIPTORS)
def test_voi_luts_show_what_dcmtk_shows(
    tmp_path: Path, count: int, first: int, bits: int, signed: bool
) -> None:
    need("dcmj2pnm")
    length = count or 65_536
    entries = (np.arange(length) * ((1 << bits) - 1) // max(length - 1, 1)).astype("<u2")
    data = entries.astype("u1").tobytes() if bits == 8 else entries.tobytes()
    image = (WIDE.astype("<i2") - 2048) if signed else WIDE
    item = lut_item((count, first, bits), data, signed=signed)
    path = write(tmp_path / "f", image, VOILUTSequence=Sequence([item]))
    frame = decode_frame(instance_of(path), 0)
    assert frame.grey is not None
    (lut,) = frame.grey.voi
    assert isinstance(lut, Lut)
    assert (lut.first_mapped, lut.entries.size, lut.explanation) == (first, length, "a table")
    shown = dcm2pnm(path, tmp_path, "+Wl", "1")
    assert shown is not None
    assert np.abs(shown - np.floor(through(lut, frame.stored))).max() <= 1


@pytest.mark.parametrize("vr_signed", [False, True])
def test_the_first_value_has_the_sign_of_the_pixels(tmp_path: Path, vr_signed: bool) -> None:
    entries = np.arange(1024, dtype="<u2").tobytes()
    first = -512 if vr_signed else 0xFE00
    item = lut_item((1024, first, 10), entries, signed=vr_signed)
    image = WIDE.astype("<i2") - 2048
    (lut,) = rules(write(tmp_path / "f", image, VOILUTSequence=Sequence([item]))).voi
    assert isinstance(lut, Lut)
    assert lut.first_mapped == -512


def test_the_first_value_of_unsigned_pixels_is_unsigned(tmp_path: Path) -> None:
    item = lut_item((16, 0xFE00, 10), bytes(32))
    image = gradient(8, 8, "u2")
    path = write(tmp_path / "f", image, BitsStored=16, VOILUTSequence=Sequence([item]))
    assert getattr(rules(path).voi[0], "first_mapped", None) == 0xFE00


def test_a_negative_intercept_makes_modality_values_signed(tmp_path: Path) -> None:
    item = lut_item((16, 0xFE00, 10), bytes(32))
    path = write(
        tmp_path / "f",
        VOILUTSequence=Sequence([item]),
        RescaleSlope=1,
        RescaleIntercept=-1024,
    )
    assert getattr(rules(path).voi[0], "first_mapped", None) == -512


def test_a_short_table_is_left_out_and_told(tmp_path: Path) -> None:
    item = lut_item((1000, 0, 16), bytes(1000))
    path = write(tmp_path / "f", VOILUTSequence=Sequence([item]), WindowCenter=100, WindowWidth=200)
    frame = decode_frame(instance_of(path), 0)
    assert frame.grey is not None
    assert frame.grey.voi == (Window(100, 200),)
    assert "VOI LUT was left out" in " ".join(frame.warnings)


def modality_file(path: Path, modality: str) -> Path:
    item = lut_item((4096, 0, 16), (WIDE * 2).tobytes(), kind="OD")
    return write(path, Modality=modality, ModalityLUTSequence=Sequence([item]))


def test_a_modality_lut_goes_before_the_window(tmp_path: Path) -> None:
    need("dcmj2pnm")
    path = modality_file(tmp_path / "f", "CR")
    frame = decode_frame(instance_of(path), 0)
    assert frame.grey is not None
    lut = frame.grey.modality
    assert isinstance(lut, Lut)
    assert frame.grey.units == "OD"
    shown = dcm2pnm(path, tmp_path, "+Ww", "4000", "6000")
    assert shown is not None
    values = lut.entries[frame.stored].astype(np.float64)
    level = np.clip(((values - 3999.5) / 5999 + 0.5) * 255, 0, 255)
    assert np.abs(shown - np.floor(level)).max() <= 1


@pytest.mark.parametrize("modality", ["XA", "XRF"])
def test_x_ray_intensity_luts_are_not_shown(tmp_path: Path, modality: str) -> None:
    frame = decode_frame(instance_of(modality_file(tmp_path / "f", modality)), 0)
    assert frame.grey is not None
    assert frame.grey.modality == Rescale()
    assert "measuring intensity" in " ".join(frame.warnings)


def test_windows_keep_their_names_and_order(tmp_path: Path) -> None:
    path = write(
        tmp_path / "f",
        WindowCenter=[40, -600, 300],
        WindowWidth=[400, 1500, 2000],
        WindowCenterWidthExplanation=["Abdomen", "Lung"],
        VOILUTFunction="SIGMOID",
    )
    assert rules(path).voi == (
        Window(40, 400, "SIGMOID", "Abdomen"),
        Window(-600, 1500, "SIGMOID", "Lung"),
        Window(300, 2000, "SIGMOID", ""),
    )


@pytest.mark.parametrize(
    ("function", "width", "kept"),
    [
        ("LINEAR", 1, True),
        ("LINEAR", 0.5, False),
        ("LINEAR", 0, False),
        ("LINEAR", -100, False),
        ("LINEAR_EXACT", 0.5, True),
        ("LINEAR_EXACT", 0, False),
        ("SIGMOID", 0.1, True),
        ("SIGMOID", -1, False),
    ],
)
def test_impossible_windows_are_left_out_and_told(
    tmp_path: Path, function: str, width: float, kept: bool
) -> None:
    path = write(tmp_path / "f", WindowCenter=10, WindowWidth=width, VOILUTFunction=function)
    frame = decode_frame(instance_of(path), 0)
    assert frame.grey is not None
    assert bool(frame.grey.voi) is kept
    assert any("left out" in text for text in frame.warnings) is not kept


def test_an_unknown_function_becomes_linear_and_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "f", WindowCenter=10, WindowWidth=20, VOILUTFunction="CUBIC")
    frame = decode_frame(instance_of(path), 0)
    assert frame.grey is not None
    assert frame.grey.voi == (Window(10, 20),)
    assert "unknown" in " ".join(frame.warnings)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, ""),
        ({"Modality": "CT", "RescaleIntercept": -1024, "RescaleSlope": 1}, "HU"),
        ({"Modality": "CT", "RescaleIntercept": 0, "RescaleSlope": 1, "RescaleType": "US"}, "HU"),
        ({"Modality": "MR", "RescaleIntercept": 0, "RescaleSlope": 2, "RescaleType": "MS"}, "MS"),
        ({"Modality": "PT", "RescaleIntercept": 0, "RescaleSlope": 2, "Units": "BQML"}, "BQML"),
        ({"Modality": "MR"}, ""),
    ],
)
def test_units_are_named_where_they_are_known(
    tmp_path: Path, tags: dict[str, Any], expected: str
) -> None:
    assert rules(write(tmp_path / "f", **tags)).units == expected


@pytest.mark.parametrize(
    ("signed", "value", "limit", "expected"),
    [
        (True, -2000, None, (-2000.0, -2000.0)),
        (True, 63536, None, (-2000.0, -2000.0)),
        (False, 4095, None, (4095.0, 4095.0)),
        (False, 4000, 4095, (4000.0, 4095.0)),
        (True, 0, -10, (-10.0, 0.0)),
        (False, None, 5, None),
    ],
)
def test_padding_has_the_sign_of_the_pixels(
    tmp_path: Path,
    signed: bool,
    value: int | None,
    limit: int | None,
    expected: tuple[float, float] | None,
) -> None:
    image = WIDE.astype("<i2") if signed else WIDE
    path = write(tmp_path / "f", image)
    dataset = pydicom.dcmread(path)
    for tag, number in ((0x00280120, value), (0x00280121, limit)):
        if number is not None:
            dataset.add_new(tag, "SS" if number < 0 else "US", number)
    dataset.save_as(path)
    assert rules(path).padding == expected


def test_rescale_of_zero_shows_stored_values(tmp_path: Path) -> None:
    path = write(tmp_path / "f", RescaleSlope=0, RescaleIntercept=5)
    frame = decode_frame(instance_of(path), 0)
    assert frame.grey is not None
    assert frame.grey.modality == Rescale()
    assert "Rescale Slope" in " ".join(frame.warnings)


def garble(path: Path, number: bytes, text: bytes) -> None:
    """Write ``text`` in the place of a DS value, as a careless writer does."""
    content = path.read_bytes()
    assert content.count(number) == 1
    assert len(number) == len(text)
    path.write_bytes(content.replace(number, text))


@pytest.mark.parametrize("text", [b"abc   ", b"nan   ", b"1e9999", b"1\\x   "])
@pytest.mark.parametrize("keyword", ["RescaleSlope", "RescaleIntercept"])
def test_rescale_that_is_no_number_shows_stored_values(
    tmp_path: Path, keyword: str, text: bytes
) -> None:
    numbers = {"RescaleSlope": 0.5, "RescaleIntercept": -1024} | {keyword: 0.1375}
    path = write(tmp_path / "f", **numbers)
    garble(path, b"0.1375", text)
    frame = decode_frame(instance_of(path), 0)
    assert frame.grey is not None
    assert (frame.grey.modality, frame.grey.units) == (Rescale(), "")
    assert "stored values are shown" in " ".join(frame.warnings)


@pytest.mark.parametrize("keyword", ["WindowCenter", "WindowWidth"])
def test_window_that_is_no_number_is_left_out_and_told(tmp_path: Path, keyword: str) -> None:
    path = write(tmp_path / "f", **({"WindowCenter": 40, "WindowWidth": 400} | {keyword: 413.75}))
    garble(path, b"413.75", b"wide  ")
    frame = decode_frame(instance_of(path), 0)
    assert frame.grey is not None
    assert frame.grey.voi == ()
    assert "left out" in " ".join(frame.warnings)


@pytest.mark.corpus
def test_each_frame_has_its_own_window_and_rescale(data_dir: Path) -> None:
    # values by dcmdump: frame 1 has window 16/128, frame 4 rescale 2 x + 100 and no window
    instance = instance_of(data_dir / "modality/mr-enhanced/MultiframeWindowing.dcm")
    frames: list[Frame] = [decode_frame(instance, n) for n in range(instance.n_frames)]
    first, last = frames[0].grey, frames[3].grey
    assert first is not None
    assert last is not None
    assert first.voi == (Window(16, 128),)
    assert (last.modality, last.voi) == (Rescale(2, 100), ())


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "options"), [("display/vlut_04.dcm", ("+Wl", "1")), ("display/mlut_18.dcm", ())]
)
def test_real_tables_show_what_dcmtk_shows(
    data_dir: Path, tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    need("dcmj2pnm")
    frame = decode_frame(instance_of(data_dir / name), 0)
    assert frame.grey is not None
    lut = frame.grey.voi[0] if options else frame.grey.modality
    assert isinstance(lut, Lut)
    shown = dcm2pnm(data_dir / name, tmp_path, *(options or ("+Ww", "32767.5", "65536")))
    assert shown is not None
    assert np.abs(shown - np.floor(through(lut, frame.stored))).max() <= 1
