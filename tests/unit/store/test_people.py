"""Who is one patient and who is two (R-051, R-052): pairs judged by the standard's meaning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.importing import opened, rows_of, small_series, stored_paths, study_uid, take
from viewer.dicom.records import read_instance
from viewer.model.study import Identity
from viewer.store.agreement import Agreement, across_studies, within_study
from viewer.store.committing import Offer
from viewer.store.library import Library

ANNA = Identity("4711", "HOSP", "Muster^Anna", "19700101", "F", b"4711", b"Muster^Anna")


def variant(**changes: str) -> Identity:
    facts: dict[str, Any] = {"raw_patient_id": b"", "raw_name": b"", **changes}
    return replace(ANNA, **facts)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"patient_id": " 4711 "},
        {"name": "MUSTER^ANNA"},
        {"name": "Muster^Anna^^^"},
        {"name": "Muster^Anna^Maria"},
        {"name": " Muster ^ Anna"},
        {"issuer": ""},
        {"sex": ""},
    ],
)
def test_harmless_differences_are_one_person(changes: dict[str, str]) -> None:
    assert within_study(ANNA, variant(**changes)) is Agreement.SAME
    assert across_studies(ANNA, variant(**changes)) is Agreement.SAME


@pytest.mark.parametrize(
    "changes",
    [
        {"patient_id": "4712"},
        {"name": "Muster^Otto"},
        {"name": "Otto^Anna", "birth_date": "19700102"},
        {"birth_date": "19710101"},
        {"sex": "M"},
        {"issuer": "CLINIC"},
        {"name": ""},
    ],
)
def test_other_facts_are_another_person(changes: dict[str, str]) -> None:
    assert within_study(ANNA, variant(**changes)) is Agreement.DIFFERENT
    assert across_studies(ANNA, variant(**changes)) is Agreement.DIFFERENT


def test_changed_surname_is_one_person_to_be_flagged() -> None:
    married = variant(name="Beispiel^Anna")

    assert across_studies(ANNA, married) is Agreement.CHANGED_SURNAME
    assert within_study(ANNA, married) is Agreement.CHANGED_SURNAME


def test_birth_date_may_be_absent_within_a_study_but_not_across() -> None:
    without = variant(birth_date="")

    assert within_study(ANNA, without) is Agreement.SAME
    assert across_studies(ANNA, without) is Agreement.DIFFERENT


def two_studies(folder: Path, first: dict[str, str], second: dict[str, str]) -> None:
    small_series(folder / "a", "a", tags=first)
    small_series(folder / "b", "b", tags=second)


SAME_PERSON = {
    "PatientID": "4711",
    "PatientName": "Muster^Anna",
    "PatientBirthDate": "19700101",
    "PatientSex": "F",
}


def test_two_studies_of_one_person_have_one_patient(library: Library, tmp_path: Path) -> None:
    two_studies(tmp_path, SAME_PERSON, SAME_PERSON | {"PatientName": "MUSTER^ANNA^"})

    take(library, tmp_path / "a", tmp_path / "b")

    first, second = rows_of(library)
    assert first.patient_key == second.patient_key
    assert not first.flags


def test_same_id_with_another_birth_date_is_two_flagged_patients(
    library: Library, tmp_path: Path
) -> None:
    two_studies(tmp_path, SAME_PERSON, SAME_PERSON | {"PatientBirthDate": "19800101"})

    receipt = take(library, tmp_path / "a", tmp_path / "b")

    first, second = rows_of(library)
    assert receipt.counts()["stored"] == 6
    assert first.patient_key != second.patient_key
    assert first.flags == second.flags != ()


@pytest.mark.parametrize("placeholder", ["", "0", "UNKNOWN", "ANON", "999999", "Anonymous"])
def test_placeholder_ids_never_match(library: Library, tmp_path: Path, placeholder: str) -> None:
    nobody = SAME_PERSON | {"PatientID": placeholder}
    two_studies(tmp_path, nobody, nobody)

    take(library, tmp_path / "a", tmp_path / "b")

    first, second = rows_of(library)
    assert first.patient_key != second.patient_key
    assert not first.flags


def test_changed_surname_flags_one_patient(library: Library, tmp_path: Path) -> None:
    two_studies(tmp_path, SAME_PERSON, SAME_PERSON | {"PatientName": "Beispiel^Anna"})

    take(library, tmp_path / "a", tmp_path / "b")

    first, second = rows_of(library)
    assert first.patient_key == second.patient_key
    assert "surname" in first.flags[0]


def test_confirmed_link_makes_one_person_and_can_be_taken_back(
    library: Library, tmp_path: Path
) -> None:
    two_studies(tmp_path, SAME_PERSON, SAME_PERSON | {"PatientID": "X9"})
    take(library, tmp_path / "a", tmp_path / "b")
    first, second = rows_of(library)

    library.link_persons(first.patient_key, second.patient_key, "Dr. House")

    linked = rows_of(library)
    assert linked[0].patient_key == linked[1].patient_key
    assert linked[0].person_note.startswith("same person, confirmed by Dr. House on ")
    assert {row.patient_id for row in linked} == {"4711", "X9"}

    library.unlink_persons(first.patient_key, second.patient_key, "Dr. House")

    apart = rows_of(library)
    assert apart[0].patient_key != apart[1].patient_key
    assert not apart[0].person_note


def test_study_of_another_patient_is_kept_apart(library: Library, tmp_path: Path) -> None:
    shared = {"StudyInstanceUID": study_uid("a")}
    two_studies(tmp_path, SAME_PERSON, SAME_PERSON | shared | {"PatientID": "X9"})

    receipt = take(library, tmp_path / "a", tmp_path / "b")

    assert receipt.counts()["stored"] == 3
    assert receipt.counts()["conflict"] == 3
    (row,) = rows_of(library)
    assert (row.patient_id, row.n_instances, row.n_conflicts) == ("4711", 3, 3)
    apart = library.conflicts(study_uid("a"))
    assert {conflict.kind for conflict in apart} == {"patient"}
    assert all((library.home.quarantine / conflict.path).is_file() for conflict in apart)


def test_two_processes_cannot_give_one_study_two_patients(
    library: Library, lightbox_home: Path, tmp_path: Path
) -> None:
    """Each judges an empty library; the write lock settles who is first (R-051)."""
    shared = {"StudyInstanceUID": study_uid("a")}
    two_studies(tmp_path, SAME_PERSON, SAME_PERSON | shared | {"PatientID": "X9"})
    with opened(lightbox_home) as other:
        first = library.start_import("a", "copy")
        second = other.start_import("b", "copy")
        for intake, folder in ((first, "a"), (second, "b")):
            for path in sorted((tmp_path / folder).iterdir()):
                offer = Offer(read_instance(str(path)), str(path), "folder")
                intake.take([offer], lambda: None)
        for intake in (first, second):
            intake.finish(complete=True)
            intake.close()

        assert other.receipt(second.receipt).counts()["conflict"] == 3
    (row,) = rows_of(library)
    assert (row.patient_id, row.n_instances, row.n_conflicts) == ("4711", 3, 3)
    assert len(stored_paths(lightbox_home)) == 3
