from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from tests import records
from viewer.model.annotation import AnnotationSet
from viewer.model.displayset import DisplaySet
from viewer.model.frame import GreyRules
from viewer.model.ids import EXPLICIT_LITTLE
from viewer.model.study import Value
from viewer.model.view_state import Appearance, Framing, Visibility, with_window
from viewer.model.window import Lut, Window
from viewer.overlays import corners, lossy, marks, scale_bar, value
from viewer.overlays._spec import OverlaySpec, draw_overlays, load_overlays
from viewer.viewport.scene import (
    AT_POINT,
    REQUIRED,
    WARNING,
    Hatching,
    Polyline,
    Scene,
    Text,
)
from viewer.viewport.viewport import Pointer, Viewport, projection

JPEG = "1.2.840.10008.1.2.4.50"
NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def viewport_of(display_set: DisplaySet, size: tuple[float, float] = (700.0, 500.0)) -> Viewport:
    viewport = Viewport("v", records.Frames())
    viewport.resize(size)
    viewport.show(display_set)
    return viewport


def one(**changes: object) -> Viewport:
    named: dict[str, object] = {"where": records.plane((0.0, 0.0, 0.0)), **changes}
    return viewport_of(records.display_set([records.instance(**named)]))  # type: ignore[arg-type]


def drawn(spec: OverlaySpec, viewport: Viewport) -> Scene:
    return spec.draw(viewport, AnnotationSet())


def texts(scene: Iterable[object]) -> list[str]:
    return [p.text for p in scene if isinstance(p, Text) and p.text]


def test_every_overlay_survives_an_empty_pane_and_a_missing_frame() -> None:
    empty = Viewport("v")
    waiting = Viewport("v", records.Frames(missing=frozenset({0})))
    waiting.resize((300.0, 200.0))
    waiting.show(records.stack())

    for spec in load_overlays():
        assert drawn(spec, empty) == ()
        drawn(spec, waiting)


# ---------------------------------------------------------------------------------- corners


def test_corners_say_who_when_where_and_how() -> None:
    attributes: dict[str, Value] = {
        "StudyDate": "20240305",
        "StudyTime": "101500",
        "StudyDescription": "CT chest",
        "InstitutionName": "City Hospital",
        "AccessionNumber": "88213",
        "InstanceNumber": 45,
        "KVP": 120.0,
        "Exposure": 210,
        "ConvolutionKernel": "B30f",
        "SliceThickness": 1.0,
    }
    viewport = one(attributes=attributes, where=records.plane((-6.0, -5.0, 112.4)))

    assert texts(drawn(corners.SPEC, viewport)) == [
        "Phantom, Alma",
        "4711 · F · 1961-04-09 · 62 y",
        "Se 3  Im 45 (1/1)",
        "H 112.4 mm",
        "W 400  L 40",
        "Zoom 25 ×  linear",
        "City Hospital",
        "2024-03-05 10:15",
        "CT chest",
        "Chest 1.0 · Acc 88213",
        "120 kV · 210 mAs · 1 mm · B30f",
    ]


@pytest.mark.parametrize("level", ["full", "minimal", "off"])
def test_identity_stays_at_every_level(level: str) -> None:
    viewport = one()
    viewport.set(replace(viewport.state, visibility=Visibility(level)))

    scene = drawn(corners.SPEC, viewport)

    assert texts(scene)[:2] == ["Phantom, Alma", "4711 · F · 1961-04-09"]
    assert all(t.priority == REQUIRED for t in scene[:2] if isinstance(t, Text))
    assert len(scene) == {"full": 11, "minimal": 7, "off": 2}[level]


def test_absent_identity_is_said() -> None:
    viewport = one(identity=replace(records.ALMA, name="", patient_id=" "))

    assert texts(drawn(corners.SPEC, viewport))[0] == "No name"
    assert "no ID" in texts(drawn(corners.SPEC, viewport))[1]


