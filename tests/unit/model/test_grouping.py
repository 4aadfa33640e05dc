"""Studies are grouped by UID and by person, never across patients (R-051, R-054)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.slices import instance, plane, stack_of
from viewer.model.grouping import CONFLICT_ATTRIBUTE, group_studies
from viewer.model.person import same_within_study
from viewer.model.study import Identity, Instance

DOE = Identity("42", "", "Doe^Jane^Mary", "19700101", "F")


def of(identity: Identity, uid: str = "1.5") -> Instance:
    return replace(instance(uid, plane((0, 0, 0))), identity=identity)


def test_two_patients_under_one_study_uid_are_two_studies_and_marked() -> None:
    mine = instance("1", plane((0, 0, 0)), patient="A")
    theirs = instance("2", plane((0, 0, 2)), patient="B")

    studies = group_studies([mine, theirs, replace(mine, sop_instance_uid="3")])

    assert [len(study.series[0].instances) for study in studies] == [2, 1]
    assert all(CONFLICT_ATTRIBUTE in study.attributes for study in studies)
    assert {study.identity.patient_id for study in studies} == {"A", "B"}


def test_one_patient_is_not_marked() -> None:
    (study,) = group_studies(stack_of(3))

    assert CONFLICT_ATTRIBUTE not in study.attributes


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (DOE, True),
        (replace(DOE, name="DOE^JANE"), True),
        (replace(DOE, name="Doe^Jane^Mary^^"), True),
        (replace(DOE, name=" doe ^ jane "), True),
        (replace(DOE, name="Doe^Jane=ドウ^ジェーン"), True),
        (replace(DOE, birth_date=""), True),
        (replace(DOE, sex=""), True),
        (replace(DOE, patient_id="42 "), True),
        (replace(DOE, birth_date="1970.01.01"), True),
        (replace(DOE, patient_id="43"), False),
        (replace(DOE, name="Smith^Jane"), False),
        (replace(DOE, name="Doe^John"), False),
        (replace(DOE, birth_date="19700102"), False),
        (replace(DOE, sex="M"), False),
    ],
)
def test_agreement_tolerates_spelling_but_not_another_person(other: Identity, same: bool) -> None:
    assert same_within_study(DOE, other) is same
    assert same_within_study(other, DOE) is same
    assert len(group_studies([of(DOE), of(other, "1.6")])) == (1 if same else 2)


def test_unknown_birth_date_does_not_join_two_birth_dates() -> None:
    unknown, twin = replace(DOE, birth_date=""), replace(DOE, birth_date="19990909")

    studies = group_studies([of(unknown), of(DOE, "1.6"), of(twin, "1.7")])

    assert [len(study.series[0].instances) for study in studies] == [2, 1]


def test_series_are_ordered_by_number_and_keep_their_instances_in_order() -> None:
    second = instance("9", plane((0, 0, 0)), {"SeriesNumber": 2}, series="1.2.2")
    first = instance("8", plane((0, 0, 0)), {"SeriesNumber": 1}, series="1.2.1")
    unnumbered = instance("7", plane((0, 0, 0)), series="1.2.0")

    (study,) = group_studies([unnumbered, second, first])

    assert [series.number for series in study.series] == [1, 2, None]


def test_newest_study_comes_first() -> None:
    old = replace(
        instance("1", plane((0, 0, 0)), {"StudyDate": "20200101"}), study_instance_uid="1"
    )
    new = replace(
        instance("2", plane((0, 0, 0)), {"StudyDate": "20240101"}), study_instance_uid="2"
    )

    assert [study.date for study in group_studies([old, new])] == ["20240101", "20200101"]
