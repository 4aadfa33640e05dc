"""Window presets: read from a small TOML file that ships with the program."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from viewer.base.errors import UsageError
from viewer.base.paths import resources
from viewer.model.window import LINEAR, Window

FILE_NAME = "windows.toml"
_FUNCTIONS = frozenset({"LINEAR", "LINEAR_EXACT", "SIGMOID"})


@dataclass(frozen=True, slots=True)
class WindowPreset:
    """A named window for one modality; ``key`` is the digit that chooses it, or empty."""

    id: str
    modality: str
    title: str
    window: Window
    key: str = ""


def load_presets(path: Path | None = None) -> tuple[WindowPreset, ...]:
    """Return the presets of a file (the program's own), in its order.

    Raises
    ------
    UsageError
        When the file is no list of presets.
    """
    source = path or resources() / FILE_NAME
    try:
        rows = tomllib.loads(source.read_text(encoding="utf-8"))["preset"]
        return tuple(_preset(row) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as err:
        message = f"{source.name} holds no window presets: {err}."
        raise UsageError(message) from err


def _preset(row: dict[str, object]) -> WindowPreset:
    center, width = row["center"], row["width"]
    function = str(row.get("function", LINEAR))
    if not isinstance(center, int | float) or not isinstance(width, int | float):
        raise TypeError("center and width are numbers")
    if width < 1 or function not in _FUNCTIONS:
        raise ValueError("a width is at least 1, and a function one of the standard's")
    title = str(row["title"])
    window = Window(float(center), float(width), function, title)
    return WindowPreset(
        str(row["id"]), str(row["modality"]), title, window, str(row.get("key", ""))
    )


def presets_for(presets: tuple[WindowPreset, ...], modality: str) -> tuple[WindowPreset, ...]:
    """Return the presets of a modality."""
    return tuple(preset for preset in presets if preset.modality == modality)
