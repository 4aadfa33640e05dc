from __future__ import annotations

from dataclasses import replace

import pytest

from tests import records
from tests.unit.panes import drawn, one, texts, viewport_of
from viewer.model.annotation import AnnotationSet
from viewer.model.frame import GreyRules
from viewer.model.ids import EXPLICIT_LITTLE
from viewer.model.study import Value
from viewer.model.view_state import Appearance, Visibility, with_window
from viewer.overlays import lossy, marks, scale_bar, value
from viewer.overlays._spec import draw_overlays, load_overlays
from viewer.viewport.scene import (
    AT_POINT,
    DIM,
    REQUIRED,
    WARNING,
    Hatching,
    Polyline,
    Text,
)
from viewer.viewport.viewport import Pointer, Viewport, projection

JPEG = "1.2.840.10008.1.2.4.50"
NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def test_every_overlay_survives_an_empty_pane_and_a_missing_frame() -> None:
    empty = Viewport("v")
    waiting = Viewport("v", records.Frames(missing=frozenset({0})))
    waiting.resize((300.0, 200.0))
    waiting.show(records.stack())

    for spec in load_overlays():
        assert drawn(spec, empty) == ()
        drawn(spec, waiting)


# ------------------------------------------------------------------------------------ lossy


@pytest.mark.parametrize(
    ("flag", "syntax", "lossy_image"),
    [
        ("", EXPLICIT_LITTLE, False),
        ("00", EXPLICIT_LITTLE, False),
        ("01", EXPLICIT_LITTLE, True),
        ("01", JPEG, True),
        ("", JPEG, True),
        ("00", JPEG, True),
        ("00", NEAR_LOSSLESS, True),
        ("00", "1.2.840.10008.1.2.4.80", False),
    ],
)
def test_lossy_is_said_when_either_header_or_syntax_says_it(
    flag: str, syntax: str, lossy_image: bool
) -> None:
    # R-116, eight combinations
    attributes: dict[str, Value] = {"LossyImageCompression": flag} if flag else {}
    viewport = one(attributes=attributes, syntax=syntax)

    assert bool(drawn(lossy.SPEC, viewport)) == lossy_image


def test_lossy_mark_has_ratio_and_method_and_warns_for_mammograms() -> None:
    attributes: dict[str, Value] = {
        "LossyImageCompression": "01",
        "LossyImageCompressionRatio": 12.5,
        "LossyImageCompressionMethod": "ISO_15444_1",
    }

    assert texts(drawn(lossy.SPEC, one(attributes=attributes))) == ["lossy 12.5:1 JPEG 2000"]
    (mark,) = drawn(lossy.SPEC, one(attributes=attributes, modality="MG"))
    assert isinstance(mark, Text)
    assert "not for primary reading of mammograms" in mark.text
    assert (mark.style, mark.priority) == (WARNING, REQUIRED)


def test_safety_marks_cannot_be_hidden() -> None:
    viewport = one(attributes={"LossyImageCompression": "01"}, syntax=JPEG)
    specs = load_overlays()
    every = frozenset(spec.id for spec in specs)
    viewport.set(replace(viewport.state, visibility=Visibility("off", every)))

    scene = draw_overlays(specs, viewport, AnnotationSet())

    assert "lossy" in texts(scene)
    assert "Phantom, Alma" in texts(scene)
    assert {"L", "R", "A", "P"} <= set(texts(scene))
    assert not any(isinstance(p, Polyline) for p in scene)


def test_what_a_series_is_stands_there_without_being_a_warning() -> None:
    note = "Localiser: projections, not slices; no volume."
    stack = replace(records.stack(2), notes=(note,))

    (text,) = (p for p in drawn(marks.SPEC, viewport_of(stack)) if getattr(p, "text", "") == note)

    assert isinstance(text, Text)
    assert text.style == DIM


# -------------------------------------------------------------------------------- scale bar


@pytest.mark.parametrize(
    ("longest", "length"), [(99.0, 50.0), (100.0, 100.0), (19.9, 10.0), (0.7, 0.5), (3.0, 2.0)]
)
def test_bar_has_a_round_length(longest: float, length: float) -> None:
    assert scale_bar.bar_length(longest) == pytest.approx(length)


def test_bar_is_as_long_as_it_says() -> None:
    viewport = one(size=(400, 300), where=records.plane(spacing=(0.5, 0.5)))
    view = projection(viewport)
    assert view is not None

    bar, label = drawn(scale_bar.SPEC, viewport)

    assert isinstance(bar, Polyline)
    assert isinstance(label, Text)
    length_px = bar.points_canvas[2][0] - bar.points_canvas[1][0]
    columns = view.to_image((length_px, 0))[0] - view.to_image((0, 0))[0]
    assert label.text == "50 mm"
    below_px = viewport.size_canvas[1] - max(y for _, y in bar.points_canvas)
    assert 4 <= below_px <= 8
    assert columns * 0.5 == pytest.approx(50.0)


