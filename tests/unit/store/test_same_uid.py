"""Three grades of 'same SOP Instance UID'; the first object is always kept (R-042, R-050)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.importing import query, rows_of, small_series, stored_paths, take
from tests.phantom import make_image
from viewer.model.receipt import Receipt
from viewer.store.library import Library

PIXELS = np.arange(64, dtype=np.uint8).reshape(8, 8)


def outcome(receipt: Receipt) -> list[tuple[str, str]]:
    return [(entry.status, entry.reason) for entry in receipt.entries]


def snapshot(library: Library) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in stored_paths(library.home.root)}


def changed(source: Path, target: Path, **tags: object) -> Path:
    dataset = pydicom.dcmread(source)
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    dataset.save_as(target)
    return target


def test_same_file_again_changes_nothing(library: Library, tmp_path: Path) -> None:
    paths = small_series(tmp_path / "in")
    take(library, tmp_path / "in")
    before = snapshot(library)

    again = take(library, tmp_path / "in")

    assert [status for status, _ in outcome(again)] == ["already"] * 3
    assert snapshot(library) == before
    assert [entry.sha256 for entry in again.entries] == [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    ]


def test_same_file_twice_in_one_import_is_stored_once(library: Library, tmp_path: Path) -> None:
    (path, *_) = small_series(tmp_path / "in")
    (tmp_path / "in" / "copy").write_bytes(path.read_bytes())

    receipt = take(library, tmp_path / "in")

    assert receipt.counts()["stored"] == 3
    assert receipt.counts()["already"] == 1
    assert rows_of(library)[0].n_instances == 3


def test_data_set_in_another_preamble_is_the_same_object(library: Library, tmp_path: Path) -> None:
    (path, *_) = small_series(tmp_path / "in")
    data = path.read_bytes()
    other = tmp_path / "other"
    other.write_bytes(b"II*\0" + data[4:])

    take(library, path)

    assert outcome(take(library, other)) == [("already", "the same object is in the library")]


@pytest.mark.parametrize(
    "syntax", ["RLELossless", "JPEG2000Lossless", "DeflatedExplicitVRLittleEndian"]
)
def test_same_image_in_another_encoding_is_already_there(
    library: Library, tmp_path: Path, syntax: str
) -> None:
    first = make_image(tmp_path / "a" / "x", PIXELS)
    second = make_image(tmp_path / "b" / "x", PIXELS, getattr(pydicom.uid, syntax))
    take(library, first)
    before = snapshot(library)

    receipt = take(library, second)

    assert outcome(receipt) == [
        ("already", "the same image is in the library as Explicit VR little endian")
    ]
    assert receipt.notes == ("The same image is in the library as Explicit VR little endian.",)
    assert snapshot(library) == before


def test_private_elements_and_trailing_carets_do_not_make_another_image(
    library: Library, tmp_path: Path
) -> None:
    first = make_image(tmp_path / "a", PIXELS)
    dataset = pydicom.dcmread(first)
    dataset.private_block(0x0011, "Test", create=True).add_new(1, "LO", "private")
    dataset.PatientName = f"{dataset.PatientName}^^"
    dataset.save_as(tmp_path / "b")
    take(library, first)

    receipt = take(library, tmp_path / "b")

    assert receipt.entries[0].status == "already"
    assert "written differently" in receipt.entries[0].reason


def test_other_pixels_are_kept_apart(library: Library, tmp_path: Path) -> None:
    first = make_image(tmp_path / "a" / "x", PIXELS)
    second = make_image(tmp_path / "b" / "x", PIXELS[::-1].copy())
    take(library, first)
    before = snapshot(library)

    receipt = take(library, second)

    assert receipt.entries[0].status == "conflict"
    assert "pixels" in receipt.entries[0].reason
    assert snapshot(library) == before
    (conflict,) = library.conflicts(rows_of(library)[0].study_instance_uid)
    assert conflict.kind == "pixels"
    kept = library.home.quarantine / conflict.path
    assert kept.read_bytes()[128:] == second.read_bytes()[128:]


def test_lossy_copy_of_a_lossless_image_has_a_line_of_its_own(
    library: Library, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (64, 64)).astype(np.uint8)
    first = make_image(tmp_path / "a" / "x", noise)
    second = make_image(tmp_path / "b" / "x", noise, pydicom.uid.JPEGBaseline8Bit)
    take(library, first)

    receipt = take(library, second)

    reason = "a lossy copy of an image that is in the library without loss"
    assert outcome(receipt) == [("conflict", f"{reason}; kept apart")]
    assert receipt.notes == (reason.capitalize() + ".",)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"PatientID": "SOMEBODY"}, "patient"),
        ({"PatientBirthDate": "19800808"}, "patient"),
        ({"StudyInstanceUID": "1.2.3.4"}, "study"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4"}, "class"),
        ({"ImagePositionPatient": [0, 0, 999]}, "geometry"),
        ({"PixelSpacing": [0.1, 0.1]}, "geometry"),
    ],
)
def test_clash_is_kept_apart_and_named(
    library: Library, tmp_path: Path, tags: dict[str, object], kind: str
) -> None:
    (path, *_) = small_series(tmp_path / "in")
    take(library, path)
    before = snapshot(library)

    receipt = take(library, changed(path, tmp_path / "clash", **tags))

    assert receipt.counts()["conflict"] == 1
    assert snapshot(library) == before
    assert query(library.home.root, "SELECT kind FROM conflicts") == [(kind,)]


def test_clash_met_again_is_recorded_once(library: Library, tmp_path: Path) -> None:
    (path, *_) = small_series(tmp_path / "in")
    clash = changed(path, tmp_path / "clash", PatientID="SOMEBODY")

    for _ in range(3):
        take(library, path)
        take(library, clash)

    assert query(library.home.root, "SELECT count(*) FROM conflicts") == [(1,)]
    assert len(stored_paths(library.home.root)) == 1
    assert len(list(library.home.quarantine.glob("*.dcm"))) == 1


def test_undecodable_pixels_are_not_called_the_same(library: Library, tmp_path: Path) -> None:
    first = make_image(tmp_path / "a" / "x", PIXELS)
    second = make_image(tmp_path / "b" / "x", PIXELS, pydicom.uid.JPEG2000Lossless)
    data = bytearray(second.read_bytes())
    start = data.index(b"\xff\x4f\xff\x51")  # the codestream's SOC and SIZ markers
    data[start + 60 :] = bytes(len(data) - start - 60)
    second.write_bytes(data)
    take(library, first)

    assert take(library, second).entries[0].status == "conflict"


def test_lost_file_comes_back_with_the_next_import(library: Library, tmp_path: Path) -> None:
    paths = small_series(tmp_path / "in")
    take(library, *paths)
    before = snapshot(library)
    stored_paths(library.home.root)[0].unlink()

    receipt = take(library, *paths)

    assert sorted(status for status, _ in outcome(receipt)) == ["already", "already", "stored"]
    assert snapshot(library) == before


def test_deleted_study_comes_back_when_it_is_imported_again(
    library: Library, tmp_path: Path
) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in")
    library.delete([row.study_instance_uid for row in rows_of(library)])
    assert rows_of(library) == ()

    receipt = take(library, tmp_path / "in")

    assert receipt.counts()["already"] == 3
    assert len(rows_of(library)) == 1


def report(path: Path, syntax: str, text: str = "No finding.") -> Path:
    """Write a Basic Text SR of one text item."""
    path.parent.mkdir(parents=True, exist_ok=True)
    (image,) = small_series(path.parent / "base", missing=(1, 2))
    read = pydicom.dcmread(image)
    dataset = pydicom.Dataset()
    dataset.file_meta = read.file_meta
    dataset.update(read)
    for keyword in [
        element.keyword for element in dataset if element.tag.group in (0x0028, 0x7FE0)
    ]:
        delattr(dataset, keyword)
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.11"
    dataset.Modality = "SR"
    item = pydicom.Dataset()
    item.RelationshipType, item.ValueType, item.TextValue = "CONTAINS", "TEXT", text
    dataset.ContentSequence = [item]
    dataset.file_meta.TransferSyntaxUID = getattr(pydicom.uid, syntax)
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.parametrize(
    "syntax", ["ImplicitVRLittleEndian", "ExplicitVRBigEndian", "DeflatedExplicitVRLittleEndian"]
)
def test_same_report_in_another_encoding_is_already_there(
    library: Library, tmp_path: Path, syntax: str
) -> None:
    take(library, report(tmp_path / "a" / "sr", "ExplicitVRLittleEndian"))

    receipt = take(library, report(tmp_path / "b" / "sr", syntax))

    assert outcome(receipt) == [
        ("already", "the same object is in the library as Explicit VR little endian")
    ]


def test_report_with_other_words_is_kept_apart(library: Library, tmp_path: Path) -> None:
    take(library, report(tmp_path / "a" / "sr", "ExplicitVRLittleEndian"))

    receipt = take(library, report(tmp_path / "b" / "sr", "ImplicitVRLittleEndian", "Fracture."))

    assert receipt.counts()["conflict"] == 1
    assert query(library.home.root, "SELECT kind FROM conflicts") == [("content",)]
