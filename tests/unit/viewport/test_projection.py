"""Expected values: plane geometry by hand, and PS3.3 C.7.6.2.1.1 for patient points."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import records
from viewer.model.spacing import Spacing
from viewer.model.view_state import Framing
from viewer.viewport import projection as views
from viewer.viewport.projection import Projection

finite = st.floats(-200, 200, allow_nan=False)
framings = st.builds(
    Framing,
    zoom=st.floats(0.2, 20),
    pan_mm=st.tuples(finite, finite),
    rotation_deg=st.floats(-720, 720),
    flip_horizontal=st.booleans(),
    flip_vertical=st.booleans(),
)
spacings = st.builds(Spacing, between_rows=st.floats(0.05, 5), between_columns=st.floats(0.05, 5))
points = st.tuples(st.floats(-100, 700), st.floats(-100, 700))
views_of = st.builds(
    Projection,
    framing=framings,
    image_size=st.tuples(st.integers(1, 3000), st.integers(1, 3000)),
    spacing=spacings,
    canvas_size=st.tuples(st.floats(50, 2000), st.floats(50, 2000)),
)


def square(framing: Framing | None = None, **changes: object) -> Projection:
    made = Projection(framing or Framing(), (512, 512), Spacing(), (1024.0, 1024.0))
    return replace(made, **changes)  # type: ignore[arg-type]


@given(views_of, points)
def test_canvas_and_image_are_inverse(view: Projection, point: tuple[float, float]) -> None:
    assert view.to_canvas(*view.to_image(point)) == pytest.approx(point, abs=1e-6)


@given(framings, spacings)
def test_fit_shows_the_whole_image_and_touches_two_edges(
    framing: Framing, spacing: Spacing
) -> None:
    view = Projection(views.fitted(framing), (400, 300), spacing, (640.0, 480.0))

    xs, ys = zip(*view.corners_canvas(), strict=True)

    # A whole enlargement may be moved by half a device pixel to lie on whole ones.
    assert min(xs) >= -0.51
    assert max(xs) <= 640.51
    assert min(ys) >= -0.51
    assert max(ys) <= 480.51
    touches_width = min(xs) == pytest.approx(0, abs=0.51)
    touches_height = min(ys) == pytest.approx(0, abs=0.51)
    assert touches_width or touches_height


@given(views_of, st.floats(0.3, 3), points)
def test_zoom_keeps_the_point_under_the_pointer(
    view: Projection, factor: float, point: tuple[float, float]
) -> None:
    under = view.to_image(point)

    nearer = replace(view, framing=views.zoomed_about(view, factor, point))

    # Half a device pixel where a whole enlargement is put on whole pixels.
    assert math.dist(nearer.to_canvas(*under), point) < 0.75


@given(views_of, finite, finite)
def test_pan_moves_by_canvas_pixels(view: Projection, dx: float, dy: float) -> None:
    moved = replace(view, framing=views.panned(view, dx, dy))

    x, y = view.to_canvas(3, 5)
    assert moved.to_canvas(3, 5) == pytest.approx((x + dx, y + dy), abs=1.01)


@given(views_of, st.sampled_from([90.0, 180.0, 270.0, 33.0]))
def test_turning_moves_points_clockwise_about_the_pane(view: Projection, degrees: float) -> None:
    # The zoom is relative to the fit, which changes with the angle: directions are compared.
    turned = replace(view, framing=views.rotated(view.framing, degrees))
    a, b, c, d = view.linear
    angle = math.radians(degrees)
    expected = (
        math.cos(angle) * a - math.sin(angle) * c,
        math.cos(angle) * b - math.sin(angle) * d,
        math.sin(angle) * a + math.cos(angle) * c,
        math.sin(angle) * b + math.cos(angle) * d,
    )

    ratio = turned.scale / view.scale
    assert turned.linear == pytest.approx([part * ratio for part in expected], rel=1e-6, abs=1e-9)


@given(views_of, st.booleans())
def test_mirroring_mirrors_what_is_seen(view: Projection, horizontally: bool) -> None:
    mirrored = replace(view, framing=views.mirrored(view.framing, horizontally=horizontally))
    x, y = view.to_canvas(2, 7)
    width, height = view.canvas_size

    expected = (width - x, y) if horizontally else (x, height - y)
    assert mirrored.to_canvas(2, 7) == pytest.approx(expected, abs=1.01)


def test_non_square_pixels_are_drawn_square_in_millimetres() -> None:
    # a circle of 100 mm in pixels of 2 mm × 1 mm has equal axes on the canvas.
    view = Projection(Framing(), (256, 128), Spacing(2.0, 1.0, "mm", "mm"), (800.0, 600.0))
    left, right = view.to_canvas(78, 64), view.to_canvas(178, 64)
    top, bottom = view.to_canvas(128, 39), view.to_canvas(128, 89)

    assert math.dist(left, right) / math.dist(top, bottom) == pytest.approx(1.0, abs=0.005)


def test_native_zoom_lies_on_whole_device_pixels() -> None:
    for canvas in ((1000.0, 1000.0), (1001.0, 999.0), (701.5, 333.5)):
        for ratio in (1.0, 1.5, 2.0):
            view = square(canvas_size=canvas, device_pixel_ratio=ratio)
            native = replace(view, framing=views.at_actual_pixels(view))

            assert native.is_native
            x, y = native.to_canvas(-0.5, -0.5)
            assert x * ratio == pytest.approx(round(x * ratio), abs=1e-6)
            assert y * ratio == pytest.approx(round(y * ratio), abs=1e-6)


def test_native_zoom_is_one_device_pixel_for_the_finer_side() -> None:
    view = Projection(Framing(), (100, 50), Spacing(2.0, 1.0), (400.0, 400.0))

    native = replace(view, framing=views.at_actual_pixels(view))

    assert native.device_pixels_per_image_pixel == pytest.approx(1.0)
    assert native.linear == pytest.approx((1.0, 0.0, 0.0, 2.0))


def test_true_size_needs_a_spacing_in_millimetres() -> None:
    assert views.at_true_size(square(), 0.25) is None
    view = square(spacing=Spacing(0.5, 0.5, "mm", "mm"))

    framing = views.at_true_size(view, 0.25)

    assert framing is not None
    assert replace(view, framing=framing).scale == pytest.approx(4.0)


def test_pixel_is_found_by_its_area() -> None:
    view = square()

    assert view.pixel_at((0.0, 0.0)) == (0, 0)
    assert view.pixel_at((1.99, 1.99)) == (0, 0)
    assert view.pixel_at((2.01, 0.0)) == (1, 0)
    assert view.pixel_at((1023.9, 1023.9)) == (511, 511)
    assert view.pixel_at((1024.1, 5.0)) is None
    assert view.pixel_at((-0.1, 5.0)) is None


def test_patient_point_follows_the_standards_equation() -> None:
    # PS3.3 C.7.6.2.1.1 with Pixel Spacing 0.5\0.25 (between rows, between columns).
    where = records.plane((10.0, 20.0, 30.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (0.5, 0.25))
    view = square(plane=where, spacing=Spacing(0.5, 0.25, "mm", "mm"))

    at = view.to_lps(view.to_canvas(8, 6))

    assert at == pytest.approx(np.array([10.0, 20.0 + 8 * 0.25, 30.0 - 6 * 0.5]))


@given(framings, points)
def test_patient_and_canvas_are_inverse_in_the_plane(
    framing: Framing, point: tuple[float, float]
) -> None:
    where = records.plane((1.0, 2.0, 3.0), (0.6, 0.8, 0.0), (0.0, 0.0, 1.0), (0.7, 0.3))
    view = square(framing, plane=where, spacing=Spacing(0.7, 0.3, "mm", "mm"))

    lps = view.to_lps(point)

    assert lps is not None
    assert view.lps_to_canvas(lps) == pytest.approx(point, abs=1e-6)


def test_one_flip_makes_a_mirror_image_and_two_do_not() -> None:
    assert square(Framing(flip_horizontal=True)).shows_mirror_image
    assert square(Framing(flip_vertical=True)).shows_mirror_image
    assert not square(Framing(flip_horizontal=True, flip_vertical=True)).shows_mirror_image
