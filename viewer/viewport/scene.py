"""What overlays draw: frozen primitives in canvas pixels, painted by whoever shows the pane.

Texts at an edge or in a corner have no position: ``viewer.viewport.text_layout`` gives them one
that fits, since only the painter knows how wide letters are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
"""(x, y) in canvas pixels (logical), from the pane's upper left corner, y downwards."""

TOP_LEFT = "top-left"
TOP = "top"
TOP_RIGHT = "top-right"
LEFT = "left"
CENTRE = "centre"
RIGHT = "right"
BOTTOM_LEFT = "bottom-left"
BOTTOM = "bottom"
BOTTOM_RIGHT = "bottom-right"
AT_POINT = "point"

NORMAL = "normal"
STRONG = "strong"
DIM = "dim"
ACCENT = "accent"
WARNING = "warning"
ERROR = "error"

ELIDE = "elide"
WRAP = "wrap"

REQUIRED = 100
"""Texts of this priority are never left out: identity, orientation and safety marks."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text.

    Attributes
    ----------
    anchor
        The corner or edge it belongs to, ``centre``, or ``point`` for ``position_canvas``.
    line
        Texts of one anchor stand below each other by rising ``line``.
    priority
        When space is short the lowest go first; ``REQUIRED`` stays.
    style
        ``normal``, ``strong``, ``dim``, ``accent``, ``warning`` or ``error``.
    overflow
        What happens when a line is too long: ``elide`` ends it with '…', ``wrap`` breaks it
        into several lines (identifiers, sentences), so that nothing of it is lost.
    position_canvas
        Upper left corner of the text for the anchor ``point``.
    outline
        A dark outline makes it readable on bright tissue.
    """

    text: str
    anchor: str
    line: float = 0.0
    priority: int = 50
    style: str = NORMAL
    overflow: str = ELIDE
    position_canvas: Point | None = None
    outline: bool = True


@dataclass(frozen=True, slots=True)
class Polyline:
    """Straight strokes from point to point; ``closed`` joins the last to the first."""

    points_canvas: tuple[Point, ...]
    style: str = NORMAL
    width: float = 1.0
    closed: bool = False
    outline: bool = True
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Rectangle:
    """An axis-aligned rectangle, filled or as a frame; ``rounding`` is the corner's radius."""

    left: float
    top: float
    width: float
    height: float
    style: str = NORMAL
    filled: bool = True
    opacity: float = 1.0
    rounding: float = 0.0


@dataclass(frozen=True, slots=True)
class Hatching:
    """A polygon filled with slanted lines: no image is there, although there should be."""

    points_canvas: tuple[Point, ...]
    style: str = WARNING


@dataclass(frozen=True, slots=True, eq=False)
class Bitmap:
    """Set bits as squares of one colour, as sharp as they are stored.

    Attributes
    ----------
    bits
        (rows, bytes of a row) uint8, the first bit of a row in the highest place.
    columns
        Bits of one row.
    linear
        Canvas pixels for each bit: (dx/dcolumn, dx/drow, dy/dcolumn, dy/drow).
    corner_canvas
        Where the outer corner of the first bit lies.
    """

    bits: NDArray[np.uint8]
    columns: int
    linear: tuple[float, float, float, float]
    corner_canvas: Point
    style: str = ACCENT
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing of the image may be seen; painted black before everything else (R-054)."""


Primitive = Text | Polyline | Rectangle | Hatching | Bitmap | Blank
Scene = tuple[Primitive, ...]
