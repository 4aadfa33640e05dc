"""Give the texts of a scene their places: nothing overlaps, nothing is cut without an ellipsis.

Corners grow towards the middle. When space is short, texts of low priority go first; what is
required stays, broken into lines or ended with '…'. Only the painter knows how wide letters are:
it hands in ``Metrics``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from viewer.viewport.scene import (
    AT_POINT,
    BOTTOM,
    BOTTOM_LEFT,
    BOTTOM_RIGHT,
    CENTRE,
    LEFT,
    REQUIRED,
    RIGHT,
    TOP,
    TOP_LEFT,
    TOP_RIGHT,
    WRAP,
    Text,
)

MARGIN = 8.0
"""Free space between texts and the pane's edge, canvas pixels."""

ELLIPSIS = "…"
_SMALLEST_FONT = 10.0
_LARGEST_FONT = 15.0
_LEAST_SHOWN = 6
"""An optional text that could show fewer letters than this is left out."""

_CENTRE_SHARE = 0.8

_TOP_ROW = (TOP_LEFT, TOP, TOP_RIGHT)
_BOTTOM_ROW = (BOTTOM_LEFT, BOTTOM, BOTTOM_RIGHT)

Size = tuple[float, float]


class Metrics(Protocol):
    """What the painter knows about its letters, in canvas pixels."""

    @property
    def line_height(self) -> float:
        """Distance between two lines."""

    def width(self, text: str, style: str) -> float:
        """Return how wide a text is in a style."""


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text with its place.

    Attributes
    ----------
    shown
        What to paint, perhaps shortened.
    full
        What it says in full, for a tooltip.
    left, top, width
        Canvas pixels; the height is the metrics' line height.
    """

    shown: str
    full: str
    left: float
    top: float
    width: float
    style: str
    outline: bool = True


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a corner or edge, after wrapping."""

    text: Text
    shown: str
    width: float

    @property
    def required(self) -> bool:
        return self.text.priority >= REQUIRED


_Stacks = Mapping[str, Sequence[_Line | None]]


def font_size(size: Size) -> float:
    """Return the size of overlay letters in a pane, canvas pixels: it grows with the pane."""
    wanted = min(size[0] * 0.8, size[1]) / 38
    return min(max(wanted, _SMALLEST_FONT), _LARGEST_FONT)


def layout_texts(texts: Iterable[Text], metrics: Metrics, size: Size) -> tuple[PlacedText, ...]:
    """Place all texts of a scene in a pane of ``size`` (width, height)."""
    by_anchor: dict[str, list[Text]] = {}
    for text in texts:
        if text.text:
            by_anchor.setdefault(text.anchor, []).append(text)
    placed = layout_corners(by_anchor, metrics, size)
    placed += _layout_sides(by_anchor, metrics, size)
    placed += _layout_centre(by_anchor.get(CENTRE, []), metrics, size)
    placed += [_at_point(text, metrics, size) for text in by_anchor.get(AT_POINT, [])]
    return tuple(placed)


def layout_corners(
    by_anchor: dict[str, list[Text]], metrics: Metrics, size: Size
) -> list[PlacedText]:
    """Place the texts of the four corners and of the upper and lower edge."""
    width = max(1.0, size[0] - 2 * MARGIN)
    stacks = {
        anchor: _wrapped(sorted(by_anchor.get(anchor, []), key=_line_of), metrics, width)
        for anchor in _TOP_ROW + _BOTTOM_ROW
    }
    for upper, lower, side in ((TOP_LEFT, BOTTOM_LEFT, LEFT), (TOP_RIGHT, BOTTOM_RIGHT, RIGHT)):
        has_letter = bool(by_anchor.get(side))
        _fit_height(stacks[upper], stacks[lower], metrics, size, has_letter=has_letter)
    n_top = max(len(stacks[anchor]) for anchor in _TOP_ROW)
    n_bottom = max(len(stacks[anchor]) for anchor in _BOTTOM_ROW)
    n_rows = max(1, math.floor((size[1] - 2 * MARGIN) / metrics.line_height))
    placed: list[PlacedText] = []
    if n_top + n_bottom <= n_rows:
        placed += _place_rows(stacks, _TOP_ROW, MARGIN, metrics, size)
        bottom = size[1] - MARGIN - n_bottom * metrics.line_height
        return placed + _place_rows(
            _from_below(stacks, n_bottom), _BOTTOM_ROW, bottom, metrics, size
        )
    below = _from_below(stacks, n_rows)  # both ends share rows: one grid for all of them
    for row in range(n_rows):
        line = tuple(
            _at(stacks[upper], row) or _at(below[lower], row)
            for upper, lower in zip(_TOP_ROW, _BOTTOM_ROW, strict=True)
        )
        placed += _place_row(line, MARGIN + row * metrics.line_height, metrics, size)
    return placed


