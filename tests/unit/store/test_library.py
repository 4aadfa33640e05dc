"""The library as the window uses it: list, open, change, delete, links, news."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.importing import opened, query, rows_of, small_series, stored_paths, study_uid, take
from viewer.base.errors import StoreDamagedError, UsageError
from viewer.dicom.digest import hash_file
from viewer.dicom.records import read_instance
from viewer.model.grouping import group_studies
from viewer.model.listing import StudyQuery
from viewer.services.importing import LINK
from viewer.store.library import Library


def test_stored_bytes_are_the_bytes_that_were_met(library: Library, tmp_path: Path) -> None:
    paths = small_series(tmp_path / "in")

    take(library, tmp_path / "in")

    met = sorted(path.read_bytes() for path in paths)
    assert sorted(path.read_bytes() for path in stored_paths(library.home.root)) == met


def test_names_of_stored_files_are_ours(library: Library, tmp_path: Path) -> None:
    small_series(tmp_path / "in", tags={"PatientID": "../../evil", "PatientName": "Evil^../.."})

    take(library, tmp_path / "in")

    for path in stored_paths(library.home.root):
        relative = path.relative_to(library.home.objects)
        assert all(
            set(part.removesuffix(".dcm")) <= set("0123456789abcdef") for part in relative.parts
        )


def test_everything_in_the_home_is_private(library: Library, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in")
    library.set_comment(study_uid(), "note")

    for path in library.home.root.rglob("*"):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path.name


def test_program_in_the_preamble_does_not_get_in(library: Library, tmp_path: Path) -> None:
    (path, *_) = small_series(tmp_path / "in")
    data = path.read_bytes()
    path.write_bytes(b"MZ" + b"\x90" * 126 + data[128:])

    receipt = take(library, path)

    (stored,) = stored_paths(library.home.root)
    assert stored.read_bytes() == bytes(128) + data[128:]
    assert receipt.entries[0].sha256 != ""
    assert library.verify(lambda: None, lambda _n: None).all_well


def test_opened_study_is_what_its_files_say(library: Library, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in")

    study = library.load_study(study_uid())

    (expected,) = group_studies(
        [read_instance(str(path)) for path in stored_paths(library.home.root)]
    )
    found = {one.sop_instance_uid: one for one in study.series[0].instances}
    assert study.in_library
    assert (study.date, study.description) == (expected.date, expected.description)
    assert study.attributes == expected.attributes
    for instance in expected.series[0].instances:
        mine = found[instance.sop_instance_uid]
        assert mine.attributes == instance.attributes
        assert (mine.identity, mine.pixels, mine.frames) == (
            instance.identity,
            instance.pixels,
            instance.frames,
        )
        offset = instance.file.dataset_offset
        assert mine.file.digest == hash_file(mine.file.path, offset).digest
        assert mine.file.path == instance.file.path


def harm_facts(root: Path) -> None:
    with closing(sqlite3.connect(root / "index.db")) as connection, connection:
        connection.execute("UPDATE instances SET facts = x'0102' WHERE key = 2")


def test_damaged_facts_are_read_from_the_file_again(library: Library, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in")
    before = library.load_study(study_uid())
    harm_facts(library.home.root)

    assert library.load_study(study_uid()) == before


def test_damaged_facts_without_a_file_are_said(library: Library, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in")
    harm_facts(library.home.root)
    for path in stored_paths(library.home.root):
        path.unlink()

    with pytest.raises(StoreDamagedError, match="--rebuild"):
        library.load_study(study_uid())


def test_unknown_study_is_refused_in_words(library: Library) -> None:
    with pytest.raises(UsageError, match="no such study"):
        library.load_study("1.2.3")


def test_list_shows_what_the_header_says(library: Library, tmp_path: Path) -> None:
    small_series(tmp_path / "in", tags={"InstitutionName": "Clinic", "AccessionNumber": "A77"})
    take(library, tmp_path / "in")

    (row,) = rows_of(library)

    assert row.patient_name == "Phantom^phantom"
    assert (row.patient_id, row.birth_date, row.sex) == ("ID-phantom", "19700101", "O")
    assert (row.date, row.time, row.age) == ("20240229", "123456", "54 y")
    assert (row.modalities, row.n_series, row.n_instances, row.n_images) == (("CT",), 1, 3, 3)
    assert (row.institution, row.accession_number) == ("Clinic", "A77")
    assert (row.source, row.state, row.arriving) == ("folder", "new", False)
    (series,) = library.series_rows(study_uid())
    assert (series.number, series.modality, series.n_images) == (1, "CT", 3)
    assert library.counts() == {
        "studies": 1, "series": 1, "instances": 3, "images": 3, "trashed": 0,
    }  # fmt: skip
    assert (library.modalities(), library.sources()) == (("CT",), ("folder",))


NAMES = {
    "a": "Müller^Änne",
    "b": "Yamada^Tarou=山田^太郎=やまだ^たろう",
    "c": "Smith^John",
}


@pytest.fixture
def three(library: Library, tmp_path: Path) -> Library:
    for number, (seed, name) in enumerate(NAMES.items()):
        tags = {
            "PatientName": name,
            "StudyDate": f"202{number}0101",
            "StudyDescription": f"Exam {seed}",
        }
        small_series(tmp_path / seed, seed, tags=tags)
    take(library, tmp_path)
    return library


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("muller", "a"),
        ("MULL ann", "a"),
        ("yamada", "b"),
        ("山田", "b"),
        ("太", "b"),
        ("ヤマダ", "b"),
        ("smith exam", "c"),
        ("id-c", "c"),
        ("known", "abc"),
        ("ohn", ""),
        ("mullerx", ""),
        ("^^", ""),
    ],
)
def test_search_finds_by_beginnings_of_words(three: Library, text: str, found: str) -> None:
    names = {NAMES[seed] for seed in found}
    assert {row.patient_name for row in rows_of(three, text=text)} == names


def test_search_by_study_uid(three: Library) -> None:
    (row,) = rows_of(three, text=study_uid("b"))
    assert row.patient_name == NAMES["b"]


def test_filters_and_order(three: Library) -> None:
    def seeds(**wanted: object) -> list[str]:
        return [row.description[-1] for row in rows_of(three, **wanted)]

    assert seeds() == ["c", "b", "a"]
    assert seeds(descending=False) == ["a", "b", "c"]
    assert seeds(sort="patient", descending=False) == ["a", "c", "b"]
    assert seeds(date_from="20210101") == ["c", "b"]
    assert seeds(date_to="20210101") == ["b", "a"]
    assert seeds(modalities=("CT",)) == ["c", "b", "a"]
    assert seeds(modalities=("C",)) == []
    assert seeds(source="folder", limit=1, offset=1) == ["b"]
    assert seeds(source="disc") == []


def test_page_counts_all_matches(three: Library) -> None:
    page = three.search(StudyQuery(text="exam", limit=2))
    assert (len(page.rows), page.n_matching, page.n_total) == (2, 3, 3)


def test_state_and_comment_are_kept_and_searchable(three: Library, lightbox_home: Path) -> None:
    three.set_state([study_uid("a"), study_uid("b")], "read")
    three.set_comment(study_uid("a"), "Rücksprache Kardiologie")

    assert {row.patient_name for row in rows_of(three, states=("read",))} == {
        NAMES["a"],
        NAMES["b"],
    }
    (row,) = rows_of(three, text="rucksprache")
    assert row.comment == "Rücksprache Kardiologie"
    assert "Rücksprache" in (lightbox_home / "journal.jsonl").read_text(encoding="utf-8")
    with pytest.raises(UsageError):
        three.set_state([study_uid("a")], "signed")


def test_delete_is_soft_and_can_be_undone(three: Library) -> None:
    stored = stored_paths(three.home.root)
    token = three.delete([study_uid("a"), study_uid("b")])

    assert [row.description for row in rows_of(three)] == ["Exam c"]
    assert len(rows_of(three, trashed=True)) == 2
    assert rows_of(three, text="muller") == ()
    assert stored_paths(three.home.root) == stored

    three.restore(token)

    assert len(rows_of(three)) == 3
    three.delete([study_uid("a")])
    three.restore([study_uid("a")])
    assert len(rows_of(three)) == 3


def test_changes_of_another_process_are_seen(three: Library, lightbox_home: Path) -> None:
    seq, _ = three.changes_since(0)
    assert three.changes_since(seq) == (seq, frozenset())

    with opened(lightbox_home) as other:
        other.set_state([study_uid("a")], "opened")

    newer, changes = three.changes_since(seq)
    assert newer > seq
    assert changes == {("study", study_uid("a"))}


def test_chosen_character_set_changes_texts_and_no_bytes(library: Library, tmp_path: Path) -> None:
    # Cyrillic bytes under a Latin label, as mislabelled files have them.
    mislabelled = "Иванов^Пётр".encode("iso8859_5").decode("latin-1")
    tags = {"SpecificCharacterSet": "ISO_IR 100", "PatientName": mislabelled}
    paths = small_series(tmp_path / "in", tags=tags)
    take(library, *paths[:2])
    before = {path.name: path.read_bytes() for path in stored_paths(library.home.root)}
    garbled = rows_of(library)[0].patient_name

    library.set_charset(study_uid(), ("ISO_IR 144",))

    assert rows_of(library, text="иванов")[0].patient_name == "Иванов^Пётр"
    study = library.load_study(study_uid())
    assert {one.identity.name for one in study.series[0].instances} == {"Иванов^Пётр"}
    assert {p.name: p.read_bytes() for p in stored_paths(library.home.root)} == before
    raw = query(library.home.root, "SELECT raw_name FROM identities")
    assert raw == [("Иванов^Пётр ".encode("iso8859_5"),)]  # padded to an even length

    take(library, paths[2])  # what arrives later reads the same way
    study = library.load_study(study_uid())
    assert {one.identity.name for one in study.series[0].instances} == {"Иванов^Пётр"}

    library.set_charset(study_uid(), None)
    assert rows_of(library)[0].patient_name == garbled != "Иванов^Пётр"


def test_linked_files_stay_where_they_are(library: Library, tmp_path: Path) -> None:
    paths = small_series(tmp_path / "in")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}

    receipt = take(library, tmp_path / "in", mode=LINK)

    assert [entry.reason for entry in receipt.entries] == ["linked"] * 3
    assert stored_paths(library.home.root) == []
    study = library.load_study(study_uid())
    assert sorted(one.file.path for one in study.series[0].instances) == sorted(map(str, paths))
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths} == before
    again = take(library, tmp_path / "in", mode=LINK)
    assert {entry.reason for entry in again.entries} == {"linked before and unchanged since"}


def test_linked_files_that_vanish_are_said(library: Library, tmp_path: Path) -> None:
    paths = small_series(tmp_path / "in")
    take(library, tmp_path / "in", mode=LINK)
    paths[0].unlink()

    assert library.missing_files(study_uid()) == [str(paths[0])]
    assert rows_of(library)[0].n_instances == 3


def test_linked_study_can_be_copied_in_later(library: Library, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in", mode=LINK)

    receipt = take(library, tmp_path / "in")

    assert receipt.counts()["stored"] == 3
    assert len(stored_paths(library.home.root)) == 3
    assert query(library.home.root, "SELECT DISTINCT linked FROM files") == [(0,)]


def test_moved_folder_can_be_linked_again(library: Library, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    take(library, tmp_path / "in", mode=LINK)
    (tmp_path / "in").rename(tmp_path / "moved")

    receipt = take(library, tmp_path / "moved", mode=LINK)

    assert receipt.counts()["stored"] == 3
    assert library.missing_files(study_uid()) == []


def test_index_opens_a_second_time_with_all_in_it(lightbox_home: Path, tmp_path: Path) -> None:
    small_series(tmp_path / "in")
    with opened(lightbox_home) as library:
        receipt = take(library, tmp_path / "in")
    with opened(lightbox_home) as library:
        assert len(rows_of(library)) == 1
        assert library.receipt(receipt.id) == receipt
        (summary,) = library.receipts()
        assert (summary.id, summary.counts["stored"], summary.running) == (receipt.id, 3, False)
        with pytest.raises(UsageError, match="no receipt"):
            library.receipt(99)
