"""Side and view: 16 combinations of laterality and view, and contradictions (R-091)."""

from __future__ import annotations

import itertools

import pytest

from tests import records
from viewer.model.annotation import AnnotationSet
from viewer.model.study import Value
from viewer.model.view_state import Framing
from viewer.overlays import laterality
from viewer.viewport.scene import TOP_LEFT, TOP_RIGHT, Text
from viewer.viewport.viewport import Viewport

WORDS = {"R": "Right", "L": "Left", "B": "Both sides", "": ""}


def drawn(
    attributes: dict[str, Value], modality: str = "MG", framing: Framing | None = None
) -> list[Text]:
    viewport = Viewport("v", records.Frames())
    viewport.resize((400.0, 400.0))
    one = records.instance(modality=modality, attributes=attributes)
    viewport.show(records.display_set([one]), framing=framing)
    scene = laterality.SPEC.draw(viewport, AnnotationSet())
    return [text for text in scene if isinstance(text, Text)]


@pytest.mark.parametrize(("side", "view"), list(itertools.product("RLB", ("CC", "MLO", "ML", ""))))
@pytest.mark.parametrize("keyword", ["ImageLaterality", "Laterality", "FrameLaterality"])
def test_side_and_view_are_written_out(side: str, view: str, keyword: str) -> None:
    attributes: dict[str, Value] = {keyword: side, "ViewPosition": view}

    (text,) = drawn(attributes)

    assert text.text == f"{WORDS[side]} {view}".strip()


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert drawn({}) == []
    assert drawn({"Laterality": "U"}) == []


def test_contradiction_is_a_warning() -> None:
    shown = [t.text for t in drawn({"ImageLaterality": "R", "Laterality": "L"})]

    assert shown == ["Right", laterality.CONTRADICTION]


@pytest.mark.parametrize(
    ("orientation", "framing", "corner"),
    [
        # Rows run towards anterior: nipple at the right edge, chest wall at the left.
        (("A", "F"), Framing(), TOP_RIGHT),
        (("P", "F"), Framing(), TOP_LEFT),
        (("A", "F"), Framing(flip_horizontal=True), TOP_LEFT),
        (("A", "F"), Framing(rotation_deg=180), TOP_LEFT),
        (("AR", "FL"), Framing(), TOP_RIGHT),
    ],
)
def test_mammography_label_stays_off_the_chest_wall(
    orientation: tuple[str, str], framing: Framing, corner: str
) -> None:
    attributes: dict[str, Value] = {"ImageLaterality": "L", "PatientOrientation": orientation}

    (text,) = drawn(attributes, framing=framing)

    assert text.anchor == corner


def test_other_projections_have_it_at_the_right() -> None:
    (text,) = drawn({"ImageLaterality": "L", "PatientOrientation": ("P", "F")}, "DX")

    assert text.anchor == TOP_RIGHT
