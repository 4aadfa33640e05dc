from __future__ import annotations

import numpy as np
import pytest

from tests import records
from viewer.base.paths import resources
from viewer.base.settings import Settings
from viewer.model.frame import GreyRules
from viewer.model.view_state import with_window
from viewer.model.window import LINEAR_EXACT, SIGMOID, Lut, Window
from viewer.tools._spec import load_tools, make_tools
from viewer.tools.pan import PanTool
from viewer.tools.probe import ProbeTool
from viewer.tools.scroll import ScrollTool
from viewer.tools.window import WindowTool, moved_window
from viewer.tools.zoom import ZoomTool
from viewer.viewport.input import Drag, PointerEvent, Tool
from viewer.viewport.viewport import Pointer, Viewport, projection


def shown(n_slices: int = 100, modality: str = "CT", size: float = 400.0) -> Viewport:
    viewport = Viewport("v", records.Frames())
    viewport.resize((size, size))
    viewport.show(records.stack(n_slices, modality=modality))
    return viewport


def drag(tool: Tool, viewport: Viewport, *deltas: tuple[float, float], factor: float = 1.0) -> None:
    start = (200.0, 200.0)
    at = start
    tool.press(viewport, Drag(start, start))
    for dx, dy in deltas:
        at = (at[0] + dx, at[1] + dy)
        tool.drag(viewport, Drag(start, at, (dx, dy), factor))
    tool.release(viewport, Drag(start, at))


def test_tools_have_the_keys_of_bir_and_icons_that_exist() -> None:
    # IHE BIR Table 4.16.4.2.2.5.13: S scroll, W window, Z zoom, T translate.
    keys = {spec.id: spec.key for spec in load_tools()}

    assert (keys["scroll"], keys["window"], keys["zoom"], keys["pan"]) == ("S", "W", "Z", "T")
    assert len(set(keys.values())) == len(keys)
    for spec in load_tools():
        assert (resources() / "icons" / f"{spec.icon}.svg").is_file()
        assert spec.help


def test_every_tool_survives_an_empty_pane() -> None:
    for tool in make_tools(Settings()).values():
        viewport = Viewport("v")
        viewport.resize((100.0, 100.0))
        before = viewport.state

        drag(tool, viewport, (10, 10), (5, -7))

        assert viewport.state == before


def test_window_drag_right_widens_and_up_brightens() -> None:
    viewport = shown()
    tool = WindowTool(Settings())

    drag(tool, viewport, (40, 0))
    assert viewport.state.appearance.window == Window(40, 440)

    drag(tool, viewport, (0, -20))
    window = viewport.state.appearance.window
    assert window is not None
    assert window.center < 40
    assert window.width == 440


def test_window_direction_follows_the_setting() -> None:
    settings = Settings()
    settings.set("view.window_direction", "up is darker")
    viewport = shown()

    drag(WindowTool(settings), viewport, (0, -20))

    window = viewport.state.appearance.window
    assert window is not None
    assert window.center > 40


def test_small_moves_of_a_window_drag_add_up() -> None:
    many, one = shown(), shown()
    tool = WindowTool(Settings())

    drag(tool, many, *[(0.3, -0.2)] * 100)
    drag(tool, one, (30, -20))

    assert many.state.appearance.window == one.state.appearance.window


def test_a_narrow_window_moves_finely_and_a_wide_one_coarsely() -> None:
    fine = moved_window(Window(0.5, 1.0, LINEAR_EXACT), 40, 0)
    coarse = moved_window(Window(2000, 40000), 40, 0)

    assert fine.width == pytest.approx(1.1)
    assert coarse.width == pytest.approx(44000)


def test_hounsfield_windows_stay_whole_and_move_at_least_one_a_pixel() -> None:
    window = moved_window(Window(40, 80), 7, 3, whole=True)

    assert window == Window(37, 87)


