from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests import records
from tests.unit.panes import drawn, one, texts, viewport_of
from viewer.model.study import Value
from viewer.model.view_state import Appearance, Framing, Visibility
from viewer.model.window import Lut, Window
from viewer.overlays import corners
from viewer.viewport.scene import (
    REQUIRED,
    Text,
)


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
