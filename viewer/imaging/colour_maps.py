"""Colour maps: 256 colours for 256 grey levels, read from small JSON files.

A file holds ``{"id", "title", "source", "points": [[level, red, green, blue], ...]}`` with
levels from 0 to 255; between two points colours are interpolated and rounded down. A map that no
few points describe lists all 256.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import UsageError
from viewer.base.paths import resources

GREY = "grey"
FOLDER = "colourmaps"
N_LEVELS = 256


@dataclass(frozen=True, slots=True, eq=False)
class ColourMap:
    """A colour map: ``table`` is (256, 3) uint8 RGB, read-only."""

    id: str
    title: str
    table: NDArray[np.uint8]
    source: str = ""


@functools.cache
def load_colour_maps(folder: Path | None = None) -> tuple[ColourMap, ...]:
    """Return grey and all maps of a folder (that of the program), by title.

    Raises
    ------
    UsageError
        When a file does not hold a colour map.
    """
    found = [_grey()]
    place = folder or resources() / FOLDER
    maps = [_read(path) for path in sorted(place.glob("*.json"))]
    return (*found, *sorted((one for one in maps if one.id != GREY), key=lambda one: one.title))


def colour_map(map_id: str) -> ColourMap:
    """Return a map by its id; grey for an id that is not known."""
    maps = load_colour_maps()
    return next((one for one in maps if one.id == map_id), maps[0])


def _grey() -> ColourMap:
    levels = np.repeat(np.arange(N_LEVELS, dtype=np.uint8)[:, None], 3, axis=1)
    levels.setflags(write=False)
    return ColourMap(GREY, "Grey", levels)


def _read(path: Path) -> ColourMap:
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        points = np.asarray(document["points"], dtype=np.float64)
        title, map_id = str(document["title"]), str(document["id"])
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise UsageError(f"{path.name} is no colour map.") from err
    if points.ndim != 2 or points.shape[1] != 4 or points[0, 0] != 0 or points[-1, 0] != 255:
        raise UsageError(f"{path.name} must hold points from level 0 to 255.")
    if (np.diff(points[:, 0]) <= 0).any() or points.min() < 0 or points.max() > 255:
        raise UsageError(f"{path.name} must hold rising levels and colours from 0 to 255.")
    levels = np.arange(N_LEVELS)
    channels = [np.interp(levels, points[:, 0], points[:, one]) for one in (1, 2, 3)]
    table = np.floor(np.stack(channels, axis=1) + 1e-9).astype(np.uint8)
    table.setflags(write=False)
    return ColourMap(map_id, title, table, str(document.get("source", "")))
