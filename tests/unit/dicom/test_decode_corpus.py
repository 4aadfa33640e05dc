"""Every file of the corpus that has pixels is decoded, or refused as the table says."""

from __future__ import annotations

import csv
import os
from functools import cache
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.unit.dicom.oracles import (
    Array,
    converted,
    need,
    run,
    with_pydicom,
)
from viewer.base.errors import DecodeError, LimitError, MismatchError, TruncatedError, ViewerError
from viewer.dicom.frames import decode_frame
from viewer.dicom.records import read_instance
from viewer.model.frame import Frame

pytestmark = [pytest.mark.corpus, pytest.mark.allow_log("pydicom")]

REFUSED: dict[str, tuple[type[ViewerError], str]] = {
    "malformed/2026-05-26-oob-monochrome-46341.dcm": (LimitError, "limit is 512 MiB"),
    "malformed/3gb-bulk-data-truncated": (LimitError, "limit is 512 MiB"),
    "malformed/GH1146.dcm": (TruncatedError, "nothing to show"),
    **{
        f"malformed/generated_encapsulated_{name}.dcm": (DecodeError, "does not begin like JPEG")
        for name in (
            "defined_bot_1_to_1",
            "defined_bot_2_to_1",
            "defined_bot_2_to_2",
            "empty_bot_1_to_1",
            "empty_bot_2_to_1",
        )
    },
}
TOLD = {
    "malformed/emri_small_jpeg_2k_lossless_too_short.dcm": "ends before",
    "malformed/no-header_explicit_two-pass_.dcm": "the image is JPEG",
    "modality/mr/GH1261.dcm": "width 0",
    "syntax/j2k/TOSHIBA_J2K_OpenJPEGv2Regression.dcm": "the header is followed",
    "syntax/j2k/TOSHIBA_J2K_SIZ0_PixRep1.dcm": "the header is followed",
    "syntax/j2k/TOSHIBA_J2K_SIZ1_PixRep0.dcm": "the header is followed",
}
DCMTK = {
    "1.2.840.10008.1.2.4.50": "dcmdjpeg",
    "1.2.840.10008.1.2.4.51": "dcmdjpeg",
    "1.2.840.10008.1.2.4.53": "dcmdjpeg",
    "1.2.840.10008.1.2.4.55": "dcmdjpeg",
    "1.2.840.10008.1.2.4.57": "dcmdjpeg",
    "1.2.840.10008.1.2.4.70": "dcmdjpeg",
    "1.2.840.10008.1.2.4.80": "dcmdjpls",
    "1.2.840.10008.1.2.4.81": "dcmdjpls",
    "1.2.840.10008.1.2.5": "dcmdrle",
}
OVERSHOOT = "syntax/wg04/RG3_JPLY"
ODD_LAST_FRAMES = {
    "modality/sm/multiframe.dcm": "240 × 240 pixels, the compressed image is 55 × 121"
}
LOSSY = ("4.50", "4.51", "4.53", "4.55", "4.91", "4.203")


@cache
def folder() -> Path:
    named = os.environ.get("LIGHTBOX_TEST_DATA")
    return Path(named) if named else Path(__file__).parents[4] / "shared" / "data"


@cache
def rows() -> tuple[dict[str, str], ...]:
    manifest = folder() / "MANIFEST.csv"
    if not manifest.is_file():
        return ()
    with manifest.open(newline="") as file:
        return tuple(csv.DictReader(file))


def places() -> list[str]:
    return sorted({row["path"].rpartition("/")[0] for row in rows()}) or ["absent"]


def decode(path: Path, index: int = 0) -> Frame | ViewerError | None:
    try:
        instance = read_instance(str(path))
        return None if instance.pixels is None else decode_frame(instance, index)
    except ViewerError as err:
        return err


@pytest.mark.parametrize("place", places())
def test_every_file_decodes_or_is_refused_as_expected(data_dir: Path, place: str) -> None:
    for row in rows():
        name = row["path"]
        if name.rpartition("/")[0] != place:
            continue
        outcome = decode(data_dir / name)
        if name in REFUSED:
            kind, text = REFUSED[name]
            assert isinstance(outcome, kind), name
            assert text in str(outcome), name
        elif row["pixel_decode"] == "decodes":
            assert isinstance(outcome, Frame), f"{name}: {outcome}"
            assert outcome.n_rows_complete == outcome.stored.shape[0], name
            assert any(TOLD.get(name, "") in text for text in (*outcome.warnings, "")), name
        if isinstance(outcome, Frame):
            agrees_with_pydicom(data_dir / name, outcome)


