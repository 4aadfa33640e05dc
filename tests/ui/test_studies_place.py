"""The Studies place on a real library: list, search, states, delete and undo, comments."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.importing import study_uid
from tests.ui.conftest import Desk
from viewer.model.listing import NEW, OPENED, READ, StudyQuery
from viewer.ui.study_columns import column_index
from viewer.ui.study_model import LINE_ROLE

ALMA, BERT, JOSE, VERA = "Phantom^Alma", "Phantom^Bert", "Müller^José", "Фантом^Вера"


def type_search(desk: Desk, text: str) -> None:
    box = desk.window.studies.filters.search
    box.setFocus()
    box.selectAll()
    if text.isascii():
        QTest.keyClicks(box, text)
    else:
        box.insert(text)  # QTest's keyboard is ASCII only


def select(desk: Desk, *seeds: str) -> None:
    desk.window.studies.table.select_studies(tuple(study_uid(seed) for seed in seeds))


def stored_states(desk: Desk) -> dict[str, str]:
    library = desk.services.library
    assert library is not None
    rows = desk.services.jobs  # asked in a job below: the library refuses the window's thread
    found: dict[str, str] = {}
    rows.run(
        "read",
        lambda _task: library.search(StudyQuery()),
        done=lambda page: found.update({r.patient_name: r.state for r in page.rows}),
    )
    desk.until(lambda: bool(found))
    return found


def test_list_shows_every_study_newest_first(desk: Desk) -> None:
    assert desk.names == [ALMA, BERT, JOSE, VERA]
    assert desk.window.studies.result.text() == "4 studies"


def test_caret_is_in_the_search_box_at_the_start(desk: Desk) -> None:
    assert desk.window.focusWidget() is desk.window.studies.filters.search


def test_search_is_blind_to_diacritics_and_case(desk: Desk) -> None:
    type_search(desk, "MULLER jose")
    desk.until(lambda: desk.names == [JOSE])
    assert desk.window.studies.result.text().startswith("1 of 4 studies · ")


def test_search_finds_cyrillic_descriptions(desk: Desk) -> None:
    type_search(desk, "голов")
    desk.until(lambda: desk.names == [VERA])


def test_nothing_found_says_so_and_clears_by_its_button(desk: Desk) -> None:
    type_search(desk, "nobody")
    studies = desk.window.studies
    desk.until(lambda: studies.message.isVisible())
    assert studies.message.message is not None
    assert studies.message.message.heading == "No study matches"
    studies.message.message.steps[0].run()
    desk.until(lambda: len(desk.names) == 4 and studies.table.isVisible())


def test_modality_chip_limits_the_list_and_lets_go_again(desk: Desk) -> None:
    chips = desk.window.studies.filters
    desk.until(lambda: bool(chips.modality_chips))
    chip = chips.modality_chips["MR"]
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    desk.until(lambda: desk.names == [BERT])
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    desk.until(lambda: len(desk.names) == 4)


def test_click_on_a_title_sorts_and_a_second_click_turns_round(desk: Desk) -> None:
    header = desk.window.studies.table.horizontalHeader()
    place = column_index("patient")
    at = QPoint(header.sectionViewportPosition(place) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    desk.until(lambda: desk.names == [JOSE, ALMA, BERT, VERA])
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    desk.until(lambda: desk.names == [VERA, BERT, ALMA, JOSE])


def test_r_marks_read_and_the_same_key_unread(desk: Desk) -> None:
    table = desk.window.studies.table
    select(desk, "alma")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_R)
    desk.until(lambda: desk.window.studies.selected[0].state == READ)
    assert stored_states(desk)[ALMA] == READ
    QTest.keyClick(table, Qt.Key.Key_R)
    desk.until(lambda: desk.window.studies.selected[0].state == OPENED)


def test_letters_typed_into_the_search_box_are_no_commands(desk: Desk) -> None:
    select(desk, "alma")
    type_search(desk, "rcp")
    desk.until(lambda: desk.window.studies.filters.search.text() == "rcp")
    assert set(stored_states(desk).values()) == {NEW}


def test_delete_and_undo_bring_the_study_back(desk: Desk) -> None:
    table = desk.window.studies.table
    select(desk, "bert")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    desk.until(lambda: desk.names == [ALMA, JOSE, VERA])
    assert desk.window.notice.text == "Study deleted"
    (following,) = desk.window.studies.selected  # a second Del takes the next study, not the top
    assert following.study_instance_uid == study_uid("jose")
    QTest.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: desk.names == [ALMA, BERT, JOSE, VERA])
    assert [study.study_instance_uid for study in desk.window.studies.selected] == [
        study_uid("bert")
    ]


def test_undo_button_of_the_notice_brings_the_study_back(desk: Desk) -> None:
    select(desk, "alma", "bert")
    desk.window.run_command("studies.delete")
    desk.until(lambda: desk.names == [JOSE, VERA])
    assert desk.window.notice.text == "2 studies deleted"
    desk.window.notice.undo_button.click()
    desk.until(lambda: desk.names == [ALMA, BERT, JOSE, VERA])


def test_comment_is_kept_when_the_reader_leaves_it(desk: Desk) -> None:
    select(desk, "alma")
    desk.window.run_command("studies.comment")
    comment = desk.window.studies.preview.comment
    QTest.keyClicks(comment, "Compare with 2023")
    QTest.keyClick(comment, Qt.Key.Key_Escape)
    desk.until(lambda: desk.window.studies.selected[0].comment == "Compare with 2023")
    type_search(desk, "compare")
    desk.until(lambda: desk.names == [ALMA])


def test_comment_of_one_study_never_lands_on_the_next(desk: Desk) -> None:
    select(desk, "alma")
    desk.window.run_command("studies.comment")
    comment = desk.window.studies.preview.comment
    QTest.keyClicks(comment, "for Alma")
    select(desk, "bert")
    desk.until(lambda: desk.window.studies.preview.comment.toPlainText() == "")
    select(desk, "alma")
    desk.until(lambda: desk.window.studies.selected[0].comment == "for Alma")
    assert desk.window.studies.preview.comment.toPlainText() == "for Alma"


def test_series_unfold_below_their_study_and_fold_again(desk: Desk) -> None:
    studies = desk.window.studies
    select(desk, "bert")
    studies.table.setFocus()
    QTest.keyClick(studies.table, Qt.Key.Key_Right)
    desk.until(lambda: studies.model.rowCount() == 5)
    line = studies.model.index(2, 0).data(LINE_ROLE)
    assert line.series is not None
    assert line.series.modality == "MR"
    assert studies.model.index(3, 0).data(LINE_ROLE).study.patient_name == JOSE
    QTest.keyClick(studies.table, Qt.Key.Key_Left)
    assert studies.model.rowCount() == 4


def test_unfolded_study_stays_unfolded_after_a_search(desk: Desk) -> None:
    studies = desk.window.studies
    studies.model.unfold(study_uid("bert"))
    desk.until(lambda: studies.model.rowCount() == 5)
    type_search(desk, "phantom")
    desk.until(lambda: desk.names == [ALMA, BERT])
    assert studies.model.rowCount() == 3


def test_arrow_down_goes_from_the_search_box_into_the_list(desk: Desk) -> None:
    box = desk.window.studies.filters.search
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert desk.window.focusWidget() is desk.window.studies.table


def test_preview_shows_who_is_chosen_with_real_pictures(desk: Desk) -> None:
    select(desk, "alma")
    grid = desk.window.studies.preview.grid
    desk.until(lambda: bool(grid.tiles) and grid.tiles[0].image is not None)
    assert desk.window.studies.preview.name_text == "Phantom, Alma"
    pictures = list(desk.services.home.thumbnails.glob("*.png"))
    desk.until(lambda: len(list(desk.services.home.thumbnails.glob("*.png"))) >= 1)
    assert all(len(path.stem) == 64 for path in pictures)


def test_columns_are_remembered(desk: Desk, open_desk: object) -> None:
    header = desk.window.studies.table.horizontalHeader()
    header.moveSection(header.visualIndex(column_index("age")), 1)
    header.resizeSection(column_index("description"), 333)
    desk.window.studies.save_state()
    again = open_desk(desk.services.home)  # type: ignore[operator]
    other = again.window.studies.table.horizontalHeader()
    assert other.visualIndex(column_index("age")) == 1
    assert other.sectionSize(column_index("description")) == 333


def test_markup_in_names_is_shown_literally(desk: Desk) -> None:
    studies = desk.window.studies
    row = replace(studies.model.studies_here()[0], patient_name="<b>Bold</b>^<img src>")
    studies.model.put_page(0, (row,))
    tip = studies.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>" not in tip  # a tooltip would read it as markup
    assert "b>Bold" in tip
    studies.preview.show_studies((row,))
    assert studies.preview.name_text == "<b>Bold</b>, <img src>"


def test_deleted_studies_are_listed_and_restored(desk: Desk) -> None:
    select(desk, "bert")
    desk.window.run_command("studies.delete")
    desk.until(lambda: desk.names == [ALMA, JOSE, VERA])
    filters = desk.window.studies.filters
    filters.show_deleted()
    desk.until(lambda: desk.names == [BERT])
    select(desk, "bert")
    desk.window.run_command("studies.delete")
    message = desk.window.studies.message
    desk.until(lambda: message.isVisible())
    assert message.message is not None
    assert message.message.heading == "Nothing is deleted"
    message.message.steps[0].run()
    desk.until(lambda: desk.names == [ALMA, BERT, JOSE, VERA])


def test_preview_tells_by_which_import_a_study_came(desk: Desk) -> None:
    select(desk, "alma")
    origin = desk.window.studies.preview.origin
    desk.until(origin.isVisible)
    assert origin.number == 1


def test_tab_key_goes_in_reading_order(desk: Desk) -> None:
    studies = desk.window.studies
    select(desk, "alma")
    desk.until(lambda: bool(studies.filters.modality_chips))
    studies.focus_search()
    met: list[QWidget] = []
    while studies.filters.search not in met[1:]:
        focus = desk.window.focusWidget()
        assert focus is not None
        met.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    expected = [
        studies.filters.search,
        *studies.filters.modality_chips.values(),
        studies.import_button,
        studies.table,
        studies.preview.open_button,
        studies.preview.comment,
    ]
    assert [widget for widget in met[:-1] if widget in expected] == expected
