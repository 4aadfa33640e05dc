"""A file's own graphics lie on the pixels they were made for, and are never silent (R-069)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests import records
from tests.unit.overlays.test_overlays import mark_texts
from tests.unit.panes import drawn, one
from viewer.model.annotation import AnnotationSet
from viewer.model.frame import GRAPHICS, ROI, OverlayPlane
from viewer.model.view_state import Framing, Visibility
from viewer.overlays import planes
from viewer.overlays._spec import draw_overlays, load_overlays
from viewer.viewport.scene import Bitmap
from viewer.viewport.viewport import Viewport, projection

HIDDEN = Visibility(hidden=frozenset({"planes"}))
BITS = np.packbits(np.eye(4, 6, dtype=np.bool_), axis=1)


def with_planes(*wanted: OverlayPlane) -> Viewport:
    viewport = one()
    assert viewport.frame is not None
    viewport.frame = replace(viewport.frame, overlays=wanted)
    return viewport


def plane(kind: str = GRAPHICS, label: str = "") -> OverlayPlane:
    return OverlayPlane(kind, label, 3, 5, 6, BITS)


@pytest.mark.parametrize(
    "framing",
    [
        Framing(),
        Framing(zoom=2.5, pan_mm=(3.0, -2.0)),
        Framing(flip_horizontal=True, rotation_deg=90.0),
        Framing(rotation_deg=33.0, flip_vertical=True),
    ],
)
def test_each_bit_lies_on_its_pixel_however_the_image_is_turned(framing: Framing) -> None:
    viewport = with_planes(plane())
    viewport.set(replace(viewport.state, framing=framing))
    view = projection(viewport)
    assert view is not None

    (bitmap,) = drawn(planes.SPEC, viewport)

    assert isinstance(bitmap, Bitmap)
    a, b, c, d = bitmap.linear
    for row, column in ((0, 0), (3, 3), (2, 5)):  # centres of bits, from the outer corner
        across, down = column + 0.5, row + 0.5
        x = bitmap.corner_canvas[0] + a * across + b * down
        y = bitmap.corner_canvas[1] + c * across + d * down
        assert (x, y) == pytest.approx(view.to_canvas(5 + column, 3 + row))


def test_a_region_lets_the_tissue_through() -> None:
    graphics, region = drawn(planes.SPEC, with_planes(plane(), plane(ROI)))

    assert isinstance(graphics, Bitmap)
    assert isinstance(region, Bitmap)
    assert graphics.opacity == 1.0
    assert 0.2 <= region.opacity <= 0.5


def test_they_are_named_and_their_absence_is_told() -> None:
    viewport = with_planes(plane(label="CAD mark"), plane(label="CAD mark"), plane(label="scale"))
    assert mark_texts(viewport) == "graphics of the file: CAD mark, scale"
    assert mark_texts(with_planes(plane())) == "graphics of the file"
    assert mark_texts(one()) == ""

    viewport.set(replace(viewport.state, visibility=HIDDEN))
    scene = draw_overlays(load_overlays(), viewport, AnnotationSet())

    assert not any(isinstance(primitive, Bitmap) for primitive in scene)
    assert mark_texts(viewport) == "graphics of the file are hidden"


def test_they_lie_below_everything_else() -> None:
    scene = draw_overlays(load_overlays(), with_planes(plane()), AnnotationSet())

    assert isinstance(scene[0], Bitmap)
    assert len(scene) > 1


def test_a_withheld_image_shows_none_of_its_graphics() -> None:
    # the graphics are as much of the other patient as the pixels are
    viewport = with_planes(plane())
    frame = viewport.frame
    assert frame is not None
    stranger = records.instance(identity=records.BERT).expected_identity()
    viewport.frame = replace(frame, identity=stranger)

    assert viewport.identity_problem()
    assert drawn(planes.SPEC, viewport) == ()
