"""In which order frames are wanted: the visible one, then those that scrolling reaches first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

Key = tuple[str, int]
"""A frame: the id of its display set, and its index in reading order."""

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


class Schedule:
    """Where all readers are, and what each still wants. Not thread-safe; its owner has a lock."""

    def __init__(self) -> None:
        self._positions: dict[str, Position] = {}
        self._plans: dict[str, Plan] = {}
        self._turn = 0

    @property
    def positions(self) -> Mapping[str, Position]:
        """Where each reader is, by viewport."""
        return self._positions

    def look(self, viewport_key: str, position: Position, n_frames: int) -> Position | None:
        """Note where a reader is now; return where it was."""
        before = self._positions.get(viewport_key)
        self._positions[viewport_key] = position
        self._plans[viewport_key] = Plan(position, n_frames)
        return before

    def leave(self, viewport_key: str) -> None:
        """Forget a reader."""
        self._positions.pop(viewport_key, None)
        self._plans.pop(viewport_key, None)

    def leave_set(self, display_set_id: str) -> None:
        """Forget all readers of a display set."""
        for viewport_key, position in list(self._positions.items()):
            if position.display_set_id == display_set_id:
                self.leave(viewport_key)

    def plan_again(self, display_set_id: str, n_frames: int) -> None:
        """Begin anew for the readers of a display set whose frames have changed."""
        for viewport_key, position in self._positions.items():
            if position.display_set_id == display_set_id:
                self._plans[viewport_key] = Plan(position, n_frames)

    def is_visible(self, key: Key) -> bool:
        """Tell whether a reader looks at this very frame."""
        return any((one.display_set_id, one.index) == key for one in self._positions.values())

    def is_shown(self, display_set_id: str) -> bool:
        """Tell whether a reader has this display set before it."""
        return any(one.display_set_id == display_set_id for one in self._positions.values())

    def candidates(self, is_missing: Callable[[Key], bool]) -> Iterator[Key]:
        """Yield the nearest missing frame of each reader; another reader begins each time."""
        plans = list(self._plans.values())
        self._turn += 1
        for place in range(len(plans)):
            plan = plans[(self._turn + place) % len(plans)]
            name = plan.position.display_set_id
            index = plan.next(lambda index, name=name: is_missing((name, index)))  # type: ignore[misc]
            if index is not None:
                yield (name, index)
