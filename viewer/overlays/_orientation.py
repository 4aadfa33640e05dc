"""Which side of the patient each edge of a pane shows; used by several overlays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from viewer.model.displayset import FrameRef
from viewer.model.geometry import UNIT_TOLERANCE, direction_letters
from viewer.model.study import Vector
from viewer.model.view_state import Framing
from viewer.viewport.scene import BOTTOM, LEFT, RIGHT, TOP

QUADRUPED = "QUADRUPED"

EDGES: tuple[tuple[str, float, float], ...] = (
    (RIGHT, 1.0, 0.0),
    (BOTTOM, 0.0, 1.0),
    (LEFT, -1.0, 0.0),
    (TOP, 0.0, -1.0),
)
"""Edges of the pane with their direction on the canvas, y downwards."""

_OPPOSITE_BIPED = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}
_OPPOSITE_QUADRUPED = {
    "LE": "RT",
    "RT": "LE",
    "CR": "CD",
    "CD": "CR",
    "PR": "DI",
    "DI": "PR",
    "D": "V",
    "V": "D",
    "R": "CD",
    "M": "L",
    "L": "M",
    "PA": "D",
    "PL": "D",
}
"""PS3.3 C.7.6.1.1.1: left, right, dorsal, ventral, cranial, caudal, rostral, medial, lateral,
proximal, distal, palmar, plantar."""

_ONLY_QUADRUPED = frozenset("DVCETIM")
_ALONG_AXIS = math.cos(math.radians(22.5))
_QUADRUPED_AXES = (("LE", "RT"), ("D", "V"), ("CR", "CD"))


@dataclass(frozen=True, slots=True)
class _Named:
    """Patient Orientation, taken apart."""

    row: tuple[str, ...]
    column: tuple[str, ...]
    opposite: dict[str, str]


def edge_letters(ref: FrameRef, framing: Framing) -> dict[str, str]:
    """Return the letters of each edge of the pane; empty texts where nothing is known."""
    axes = row_and_column_lps(ref)
    if axes is not None:
        quadruped = ref.instance.text("AnatomicalOrientationType").strip() == QUADRUPED
        name = quadruped_letters if quadruped else direction_letters
        return {edge: name(_blend(axes, framing, x, y)) for edge, x, y in EDGES}
    named = _patient_orientation(ref)
    if named is None:
        return {edge: "" for edge, _, _ in EDGES}
    return {edge: _named_letters(named, framing, x, y) for edge, x, y in EDGES}


def row_and_column_lps(ref: FrameRef) -> tuple[Vector, Vector] | None:
    """Return the directions along a row and down a column, LPS unit vectors, if they are valid."""
    plane = ref.instance.facts(ref.frame).plane
    if plane is not None:
        return plane.row_lps, plane.column_lps
    cosines = ref.instance.numbers("ImageOrientationPatient", ref.frame)
    if len(cosines) != 6:
        return None
    row, column = np.array(cosines[:3]), np.array(cosines[3:])
    errors = (np.linalg.norm(row) - 1, np.linalg.norm(column) - 1, np.dot(row, column))
    if any(not abs(error) <= UNIT_TOLERANCE for error in errors):
        return None
    first, second = [float(v) for v in row], [float(v) for v in column]
    return (first[0], first[1], first[2]), (second[0], second[1], second[2])


def image_direction(framing: Framing, x: float, y: float) -> tuple[float, float]:
    """Return which way (along columns, along rows) of the image a canvas direction points."""
    angle = math.radians(framing.rotation_deg)
    cosine, sine = math.cos(angle), math.sin(angle)
    along_row, along_column = cosine * x + sine * y, cosine * y - sine * x
    return (
        -along_row if framing.flip_horizontal else along_row,
        -along_column if framing.flip_vertical else along_column,
    )


def _blend(axes: tuple[Vector, Vector], framing: Framing, x: float, y: float) -> Vector:
    along_row, along_column = image_direction(framing, x, y)
    row, column = axes
    blended = [along_row * r + along_column * c for r, c in zip(row, column, strict=True)]
    return blended[0], blended[1], blended[2]


def quadruped_letters(direction: Vector) -> str:
    """Name a direction in a quadruped: x to the left, y to dorsal, z to cranial (PS3.3 C.7.6.2)."""
    strong = sorted(zip(direction, _QUADRUPED_AXES, strict=True), key=lambda item: -abs(item[0]))
    return "".join(names[0] if v > 0 else names[1] for v, names in strong if abs(v) >= 0.25)


def _patient_orientation(ref: FrameRef) -> _Named | None:
    """Return the named directions of rows and columns, split into single names."""
    parts = ref.instance.text("PatientOrientation", ref.frame).upper().split("\\")
    if len(parts) != 2 or not all(part.strip() for part in parts):
        return None
    anatomical = ref.instance.text("AnatomicalOrientationType").strip()
    quadruped = anatomical == QUADRUPED or any(_ONLY_QUADRUPED & set(part) for part in parts)
    known = _OPPOSITE_QUADRUPED if quadruped else _OPPOSITE_BIPED
    row, column = (_split_names(part.strip(), known) for part in parts)
    return _Named(row, column, known) if row and column else None


def _split_names(text: str, known: dict[str, str]) -> tuple[str, ...]:
    """Split 'LECD' to 'LE', 'CD'; empty when something is no known name."""
    names: list[str] = []
    rest = text
    while rest:
        name = rest[:2] if rest[:2] in known and len(rest) > 1 else rest[:1]
        if name not in known:
            return ()
        names.append(name)
        rest = rest[len(name) :]
    return tuple(names)


def _named_letters(named: _Named, framing: Framing, x: float, y: float) -> str:
    along_row, along_column = image_direction(framing, x, y)
    parts = [(along_row, named.row), (along_column, named.column)]
    parts.sort(key=lambda part: -abs(part[0]))
    if abs(parts[0][0]) >= _ALONG_AXIS:
        return _turned(parts[0][1], parts[0][0], named.opposite)
    return "".join(_turned(names[:1], share, named.opposite) for share, names in parts)


def _turned(names: tuple[str, ...], share: float, opposite: dict[str, str]) -> str:
    return "".join(names if share > 0 else [opposite[name] for name in names])
