from __future__ import annotations

import pytest

from tests import records
from viewer.base.settings import Settings
from viewer.tools._spec import make_tools
from viewer.viewport.input import (
    ALT,
    CONTROL,
    DOUBLE,
    LEAVE,
    LEFT_BUTTON,
    MIDDLE_BUTTON,
    MOVE,
    PRESS,
    RELEASE,
    RIGHT_BUTTON,
    SHIFT,
    WHEEL,
    PointerEvent,
    PointerRouter,
    acceleration,
)
from viewer.viewport.scene import Point
from viewer.viewport.viewport import Pointer, Viewport, projection
from viewer.viewport.workspace import Workspace


class Desk:
    """A workspace of two panes with a mouse."""

    def __init__(self) -> None:
        self.workspace = Workspace("w", records.Frames())
        sets = [records.stack(100, ds_id=n, prefix=f"1.2.3.{n}") for n in ("1", "2")]
        self.workspace.open(records.open_study(*sets))
        self.workspace.set_layout(1, 2)
        for viewport in self.workspace.viewports:
            viewport.resize((400.0, 400.0))
        self.workspace.history.clear()
        self.workspace.tool_id = "window"
        self.router = PointerRouter(self.workspace, make_tools(Settings()))
        self.menus: list[tuple[Viewport, Point]] = []
        self.router.menu_requested.listen(self.menus.append)
        self.pane = self.workspace.viewports[0]

    def send(self, kind: str, at: Point, button: str = "", **more: object) -> None:
        self.router.handle(self.pane, PointerEvent(kind, at, button, **more))  # type: ignore[arg-type]

    def drag(self, button: str, *points: Point, modifiers: frozenset[str] = frozenset()) -> None:
        self.send(PRESS, points[0], button, modifiers=modifiers)
        for point in points[1:]:
            self.send(MOVE, point, modifiers=modifiers)
        self.send(RELEASE, points[-1], button, modifiers=modifiers)


def test_left_drag_is_the_active_tool() -> None:
    desk = Desk()

    desk.drag(LEFT_BUTTON, (100, 100), (150, 100))

    window = desk.pane.state.appearance.window
    assert window is not None
    assert window.width > 400
    assert window.center == 40


def test_middle_drag_pans_by_what_the_pointer_moved() -> None:
    desk = Desk()
    view = projection(desk.pane)
    assert view is not None
    x, y = view.to_canvas(5, 5)

    desk.drag(MIDDLE_BUTTON, (100, 100), (120, 110), (150, 90))

    moved = projection(desk.pane)
    assert moved is not None
    assert moved.to_canvas(5, 5) == pytest.approx((x + 50, y - 10), abs=1)


def test_right_drag_zooms_and_a_right_click_asks_for_the_menu() -> None:
    desk = Desk()

    desk.drag(RIGHT_BUTTON, (100, 100), (100, 150))
    assert desk.pane.state.framing.zoom > 1
    assert desk.menus == []

    desk.drag(RIGHT_BUTTON, (100, 100), (101, 101))
    assert desk.menus == [(desk.pane, (101, 101))]


def test_a_drag_is_one_undo() -> None:
    desk = Desk()
    before = desk.pane.state

    desk.drag(LEFT_BUTTON, (100, 100), *[(100 + k, 100 + 2 * k) for k in range(5, 60)])
    desk.workspace.history.undo()

    assert desk.pane.state == before
    assert not desk.workspace.history.can_undo


def test_wheel_scrolls_towards_the_hand_for_the_next() -> None:
    desk = Desk()

    desk.send(WHEEL, (10, 10), steps=-1.0)
    desk.send(WHEEL, (10, 10), steps=-2.0)
    assert desk.pane.index == 3

    desk.send(WHEEL, (10, 10), steps=1.0)
    assert desk.pane.index == 2


def test_fractions_of_a_notch_add_up_and_turning_back_begins_anew() -> None:
    desk = Desk()
    for _ in range(5):
        desk.send(WHEEL, (10, 10), steps=-0.25)
    assert desk.pane.index == 1

    desk.send(WHEEL, (10, 10), steps=0.5)
    assert desk.pane.index == 1
    desk.send(WHEEL, (10, 10), steps=0.5)
    assert desk.pane.index == 0


