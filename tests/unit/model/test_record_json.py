"""Records as JSON text: exact, compact, and refused when damaged."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.base.errors import UnreadableError
from viewer.model.record_json import VERSION, from_json, to_json
from viewer.model.study import (
    FileRef,
    FrameFacts,
    Identity,
    ImagePlane,
    Instance,
    PixelFormat,
    Value,
)

AXES = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES: st.SearchStrategy[Value] = st.one_of(
    TEXT,
    st.integers(-(2**60), 2**60),
    NUMBERS,
    st.lists(TEXT, min_size=1, max_size=4).map(tuple),
    st.lists(NUMBERS, min_size=1, max_size=6).map(tuple),
    st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=6).map(tuple),
)
ATTRIBUTES = st.dictionaries(st.sampled_from(["A", "B", "C", "D", "E"]), VALUES)
VECTORS = st.tuples(NUMBERS, NUMBERS, NUMBERS)
PLANES = st.builds(
    ImagePlane,
    VECTORS,
    st.just(AXES[0]) | VECTORS,
    st.just(AXES[1]),
    st.none() | st.just((0.5, 0.75)),
    st.none() | NUMBERS,
)
FRAMES = st.lists(st.builds(FrameFacts, st.none() | PLANES, ATTRIBUTES), max_size=5).map(tuple)


def instance(**parts: object) -> Instance:
    made = Instance(
        file=FileRef("/a/b", 1234, 336, "d"),
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        sop_instance_uid="1.2.3",
        study_instance_uid="1.2.4",
        series_instance_uid="1.2.5",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        modality="CT",
        identity=Identity(
            "7", "", "Müller^Jürgen", "19700101", "F", b"7 ", b"M\xfcller^J\xfcrgen\0"
        ),
        attributes={"StudyDate": "20240101", "WindowCenter": (40.0, 80.0), "InstanceNumber": 3},
        pixels=PixelFormat(4, 4, 1, "MONOCHROME2", 0, 16, 12, 11, False, 1, "integer", 2000, 32),
        frames=(FrameFacts(ImagePlane((0.0, 0.0, 1.5), *AXES, (0.5, 0.5), 1.0)),),
        warnings=("One.", "Two."),
    )
    return replace(made, **parts)  # type: ignore[arg-type]


def exact(value: object) -> str:
    """A text in which 1, 1.0 and (1,) differ, and the order of dictionaries does not matter."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{exact(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, FrameFacts):
        return f"{value.plane!r}{exact(dict(value.attributes))}"
    return "".join(map(exact, value)) if isinstance(value, tuple) and value else repr(value)


def test_record_comes_back_equal() -> None:
    made = instance()
    assert from_json(to_json(made), "/a/b", "d") == made


def test_path_and_digest_are_given_anew() -> None:
    text = to_json(instance())
    assert "/a/b" not in text
    assert from_json(text, "/c", "e").file == FileRef("/c", 1234, 336, "e")


def test_object_without_pixels_comes_back() -> None:
    made = instance(pixels=None, frames=())
    assert from_json(to_json(made), "/a/b", "d") == made


@given(ATTRIBUTES, FRAMES, st.binary(max_size=40), TEXT)
def test_any_values_come_back_exactly(
    attributes: dict[str, Value], frames: tuple[FrameFacts, ...], raw: bytes, name: str
) -> None:
    who = Identity("", "", name, "", "", raw, raw[::-1])
    made = instance(attributes=attributes, frames=frames, identity=who)
    again = from_json(to_json(made), "/a/b", "d")
    assert again == made
    assert exact(again.frames) == exact(made.frames)
    assert exact(dict(again.attributes)) == exact(dict(made.attributes))


def test_shared_parts_of_many_frames_are_stored_once() -> None:
    frames = tuple(
        FrameFacts(
            ImagePlane((0.0, 0.0, float(k)), *AXES, (0.5, 0.5), 1.0),
            {
                "StackID": "1",
                "InStackPositionNumber": k,
                "WindowCenter": 40.0,
                "WindowWidth": 400.0,
            },
        )
        for k in range(1000)
    )
    made = instance(frames=frames)
    text = to_json(made)
    assert len(text) < 25 * len(frames)
    assert from_json(text, "/a/b", "d") == made


def test_padded_frames_cost_nothing() -> None:
    frames = (FrameFacts(None, {"StackID": "1"}), *((FrameFacts(),) * 100_000))
    made = instance(frames=frames)
    text = to_json(made)
    assert len(text) < 2000
    assert from_json(text, "/a/b", "d") == made


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-10],
        lambda text: "",
        lambda text: "{}",
        lambda text: "null",
        lambda text: json.dumps([VERSION + 1, *json.loads(text)[1:]]),
        lambda text: json.dumps(json.loads(text)[:-1]),
        lambda text: json.dumps([*json.loads(text)[:7], [1], *json.loads(text)[8:]]),
        lambda text: text.replace('"CT"]', "]", 1),
    ],
)
def test_damaged_or_foreign_text_is_refused(damage: object) -> None:
    assert callable(damage)
    with pytest.raises(UnreadableError):
        from_json(damage(to_json(instance())), "/a/b")
