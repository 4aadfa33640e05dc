"""The list of all elements for the tag browser."""

from __future__ import annotations

import struct
from pathlib import Path

import pydicom
import pytest

from tests.unit.dicom.bytes_of import explicit, identifying, image, implicit, item, meta
from viewer.dicom.dump import DumpLimits, DumpRow, dump


def dumped(tmp_path: Path, data: bytes, **limits: int) -> list[DumpRow]:
    path = tmp_path / "object"
    path.write_bytes(data)
    return dump(str(path), DumpLimits(**limits))


def test_rows_name_element_value_and_depth(tmp_path: Path) -> None:
    code = item(explicit(0x00080104, b"LO", b"knee"))
    rows = dumped(tmp_path, meta() + identifying() + explicit(0x00400275, b"SQ", code) + image())
    by_tag = {row.tag: row for row in rows if row.tag}
    assert by_tag["(0008,0018)"] == DumpRow(0, "(0008,0018)", "UI", "SOPInstanceUID", "1.2.3.4", 8)
    assert by_tag["(0008,0104)"] == DumpRow(1, "(0008,0104)", "LO", "CodeMeaning", "knee", 4)
    assert by_tag["(0028,0010)"].value == "2"
    assert by_tag["(0002,0010)"].keyword == "TransferSyntaxUID"
    assert (by_tag["(7FE0,0010)"].keyword, by_tag["(7FE0,0010)"].value) == ("PixelData", "8 bytes")
    assert any(row.value == "Item 1" and row.depth == 1 for row in rows)


def test_implicit_elements_get_the_dictionarys_vr(tmp_path: Path) -> None:
    private = implicit(0x00190010, b"SIEMENS MR HEADER") + implicit(0x0019100C, b"800")
    data = meta("1.2.840.10008.1.2") + identifying("implicit") + private
    data += implicit(0x00280010, struct.pack("<H", 512))
    rows = {row.tag: row for row in dumped(tmp_path, data)}
    assert (rows["(0028,0010)"].vr, rows["(0028,0010)"].value) == ("US", "512")
    assert (rows["(0019,100C)"].vr, rows["(0019,100C)"].value) == ("IS", "800")
    assert rows["(0019,100C)"].keyword == "[SIEMENS MR HEADER]"


def test_long_values_and_long_lists_are_cut(tmp_path: Path) -> None:
    data = meta() + identifying() + explicit(0x00204000, b"LT", b"x" * 5000)
    data += explicit(0x00291010, b"OB", bytes(5000))
    rows = {row.tag: row for row in dumped(tmp_path, data, value_characters=20)}
    assert rows["(0020,4000)"].value == "x" * 20 + "…"
    assert rows["(0029,1010)"].value.endswith("(5000 bytes)")
    short = dumped(tmp_path, data, rows=3)
    assert len(short) == 4
    assert "first 3" in short[-1].value


@pytest.mark.corpus
def test_every_element_of_real_files_is_listed(data_dir: Path) -> None:
    """As many elements as pydicom finds, in files of many kinds."""
    for name in (
        "modality/mr-enhanced/MOVEKNEE.dcm",
        "objects/sr/sr.dcm",
        "fileset/dicomdir-only/DICOMDIR",
        "syntax/deflate/report_dfl",
        "charset/chrGB2312.dcm",
        "series/rt-ibsi-phantom",
    ):
        path = data_dir / name
        if path.is_dir():
            path = min(path.iterdir())
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        n_theirs = sum(1 for _ in dataset.iterall()) + len(dataset.file_meta)
        listed = [
            row for row in dump(str(path)) if row.tag and not row.tag.startswith("(7FE0,0010")
        ]
        assert len(listed) == n_theirs, name
