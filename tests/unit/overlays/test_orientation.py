"""Letters for every axis permutation and every view transform (R-090).

The expected side is found without any rotation arithmetic: a point is moved in the patient, and
the edge of the pane to which it moves must bear that side's letter.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import records
from viewer.model.annotation import AnnotationSet
from viewer.model.displayset import FrameRef
from viewer.model.study import Value, Vector
from viewer.model.view_state import Framing
from viewer.overlays import _orientation, orientation
from viewer.viewport.scene import BOTTOM, LEFT, RIGHT, TOP, Text
from viewer.viewport.viewport import Viewport, projection

AXES: tuple[Vector, ...] = (
    (1.0, 0.0, 0.0),
    (-1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, -1.0, 0.0),
    (0.0, 0.0, 1.0),
    (0.0, 0.0, -1.0),
)
LETTER = dict(zip(AXES, "LRPAHF", strict=True))
PERMUTATIONS = [
    (row, column) for row, column in itertools.permutations(AXES, 2) if np.dot(row, column) == 0
]
TRANSFORMS = [
    Framing(rotation_deg=angle, flip_horizontal=flip)
    for angle in (0.0, 90.0, 180.0, 270.0)
    for flip in (False, True)
]
VERTICAL = [Framing(rotation_deg=angle, flip_vertical=True) for angle in (0.0, 90.0, 180.0, 270.0)]


def viewport_of(
    attributes: dict[str, Value] | None = None,
    axes: tuple[Vector, Vector] | None = None,
    framing: Framing | None = None,
) -> Viewport:
    where = records.plane((0, 0, 0), *axes) if axes else None
    one = records.instance(where=where, attributes=attributes, size=(24, 20))
    viewport = Viewport("v", records.Frames())
    viewport.resize((600.0, 500.0))
    viewport.show(records.display_set([one]), framing=framing)
    return viewport


def letters_of(viewport: Viewport) -> dict[str, str]:
    scene = orientation.SPEC.draw(viewport, AnnotationSet())
    return {t.anchor: t.text for t in scene if isinstance(t, Text) and t.line == 0}


def edge_reached(viewport: Viewport, direction: Vector) -> str:
    """Return the edge towards which a patient point moves on the canvas."""
    view = projection(viewport)
    assert view is not None
    middle = view.to_lps((300.0, 250.0))
    assert middle is not None
    at = view.lps_to_canvas(middle + np.asarray(direction))
    assert at is not None
    dx, dy = at[0] - 300.0, at[1] - 250.0
    if abs(dx) > abs(dy):
        return RIGHT if dx > 0 else LEFT
    return BOTTOM if dy > 0 else TOP


def test_there_are_forty_eight_handed_permutations_of_three_axes() -> None:
    # 24 choices of row and column; each as it is and mirrored by one flip makes 48.
    assert len(PERMUTATIONS) == 24


@pytest.mark.parametrize("framing", TRANSFORMS + VERTICAL)
@pytest.mark.parametrize("axes", PERMUTATIONS)
def test_every_edge_bears_the_side_that_lies_there(
    axes: tuple[Vector, Vector], framing: Framing
) -> None:
    viewport = viewport_of(axes=axes, framing=framing)
    in_plane = [axis for axis in AXES if np.dot(axis, np.cross(*axes)) == 0]

    expected = {edge_reached(viewport, axis): LETTER[axis] for axis in in_plane}

    assert letters_of(viewport) == expected


@given(
    st.floats(-math.pi, math.pi),
    st.floats(-1.5, 1.5),
    st.floats(-math.pi, math.pi),
    st.sampled_from(TRANSFORMS),
    st.floats(0, 360),
)
def test_oblique_letters_name_the_strong_components_in_order(
    first: float, second: float, third: float, framing: Framing, more: float
) -> None:
    turn = rotation(first, second, third)
    axes = (tuple(turn[:, 0].tolist()), tuple(turn[:, 1].tolist()))
    framing = Framing(
        rotation_deg=framing.rotation_deg + more, flip_horizontal=framing.flip_horizontal
    )
    viewport = viewport_of(axes=axes, framing=framing)
    view = projection(viewport)
    assert view is not None
    here, there = view.to_lps((300.0, 250.0)), view.to_lps((400.0, 250.0))
    assert here is not None
    assert there is not None
    direction = (there - here) / np.linalg.norm(there - here)

    shown = letters_of(viewport)[RIGHT]

    names = [("L", "R"), ("P", "A"), ("H", "F")]
    strength = sorted(range(3), key=lambda axis: -abs(direction[axis]))
    expected = "".join(
        names[axis][0] if direction[axis] > 0 else names[axis][1]
        for axis in strength
        if abs(direction[axis]) >= 0.25
    )
    near = any(abs(abs(part) - 0.25) < 1e-6 for part in direction)
    close = any(
        abs(abs(direction[a]) - abs(direction[b])) < 1e-6 for a, b in ((0, 1), (0, 2), (1, 2))
    )
    assert near or close or shown == expected


def rotation(a: float, b: float, c: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    def about(axis: int, angle: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        matrix = np.eye(3)
        i, j = (axis + 1) % 3, (axis + 2) % 3
        matrix[i, i] = matrix[j, j] = math.cos(angle)
        matrix[i, j], matrix[j, i] = -math.sin(angle), math.sin(angle)
        return matrix

    return np.asarray(about(2, a) @ about(1, b) @ about(0, c))


def test_oblique_right_edge_reads_ar() -> None:
    # Rows run 30 degrees off anterior towards the right: the right edge is 'AR'.
    row = (-0.5, -math.sqrt(0.75), 0.0)
    viewport = viewport_of(axes=(row, (0.0, 0.0, -1.0)))

    assert letters_of(viewport)[RIGHT] == "AR"
    assert letters_of(viewport)[LEFT] == "PL"


@pytest.mark.parametrize(
    ("framing", "expected"),
    [
        (Framing(), {RIGHT: "P", LEFT: "A", BOTTOM: "F", TOP: "H"}),
        (Framing(flip_horizontal=True), {RIGHT: "A", LEFT: "P", BOTTOM: "F", TOP: "H"}),
        (Framing(rotation_deg=90), {RIGHT: "H", LEFT: "F", BOTTOM: "P", TOP: "A"}),
        (Framing(rotation_deg=180), {RIGHT: "A", LEFT: "P", BOTTOM: "H", TOP: "F"}),
    ],
)
def test_patient_orientation_serves_projections(framing: Framing, expected: dict[str, str]) -> None:
    viewport = viewport_of({"PatientOrientation": ("P", "F")}, framing=framing)

    assert letters_of(viewport) == expected


def test_names_of_quadrupeds_pass_and_are_turned() -> None:
    viewport = viewport_of({"PatientOrientation": ("CD", "V")})
    assert letters_of(viewport) == {RIGHT: "CD", LEFT: "CR", BOTTOM: "V", TOP: "D"}

    viewport = viewport_of({"PatientOrientation": ("LE", "CDV")})
    assert letters_of(viewport) == {RIGHT: "LE", LEFT: "RT", BOTTOM: "CDV", TOP: "CRD"}


def test_positions_of_quadrupeds_are_named_by_their_axes() -> None:
    quadruped: dict[str, Value] = {"AnatomicalOrientationType": "QUADRUPED"}
    viewport = viewport_of(quadruped, axes=((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)))

    assert letters_of(viewport) == {RIGHT: "LE", LEFT: "RT", BOTTOM: "CD", TOP: "CR"}


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"PatientOrientation": ("P",)},
        {"PatientOrientation": ("P", "")},
        {"PatientOrientation": ("Z", "F")},
        {"ImageOrientationPatient": (0.0, 0.0, 0.0, 0.0, 1.0, 0.0)},
        {"ImageOrientationPatient": (1.0, 0.0, 0.0, 0.7, 0.7, 0.0)},
        {"ImageOrientationPatient": (float("nan"),) * 6},
    ],
)
def test_nothing_is_invented(attributes: dict[str, Value]) -> None:
    assert letters_of(viewport_of(attributes)) == {TOP: orientation.UNKNOWN}


def test_orientation_without_position_is_enough() -> None:
    viewport = viewport_of({"ImageOrientationPatient": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)})

    assert letters_of(viewport)[RIGHT] == "L"


def test_mirror_image_is_marked_and_two_flips_are_not() -> None:
    axes = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    one = orientation.SPEC.draw(
        viewport_of(axes=axes, framing=Framing(flip_vertical=True)), AnnotationSet()
    )
    two = orientation.SPEC.draw(
        viewport_of(axes=axes, framing=Framing(flip_vertical=True, flip_horizontal=True)),
        AnnotationSet(),
    )

    assert orientation.MIRRORED in [t.text for t in one if isinstance(t, Text)]
    assert orientation.MIRRORED not in [t.text for t in two if isinstance(t, Text)]


def test_opposites_of_people_come_back() -> None:
    for letter in "LRAPHF":
        ref = FrameRef(records.instance(attributes={"PatientOrientation": (letter, "F")}))
        if letter in "HF":
            continue
        once = _orientation.edge_letters(ref, Framing(flip_horizontal=True))[LEFT]
        assert once == letter
