"""A view state as a JSON document, and the schema that says what such a document may hold.

It holds no patient data. Parts that are left out have their defaults.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from viewer.base.errors import UsageError
from viewer.model.view_state import (
    ANNOTATIONS_FULL,
    ANNOTATIONS_MINIMAL,
    ANNOTATIONS_OFF,
    LINEAR_INTERPOLATION,
    NEAREST,
    Appearance,
    Framing,
    Navigation,
    ViewState,
    Visibility,
)
from viewer.model.window import LINEAR, LINEAR_EXACT, SIGMOID, Window

Schema = dict[str, Any]

_INDEX: Schema = {"type": "integer", "minimum": 0}
_NUMBER: Schema = {"type": "number"}
_SWITCH: Schema = {"type": "boolean"}
_TEXT: Schema = {"type": "string"}


def _object(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def state_schema() -> Schema:
    """Return the JSON schema (draft 2020-12) of a view state."""
    window = _object(
        {
            "center": _NUMBER,
            "width": {"type": "number", "exclusiveMinimum": 0},
            "function": {"enum": [LINEAR, LINEAR_EXACT, SIGMOID]},
        },
        ("center", "width"),
    )
    parts = {
        "display_set_id": _TEXT,
        "navigation": _object({"index": _INDEX, "phase": _INDEX}),
        "framing": _object(
            {
                "zoom": {"type": "number", "exclusiveMinimum": 0},
                "pan_mm": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
                "rotation_deg": _NUMBER,
                "flip_horizontal": _SWITCH,
                "flip_vertical": _SWITCH,
            }
        ),
        "appearance": _object(
            {
                "window": {"anyOf": [{"type": "null"}, window]},
                "voi_index": _INDEX,
                "inverted": _SWITCH,
                "colour_map": _TEXT,
                "interpolation": {"enum": [LINEAR_INTERPOLATION, NEAREST]},
            }
        ),
        "visibility": _object(
            {
                "annotations": {"enum": [ANNOTATIONS_FULL, ANNOTATIONS_MINIMAL, ANNOTATIONS_OFF]},
                "hidden": {"type": "array", "items": _TEXT, "uniqueItems": True},
            }
        ),
    }
    schema = _object(parts)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "ViewState"
    return schema


def state_document(state: ViewState) -> dict[str, Any]:
    """Return a state as plain values for JSON, every part written out."""
    window = state.appearance.window
    appearance = _plain(state.appearance)
    if window is not None:
        appearance["window"] = {
            "center": window.center,
            "width": window.width,
            "function": window.function,
        }
    framing = _plain(state.framing)
    framing["pan_mm"] = list(state.framing.pan_mm)
    visibility = _plain(state.visibility)
    visibility["hidden"] = sorted(state.visibility.hidden)
    return {
        "display_set_id": state.display_set_id,
        "navigation": _plain(state.navigation),
        "framing": framing,
        "appearance": appearance,
        "visibility": visibility,
    }


def _plain(part: Navigation | Framing | Appearance | Visibility) -> dict[str, Any]:
    return {field.name: getattr(part, field.name) for field in fields(part)}


def parse_state(text: str) -> ViewState:
    """Return the state that a JSON text describes.

    Raises
    ------
    UsageError
        When it is no JSON, or does not follow the schema; the message names the place.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as err:
        message = "The view state is no JSON document."
        raise UsageError(message) from err
    check(document, state_schema(), "state")
    appearance = dict(document.get("appearance", {}))
    if appearance.get("window") is not None:
        appearance["window"] = Window(**appearance["window"])
    framing = dict(document.get("framing", {}))
    if "pan_mm" in framing:
        framing["pan_mm"] = (float(framing["pan_mm"][0]), float(framing["pan_mm"][1]))
    visibility = dict(document.get("visibility", {}))
    visibility["hidden"] = frozenset(visibility.get("hidden", ()))
    return ViewState(
        document.get("display_set_id", ""),
        Navigation(**document.get("navigation", {})),
        Framing(**framing),
        Appearance(**appearance),
        Visibility(**visibility),
    )


def check(value: object, schema: Schema, place: str) -> None:
    """Compare a value with the kind of schema that ``state_schema`` uses.

    Raises
    ------
    UsageError
        Naming the place that does not follow it.
    """
    if "anyOf" in schema:
        choice = schema["anyOf"][0 if value is None else 1]
        check(value, choice, place)
    elif "enum" in schema:
        _require(value in schema["enum"], place, f"one of {', '.join(schema['enum'])}")
    else:
        _check_type(value, schema, place)


def _check_type(value: Any, schema: Schema, place: str) -> None:
    kind = schema["type"]
    _require(_TYPE_TESTS[kind](value), place, f"of type {kind}")
    if kind == "object":
        for key, part in value.items():
            _require(key in schema["properties"], f"{place}.{key}", "left out: it is not known")
            check(part, schema["properties"][key], f"{place}.{key}")
        for key in schema["required"]:
            _require(key in value, f"{place}.{key}", "given")
    elif kind == "array":
        count = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        _require(count, place, f"a list of {schema.get('minItems', 0)}")
        for part in value:
            check(part, schema["items"], place)
    elif kind in ("integer", "number"):
        _require(value >= schema.get("minimum", value), place, "not negative")
        above = schema.get("exclusiveMinimum")
        _require(above is None or value > above, place, f"above {above}")


def _require(fulfilled: bool, place: str, what: str) -> None:
    if not fulfilled:
        message = f"In the view state, {place} must be {what}."
        raise UsageError(message)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_TYPE_TESTS = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": _is_integer,
    "number": _is_number,
}
