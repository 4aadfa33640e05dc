"""Archives: members come in, attacks stay out and are listed (R-009)."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.importing import opened, rows_of, small_series, stored_paths, take
from viewer.importers import archive
from viewer.model.receipt import Entry, Receipt
from viewer.store.library import Library


@pytest.fixture
def library(lightbox_home: Path) -> Iterator[Library]:
    with opened(lightbox_home) as library:
        yield library


@pytest.fixture
def members(tmp_path: Path) -> dict[str, bytes]:
    paths = small_series(tmp_path / "in")
    return {f"dir/IM{number}": path.read_bytes() for number, path in enumerate(paths)}


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return path


def tarred(path: Path, members: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as target:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            target.addfile(info, io.BytesIO(data))
    return path


def by_path(receipt: Receipt) -> dict[str, Entry]:
    return {entry.path: entry for entry in receipt.entries}


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_members_are_entries_and_the_archive_is_none(
    library: Library, tmp_path: Path, members: dict[str, bytes], kind: str
) -> None:
    path = tmp_path / f"a.{kind}"
    members["note.txt"] = b"hello"
    if kind == "zip":
        zipped(path, members)
    else:
        tarred(path, members, "w:" + kind.partition(".")[2])

    receipt = take(library, path)

    assert {entry.path: entry.status for entry in receipt.entries} == {
        f"{path}!/dir/IM0": "stored",
        f"{path}!/dir/IM1": "stored",
        f"{path}!/dir/IM2": "stored",
        f"{path}!/note.txt": "skipped",
    }
    del members["note.txt"]
    stored = sorted(one.read_bytes() for one in stored_paths(library.home.root))
    assert stored == sorted(members.values())
    assert rows_of(library)[0].source == "archive"


def test_archive_without_its_extension_is_found_in_a_folder(
    library: Library, tmp_path: Path, members: dict[str, bytes]
) -> None:
    (tmp_path / "disc").mkdir()
    path = zipped(tmp_path / "disc" / "BACKUP", members)

    receipt = take(library, tmp_path / "disc")

    assert by_path(receipt)[f"{path}!/dir/IM0"].status == "stored"


def test_compressed_single_file_comes_in(
    library: Library, tmp_path: Path, members: dict[str, bytes]
) -> None:
    path = tmp_path / "image.dcm.gz"
    path.write_bytes(gzip.compress(members["dir/IM0"]))

    receipt = take(library, path)

    assert [(e.path, e.status) for e in receipt.entries] == [(f"{path}!/image.dcm", "stored")]


def test_archive_in_an_archive_is_opened_and_a_third_is_not(
    library: Library, tmp_path: Path, members: dict[str, bytes]
) -> None:
    inner = zipped(tmp_path / "inner", {"x": members["dir/IM0"]}).read_bytes()
    middle = zipped(tmp_path / "middle", {"inner.zip": inner, "y": members["dir/IM1"]})
    outer = zipped(tmp_path / "outer.zip", {"middle.zip": middle.read_bytes()})

    entries = by_path(take(library, outer))

    assert entries[f"{outer}!/middle.zip!/y"].status == "stored"
    deepest = entries[f"{outer}!/middle.zip!/inner.zip"]
    assert (deepest.status, deepest.reason) == (
        "unreadable",
        "archives are nested too deeply; not opened",
    )


@pytest.mark.parametrize(
    "name",
    ["../evil", "a/../../evil", "/etc/evil", "..\\evil", "C:\\evil", "C:/evil", "\\\\host\\evil"],
)
@pytest.mark.parametrize("make", [zipped, tarred])
def test_member_that_points_outside_is_refused(
    library: Library, tmp_path: Path, members: dict[str, bytes], name: str, make: object
) -> None:
    path = tmp_path / "attack"
    make(path, {name: members["dir/IM0"], "good": members["dir/IM1"]})  # type: ignore[operator]
    before = {one for one in tmp_path.rglob("*") if "lightbox-home" not in one.parts}

    statuses = Counter(entry.status for entry in take(library, path).entries)

    assert statuses == {"unreadable": 1, "stored": 1}
    assert {one for one in tmp_path.rglob("*") if "lightbox-home" not in one.parts} == before
    assert len(stored_paths(library.home.root)) == 1


def test_links_and_devices_are_not_followed(
    library: Library, tmp_path: Path, members: dict[str, bytes]
) -> None:
    path = tarred(tmp_path / "a.tar", {"good": members["dir/IM0"]})
    with tarfile.open(path, "a") as target:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        target.addfile(link)
        device = tarfile.TarInfo("device")
        device.type = tarfile.CHRTYPE
        target.addfile(device)

    entries = by_path(take(library, path))

    assert entries[f"{path}!/link"].reason == "a link or device, no file"
    assert entries[f"{path}!/device"].status == "skipped"
    assert entries[f"{path}!/good"].status == "stored"


def test_names_that_differ_in_case_only_are_refused(
    library: Library, tmp_path: Path, members: dict[str, bytes]
) -> None:
    path = zipped(tmp_path / "a.zip", {"IM": members["dir/IM0"], "im": members["dir/IM1"]})

    entries = by_path(take(library, path))

    assert entries[f"{path}!/IM"].status == "stored"
    assert "another member" in entries[f"{path}!/im"].reason


def test_bomb_is_stopped_by_what_it_produces(library: Library, tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"zeros": bytes(64 * 1024 * 1024)})

    receipt = take(library, path)

    (entry,) = receipt.entries
    assert entry.status == "unreadable"
    assert "200 times its size" in entry.reason
    assert [one.name for one in library.home.spool.glob("*/*")] == ["lock"]


def test_forged_size_does_not_matter(
    library: Library, tmp_path: Path, members: dict[str, bytes]
) -> None:
    path = zipped(tmp_path / "a.zip", {"x": members["dir/IM0"]})
    data = bytearray(path.read_bytes())
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (0xFFFFFF0).to_bytes(4, "little")
    path.write_bytes(data)

    (entry,) = take(library, path).entries

    assert entry.status in ("stored", "unreadable")


def test_too_many_members_are_refused(
    library: Library, tmp_path: Path, members: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    path = zipped(tmp_path / "a.zip", members)

    receipt = take(library, path)

    assert receipt.counts()["stored"] == 2
    assert "more than 2 members" in by_path(receipt)[str(path)].reason


def test_encrypted_member_is_said(library: Library, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"x": b"data"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)

    (entry,) = take(library, path).entries

    assert (entry.status, "encrypted" in entry.reason) == ("unreadable", True)


@pytest.mark.parametrize("cut", [30, 700])
def test_damaged_archive_is_said(
    library: Library, tmp_path: Path, members: dict[str, bytes], cut: int
) -> None:
    path = zipped(tmp_path / "a.zip", members)
    path.write_bytes(path.read_bytes()[:-cut])

    entries = by_path(take(library, path))

    assert entries[str(path)].status == "unreadable"


def test_document_that_is_a_zip_is_not_opened_on_a_disc(
    library: Library, tmp_path: Path, members: dict[str, bytes]
) -> None:
    (tmp_path / "disc").mkdir()
    zipped(tmp_path / "disc" / "viewer.jar", members)

    (entry,) = take(library, tmp_path / "disc").entries

    assert (entry.status, entry.reason) == ("skipped", "a program or document, no DICOM object")
