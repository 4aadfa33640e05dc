"""The oracle is ``viewer.imaging.grey.display``, itself proved against DCMTK."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.render.pictures import (
    MODES,
    Array,
    as_rgb,
    at_native,
    cut_out,
    frame_of,
    noise,
    view_of,
)
from viewer.imaging.grey import display
from viewer.model.frame import Frame, GreyRules
from viewer.model.spacing import Spacing
from viewer.model.view_state import Framing, with_window
from viewer.model.window import LINEAR_EXACT, SIGMOID, Lut, Rescale, Window
from viewer.render.slice_view import SliceView
from viewer.render.software_view import SoftwareView
from viewer.viewport.projection import panned, rotated

OpenView = Callable[[str], SliceView]
SIZE = (400, 360)

LUT = Lut(-100, np.arange(0, 65536, 256, dtype=np.uint16)[::-1].copy(), 16)
MODALITY_LUT = Lut(0, (np.arange(4096, dtype=np.uint16) ** 2 // 256), 16)

FRAMES: dict[str, Frame] = {
    "int16": frame_of(noise((301, 203), np.int16, -1000, 2000)),
    "int16 full": frame_of(noise((64, 64), np.int16, -32768, 32767)),
    "uint16": frame_of(noise((77, 190), np.uint16, 0, 65535)),
    "uint8": frame_of(noise((301, 203), np.uint8, 0, 255), bits=8),
    "int8": frame_of(noise((31, 33), np.int8, -128, 127), bits=8),
    "12 bits": frame_of(
        noise((128, 131), np.uint16, 0, 4095), GreyRules(voi=(Window(2048, 4096),)), 12
    ),
    "int32": frame_of(noise((40, 50), np.int32, -100_000, 100_000), bits=32),
    "float32": frame_of(np.random.default_rng(2).normal(40, 150, (90, 70)).astype(np.float32)),
    "float64": frame_of(np.random.default_rng(3).normal(40, 150, (90, 70))),
    "rgb": frame_of(noise((301, 203, 3), np.uint8, 0, 255), bits=8),
    "rgb narrow": frame_of(noise((5, 7, 3), np.uint8, 0, 255), bits=8),
    "monochrome 1": frame_of(
        noise((60, 80), np.int16, -500, 500), GreyRules(voi=(Window(0, 500),), inverse=True)
    ),
    "rescaled": frame_of(
        noise((60, 80), np.int16, -500, 500),
        GreyRules(Rescale(0.37, -12.5), (Window(0.5, 200.25, LINEAR_EXACT),)),
    ),
    "sigmoid": frame_of(
        noise((60, 80), np.int16, -500, 500), GreyRules(voi=(Window(20, 300, SIGMOID),))
    ),
    "voi lut": frame_of(noise((60, 80), np.int16, -500, 500), GreyRules(voi=(LUT,))),
    "modality lut": frame_of(
        noise((60, 80), np.uint16, 0, 4095), GreyRules(MODALITY_LUT, (Window(30000, 60000),)), 12
    ),
    "no window": frame_of(noise((60, 80), np.int16, -500, 500), GreyRules()),
    "padding": frame_of(
        noise((60, 80), np.int16, -3, 3), GreyRules(voi=(Window(0, 4),), padding=(-3, -2))
    ),
    "one pixel": frame_of(np.full((1, 1), 100, np.int16)),
    "one row": frame_of(noise((1, 300), np.int16, -500, 500)),
}


@pytest.mark.parametrize("interpolation", ["linear", "nearest"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", FRAMES)
def test_native_zoom_shows_every_pixel_exactly(
    open_view: OpenView, name: str, mode: str, interpolation: str
) -> None:
    frame = FRAMES[name]
    state, projection = at_native(frame, SIZE, interpolation=interpolation)

    picture = open_view(mode).draw(frame, state, projection, SIZE)

    assert picture.shape == (SIZE[1], SIZE[0], 4)
    expected = as_rgb(display(frame, state.appearance))
    assert np.array_equal(cut_out(picture, projection), expected)


@pytest.mark.parametrize("name", FRAMES)
def test_the_processor_alone_shows_the_same(name: str) -> None:
    frame = FRAMES[name]
    view = SoftwareView()
    for enlarged, interpolation in ((1, "linear"), (1, "nearest"), (3, "nearest")):
        size = (SIZE[0] * enlarged, SIZE[1] * enlarged)
        state, projection = at_native(frame, size, enlarged, interpolation=interpolation)
        picture = view.draw(frame, state, projection, size)
        expected = as_rgb(display(frame, state.appearance))
        expected = expected.repeat(enlarged, 0).repeat(enlarged, 1)
        assert np.array_equal(cut_out(picture, projection), expected)
    view.close()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("enlarged", [2, 3, 5])
def test_nearest_shows_squares(open_view: OpenView, mode: str, enlarged: int) -> None:
    frame = frame_of(noise((60, 70), np.int16, -500, 500))
    state, projection = at_native(frame, SIZE, enlarged, interpolation="nearest")

    picture = open_view(mode).draw(frame, state, projection, SIZE)

    expected = as_rgb(display(frame, state.appearance)).repeat(enlarged, 0).repeat(enlarged, 1)
    assert np.array_equal(cut_out(picture, projection), expected)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("flips", [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_turns_and_flips_move_pixels_and_change_none(
    open_view: OpenView, mode: str, flips: tuple[bool, bool], quarter_turns: int
) -> None:
    frame = frame_of(noise((101, 64), np.int16, -500, 500))
    framing = Framing(
        rotation_deg=90.0 * quarter_turns, flip_horizontal=flips[0], flip_vertical=flips[1]
    )
    state, projection = at_native(frame, SIZE, framing=framing)

    picture = open_view(mode).draw(frame, state, projection, SIZE)

    expected = as_rgb(display(frame, state.appearance))
    expected = expected[:, ::-1] if flips[0] else expected
    expected = expected[::-1] if flips[1] else expected
    expected = np.rot90(expected, -quarter_turns)  # numpy turns against the clock
    assert np.array_equal(cut_out(picture, projection), expected)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("mode", MODES)
def test_native_zoom_is_exact_on_screens_of_any_scale(
    open_view: OpenView, mode: str, ratio: float
) -> None:
    frame = FRAMES["int16"]
    state, projection = at_native(frame, SIZE, ratio=ratio)

    picture = open_view(mode).draw(frame, state, projection, SIZE, ratio)

    expected = as_rgb(display(frame, state.appearance))
    assert np.array_equal(cut_out(picture, projection), expected)


@pytest.mark.parametrize("mode", MODES)
def test_panned_part_of_a_large_image_is_exact(open_view: OpenView, mode: str) -> None:
    frame = frame_of(noise((1500, 1200), np.uint16, 0, 4095), GreyRules(voi=(Window(2048, 4096),)))
    view = open_view(mode)
    state, projection = at_native(frame, SIZE)
    expected = as_rgb(display(frame, state.appearance))

    for dx, dy in ((0, 0), (37, -11), (300, 250), (-420, 555), (-90, -590)):
        framing = panned(projection, dx, dy)
        there = replace(projection, framing=framing)
        picture = view.draw(frame, replace(state, framing=framing), there, SIZE)[..., :3]
        x, y = there.to_canvas(-0.5, -0.5)
        left, top = -round(x), -round(y)
        part = expected[max(top, 0) : top + SIZE[1], max(left, 0) : left + SIZE[0]]
        x, y = max(-left, 0), max(-top, 0)
        assert np.array_equal(picture[y : y + part.shape[0], x : x + part.shape[1]], part)


@pytest.mark.parametrize("mode", MODES)
def test_what_lies_outside_is_pure_black(open_view: OpenView, mode: str) -> None:
    frame = frame_of(np.full((100, 100), 30000, np.int16))
    state, projection = at_native(frame, SIZE)
    view = open_view(mode)

    picture = view.draw(frame, state, projection, SIZE)
    assert (picture[..., 3] == 255).all()
    assert (picture[:130, :, :3] == 0).all()
    assert picture[..., 0].astype(int).sum() == 255 * 100 * 100

    far = replace(projection, framing=panned(projection, 5000, 0))
    assert not view.draw(frame, replace(state, framing=far.framing), far, SIZE)[..., :3].any()


@pytest.mark.parametrize("mode", MODES)
def test_rows_that_the_file_lacks_stay_black(open_view: OpenView, mode: str) -> None:
    # what is there is shown in its place, never stretched.
    whole = frame_of(noise((200, 150), np.int16, 200, 500))
    frame = replace(whole, n_rows_complete=83)
    state, projection = at_native(frame, SIZE)

    shown = cut_out(open_view(mode).draw(frame, state, projection, SIZE), projection)

    expected = as_rgb(display(whole, state.appearance)).copy()
    expected[83:] = 0
    assert np.array_equal(shown, expected)


@pytest.mark.parametrize("mode", MODES)
def test_a_circle_in_pixels_of_two_to_one_is_round(open_view: OpenView, mode: str) -> None:
    # axis ratio 1.00 ± 0.005
    rows, columns = np.mgrid[0:128, 0:256]
    radius_mm = np.hypot((rows - 63.5) * 2.0, columns - 127.5)
    soft = np.clip((90 - radius_mm) * 20, -100, 100)  # an edge 10 mm wide, grey where it is cut
    frame = frame_of(soft.astype(np.int16), GreyRules(voi=(Window(0.5, 201),)))
    state, projection = view_of(frame, (1000, 1000))
    projection = replace(projection, spacing=Spacing(2.0, 1.0, "mm", "mm"))

    picture = open_view(mode).draw(frame, state, projection, (1000, 1000))

    bright = picture[..., 0].astype(float) / 255
    width, height = bright.sum(axis=1).max(), bright.sum(axis=0).max()
    assert width / height == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize("mode", [*MODES, "processor"])
@pytest.mark.parametrize("factor", [1.2, 1.5, 1.9, 2.0, 2.7, 3.33, 5.1, 8.0])
def test_fine_stripes_average_to_grey_and_do_not_alias(
    open_view: OpenView, mode: str, factor: float
) -> None:
    # Stripes finer than the screen can show: a plain bilinear picture would beat from 0 to 255.
    side = round(300 * factor)
    stripes = np.zeros((side, side), np.int16)
    stripes[:, ::2] = 100
    frame = frame_of(stripes, GreyRules(voi=(Window(50.5, 101),)))
    state, projection = view_of(frame, (300, 300))

    view = SoftwareView() if mode == "processor" else open_view(mode)
    picture = view.draw(frame, state, projection, (300, 300))

    inner = picture[20:-20, 20:-20, 0].astype(float)
    assert inner.mean() == pytest.approx(127, abs=3)
    # Even a true average over an odd number of stripes is off by half a stripe's share.
    assert np.abs(inner - inner.mean()).max() <= 127.5 / int(factor) + 3
    assert inner.std() < 50 / int(factor) + 5


@pytest.mark.parametrize("mode", MODES)
def test_minified_image_is_the_area_average(open_view: OpenView, mode: str) -> None:
    values = noise((900, 900), np.uint16, 0, 4095)
    frame = frame_of(values, GreyRules(voi=(Window(2048, 4096),)), 12)
    state, projection = view_of(frame, (300, 300))

    picture = open_view(mode).draw(frame, state, projection, (300, 300))

    means = values.reshape(300, 3, 300, 3).mean(axis=(1, 3))
    expected = np.clip((means - 2047.5) / 4095 + 0.5, 0, 1) * 255
    assert np.abs(picture[..., 0] - expected).max() <= 1.1


def test_both_modes_are_equal_when_enlarged_smoothly(open_view: OpenView) -> None:
    frame = frame_of(noise((40, 50), np.int16, -100, 200), GreyRules(voi=(Window(50, 4000),)))
    pictures = []
    for mode in MODES:
        state, projection = view_of(frame, SIZE)
        pictures.append(open_view(mode).draw(frame, state, projection, SIZE)[..., 0].astype(int))

    assert np.abs(pictures[0] - pictures[1]).max() <= 1


def test_the_processor_alone_is_within_two_levels_of_opengl(open_view: OpenView) -> None:
    frame = frame_of(noise((64, 90), np.int16, -100, 200))
    view = SoftwareView()
    framings = (
        Framing(),
        Framing(zoom=1.7, pan_mm=(9.0, -4.0)),
        Framing(zoom=4.1, rotation_deg=90, flip_horizontal=True),
        Framing(rotation_deg=33, flip_vertical=True),
    )
    for framing in framings:
        state, projection = view_of(frame, SIZE, framing)
        one = open_view("display").draw(frame, state, projection, SIZE)[..., :3].astype(int)
        other = view.draw(frame, state, projection, SIZE)[..., :3].astype(int)
        inside = eroded(one, other)
        assert np.abs(one - other)[inside].max() <= 2


def eroded(one: Array, other: Array) -> Array:
    """Leave out the rim, where a pixel's middle lies on the image's edge."""
    lit = (one.max(axis=2) > 0) & (other.max(axis=2) > 0)
    inside = lit.copy()
    for shift in (-1, 1):
        inside &= np.roll(lit, shift, 0) & np.roll(lit, shift, 1)
    return np.asarray(inside)


@pytest.mark.parametrize("mode", MODES)
def test_a_ramp_keeps_its_levels_and_rises(open_view: OpenView, mode: str) -> None:
    # 1024 input values, at least 250 of 256 levels, monotonic.
    ramp = np.tile(np.arange(1024, dtype=np.uint16), (8, 1))
    frame = frame_of(ramp, GreyRules(voi=(Window(512, 1024),)), 10)
    state, projection = at_native(frame, (1100, 40))

    shown = cut_out(open_view(mode).draw(frame, state, projection, (1100, 40)), projection)

    line = shown[4, :, 0].astype(int)
    assert (np.diff(line) >= 0).all()
    assert len(set(line.tolist())) >= 250


@pytest.mark.parametrize("mode", MODES)
def test_colour_map_and_inversion_follow_the_pipeline(open_view: OpenView, mode: str) -> None:
    frame = FRAMES["int16"]
    view = open_view(mode)
    for look in ({"inverted": True}, {"colour_map": "hot_iron"}, {"window": Window(-600, 1500)}):
        state, projection = at_native(frame, SIZE, **look)
        picture = view.draw(frame, state, projection, SIZE)
        expected = as_rgb(display(frame, state.appearance))
        assert np.array_equal(cut_out(picture, projection), expected)


@pytest.mark.parametrize("mode", MODES)
def test_one_view_shows_any_kind_of_frame_after_any_other(open_view: OpenView, mode: str) -> None:
    view = open_view(mode)
    order = np.random.default_rng(4).permutation([*FRAMES, *FRAMES])
    for name in order:
        frame = FRAMES[str(name)]
        state, projection = at_native(frame, SIZE)
        picture = view.draw(frame, state, projection, SIZE)
        expected = as_rgb(display(frame, state.appearance))
        assert np.array_equal(cut_out(picture, projection), expected), name


@pytest.mark.parametrize("mode", MODES)
def test_two_views_of_one_context_do_not_disturb_each_other(open_view: OpenView, mode: str) -> None:
    first, second = open_view(mode), open_view(mode)
    big, small = FRAMES["int16"], FRAMES["rgb narrow"]
    for _ in range(3):
        for view, frame, size in ((first, big, SIZE), (second, small, (64, 48))):
            state, projection = at_native(frame, size)
            picture = view.draw(frame, state, projection, size)
            assert picture.shape == (size[1], size[0], 4)
            expected = as_rgb(display(frame, state.appearance))
            assert np.array_equal(cut_out(picture, projection), expected)


def test_earlier_pictures_stay_as_they_were(open_view: OpenView) -> None:
    frame = FRAMES["int16"]
    view = open_view("display")
    state, projection = at_native(frame, SIZE)
    first = view.draw(frame, state, projection, SIZE)
    kept = first.copy()

    view.draw(frame, with_window(state, 0, 10), projection, SIZE)

    assert np.array_equal(first, kept)


def test_only_what_changed_is_uploaded(
    open_view: OpenView, monkeypatch: pytest.MonkeyPatch
) -> None:
    from viewer.render import texture  # noqa: PLC0415  the class is watched

    uploads: list[tuple[int, ...]] = []
    original = texture.Texture.upload

    def watched(self: texture.Texture, pixels: Array) -> None:
        uploads.append(pixels.shape)
        original(self, pixels)

    monkeypatch.setattr(texture.Texture, "upload", watched)
    frame = frame_of(noise((100, 100), np.int16, -500, 500))
    state, projection = view_of(frame, SIZE)
    turned = replace(projection, framing=rotated(projection.framing, 45))

    display_view = open_view("display")
    display_view.draw(frame, state, projection, SIZE)
    display_view.draw(frame, state, projection, SIZE)
    display_view.draw(frame, replace(state, framing=turned.framing), turned, SIZE)
    assert uploads == [(100, 100)]
    display_view.draw(frame, with_window(state, 1, 2), projection, SIZE)
    assert uploads == [(100, 100)] * 2

    uploads.clear()
    value_view = open_view("value")
    value_view.draw(frame, state, projection, SIZE)
    value_view.draw(frame, with_window(state, 1, 2), projection, SIZE)
    assert uploads == [(100, 100), (256, 256), (256, 256)]