def _from_below(stacks: _Stacks, n_rows: int) -> _Stacks:
    """Return the stacks of the lower edge filled up from above to ``n_rows`` rows."""
    return {
        anchor: (*(None,) * (n_rows - len(stacks[anchor])), *stacks[anchor][-n_rows:])
        for anchor in _BOTTOM_ROW
    }


def _place_rows(
    stacks: _Stacks,
    anchors: tuple[str, ...],
    top: float,
    metrics: Metrics,
    size: Size,
) -> list[PlacedText]:
    placed: list[PlacedText] = []
    for row in range(max(len(stacks[anchor]) for anchor in anchors)):
        line = tuple(_at(stacks[anchor], row) for anchor in anchors)
        placed += _place_row(line, top + row * metrics.line_height, metrics, size)
    return placed


def _line_of(text: Text) -> float:
    return text.line


def _at(stack: Sequence[_Line | None], row: int) -> _Line | None:
    return stack[row] if row < len(stack) else None


def _wrapped(texts: Sequence[Text], metrics: Metrics, width: float) -> list[_Line]:
    lines: list[_Line] = []
    for text in texts:
        parts = [text.text]
        if text.overflow == WRAP:
            parts = wrap(text.text, text.style, metrics, width)
        lines += [_Line(text, part, metrics.width(part, text.style)) for part in parts]
    return lines


def _fit_height(
    top: list[_Line], bottom: list[_Line], metrics: Metrics, size: Size, *, has_letter: bool
) -> None:
    """Take out the least important lines until two corners of one side fit above each other."""
    whole = (size[1] - 2 * MARGIN) / metrics.line_height
    if not has_letter:
        _drop_until(lambda: len(top) + len(bottom) <= whole, [top, bottom])
        return
    half = max(1, math.floor((whole - 1) / 2))
    _drop_until(lambda: len(top) <= half, [top])
    _drop_until(lambda: len(bottom) <= half, [bottom])


def _drop_until(fits: Callable[[], bool], stacks: Sequence[list[_Line]]) -> None:
    while not fits():
        optional = [(line, stack) for stack in stacks for line in stack if not line.required]
        if not optional:
            return
        line, stack = min(optional, key=lambda item: item[0].text.priority)
        stack.remove(line)


def _place_row(
    line: tuple[_Line | None, ...], top: float, metrics: Metrics, size: Size
) -> list[PlacedText]:
    """Place what stands left, in the middle and right at one height."""
    left, middle, right = line
    start, end = MARGIN, size[0] - MARGIN
    gap = metrics.line_height / 2
    placed: list[PlacedText] = []
    if middle is not None:
        shown = _shortened(middle, end - start, metrics)
        if shown is not None:
            x = (size[0] - shown.width) / 2
            placed.append(_placed(shown, x, top))
            left = _limited(left, x - gap - start, metrics)
            right = _limited(right, end - (x + shown.width + gap), metrics)
    left, right = _share(left, right, end - start, gap, metrics)
    if left is not None:
        placed.append(_placed(left, start, top))
    if right is not None:
        placed.append(_placed(right, end - right.width, top))
    return placed


def _share(
    left: _Line | None, right: _Line | None, room: float, gap: float, metrics: Metrics
) -> tuple[_Line | None, _Line | None]:
    """Let two lines share a row: the more important one keeps its width."""
    if left is None or right is None or left.width + gap + right.width <= room:
        return _limited(left, room, metrics), _limited(right, room, metrics)
    half = (room - gap) / 2
    equal = (
        left.required and right.required and WRAP not in (left.text.overflow, right.text.overflow)
    )
    if equal and left.width > half and right.width > half:
        return _limited(left, half, metrics), _limited(right, half, metrics)
    keep_left = left.text.overflow == WRAP or left.text.priority > right.text.priority
    if equal:
        keep_left = left.width < right.width
    first, second = (left, right) if keep_left else (right, left)
    kept = _limited(first, room, metrics)
    rest = room - (kept.width + gap if kept else 0)
    other = _limited(second, rest, metrics)
    return (kept, other) if keep_left else (other, kept)


