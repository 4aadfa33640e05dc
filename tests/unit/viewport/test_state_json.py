from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.base.errors import UsageError
from viewer.model.view_state import (
    Appearance,
    Framing,
    Navigation,
    ViewState,
    Visibility,
)
from viewer.model.window import Window
from viewer.viewport.state_json import parse_state, state_document, state_schema

numbers = st.floats(-1e6, 1e6, allow_nan=False)
windows = st.builds(
    Window,
    center=numbers,
    width=st.floats(1, 1e5),
    function=st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"]),
)
states = st.builds(
    ViewState,
    display_set_id=st.text(max_size=20),
    navigation=st.builds(Navigation, index=st.integers(0, 9999), phase=st.integers(0, 9)),
    framing=st.builds(
        Framing,
        zoom=st.floats(0.05, 200),
        pan_mm=st.tuples(numbers, numbers),
        rotation_deg=numbers,
        flip_horizontal=st.booleans(),
        flip_vertical=st.booleans(),
    ),
    appearance=st.builds(
        Appearance,
        window=st.none() | windows,
        voi_index=st.integers(0, 9),
        inverted=st.booleans(),
        colour_map=st.sampled_from(["grey", "hot_iron"]),
        interpolation=st.sampled_from(["linear", "nearest"]),
    ),
    visibility=st.builds(
        Visibility,
        annotations=st.sampled_from(["full", "minimal", "off"]),
        hidden=st.frozensets(st.sampled_from(["scale_bar", "value"])),
    ),
)


@given(states)
def test_a_state_comes_back_from_json(state: ViewState) -> None:
    assert parse_state(json.dumps(state_document(state))) == state


def test_left_out_parts_have_their_defaults() -> None:
    assert parse_state("{}") == ViewState()
    state = parse_state('{"framing": {"zoom": 2}, "appearance": {"window": null}}')
    assert state == ViewState(framing=Framing(zoom=2))


def test_the_free_text_of_a_window_is_not_written() -> None:
    state = ViewState(appearance=Appearance(window=Window(1, 2, explanation="Doe^John")))

    assert "Doe" not in json.dumps(state_document(state))


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ("[]", "state must be of type object"),
        ('{"zoom": 2}', "state.zoom must be left out"),
        ('{"framing": {"zoom": "big"}}', "state.framing.zoom must be of type number"),
        ('{"framing": {"zoom": 0}}', "state.framing.zoom must be above 0"),
        ('{"framing": {"pan_mm": [1]}}', "state.framing.pan_mm must be a list of 2"),
        ('{"navigation": {"index": -1}}', "state.navigation.index must be not negative"),
        ('{"navigation": {"index": true}}', "state.navigation.index must be of type integer"),
        (
            '{"appearance": {"window": {"center": 1}}}',
            "state.appearance.window.width must be given",
        ),
        ('{"appearance": {"interpolation": "cubic"}}', "one of linear, nearest"),
        ('{"framing": {"zoom": NaN}}', "state.framing.zoom must be of type number"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_the_message_names_the_place(document: str, place: str) -> None:
    with pytest.raises(UsageError, match=place.replace(".", r"\.")):
        parse_state(document)


def test_the_schema_names_every_field_of_a_state() -> None:
    def names(schema: dict[str, Any], document: dict[str, Any]) -> None:
        assert set(schema["properties"]) == set(document)
        for key, value in document.items():
            if isinstance(value, dict) and "properties" in schema["properties"][key]:
                names(schema["properties"][key], value)

    names(state_schema(), state_document(ViewState()))