def agrees_with_pydicom(path: Path, frame: Frame) -> None:
    """Compare grey values of native files, which pydicom reads without a codec."""
    instance = read_instance(str(path))
    if frame.is_colour or instance.pixels is None or instance.pixels.encapsulated:
        return
    expected = with_pydicom(path)
    if expected is not None:
        assert np.array_equal(frame.stored, expected), path


def test_the_table_of_refusals_names_real_files(data_dir: Path) -> None:
    for name in (*REFUSED, *TOLD):
        assert (data_dir / name).is_file()


def test_what_is_odd_is_told(data_dir: Path) -> None:
    for name, text in TOLD.items():
        outcome = decode(data_dir / name)
        assert isinstance(outcome, Frame)
        assert text in " ".join(outcome.warnings)


def compressed() -> list[str]:
    known = (*DCMTK, "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91")
    known += tuple(f"1.2.840.10008.1.2.4.20{n}" for n in (1, 2, 3))
    return [
        row["path"]
        for row in rows()
        if row["transfer_syntax_uid"] in known
        and row["photometric"].startswith("MONO")
        and not ("knee" in row["path"] and not row["path"].endswith("1.dcm"))
        and row["pixel_decode"] != "no-pixels"
        and row["path"] not in (*REFUSED, OVERSHOOT)
        and int(row["bytes"]) < 3_000_000
    ] or ["absent"]


@pytest.mark.parametrize("name", compressed())
def test_grey_values_are_those_of_two_other_decoders(
    data_dir: Path, tmp_path: Path, name: str
) -> None:
    need("dcmdjpeg", "dcmdjpls", "dcmdrle", "gdcmconv")
    path = data_dir / name
    syntax = read_instance(str(path)).transfer_syntax_uid
    outcome = decode(path)
    assert isinstance(outcome, Frame)
    voices: list[Array | None] = [converted(path, tmp_path, "gdcmconv", "-w"), with_pydicom(path)]
    if syntax in DCMTK:
        voices.append(converted(path, tmp_path, DCMTK[syntax]))
    bound = 1 if syntax.endswith(LOSSY) else 0
    agree = [close(outcome.stored, voice, bound) for voice in voices if voice is not None]
    if name == "malformed/emri_small_jpeg_2k_lossless_too_short.dcm":
        assert not agree  # nobody else reads it; told in the warnings
        return
    assert agree
    assert sum(agree) >= min(2, len(agree)), f"{agree} agree"


def close(ours: Array, other: Array, bound: int) -> bool:
    if ours.shape != other.shape:
        return False
    return bool(np.abs(ours.astype(np.int64) - other.astype(np.int64)).max() <= bound)


def test_multi_frame_objects_decode_to_their_last_frame(data_dir: Path) -> None:
    for row in rows():
        n_frames = int(row["frames"] or 1) if row["frames"].isdigit() else 1
        if n_frames < 2 or row["pixel_decode"] != "decodes" or int(row["bytes"]) > 20_000_000:
            continue
        outcome = decode(data_dir / row["path"], n_frames - 1)
        if row["path"] in ODD_LAST_FRAMES:
            assert isinstance(outcome, MismatchError)
            assert ODD_LAST_FRAMES[row["path"]] in str(outcome)
            continue
        assert isinstance(outcome, Frame), row["path"]


def test_lossy_values_over_the_range_stay_bright(data_dir: Path, tmp_path: Path) -> None:
    # dcmdjpeg leaves eight pixels of 1024 in this 10-bit image; masked they would turn black
    need("dcmdjpeg")
    out = tmp_path / "native.dcm"
    assert run("dcmdjpeg", str(data_dir / OVERSHOOT), str(out))
    words = np.frombuffer(pydicom.dcmread(out).PixelData, "<u2").reshape(1760, 1760)
    outcome = decode(data_dir / OVERSHOOT)
    assert isinstance(outcome, Frame)
    assert words.max() == 1024
    assert np.array_equal(outcome.stored, np.minimum(words, 1023))
