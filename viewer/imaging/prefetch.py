"""In which order frames are wanted: the visible one, then those that scrolling reaches first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

BEHIND_WEIGHT = 3
"""A frame behind the reader is as far as one three times as many steps ahead."""

UNWANTED = float("inf")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a reader is: a frame of a display set, and which way the scrolling goes."""

    display_set_id: str
    index: int
    direction: int = 1


def distance(position: Position, index: int) -> float:
    """Return how far a frame is for the reader: 0 for the visible one, less ahead than behind."""
    steps = (index - position.index) * (1 if position.direction >= 0 else -1)
    return float(steps) if steps >= 0 else float(-steps * BEHIND_WEIGHT)


def nearest(positions: Iterable[Position], display_set_id: str, index: int) -> float:
    """Return the smallest distance of a frame from any reader; ``UNWANTED`` without a reader."""
    return min(
        (distance(one, index) for one in positions if one.display_set_id == display_set_id),
        default=UNWANTED,
    )


def outward(position: Position, n_frames: int) -> Iterator[int]:
    """Yield all frames from the nearest to the farthest, the visible one first."""
    step = 1 if position.direction >= 0 else -1
    ahead, behind = position.index, position.index - step
    while 0 <= ahead < n_frames or 0 <= behind < n_frames:
        ahead_left, behind_left = 0 <= ahead < n_frames, 0 <= behind < n_frames
        nearer = distance(position, ahead) <= distance(position, behind)
        if ahead_left and (nearer or not behind_left):
            yield ahead
            ahead += step
        else:
            yield behind
            behind -= step


class Plan:
    """What one reader still wants, nearest first; made anew whenever the reader moves."""

    def __init__(self, position: Position, n_frames: int) -> None:
        self.position = position
        self._order = outward(position, n_frames)
        self._next: int | None = next(self._order, None)

    def next(self, is_missing: Callable[[int], bool]) -> int | None:
        """Return the nearest frame that is still missing; None when there is none."""
        while self._next is not None and not is_missing(self._next):
            self._next = next(self._order, None)
        return self._next
