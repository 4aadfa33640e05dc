"""Random data sets, written by pydicom in every encoding, read back element by element."""

from __future__ import annotations

import io
import struct
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import (
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from viewer.base.errors import ViewerError
from viewer.dicom.dataset import DataSet
from viewer.dicom.header import parse_header

SYNTAXES = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
)
TEXT = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789", min_size=1, max_size=12).map(
    str.strip
)
ELEMENTS: tuple[tuple[int, str, st.SearchStrategy[Any]], ...] = (
    (0x00080060, "CS", TEXT),
    (0x00081030, "LO", TEXT),
    (0x00104000, "LT", TEXT),
    (0x00180050, "DS", st.integers(-999, 999).map(str)),
    (0x00200013, "IS", st.integers(-(2**31), 2**31 - 1)),
    (0x00280010, "US", st.integers(0, 65535)),
    (0x00280106, "SS", st.integers(-32768, 32767)),
    (0x00189087, "FD", st.floats(allow_nan=False, allow_infinity=False)),
    (
        0x00282000,
        "OB",
        st.binary(min_size=0, max_size=70).map(lambda raw: raw + bytes(len(raw) % 2)),
    ),
    (0x0040A160, "UT", TEXT),
)
SEQUENCES = (0x00081140, 0x00400275, 0x00540220, 0x0040A730)


@st.composite
def datasets(draw: st.DrawFn, depth: int = 0) -> Dataset:
    dataset = Dataset()
    for tag, vr, values in draw(st.lists(st.sampled_from(ELEMENTS), max_size=6)):
        dataset.add(DataElement(tag, vr, draw(values)))
    if depth < 3:
        for tag in draw(st.lists(st.sampled_from(SEQUENCES), max_size=2)):
            items = [draw(datasets(depth + 1)) for _ in range(draw(st.integers(0, 3)))]
            for one in items:
                one.is_undefined_length_sequence_item = draw(st.booleans())
            dataset.add(DataElement(tag, "SQ", items))
            dataset[tag].is_undefined_length = draw(st.booleans())
    return dataset


def written(dataset: Dataset, syntax: Any, pixels: int) -> bytes:
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, "1.2.3"
    if pixels:
        dataset.add(DataElement(0x7FE00010, "OW", bytes(2 * pixels)))
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    file = io.BytesIO()
    dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def compare(ours: DataSet, theirs: Dataset) -> None:
    expected = {int(element.tag): element for element in theirs if element.tag != 0x7FE00010}
    assert ours.elements.keys() == expected.keys()
    for tag, element in expected.items():
        if element.VR == "SQ":
            items = list(ours.items(tag))
            assert len(items) == len(element.value)
            for mine, other in zip(items, element.value, strict=True):
                compare(mine, other)
        elif element.VR in ("DS", "IS", "US", "SS", "FD"):
            assert ours.numbers(tag, element.VR.encode()) == (float(element.value),)
        elif element.VR == "OB":
            assert ours.raw(tag) == element.value
        else:
            assert ours.text(tag, element.VR.encode()) == str(element.value)


@given(datasets(), st.sampled_from(SYNTAXES), st.integers(0, 9))
def test_what_pydicom_writes_is_read_back(dataset: Dataset, syntax: Any, pixels: int) -> None:
    header = parse_header(written(dataset, syntax, pixels))
    assert header.warnings == ()
    compare(header.dataset, dataset)
    if pixels:
        assert header.pixels is not None
        assert header.pixels.length == 2 * pixels
    else:
        assert header.pixels is None


@settings(max_examples=200)
@given(datasets(), st.sampled_from(SYNTAXES), st.data())
def test_spoiled_datasets_are_read_or_refused(
    dataset: Dataset, syntax: Any, data: st.DataObject
) -> None:
    spoiled = bytearray(written(dataset, syntax, 4))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(132, len(spoiled) - 1))
        spoiled[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    try:
        header = parse_header(bytes(spoiled))
    except ViewerError:
        return
    walk_all(header.dataset)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for start in (b"", bytes(128) + b"DICM", struct.pack("<HH2sH", 8, 5, b"CS", 0)):
        try:
            header = parse_header(start + raw)
        except ViewerError:
            continue
        walk_all(header.dataset)


def walk_all(dataset: DataSet) -> None:
    """Touch every value; whatever is wrong is a ViewerError or stays inside."""
    for tag in dataset.elements:
        dataset.text(tag)
        dataset.numbers(tag, b"DS")
        try:
            for item in dataset.items(tag):
                walk_all(item)
        except ViewerError:
            return
