"""The flat model: rows of studies and unfolded series always tell the same story."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.model.listing import SeriesRow, StudyRow
from viewer.ui.study_columns import images_text, status_text, study_text
from viewer.ui.study_model import PAGE_ROWS, StudyListModel


def study(number: int, **changes: object) -> StudyRow:
    fields: dict[str, object] = {
        "study_instance_uid": f"1.2.{number}",
        "patient_key": number,
        "patient_name": f"Phantom^{number}",
        "patient_id": f"P{number}",
        "issuer": "",
        "birth_date": "19700101",
        "sex": "F",
        "age": "54 y",
        "date": "20240305",
        "time": "101500",
        "description": "CT",
        "accession_number": "",
        "modalities": ("CT", "SR"),
        "n_series": 1,
        "n_instances": 10,
        "n_images": 10,
        "source": "folder",
        "state": "new",
        "comment": "",
        "added": "2026-01-01T00:00:00.000Z",
    }
    return StudyRow(**{**fields, **changes})  # type: ignore[arg-type]


def series(number: int, n: int) -> tuple[SeriesRow, ...]:
    return tuple(
        SeriesRow(f"1.2.{number}.{i}", f"1.2.{number}", i, "CT", "", 1, 1, "", "", "")
        for i in range(n)
    )


def unfold(model: StudyListModel, number: int, n: int) -> None:
    model.unfold(f"1.2.{number}")
    model.put_series(f"1.2.{number}", series(number, n))


@given(
    n_studies=st.integers(1, 60),
    folds=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 7)), max_size=25),
)
def test_rows_are_the_studies_with_their_series_below(
    n_studies: int, folds: list[tuple[int, int]]
) -> None:
    model = StudyListModel()
    model.start(n_studies, 0, tuple(study(i) for i in range(n_studies)))
    shown: dict[int, int] = {}
    for number, n in folds:  # unfolds a folded study, folds an unfolded one
        if number >= n_studies:
            continue
        if number in shown:
            model.fold(f"1.2.{number}")
            del shown[number]
        else:
            unfold(model, number, n)
            shown[number] = n
    expected = []
    for number in range(n_studies):
        expected.append((number, -1))
        expected += [(number, i) for i in range(shown.get(number, 0))]
    met = []
    for row in range(model.rowCount()):
        line = model.line(row)
        assert line.study is not None
        assert model.position_at(row) == line.study.patient_key
        met.append((line.study.patient_key, -1 if line.series is None else line.series.number))
    assert met == expected
    assert all(model.line(model.row_of_position(i)).study == study(i) for i in range(n_studies))


@pytest.mark.usefixtures("qapp")
def test_rows_that_are_not_here_are_skeletons_and_ask_once() -> None:
    model = StudyListModel()
    asked: list[int] = []
    model.page_wanted.connect(asked.append)
    model.start(5 * PAGE_ROWS, 0, tuple(study(i) for i in range(PAGE_ROWS)))
    for row in (PAGE_ROWS + 1, PAGE_ROWS + 2, 3 * PAGE_ROWS):
        assert model.line(row).study is None
        model.index(row, 0).data()
        model.index(row, 1).data()
    model.ask_now()
    assert asked == [PAGE_ROWS, 3 * PAGE_ROWS]
    model.put_page(PAGE_ROWS, tuple(study(PAGE_ROWS + i) for i in range(PAGE_ROWS)))
    assert model.index(PAGE_ROWS + 1, 1).data() == f"P{PAGE_ROWS + 1}"


def test_a_study_folded_before_its_series_came_stays_folded() -> None:
    model = StudyListModel()
    model.start(1, 0, (study(0),))
    model.unfold("1.2.0")
    model.fold("1.2.0")
    model.put_series("1.2.0", series(0, 3))
    assert model.rowCount() == 1


def test_missing_objects_are_counted_and_named() -> None:
    row = study(0, n_instances=1204, n_expected=1311)
    assert images_text(row) == "1,204 of 1,311"
    assert status_text(row) == "incomplete"


def test_conflicts_come_before_every_other_state() -> None:
    row = study(0, n_conflicts=2, arriving=True, n_expected=99)
    assert status_text(row) == "2 conflicts"


def test_dates_and_modalities_are_shown_as_words() -> None:
    assert study_text(study(0), "modalities") == "CT, SR"
    assert study_text(study(0), "date") == "2024-03-05 10:15"