def _limited(line: _Line | None, room: float, metrics: Metrics) -> _Line | None:
    return None if line is None else _shortened(line, room, metrics)


def _shortened(line: _Line, room: float, metrics: Metrics) -> _Line | None:
    """Return the line as it fits: whole, with an ellipsis, or not at all."""
    if line.width <= room:
        return line
    shown = elide(line.shown, line.text.style, metrics, room)
    if len(shown) < (2 if line.required else _LEAST_SHOWN):
        return None
    return _Line(line.text, shown, metrics.width(shown, line.text.style))


def _placed(line: _Line, left: float, top: float) -> PlacedText:
    text = line.text
    return PlacedText(line.shown, text.text, left, top, line.width, text.style, text.outline)


def elide(text: str, style: str, metrics: Metrics, room: float) -> str:
    """Return the longest beginning of a text that fits with '…' behind; empty when none does."""
    if metrics.width(text, style) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if metrics.width(text[:middle].rstrip() + ELLIPSIS, style) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS if low else ""


def wrap(text: str, style: str, metrics: Metrics, room: float) -> list[str]:
    """Break a text into lines that fit: between words where possible, else between letters."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        candidate = f"{current} {word}" if current else word
        if metrics.width(candidate, style) <= room:
            current = candidate
            continue
        if current:
            lines.append(current.removesuffix(" ·"))
        current = "" if word == "·" else word
        while metrics.width(current, style) > room and len(current) > 1:
            n_letters = _letters_that_fit(current, style, metrics, room)
            lines.append(current[:n_letters])
            current = current[n_letters:]
    return [*lines, current] if current else lines


def _letters_that_fit(word: str, style: str, metrics: Metrics, room: float) -> int:
    n_letters = len(word)
    while n_letters > 1 and metrics.width(word[:n_letters], style) > room:
        n_letters -= 1
    return n_letters


def _layout_sides(
    by_anchor: dict[str, list[Text]], metrics: Metrics, size: Size
) -> list[PlacedText]:
    """Place the texts at the middle of the left and right edge."""
    placed: list[PlacedText] = []
    room = size[0] / 3
    for side in (LEFT, RIGHT):
        lines = _wrapped(sorted(by_anchor.get(side, []), key=_line_of), metrics, room)
        top = (size[1] - len(lines) * metrics.line_height) / 2
        for row, line in enumerate(lines):
            shown = _shortened(line, room, metrics)
            if shown is not None:
                x = MARGIN if side == LEFT else size[0] - MARGIN - shown.width
                placed.append(_placed(shown, x, top + row * metrics.line_height))
    return placed


def _layout_centre(texts: Sequence[Text], metrics: Metrics, size: Size) -> list[PlacedText]:
    """Place sentences in the middle of the pane."""
    room = size[0] * _CENTRE_SHARE
    lines = [
        _Line(text, part, metrics.width(part, text.style))
        for text in sorted(texts, key=_line_of)
        for part in wrap(text.text, text.style, metrics, room)
    ]
    top = (size[1] - len(lines) * metrics.line_height) / 2
    return [
        _placed(line, (size[0] - line.width) / 2, top + row * metrics.line_height)
        for row, line in enumerate(lines)
    ]


def _at_point(text: Text, metrics: Metrics, size: Size) -> PlacedText:
    """Place a text at its point, moved so far that it stays inside the pane."""
    x, y = text.position_canvas or (0.0, 0.0)
    room = size[0] - 2 * MARGIN
    shown = elide(text.text, text.style, metrics, room) or text.text
    width = metrics.width(shown, text.style)
    left = min(max(x, MARGIN), max(MARGIN, size[0] - MARGIN - width))
    top = min(max(y, MARGIN), max(MARGIN, size[1] - MARGIN - metrics.line_height))
    return PlacedText(shown, text.text, left, top, width, text.style, text.outline)
