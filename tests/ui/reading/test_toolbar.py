"""The toolbar: complete at every width, and every control does something."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot

from tests.phantom import Geometry, make_image, make_series
from tests.ui.reading.room import Room
from viewer.commands._spec import READING
from viewer.ui.reading.layout_picker import LayoutPicker
from viewer.viewport.grid import Layout

SMALL = Geometry(shape=(3, 32, 32), spacing=(2.0, 1.0, 1.0))


@pytest.fixture
def reading(room: Room, tmp_path: Path) -> Room:
    tags = {"WindowCenter": ["40", "-600"], "WindowWidth": ["400", "1500"]}
    make_series(tmp_path / "ct", SMALL, tags=tags)
    room.add(tmp_path / "ct")
    room.wait_for_picture()
    room.qtbot.waitUntil(room.view.toolbar.window_button.isEnabled)
    return room


def texts_of(menu: QMenu) -> list[str]:
    return [action.text().split("\t")[0] for action in menu.actions() if action.text()]


@pytest.mark.parametrize("width", [700, 1000, 1216, 1856])
def test_no_control_is_cut_and_none_is_lost(reading: Room, width: int) -> None:
    toolbar = reading.view.toolbar
    reading.view.resize(width, 600)
    reading.qtbot.waitUntil(lambda: toolbar.width() == width)
    hidden = {part.widget for part in toolbar.hidden_parts}
    shown = [w for w in toolbar.findChildren(QToolButton) if w.isVisible()]
    assert all(toolbar.rect().contains(w.geometry()) for w in shown if w.parent() is toolbar)
    more = [w for w in shown if w.accessibleName() == "More"]
    assert bool(more) == bool(hidden)
    if more:
        menu = more[0].menu()
        menu.aboutToShow.emit()
        assert len(menu.actions()) == len(hidden)


def test_every_button_names_itself_and_its_key(reading: Room) -> None:
    for button in reading.view.toolbar.findChildren(QToolButton):
        assert button.accessibleName() or button.text()
        for command_id in (action.objectName() for action in button.actions()):
            key = reading.host.commands.key_of(command_id)
            assert QKeySequence(key).toString() in button.toolTip()


def test_every_command_of_the_place_runs(reading: Room) -> None:
    for spec in reading.host.commands.specs:
        assert spec.place == READING
        reading.run(spec.id)
    assert "failed unexpectedly" not in " ".join(reading.host.said)


def test_the_window_menu_lists_the_file_the_range_and_the_presets(reading: Room) -> None:
    menu = QMenu()
    reading.view.toolbar.window_button.fill(menu)
    texts = texts_of(menu)
    assert texts[:2] == ["File 1   W 400  L 40", "File 2   W 1500  L −600"]
    assert "Window: full range" in texts
    assert "Lung" in texts
    assert "Colour map" in texts
    menu.actions()[1].trigger()
    assert reading.workspace.active.state.appearance.voi_index == 1
    button = reading.view.toolbar.window_button
    reading.qtbot.waitUntil(lambda: button.text().startswith("Lung"))


def test_a_colour_map_colours_the_picture(reading: Room) -> None:
    menu = QMenu()
    reading.view.toolbar.window_button.fill(menu)
    maps = next(a.menu() for a in menu.actions() if a.text() == "Colour map")
    assert isinstance(maps, QMenu)
    hot = next(action for action in maps.actions() if action.text() == "Hot Iron")
    hot.trigger()
    reading.run("window.full_range")
    reading.canvas.grab()
    picture = reading.canvas.picture
    assert picture is not None
    middle = picture.pixels[100:300, 150:350, :3].astype(int)
    assert (middle[..., 0] != middle[..., 2]).any()


def test_colour_has_no_window(room: Room, tmp_path: Path) -> None:
    room.add(make_image(tmp_path / "rgb.dcm", np.full((16, 16, 3), 99, np.uint8)))
    room.wait_for_picture()
    assert not room.view.toolbar.window_button.isEnabled()
    room.host.actions.refresh()
    assert not room.host.action("window.full_range").isEnabled()


def test_the_picker_chooses_rows_and_columns(qtbot: QtBot) -> None:
    picker = LayoutPicker()
    qtbot.addWidget(picker)
    picker.resize(picker.sizeHint())
    chosen: list[tuple[int, int]] = []
    picker.chosen.connect(lambda rows, columns: chosen.append((rows, columns)))
    QTest.mouseClick(picker, Qt.MouseButton.LeftButton, pos=picker.cell(1, 2).center())
    picker.set_current(1, 1)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(picker, key)
    assert chosen == [(2, 3), (3, 2)]


def test_the_layout_button_shows_and_changes_the_layout(reading: Room) -> None:
    button = reading.view.toolbar.layout_button
    assert "1 × 1" in button.text()
    reading.run("layout.1x2")
    assert "1 × 2" in button.text()
    picker = button.menu().findChild(LayoutPicker)
    assert picker is not None
    picker.chosen.emit(2, 3)
    assert reading.workspace.layout == Layout(2, 3)


def test_space_presses_a_focused_button_and_starts_no_cine(reading: Room) -> None:
    button = next(
        b
        for b in reading.view.toolbar.findChildren(QToolButton)
        if b.defaultAction() is reading.host.action("image.invert")
    )
    reading.host.actions.refresh()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert reading.workspace.active.state.appearance.inverted
    assert not reading.view.cine_running


def test_everything_but_the_panes_can_be_hidden(reading: Room) -> None:
    view = reading.view
    view.set_bare(bare=True)
    reading.qtbot.waitUntil(lambda: bool(view.grid.size() == view.size()))
    view.set_bare(bare=False)
    assert view.toolbar.isVisible()
    assert view.strip.isVisible()
    assert not view.tags.isVisible()