def test_control_and_wheel_zoom_about_the_pointer() -> None:
    desk = Desk()
    view = projection(desk.pane)
    assert view is not None
    under = view.to_image((300.0, 120.0))

    desk.send(WHEEL, (300.0, 120.0), steps=2.0, modifiers=frozenset({CONTROL}))

    nearer = projection(desk.pane)
    assert nearer is not None
    assert nearer.scale > view.scale
    assert nearer.to_canvas(*under) == pytest.approx((300.0, 120.0), abs=1)


def test_turns_of_the_wheel_are_one_undo_until_a_pause() -> None:
    desk = Desk()
    control = frozenset({CONTROL})
    for time_ms in (1000, 1100, 1200):
        desk.send(WHEEL, (10, 10), steps=1.0, modifiers=control, time_ms=time_ms)
    near = desk.pane.state.framing.zoom
    desk.send(WHEEL, (10, 10), steps=1.0, modifiers=control, time_ms=5000)

    desk.workspace.history.undo()
    assert desk.pane.state.framing.zoom == pytest.approx(near)
    desk.workspace.history.undo()
    assert desk.pane.state.framing.zoom == 1.0


def test_double_click_maximises_and_restores() -> None:
    desk = Desk()

    desk.send(DOUBLE, (10, 10), LEFT_BUTTON)
    assert desk.workspace.grid.visible == (desk.pane,)

    desk.send(DOUBLE, (10, 10), LEFT_BUTTON)
    assert len(desk.workspace.grid.visible) == 2


def test_a_press_activates_its_pane() -> None:
    desk = Desk()
    desk.pane = desk.workspace.viewports[1]

    desk.drag(LEFT_BUTTON, (10, 10), (11, 10))

    assert desk.workspace.active is desk.pane


def test_a_trembling_click_changes_nothing() -> None:
    desk = Desk()
    before = desk.pane.state

    desk.drag(LEFT_BUTTON, (100, 100), (101, 101), (102, 100))

    assert desk.pane.state == before
    assert not desk.workspace.history.can_undo


def test_a_second_button_does_not_disturb_a_drag() -> None:
    desk = Desk()
    desk.send(PRESS, (100, 100), LEFT_BUTTON)
    desk.send(PRESS, (100, 100), RIGHT_BUTTON)
    desk.send(MOVE, (200, 100))
    desk.send(RELEASE, (200, 100), RIGHT_BUTTON)
    desk.send(MOVE, (250, 100))
    desk.send(RELEASE, (250, 100), LEFT_BUTTON)

    assert desk.pane.state.framing.zoom == 1.0
    assert desk.pane.state.appearance.window is not None
    assert not desk.router.dragging
    assert desk.menus == []


def test_a_lost_mouse_ends_the_drag() -> None:
    desk = Desk()
    desk.send(PRESS, (100, 100), RIGHT_BUTTON)

    desk.router.cancel(desk.pane)

    assert not desk.router.dragging
    assert desk.menus == []


def test_control_and_shift_accelerate() -> None:
    assert acceleration(frozenset()) == 1
    assert acceleration(frozenset({SHIFT, ALT})) == 1
    assert acceleration(frozenset({CONTROL})) == 4
    assert acceleration(frozenset({CONTROL, SHIFT})) == 10


def test_pointer_is_remembered_over_the_pane_and_forgotten_outside() -> None:
    desk = Desk()

    seen: list[Pointer | None] = []
    desk.pane.pointed.listen(seen.append)

    desk.send(MOVE, (12, 34))
    desk.send(LEAVE, (0, 0))

    assert seen == [Pointer((12, 34)), None]
    assert desk.pane.pointer is None


def test_cursor_shows_the_tool_that_would_act() -> None:
    desk = Desk()
    assert desk.router.cursor() == "window"

    desk.send(PRESS, (1, 1), MIDDLE_BUTTON)
    assert desk.router.cursor() == "pan"
    desk.send(RELEASE, (1, 1), MIDDLE_BUTTON)
    assert desk.router.cursor() == "window"
