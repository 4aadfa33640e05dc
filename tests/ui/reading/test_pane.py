"""The picture in a pane, and what mouse, wheel and keys do to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from tests.phantom import Geometry, make_series, ramp
from tests.ui.reading.room import CANVAS_PX, Room
from viewer.model.view_state import ANNOTATIONS_OFF, NEAREST, Framing
from viewer.viewport.projection import Projection
from viewer.viewport.viewport import projection

Array = npt.NDArray[Any]

SQUARE = Geometry(shape=(12, 64, 64), spacing=(2.0, 1.0, 1.0), origin_lps=(-32.0, -32.0, 10.0))
CENTER, WIDTH = 200.0, 600.0
TAGS = {"WindowCenter": "200", "WindowWidth": "600"}
MIDDLE = (CANVAS_PX[0] // 2, CANVAS_PX[1] // 2)


def expected_levels(values: Array, center: float, width: float) -> Array:
    """Return display values by the formula of PS3.3 C.11.2.1.2.1, rounded down."""
    fraction = (values - (center - 0.5)) / (width - 1) + 0.5
    return np.floor(np.clip(fraction, 0, 1) * 255).astype(np.uint8)


def show_native(room: Room) -> None:
    """One image pixel on one screen pixel, few texts, no smoothing."""
    viewport = room.workspace.active
    room.run("image.actual_pixels")
    look = replace(viewport.state.appearance, interpolation=NEAREST)
    visibility = replace(viewport.state.visibility, annotations=ANNOTATIONS_OFF)
    viewport.set(replace(viewport.state, appearance=look, visibility=visibility))


def view_of(room: Room) -> Projection:
    view = projection(room.workspace.active)
    assert view is not None
    return view


def image_on_screen(room: Room) -> Array:
    """Return the part of the window that the 64 x 64 image covers at 1:1, (64, 64)."""
    left, top = (CANVAS_PX[0] - 64) // 2, (CANVAS_PX[1] - 64) // 2
    return room.pixels()[top : top + 64, left : left + 64, 0]


@pytest.fixture
def reading(room: Room, tmp_path: Path) -> Room:
    """Return a room with twelve CT slices whose values rise evenly in the patient."""
    make_series(tmp_path / "ct", SQUARE, tags=TAGS)
    room.add(tmp_path / "ct")
    room.wait_for_picture()
    return room


def test_first_picture_has_the_levels_of_the_formula(reading: Room) -> None:
    show_native(reading)
    assert np.array_equal(image_on_screen(reading), expected_levels(ramp(SQUARE)[0], 200, 600))


def test_wheel_towards_the_hand_shows_the_next_image(reading: Room) -> None:
    show_native(reading)
    reading.wheel(-1)
    reading.wait_for_picture(1)
    assert np.array_equal(image_on_screen(reading), expected_levels(ramp(SQUARE)[1], 200, 600))


def test_wheel_stops_at_both_ends(reading: Room) -> None:
    reading.wheel(3)
    assert reading.workspace.active.index == 0
    reading.wheel(-50)
    assert reading.workspace.active.index == SQUARE.shape[0] - 1


def test_window_drag_changes_the_levels_as_the_formula_says(reading: Room) -> None:
    show_native(reading)
    reading.drag(MIDDLE, (MIDDLE[0] + 40, MIDDLE[1] - 20))
    window = reading.workspace.active.state.appearance.window
    assert window is not None
    assert window.width > WIDTH  # to the right: wider
    assert window.center < CENTER  # up: a lower centre, brighter
    levels = expected_levels(ramp(SQUARE)[0], window.center, window.width)
    assert np.array_equal(image_on_screen(reading), levels)


def test_a_drag_is_one_step_of_undo(reading: Room) -> None:
    before = reading.workspace.active.state
    reading.drag(MIDDLE, (MIDDLE[0] + 80, MIDDLE[1]))
    dragged = reading.workspace.active.state
    reading.run("reading.undo")
    assert reading.workspace.active.state == before
    assert not reading.workspace.history.can_undo
    reading.run("reading.redo")
    assert reading.workspace.active.state == dragged


def test_ctrl_wheel_enlarges_about_the_pointer(reading: Room) -> None:
    viewport = reading.workspace.active
    under_pointer = view_of(reading).to_image(MIDDLE)
    reading.wheel(2, Qt.KeyboardModifier.ControlModifier)
    assert viewport.state.framing.zoom > 1
    assert view_of(reading).to_image(MIDDLE) == pytest.approx(under_pointer)


def test_zoom_tool_enlarges_while_dragging_down(reading: Room) -> None:
    reading.run("tool.zoom")
    reading.drag(MIDDLE, (MIDDLE[0], MIDDLE[1] + 60))
    assert reading.workspace.active.state.framing.zoom > 1


def test_middle_button_moves_the_image_with_the_pointer(reading: Room) -> None:
    corner = view_of(reading).to_canvas(0, 0)
    reading.drag(MIDDLE, (MIDDLE[0] + 30, MIDDLE[1] + 12), Qt.MouseButton.MiddleButton)
    moved = view_of(reading).to_canvas(0, 0)
    assert moved == pytest.approx((corner[0] + 30, corner[1] + 12))


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_right_click_without_movement_opens_the_menu(reading: Room) -> None:
    QTest.mouseClick(reading.canvas, Qt.MouseButton.RightButton, pos=QPoint(*MIDDLE))
    menus = [menu for menu in reading.view.findChildren(QMenu) if menu.isVisible()]
    titles = [action.text() for menu in menus for action in menu.actions()]
    assert "Reset view" in titles
    menus[0].close()


def test_right_drag_enlarges_and_opens_no_menu(reading: Room) -> None:
    reading.drag(MIDDLE, (MIDDLE[0], MIDDLE[1] + 60), Qt.MouseButton.RightButton)
    assert reading.workspace.active.state.framing.zoom > 1
    assert not [menu for menu in reading.view.findChildren(QMenu) if menu.isVisible()]


def test_reset_keeps_the_place_in_the_series(reading: Room) -> None:
    reading.wheel(-4)
    reading.drag(MIDDLE, (MIDDLE[0] + 80, MIDDLE[1]))
    reading.wheel(3, Qt.KeyboardModifier.ControlModifier)
    reading.key(Qt.Key.Key_Escape)
    state = reading.workspace.active.state
    assert state.framing == Framing()
    assert state.appearance.window is None
    assert reading.workspace.active.index == 4


def test_slider_goes_to_the_place_of_a_click(reading: Room) -> None:
    pane = reading.view.grid.panes[0]
    slider = pane.slider
    QTest.mouseClick(
        slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, slider.height() - 9)
    )
    assert reading.workspace.active.index == SQUARE.shape[0] - 1
    assert slider.index == SQUARE.shape[0] - 1


def test_slider_marks_what_is_loaded(reading: Room) -> None:
    pane = reading.view.grid.panes[0]
    reading.qtbot.waitUntil(lambda: bool(pane.slider.loaded.all()))
    assert len(pane.slider.loaded) == SQUARE.shape[0]


def test_the_picture_is_not_drawn_again_when_only_the_pointer_moves(reading: Room) -> None:
    reading.canvas.grab()
    before = reading.canvas.picture
    QTest.mouseMove(reading.canvas, QPoint(100, 100))
    reading.canvas.grab()
    after = reading.canvas.picture
    assert before is not None
    assert after is not None
    assert after.pixels is before.pixels


@pytest.mark.parametrize(
    ("key", "tool"),
    [
        (Qt.Key.Key_S, "scroll"),
        (Qt.Key.Key_W, "window"),
        (Qt.Key.Key_Z, "zoom"),
        (Qt.Key.Key_T, "pan"),
    ],
)
def test_keys_of_the_basic_image_review_choose_tools(reading: Room, key: Qt.Key, tool: str) -> None:
    reading.key(key)
    assert reading.workspace.tool_id == tool
    reading.qtbot.waitUntil(reading.host.action(f"tool.{tool}").isChecked)


def test_keys_move_through_the_series(reading: Room) -> None:
    viewport = reading.workspace.active
    for key, index in (
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_End, 11),
        (Qt.Key.Key_Left, 10),
        (Qt.Key.Key_Home, 0),
    ):
        reading.key(key)
        assert viewport.index == index, key


def window_of(room: Room) -> tuple[float, float] | None:
    """Return (width, centre) of the reader's window; None while the file's holds."""
    window = room.workspace.active.state.appearance.window
    return (window.width, window.center) if window else None


def test_digits_choose_windows(reading: Room) -> None:
    reading.key(Qt.Key.Key_7)
    assert window_of(reading) == (1500, -600)  # lung, features.md 2.3
    button = reading.view.toolbar.window_button
    reading.qtbot.waitUntil(lambda: button.text().startswith("Lung"))
    reading.key(Qt.Key.Key_1)
    assert window_of(reading) is None


def test_zero_shows_the_full_range(reading: Room) -> None:
    show_native(reading)
    reading.key(Qt.Key.Key_0)
    levels, values = image_on_screen(reading), ramp(SQUARE)[0]
    assert set(levels[values == values.min()]) == {0}
    assert set(levels[values == values.max()]) == {255}
    assert len(np.unique(levels)) > 200


def test_flip_and_rotate_keys_turn_the_picture(reading: Room) -> None:
    show_native(reading)
    upright = image_on_screen(reading)
    reading.key(Qt.Key.Key_R)
    assert np.array_equal(image_on_screen(reading), np.rot90(upright, -1))
    reading.key(Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    reading.key(Qt.Key.Key_H, Qt.KeyboardModifier.AltModifier)
    assert np.array_equal(image_on_screen(reading), upright[:, ::-1])


def test_invert_key_turns_black_into_white(reading: Room) -> None:
    show_native(reading)
    before = image_on_screen(reading)
    reading.key(Qt.Key.Key_N)
    after = image_on_screen(reading)
    assert np.abs(after.astype(int) + before - 255).max() <= 1  # floor of the inverse


def test_texts_have_three_levels_and_the_name_stays(reading: Room) -> None:
    levels = []
    for _ in range(3):
        reading.key(Qt.Key.Key_I)
        levels.append(reading.workspace.active.state.visibility.annotations)
        reading.canvas.grab()
        picture = reading.canvas.picture
        assert picture is not None
        assert any("Phantom" in getattr(one, "text", "") for one in picture.scene)
    assert levels == ["minimal", "off", "full"]


def test_the_renderer_is_named(reading: Room) -> None:
    reading.qtbot.waitUntil(lambda: bool(reading.host.renderer))
    name, _, texture = reading.host.renderer.partition(" · ")
    assert name
    assert texture in ("display texture", "value texture")