def test_bar_says_what_its_millimetres_are_worth() -> None:
    at_detector = one(modality="DX", where=None, attributes={"ImagerPixelSpacing": (0.2, 0.2)})
    none = one(modality="US", where=None)

    assert texts(drawn(scale_bar.SPEC, at_detector)) == ["1 mm at detector"]
    assert drawn(scale_bar.SPEC, none) == ()


# ------------------------------------------------------------------------------------ marks


def mark_texts(viewport: Viewport) -> str:
    return " | ".join(texts(drawn(marks.SPEC, viewport)))


@pytest.mark.parametrize(
    ("attributes", "sop_class", "mark"),
    [
        (
            {"PresentationIntentType": "FOR PROCESSING"},
            records.CT_IMAGE,
            "raw data for processing, not for reading",
        ),
        ({"ImageType": ("DERIVED", "PRIMARY")}, records.CT_IMAGE, "derived"),
        ({"BurnedInAnnotation": "YES"}, records.CT_IMAGE, "text is burned in"),
        ({}, CAPTURE, "text may be burned in | secondary capture"),
        ({"BurnedInAnnotation": "NO"}, CAPTURE, "secondary capture"),
        ({"ImageType": ("ORIGINAL", "PRIMARY")}, records.CT_IMAGE, ""),
    ],
)
def test_marks_of_the_header(attributes: dict[str, Value], sop_class: str, mark: str) -> None:
    assert mark_texts(one(attributes=attributes, sop_class=sop_class)) == mark


def test_marks_of_the_view() -> None:
    viewport = one(where=records.plane(spacing=(1.0, 0.5)))
    viewport.set(
        replace(viewport.state, appearance=Appearance(inverted=True, colour_map="hot_iron"))
    )

    assert mark_texts(viewport) == "inverted · colour map: hot_iron · non-square pixels"


def test_missing_rows_are_counted_and_hatched() -> None:
    #
    viewport = one()
    frame = viewport.frame
    assert frame is not None
    viewport.frame = replace(frame, n_rows_complete=12, warnings=("The file is cut off.",))
    view = projection(viewport)
    assert view is not None

    scene = drawn(marks.SPEC, viewport)

    (hatched,) = [p for p in scene if isinstance(p, Hatching)]
    assert hatched.points_canvas[0] == view.to_canvas(-0.5, 11.5)
    assert hatched.points_canvas[2] == view.to_canvas(23.5, 19.5)
    shown = texts(scene)[0]
    assert shown == "image data incomplete: 8 of 20 rows are missing · The file is cut off."


def test_gap_cannot_be_overlooked_where_it_is() -> None:
    sentence = "Missing slice(s) between 3 and 4: 3 not there."
    viewport = viewport_of(replace(records.stack(6), gaps=((2, 3),), warnings=(sentence,)))

    def priority(index: int) -> int:
        navigation = replace(viewport.state.navigation, index=index)
        viewport.set(replace(viewport.state, navigation=navigation))
        (mark,) = [p for p in drawn(marks.SPEC, viewport) if isinstance(p, Text) and p.text]
        assert mark.text == sentence
        return mark.priority

    assert [priority(index) == REQUIRED for index in range(6)] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


def test_stack_without_positions_is_marked() -> None:
    loose = replace(records.stack(3), spatially_ordered=False)

    assert mark_texts(viewport_of(loose)) == "not ordered by position"


def test_an_impossible_window_is_told() -> None:
    viewport = one()
    viewport.set(with_window(viewport.state, 40, 0.2))

    assert "0.2" in mark_texts(viewport)


def test_notes_of_the_study_come_first() -> None:
    viewport = one()
    viewport.notes = ("not in the library",)

    assert mark_texts(viewport) == "not in the library"


# ------------------------------------------------------------------------------------ value


def test_value_stands_in_the_corner_and_beside_a_probing_pointer() -> None:
    viewport = one()
    view = projection(viewport)
    assert view is not None
    at = view.to_canvas(5, 7)
    assert drawn(value.SPEC, viewport) == ()

    viewport.point_at(Pointer(at))
    assert texts(drawn(value.SPEC, viewport)) == ["5 at 5, 7"]

    viewport.point_at(Pointer(at, probing=True))
    scene = drawn(value.SPEC, viewport)
    beside = [t for t in scene if isinstance(t, Text) and t.anchor == AT_POINT]
    assert [t.text for t in beside] == ["5 at 5, 7", "L 2.5  P 3.5  H 0 mm"]

    viewport.point_at(Pointer((-5.0, -5.0)))
    assert drawn(value.SPEC, viewport) == ()


def test_unit_stands_before_the_value() -> None:
    viewport = one()
    ref = viewport.frame_ref
    assert ref is not None
    viewport.frame = records.frame(ref.instance, rules=GreyRules(units="HU"))
    view = projection(viewport)
    assert view is not None
    viewport.point_at(Pointer(view.to_canvas(5, 7)))

    assert texts(drawn(value.SPEC, viewport)) == ["HU 5 at 5, 7"]