@pytest.mark.parametrize("function", ["LINEAR", LINEAR_EXACT, SIGMOID])
def test_a_window_never_gets_a_width_its_function_forbids(function: str) -> None:
    # PS3.3 C.11.2.1.2.1: at least 1 for LINEAR; C.11.2.1.3: above 0 for the others.
    window = moved_window(Window(40, 100, function), -100_000, 0)

    assert window.width >= 1 if function == "LINEAR" else window.width > 0
    assert window.function == function


def test_dragging_from_a_lut_begins_with_its_range() -> None:
    viewport = shown()
    frame = viewport.frame
    assert frame is not None
    lut = Lut(100, np.arange(200, dtype=np.uint16), 8)
    ref = viewport.frame_ref
    assert ref is not None
    viewport.frame = records.frame(ref.instance, rules=GreyRules(voi=(lut,)))

    drag(WindowTool(Settings()), viewport, (0.0, 0.0))

    assert viewport.state.appearance.window == Window(200, 200)


def test_colour_has_no_window_to_drag() -> None:
    viewport = shown()
    ref = viewport.frame_ref
    assert ref is not None
    viewport.frame = records.frame(ref.instance, np.zeros((20, 24, 3), np.uint8))

    drag(WindowTool(Settings()), viewport, (40, 0))

    assert viewport.state.appearance.window is None


def test_scroll_drag_down_goes_on_and_a_pane_reaches_every_image() -> None:
    viewport = shown(100)

    drag(ScrollTool(), viewport, (0, 40))
    assert viewport.index == 10

    drag(ScrollTool(), viewport, *[(0, 1.0)] * 400)
    assert viewport.index == 99

    drag(ScrollTool(), viewport, (0, -4000))
    assert viewport.index == 0


def test_scroll_of_few_images_needs_a_real_move() -> None:
    viewport = shown(3)

    drag(ScrollTool(), viewport, (0, 15))
    assert viewport.index == 0

    drag(ScrollTool(), viewport, (0, 17))
    assert viewport.index == 1


def test_wheel_with_shift_goes_ten_images_on() -> None:
    viewport = shown()
    event = PointerEvent("wheel", (0, 0), steps=-1.0, modifiers=frozenset({"shift"}))

    ScrollTool().wheel(viewport, event)

    assert viewport.index == 10


def test_zoom_drag_down_enlarges_about_where_it_began() -> None:
    viewport = shown()
    view = projection(viewport)
    assert view is not None
    under = view.to_image((200.0, 200.0))

    drag(ZoomTool(), viewport, (0, 100), (0, 100))

    nearer = projection(viewport)
    assert nearer is not None
    assert nearer.scale / view.scale == pytest.approx(2.718, rel=1e-3)
    assert nearer.to_canvas(*under) == pytest.approx((200, 200), abs=1)


def test_zoom_stays_within_sense() -> None:
    viewport = shown()

    drag(ZoomTool(), viewport, (0, 100_000))
    assert viewport.state.framing.zoom == 200
    drag(ZoomTool(), viewport, (0, -200_000))
    assert viewport.state.framing.zoom == 0.05


def test_pan_keeps_the_image_under_the_pointer_even_accelerated() -> None:
    viewport = shown()
    view = projection(viewport)
    assert view is not None
    under = view.to_image((200.0, 200.0))

    drag(PanTool(), viewport, (30, 10), (20, -50), factor=4.0)

    moved = projection(viewport)
    assert moved is not None
    assert moved.to_canvas(*under) == pytest.approx((250, 160), abs=1)


def test_probe_points_while_the_button_is_held() -> None:
    viewport = shown()
    seen: list[Pointer | None] = []
    viewport.pointed.listen(seen.append)

    drag(ProbeTool(), viewport, (10, 0))

    assert seen == [
        Pointer((200.0, 200.0), probing=True),
        Pointer((210.0, 200.0), probing=True),
        Pointer((210.0, 200.0), probing=False),
    ]


def test_a_reader_who_set_a_window_drags_from_it() -> None:
    viewport = shown()
    viewport.set(with_window(viewport.state, -600, 1500))

    drag(WindowTool(Settings()), viewport, (0, 0))

    assert viewport.state.appearance.window == Window(-600, 1500)
