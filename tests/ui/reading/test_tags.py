"""The tag browser: the object in the active pane, as a tree, with a filter."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QSplitter, QTreeView

from tests.phantom import Geometry, make_enhanced, make_series
from tests.ui.reading.room import Room
from viewer.dicom.dump import dump
from viewer.ui.reading.tag_model import NAME, TAG, VALUE, TagModel, build, filtered

SMALL = Geometry(shape=(3, 16, 16), spacing=(2.0, 1.0, 1.0))


def rows(model: TagModel, parent: QModelIndex | None = None) -> dict[str, str]:
    """Return name and value of the rows below an index."""
    above = parent if parent is not None else QModelIndex()
    found = {}
    for row in range(model.rowCount(above)):
        name = model.index(row, NAME, above).data()
        found[str(name)] = str(model.index(row, VALUE, above).data())
    return found


@pytest.fixture
def reading(room: Room, tmp_path: Path) -> Room:
    make_series(tmp_path / "ct", SMALL)
    room.add(tmp_path / "ct")
    room.wait_for_picture()
    return room


def test_tags_follow_the_image_in_the_active_pane(reading: Room) -> None:
    model = reading.view.tags.model
    reading.key(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    reading.qtbot.waitUntil(lambda: rows(model).get("InstanceNumber") == "1")
    assert rows(model)["PatientName"] == "Phantom^phantom"
    reading.key(Qt.Key.Key_End)
    reading.qtbot.waitUntil(lambda: rows(model).get("InstanceNumber") == "3")


def test_nothing_is_read_while_the_panel_is_hidden(reading: Room) -> None:
    reading.key(Qt.Key.Key_End)
    assert reading.view.tags.model.rowCount() == 0


def test_the_filter_keeps_what_holds_all_words(reading: Room) -> None:
    reading.key(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    tags = reading.view.tags
    reading.qtbot.waitUntil(lambda: tags.model.rowCount() > 0)
    box = tags.findChild(QLineEdit)
    assert box is not None
    QTest.keyClicks(box, "patient name")
    assert list(rows(tags.model)) == ["PatientName"]
    box.setText("00100020")
    assert list(rows(tags.model)) == ["PatientID"]


def test_a_row_is_copied_as_text(reading: Room) -> None:
    reading.key(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    tags = reading.view.tags
    reading.qtbot.waitUntil(lambda: tags.model.rowCount() > 0)
    tags.model.filter("PatientID")
    tree = tags.findChild(QTreeView)
    assert tree is not None
    tree.setFocus()
    tree.setCurrentIndex(tags.model.index(0, TAG))
    QTest.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "(0010,0020)\tLO\tPatientID\tID-phantom"
    QGuiApplication.clipboard().clear()


def test_sequences_hold_their_items_and_elements(tmp_path: Path) -> None:
    top = build(dump(str(make_enhanced(tmp_path / "e.dcm", SMALL))))
    groups = next(node for node in top if node.name == "PerFrameFunctionalGroupsSequence")
    assert [node.name for node in groups.children] == ["Item 1", "Item 2", "Item 3"]
    position = groups.children[2].children[-1] if groups.children[2].children else None
    names = [node.name for node in groups.children[2].children]
    assert "PlanePositionSequence" in names
    assert position is not None
    assert position.parent is groups.children[2]


def test_a_match_inside_a_sequence_keeps_the_way_to_it(tmp_path: Path) -> None:
    top = build(dump(str(make_enhanced(tmp_path / "e.dcm", SMALL))))
    kept = filtered(top, ["instackpositionnumber"])
    assert [node.name for node in kept] == ["PerFrameFunctionalGroupsSequence"]
    assert len(kept[0].children) == 3
    content = kept[0].children[0].children[0]
    assert content.name == "FrameContentSequence"
    leaf = content.children[0].children
    assert [node.name for node in leaf] == ["InStackPositionNumber"]


def test_tags_are_listed_while_images_run_past(reading: Room) -> None:
    reading.key(Qt.Key.Key_C)
    reading.key(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    reading.qtbot.waitUntil(lambda: reading.view.tags.model.rowCount() > 0)
    assert reading.view.cine_running


def test_keys_in_the_panel_are_not_those_of_the_panes(reading: Room) -> None:
    reading.key(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    tags = reading.view.tags
    reading.qtbot.waitUntil(lambda: tags.model.rowCount() > 0)
    tree, box = tags.findChild(QTreeView), tags.findChild(QLineEdit)
    assert tree is not None
    assert box is not None
    state = reading.workspace.active.state
    tree.setFocus()
    tree.setCurrentIndex(tags.model.index(0, 0))
    QTest.keyClick(tree, Qt.Key.Key_Down)
    assert tree.currentIndex().row() == 1
    box.setFocus()
    QTest.keyClicks(box, "swz7")
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.text() == "swz7"
    assert reading.workspace.active.state == state
    assert reading.workspace.tool_id == "window"
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == ""
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert reading.view.grid.panes[0].hasFocus()
    assert reading.workspace.active.state == state


def test_the_panel_comes_with_room_for_its_values_and_keeps_a_width_of_the_readers(
    reading: Room,
) -> None:
    view = reading.view
    view.resize(1800, 700)
    view.toggle_tags()
    reading.qtbot.waitUntil(lambda: view.tags.width() >= 400)
    splitter = view.tags.parentWidget()
    assert isinstance(splitter, QSplitter)
    strip_px, panes_px, tags_px = splitter.sizes()
    splitter.setSizes([strip_px, panes_px - 200, tags_px + 200])

    view.toggle_tags()
    view.toggle_tags()

    reading.qtbot.waitUntil(lambda: abs(view.tags.width() - tags_px - 200) <= 2)