def test_header_text_is_that_of_the_displayed_object() -> None:
    # not that of the study that was opened.
    viewport = viewport_of(records.display_set([records.instance(identity=records.BERT)]))

    assert "Bert" in texts(drawn(corners.SPEC, viewport))[0]


@pytest.mark.parametrize(
    ("voi", "shown"),
    [
        (Window(40, 400), "W 400  L 40"),
        (Window(40.4, 399.6), "W 400  L 40"),
        (Window(0.5, 1.25, "LINEAR_EXACT"), "W 1.25  L 0.5  linear exact"),
        (Window(-600, 1500, "SIGMOID"), "W 1500  L −600  sigmoid"),
        (Window(40, 80, explanation="Brain"), "W 80  L 40  Brain"),
        (Lut(0, np.zeros(4, np.uint16), 8, "NORMAL"), "VOI LUT NORMAL"),
        (Lut(0, np.zeros(4, np.uint16), 8), "VOI LUT"),
    ],
)
def test_window_text_names_what_is_unusual(voi: Window | Lut, shown: str) -> None:
    assert corners.voi_text(voi) == shown


def test_zoom_names_the_interpolation() -> None:
    #
    viewport = one(size=(700, 500))
    assert "1:1" in texts(drawn(corners.SPEC, viewport))

    viewport.set(replace(viewport.state, framing=Framing(zoom=2.5)))
    assert "Zoom 2.5 ×  linear" in texts(drawn(corners.SPEC, viewport))

    nearest = Appearance(interpolation="nearest")
    viewport.set(replace(viewport.state, appearance=nearest))
    assert "Zoom 2.5 ×  nearest" in texts(drawn(corners.SPEC, viewport))

    viewport.set(replace(viewport.state, framing=Framing(zoom=0.5)))
    assert "Zoom 0.5 ×  averaged" in texts(drawn(corners.SPEC, viewport))


def test_frames_of_one_object_are_numbered_within_it() -> None:
    ref = records.instance(n_frames=8, attributes={"InstanceNumber": 7})
    viewport = viewport_of(records.display_set([ref]))
    viewport.set(replace(viewport.state, navigation=replace(viewport.state.navigation, index=5)))

    assert "Se 3  Im 7.6 (6/8)" in texts(drawn(corners.SPEC, viewport))


@pytest.mark.parametrize(
    ("modality", "attributes", "shown"),
    [
        (
            "MR",
            {"RepetitionTime": 500.0, "EchoTime": 12.5, "FlipAngle": 30.0},
            "TR 500 · TE 12.5 · FA 30°",
        ),
        (
            "XA",
            {"PositionerPrimaryAngle": -30.0, "PositionerSecondaryAngle": 20.0},
            "RAO 30 CRA 20",
        ),
        (
            "XA",
            {"PositionerPrimaryAngle": 30.0, "PositionerSecondaryAngle": -20.0},
            "LAO 30 CAU 20",
        ),
        (
            "DX",
            {"KVP": 81.0, "ExposureInuAs": 2500, "ExposureIndex": 320.0},
            "81 kV · 2.5 mAs · EI 320",
        ),
        (
            "CT",
            {"ConvolutionKernel": ("B30f", "x"), "ContrastBolusAgent": "yes"},
            "B30f · contrast: yes",
        ),
    ],
)
def test_technique_follows_the_modality(
    modality: str, attributes: dict[str, Value], shown: str
) -> None:
    viewport = one(modality=modality, attributes=attributes)

    assert shown in texts(drawn(corners.SPEC, viewport))


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


def test_gap_is_named_where_it_is() -> None:
    gapped = replace(records.stack(6), gaps=((2, 3),), warnings=("Slices are missing.",))
    viewport = viewport_of(gapped)
    assert mark_texts(viewport) == "Slices are missing."

    viewport.set(replace(viewport.state, navigation=replace(viewport.state.navigation, index=3)))
    assert mark_texts(viewport).startswith("3 slices missing between 3 and 4")


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
