"""Every real file is read or refused in words, and says what the corpus's own list says of it."""

from __future__ import annotations

import contextlib
import csv
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pydicom.uid import UID

from viewer.base.errors import ViewerError
from viewer.dicom.header import parse_header
from viewer.dicom.records import make_instance, read_instance
from viewer.model.record_json import from_json, to_json
from viewer.model.study import Instance, Value

NO_OBJECT = {"malformed/ZeissOCT-cfind-query.dcm", "malformed/no_preamble_dicm_in_data"}
"""Data sets without any UID: a query, and a procedure step without preamble."""

UNREAD_BY_PYDICOM = {
    "malformed/GH177_D_CLUNIE_CT1_IVRLE_BigEndian_undefined_length.dcm",
    "malformed/emri_small_jpeg_2k_lossless_too_short.dcm",
}
"""The list has no facts of these, since pydicom stops or finds nothing; dcmdump reads them."""

COLUMNS = {
    "rows": "Rows",
    "cols": "Columns",
    "bits_stored": "BitsStored",
    "pixel_representation": "PixelRepresentation",
    "photometric": "PhotometricInterpretation",
    "manufacturer": "Manufacturer",
}

pytestmark = pytest.mark.corpus


def manifest(data_dir: Path) -> Iterator[dict[str, str]]:
    with (data_dir / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def written(value: Value | None) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return "" if value is None else str(value)


def contradictions(row: dict[str, str], instance: Instance) -> Iterator[str]:
    for column, keyword in COLUMNS.items():
        ours = written(instance.attributes.get(keyword))
        if ours != row[column]:
            yield f"{row['path']} {column}: {row[column]!r}, ours {ours!r}"
    if (written(instance.attributes.get("NumberOfFrames")) or "1") != (row["frames"] or "1"):
        yield f"{row['path']} frames"
    if instance.modality != row["modality"] or instance.file.size != int(row["bytes"]):
        yield f"{row['path']} modality or size"
    if row["transfer_syntax_uid"] and instance.transfer_syntax_uid != row["transfer_syntax_uid"]:
        yield f"{row['path']} transfer syntax"
    # Without SOP Class UID in the data set we take that of the file meta information.
    named = UID(instance.sop_class_uid).name
    if row["sop_class"] and not named.startswith(row["sop_class"]):
        yield f"{row['path']} SOP class: {row['sop_class']!r}, ours {named!r}"


def test_every_listed_file_is_read_and_agrees_with_the_list(data_dir: Path) -> None:
    found: list[str] = []
    refused: dict[str, str] = {}
    n_read = 0
    for row in manifest(data_dir):
        try:
            instance = read_instance(str(data_dir / row["path"]))
        except ViewerError as err:
            refused[row["path"]] = str(err)
            continue
        n_read += 1
        if row["path"] not in UNREAD_BY_PYDICOM:
            found += contradictions(row, instance)
    assert found == []
    assert refused.keys() == NO_OBJECT
    assert all(sentence.endswith(".") for sentence in refused.values())
    assert n_read > 700


def test_every_record_survives_json(data_dir: Path) -> None:
    n_records = 0
    for row in manifest(data_dir):
        if row["path"] in NO_OBJECT:
            continue
        instance = read_instance(str(data_dir / row["path"]))
        again = from_json(to_json(instance), instance.file.path)
        assert again == instance, row["path"]
        assert sorted(repr(again)) == sorted(repr(instance)), row["path"]
        n_records += 1
    assert n_records > 700


@pytest.mark.parametrize(
    ("name", "rows", "frames"),
    [
        ("malformed/GH177_D_CLUNIE_CT1_IVRLE_BigEndian_undefined_length.dcm", 512, 1),
        ("malformed/emri_small_jpeg_2k_lossless_too_short.dcm", 64, 10),
    ],
)
def test_files_that_pydicom_gives_up_on_are_read(
    data_dir: Path, name: str, rows: int, frames: int
) -> None:
    """Numbers as dcmdump prints them."""
    instance = read_instance(str(data_dir / name))
    assert instance.pixels is not None
    assert (instance.pixels.rows, instance.n_frames) == (rows, frames)


def cut_everywhere(data: bytes, lengths: Iterable[int]) -> None:
    """Read a file's beginnings; anything but a record or a ViewerError escapes and fails."""
    for n_bytes in lengths:
        with contextlib.suppress(ViewerError):
            header = parse_header(data[:n_bytes])
            assert header.cut or header.warnings or header.pixels is None or n_bytes == len(data)


def smallest(data_dir: Path, count: int) -> list[bytes]:
    rows = sorted(manifest(data_dir), key=lambda row: int(row["bytes"]))
    return [(data_dir / row["path"]).read_bytes() for row in rows[:count]]


def test_small_files_cut_at_every_byte_are_no_accident(data_dir: Path) -> None:
    for data in smallest(data_dir, 12):
        cut_everywhere(data, range(1, len(data)))


@pytest.mark.soak
def test_fifty_files_cut_at_every_byte_are_no_accident(data_dir: Path) -> None:
    for data in smallest(data_dir, 50):
        cut_everywhere(data, range(1, len(data)))


def test_damaged_files_are_no_accident(data_dir: Path) -> None:
    """Bytes overwritten, inserted and taken out at random places of 40 small files (R-004)."""
    rng = random.Random(20)
    marks = (
        b"\xff" * 4,
        b"\xfe\xff\x00\xe0" + b"\xff" * 4,
        b"SQ\0\0" + b"\xff" * 4,
        b"\xfe\xff\xdd\xe0",
    )
    for data in smallest(data_dir, 40):
        for _ in range(60):
            spoiled = bytearray(data)
            for _ in range(rng.choice((1, 2, 8))):
                at = rng.randrange(len(spoiled))
                what = rng.choice((rng.randbytes(1), rng.choice(marks)))
                spoiled[at : at + rng.choice((0, len(what), 40))] = what
            with contextlib.suppress(ViewerError):
                make_instance(parse_header(bytes(spoiled)), "/nowhere")


def test_truncated_pixels_are_said(data_dir: Path) -> None:
    instance = read_instance(str(data_dir / "malformed/3gb-bulk-data-truncated"))
    assert "The pixel data end early: 98080 of 3221225472 bytes are there." in instance.warnings


def test_warnings_hold_no_values(data_dir: Path) -> None:
    """What is said about a file may be logged: it holds no name, ID or UID of the file."""
    for row in manifest(data_dir):
        if row["path"] in NO_OBJECT:
            continue
        instance = read_instance(str(data_dir / row["path"]))
        said = " ".join(instance.warnings)
        who = instance.identity
        for secret in (who.name, who.patient_id, instance.sop_instance_uid, who.birth_date):
            assert len(secret) < 4 or secret not in said, row["path"]
