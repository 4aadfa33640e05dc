"""The window as a person uses it: drop, import, find, open, read in place, receipts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.importing import small_series, study_uid
from tests.ui.conftest import Desk, desk, filled_home, open_desk, studied_home
from viewer.base.paths import Home
from viewer.commands._spec import READING, STUDIES
from viewer.ui.drop_overlay import IMPORT, OPEN

__all__ = ["desk", "filled_home", "open_desk", "studied_home"]  # fixtures

OpenDesk = Callable[[Home], Desk]
COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def drop(place: Desk, zone: str, *paths: Path) -> None:
    """Drag files over the window and let go in a zone, as the window system reports it."""
    window = place.window
    native = window.windowHandle()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    enter = QDragEnterEvent(QPoint(300, 300), COPY, data, LEFT, NONE)
    QApplication.sendEvent(native, enter)
    assert enter.isAccepted()
    overlay = window.drop_overlay
    assert overlay.isVisible()
    x, y = overlay.zone_centre(zone)  # the overlay covers the window
    QApplication.sendEvent(native, QDragMoveEvent(QPoint(x, y), COPY, data, LEFT, NONE))
    QApplication.sendEvent(native, QDropEvent(QPointF(x, y), COPY, data, LEFT, NONE))
    assert not overlay.isVisible()


def test_dropped_folder_is_imported_found_and_opened(
    open_desk: OpenDesk, lightbox_home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "incoming"
    small_series(folder, "carl", tags={"StudyDescription": "CT knee"})
    (folder / "notes.txt").write_text("no image")
    place = open_desk(Home(lightbox_home))
    place.start()
    drop(place, IMPORT, folder)
    place.until(lambda: len(place.names) == 1 and not place.window.runner.running)
    receipt = place.window.studies.preview.receipt
    place.until(receipt.isVisible)

    box = place.window.studies.filters.search
    box.setFocus()
    QTest.keyClicks(box, "knee")
    place.until(lambda: len(place.names) == 1 and not place.window.studies.waiting)
    QTest.keyClick(box, Qt.Key.Key_Return)
    place.until(lambda: place.window.place == READING)
    tab = place.window.tabs.current
    assert tab is not None
    assert tab.studies == [study_uid("carl")]
    assert not tab.paths


def test_receipt_lists_every_file_and_is_saved_as_json_and_text(
    open_desk: OpenDesk, lightbox_home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "incoming"
    small_series(folder, "carl")
    (folder / "notes.txt").write_text("no image")
    place = open_desk(Home(lightbox_home))
    place.start()
    place.window.import_paths([str(folder)])
    place.until(place.window.studies.preview.receipt.isVisible)
    place.window.run_command("file.receipts")
    receipts = place.window.receipts
    place.until(lambda: receipts.model.rowCount() == 4)
    receipts.save(tmp_path / "receipt.json")
    receipts.save(tmp_path / "receipt.txt")
    document = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))
    assert (document["files"], document["stored"], document["skipped"]) == (4, 3, 1)
    text = (tmp_path / "receipt.txt").read_text(encoding="utf-8")
    assert "notes.txt" in text
    receipts.filter("skipped")
    assert receipts.model.rowCount() == 1


def test_dropped_folder_opens_in_place_and_stores_nothing(
    open_desk: OpenDesk, lightbox_home: Path, tmp_path: Path
) -> None:
    small_series(tmp_path / "disc", "dora")
    place = open_desk(Home(lightbox_home))
    place.start()
    drop(place, OPEN, tmp_path / "disc")
    place.until(lambda: place.window.place == READING)
    tab = place.window.tabs.current
    assert tab is not None
    assert tab.paths == (str(tmp_path / "disc"),)
    assert place.services.library is not None
    assert list(place.services.home.objects.glob("*/*/*")) == []


def test_source_is_imported_by_its_one_button(
    open_desk: OpenDesk, lightbox_home: Path, tmp_path: Path
) -> None:
    small_series(tmp_path / "disc", "dora")
    place = open_desk(Home(lightbox_home))
    place.start(str(tmp_path / "disc"))
    place.until(lambda: place.window.place == READING)
    place.window.import_source(place.window.tabs.current_view)
    place.until(lambda: len(place.names) == 1 and not place.window.runner.running)


def test_source_with_several_patients_lists_them(
    open_desk: OpenDesk, lightbox_home: Path, tmp_path: Path
) -> None:
    for seed in ("dora", "emil"):
        small_series(tmp_path / "disc" / seed, seed)
    place = open_desk(Home(lightbox_home))
    place.start(str(tmp_path / "disc"))
    sources = place.window.sources
    place.until(sources.isVisible)
    assert sources.tree.topLevelItemCount() == 2
    sources.open_button.click()
    place.until(lambda: place.window.place == READING)
    assert len(place.window.tabs.tabs) == 1
    (tab,) = place.window.tabs.tabs
    assert tab.strip is not None
    back = tab.strip.list_button
    assert (back.isVisible(), back.text()) == (True, "All 2 patients")
    place.window.show_place(STUDIES)
    place.window.tabs.step(1)
    back.click()
    place.until(sources.isVisible)


def test_two_patients_get_two_tabs_of_different_colour(desk: Desk) -> None:
    studies = desk.window.studies
    studies.table.select_studies((study_uid("alma"), study_uid("bert")))
    desk.window.run_command("studies.open")
    desk.until(lambda: len(desk.window.tabs.tabs) == 2)
    first, second = desk.window.tabs.tabs
    assert first.colour != second.colour
    assert desk.window.place == READING


def test_opening_a_study_twice_keeps_one_tab(desk: Desk) -> None:
    studies = desk.window.studies
    studies.table.select_studies((study_uid("alma"),))
    desk.window.run_command("studies.open")
    desk.until(lambda: desk.window.place == READING)
    desk.window.run_command("view.studies")
    assert desk.window.place == STUDIES
    desk.window.run_command("studies.open")
    desk.until(lambda: desk.window.place == READING)
    assert len(desk.window.tabs.tabs) == 1


def test_new_study_becomes_opened_by_opening_it(desk: Desk) -> None:
    desk.window.studies.table.select_studies((study_uid("jose"),))
    desk.window.run_command("studies.open")
    desk.until(lambda: desk.window.place == READING)
    rows = desk.window.studies.model.studies_here
    desk.until(lambda: {row.patient_name: row.state for row in rows()}["Müller^José"] == "opened")


def test_closed_tab_goes_back_to_the_list(desk: Desk) -> None:
    desk.window.studies.table.select_studies((study_uid("jose"),))
    desk.window.run_command("studies.open")
    desk.until(lambda: desk.window.place == READING)
    desk.window.run_command("file.close_tab")
    assert desk.window.place == STUDIES
    assert desk.window.tabs.tabs == ()


def test_a_folder_without_images_says_so(
    open_desk: OpenDesk, lightbox_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    place = open_desk(Home(lightbox_home))
    place.start(str(tmp_path / "empty"))
    place.until(lambda: place.window.notice.text == "No DICOM file was found there.")
