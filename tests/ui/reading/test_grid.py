"""Several panes: layout, maximising, focus, and series that are dragged onto them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.phantom import Geometry, make_series, uid
from tests.ui.reading.room import Room
from viewer.ui.reading.drag import DraggedSeries, pack
from viewer.ui.reading.pane import Pane
from viewer.ui.reading.pane_grid import cells
from viewer.viewport.grid import Layout
from viewer.viewport.notes import OTHER_PATIENT

SMALL = Geometry(shape=(3, 32, 32), spacing=(2.0, 1.0, 1.0))


def make_three_series(folder: Path) -> None:
    for number in range(3):
        tags = {
            "SeriesInstanceUID": uid("grid", "series", number),
            "SeriesNumber": number + 1,
            "SeriesDescription": f"Series {number + 1}",
        }
        seed_tags = tags | {"StudyInstanceUID": uid("phantom", "study")}
        make_series(folder / str(number), SMALL, seed=f"s{number}", tags=seed_tags | PERSON)


PERSON = {"PatientName": "Phantom^Grid", "PatientID": "G1"}


@pytest.fixture
def reading(room: Room, tmp_path: Path) -> Room:
    """Return a room with three series of one study."""
    make_three_series(tmp_path / "study")
    room.add(tmp_path / "study")
    room.wait_for_picture()
    return room


def titles(room: Room) -> list[str]:
    shown = (pane.viewport.display_set for pane in room.view.grid.panes)
    return [display_set.title if display_set else "" for display_set in shown]


def drop(pane: Pane, payload: QMimeData) -> bool:
    """Let a payload fall on a pane; True when the pane took it."""
    at = QPoint(50, 50)
    entering = QDragEnterEvent(
        at,
        Qt.DropAction.CopyAction,
        payload,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(pane, entering)
    if not entering.isAccepted():
        return False
    dropping = QDropEvent(
        QPointF(at),
        Qt.DropAction.CopyAction,
        payload,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(pane, dropping)
    return dropping.isAccepted()


def test_cells_fill_the_area_without_overlap() -> None:
    area = QRect(0, 0, 1001, 703)
    found = cells(area, 3, 4, gap_px=2)
    assert len(found) == 12
    assert not any(a.intersects(b) for i, a in enumerate(found) for b in found[i + 1 :])
    assert found[0].topLeft() == area.topLeft()
    assert found[-1].bottomRight() == area.bottomRight()


def test_four_panes_take_the_series_that_follow(reading: Room) -> None:
    reading.run("layout.2x2")
    assert titles(reading) == ["Series 1", "Series 2", "Series 3", ""]
    for pane in reading.view.grid.panes[:3]:
        reading.workspace.activate(pane.viewport)
        reading.wait_for_picture()


def test_panes_keep_their_content_through_smaller_layouts(reading: Room) -> None:
    reading.run("layout.2x2")
    reading.run("layout.1x1")
    assert titles(reading) == ["Series 1"]
    reading.run("layout.2x2")
    assert titles(reading) == ["Series 1", "Series 2", "Series 3", ""]


def test_undo_brings_the_layout_back(reading: Room) -> None:
    reading.run("layout.2x2")
    reading.run("reading.undo")
    assert reading.workspace.layout == Layout(1, 1)
    assert len(reading.view.grid.panes) == 1


def test_double_click_maximises_and_restores(reading: Room) -> None:
    reading.run("layout.2x2")
    second = reading.view.grid.panes[1]
    QTest.mouseDClick(second.canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert reading.view.grid.panes == (second,)
    assert second.size() == reading.view.grid.size()
    QTest.mouseDClick(second.canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert len(reading.view.grid.panes) == 4


def test_a_press_makes_a_pane_the_active_one(reading: Room) -> None:
    reading.run("layout.1x2")
    second = reading.view.grid.panes[1]
    QTest.mouseClick(second.canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert reading.workspace.active is second.viewport
    assert [pane.active for pane in reading.view.grid.panes] == [False, True]


def test_tab_goes_through_the_panes_in_reading_order(reading: Room) -> None:
    reading.run("layout.2x2")
    reading.view.focus_active_pane()
    seen = []
    for _ in range(3):
        QTest.keyClick(reading.view.window(), Qt.Key.Key_Tab)
        seen.append(reading.workspace.viewports.index(reading.workspace.active))
    assert seen == [1, 2, 3]


def test_page_keys_step_through_the_series_and_say_where_they_end(reading: Room) -> None:
    reading.key(Qt.Key.Key_PageDown)
    reading.key(Qt.Key.Key_PageDown)
    assert titles(reading) == ["Series 3"]
    reading.key(Qt.Key.Key_PageDown)
    assert reading.host.said == ["This is the last series."]
    reading.key(Qt.Key.Key_PageUp)
    assert titles(reading) == ["Series 2"]


def test_a_series_dropped_on_a_pane_is_shown_there(reading: Room) -> None:
    reading.run("layout.2x2")
    model = reading.view.strip.model()
    third = model.index(3, 0)
    assert third.data() == "Series 3"
    pane = reading.view.grid.panes[3]
    assert drop(pane, model.mimeData([third]))
    assert titles(reading)[3] == "Series 3"
    assert reading.workspace.active is pane.viewport


def test_a_series_of_another_patient_is_refused_with_a_sentence(reading: Room) -> None:
    before = titles(reading)
    drop(reading.view.grid.panes[0], pack(DraggedSeries("another view", "whatever")))
    assert titles(reading) == before
    assert reading.host.said == [OTHER_PATIENT]


def test_what_is_no_series_is_not_taken(reading: Room) -> None:
    text = QMimeData()
    text.setText("hello")
    assert not drop(reading.view.grid.panes[0], text)


def test_each_pane_names_itself(reading: Room) -> None:
    reading.run("layout.1x2")
    names = [pane.accessibleName() for pane in reading.view.grid.panes]
    assert names == ["Pane 1 of 2: Series 1", "Pane 2 of 2: Series 2"]


def test_clear_empties_only_the_active_pane(reading: Room) -> None:
    reading.run("layout.1x2")
    reading.key(Qt.Key.Key_Delete)
    assert titles(reading) == ["", "Series 2"]
    reading.run("reading.undo")
    assert titles(reading) == ["Series 1", "Series 2"]


def test_panes_wear_the_patients_colour_while_several_are_open(reading: Room) -> None:
    def colours() -> set[str]:
        panes = reading.view.grid.panes
        return {p.grab().toImage().pixelColor(p.width() // 4, 4).name() for p in panes}

    reading.view.show_person("#c586e0")
    reading.run("layout.1x2")
    assert colours() == {"#c586e0"}
    reading.view.show_person("")
    assert "#c586e0" not in colours()
