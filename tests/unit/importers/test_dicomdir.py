"""DICOMDIR: listed, never trusted; files are looked for blind to case and inside only (R-008)."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.fileset import FileSet

from tests.importing import opened, rows_of, small_series, take
from viewer.dicom.directory import read_directory
from viewer.importers import Listed, Missing, Refused, SourceWalk
from viewer.model.receipt import Receipt


def make_disc(folder: Path, tmp_path: Path) -> Path:
    """Write a disc of three images with pydicom's own file-set writer."""
    file_set = FileSet()
    for path in small_series(tmp_path / "source"):
        file_set.add(path)
    file_set.write(folder)
    file_set._stage["t"].cleanup()
    return folder / "DICOMDIR"


def hostile(path: Path, names: list[list[str]]) -> Path:
    """Write a directory whose records refer to whatever is named."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom minds such names, as it should
        return _hostile(path, names)


def _hostile(path: Path, names: list[list[str]]) -> Path:
    dataset = Dataset()
    dataset.FileSetID = "TEST"
    records = []
    for name in names:
        record = Dataset()
        record.OffsetOfTheNextDirectoryRecord = 400  # all point at the same place: a cycle
        record.RecordInUseFlag = 0xFFFF
        record.OffsetOfReferencedLowerLevelDirectoryEntity = 400
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = name
        records.append(record)
    dataset.DirectoryRecordSequence = records
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = pydicom.uid.MediaStorageDirectoryStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.UID("1.2.3")
    dataset.save_as(path, enforce_file_format=True)
    return path


def imported(home: Path, *paths: Path) -> Receipt:
    with opened(home) as library:
        return take(library, *paths)


def test_directory_is_skipped_and_nothing_is_missing(lightbox_home: Path, tmp_path: Path) -> None:
    directory = make_disc(tmp_path / "disc", tmp_path)

    receipt = imported(lightbox_home, tmp_path / "disc")

    reasons = {entry.path: entry.reason for entry in receipt.entries if entry.status == "skipped"}
    assert reasons == {str(directory): "directory"}
    assert (receipt.counts()["stored"], receipt.missing) == (3, ())
    with opened(lightbox_home) as library:
        assert rows_of(library)[0].n_expected == 3


def test_chosen_directory_brings_what_it_refers_to(lightbox_home: Path, tmp_path: Path) -> None:
    directory = make_disc(tmp_path / "disc", tmp_path)
    (tmp_path / "disc" / "not-listed").write_bytes((tmp_path / "source" / "0000").read_bytes())

    receipt = imported(lightbox_home, directory)

    assert receipt.counts()["stored"] == 3
    assert len(receipt.entries) == 4
    with opened(lightbox_home) as library:
        assert rows_of(library)[0].source == "disc"


def test_files_that_are_not_there_are_missing(lightbox_home: Path, tmp_path: Path) -> None:
    make_disc(tmp_path / "disc", tmp_path)
    victim = sorted(p for p in (tmp_path / "disc").rglob("*") if p.is_file())[-1]
    victim.unlink()

    receipt = imported(lightbox_home, tmp_path / "disc")

    assert receipt.missing == (str(victim),)
    assert receipt.counts()["stored"] == 2
    with opened(lightbox_home) as library:
        (row,) = rows_of(library)
        assert (row.n_instances, row.n_expected) == (2, 3)


@pytest.mark.parametrize("change", [str.lower, "{}.dcm".format, "{};1".format])
def test_names_are_found_in_other_spelling(
    lightbox_home: Path, tmp_path: Path, change: object
) -> None:
    directory = make_disc(tmp_path / "disc", tmp_path)
    for path in sorted((tmp_path / "disc").rglob("*"), reverse=True):
        if path.is_file() and path != directory:
            path.rename(path.with_name(change(path.name)))  # type: ignore[operator]

    receipt = imported(lightbox_home, directory)

    assert (receipt.counts()["stored"], receipt.missing) == (3, ())


OUTSIDE = [
    ["..", "secret"],
    ["SUB", "..", "..", "secret"],
    ["/etc/passwd"],
    ["C:", "secret"],
    ["C:\\secret".replace("\\", "/")],
    ["file.txt:stream"],
    ["CON"],
    ["SUB", "nul.dcm"],
    ["COM1"],
    ["."],
]


@pytest.mark.allow_log("pydicom: Invalid value")
@pytest.mark.parametrize("name", OUTSIDE)
def test_name_that_leads_outside_is_refused_and_never_opened(
    tmp_path: Path, name: list[str]
) -> None:
    (tmp_path / "disc" / "SUB").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"secret")
    directory = hostile(tmp_path / "disc" / "DICOMDIR", [name])

    finds = list(SourceWalk(lambda: None).find([directory]))

    directory_line, refused = finds
    assert isinstance(directory_line, Refused)
    assert isinstance(refused, Missing)
    assert "(refused: the name " in refused.shown


def test_link_that_leaves_the_disc_is_missing(tmp_path: Path) -> None:
    (tmp_path / "disc").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "disc" / "LINK").symlink_to(tmp_path / "secret")
    directory = hostile(tmp_path / "disc" / "DICOMDIR", [["LINK"]])

    finds = list(SourceWalk(lambda: None).find([directory]))

    assert [type(find) for find in finds] == [Refused, Missing]


def test_cycle_and_many_records_end(tmp_path: Path) -> None:
    (tmp_path / "disc").mkdir()
    directory = hostile(
        tmp_path / "disc" / "DICOMDIR", [["DIR", f"IM{number}"] for number in range(3_000)]
    )

    finds = list(SourceWalk(lambda: None).find([directory]))

    assert sum(isinstance(find, Missing) for find in finds) == 3_000


def test_file_named_like_a_directory_is_listed(lightbox_home: Path, tmp_path: Path) -> None:
    (tmp_path / "disc").mkdir()
    (tmp_path / "disc" / "dicomdir").write_text("no directory at all")

    receipt = imported(lightbox_home, tmp_path / "disc")

    assert len(receipt.entries) == 1
    assert receipt.entries[0].status in ("skipped", "unreadable")


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name", ["dicomdir-only", "dicomdir-toshiba", "philips-cd-enhanced", "siemens-xa-partial"]
)
def test_real_directories_read_as_pydicom_reads_them(data_dir: Path, name: str) -> None:
    path = data_dir / "fileset" / name / "DICOMDIR"

    found = read_directory(str(path))

    expected: dict[tuple[str, ...], None] = {}
    for record in pydicom.dcmread(path).DirectoryRecordSequence:
        value = record.get("ReferencedFileID")
        if value:
            expected[(value,) if isinstance(value, str) else tuple(value)] = None
    assert found.references == tuple(expected)
    assert sum(found.counts.values()) <= len(expected)


@pytest.mark.corpus
def test_real_disc_tells_what_it_should_hold(data_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(data_dir / "fileset" / "philips-cd-enhanced", tmp_path / "disc")

    finds = list(SourceWalk(lambda: None).find([tmp_path / "disc"]))

    assert [find.shown for find in finds if isinstance(find, Missing)] == [
        str(tmp_path / "disc" / "DICOM" / "IM_0001")
    ]
    (listed,) = (find for find in finds if isinstance(find, Listed))
    assert sum(listed.counts.values()) == 4
