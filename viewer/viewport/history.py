"""Undo and redo: set the old one. A drag is one step, however many changes it made."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from viewer.base.events import Event

MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One value that was replaced: where it lives, what it was, what it is."""

    place: Hashable
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Step:
    """What one undo takes back: the changes of one action, the first one first."""

    title: str
    changes: tuple[Change, ...]


class History:
    """The steps of one workspace.

    Parameters
    ----------
    put_back
        ``put_back(place, value)`` restores a value where it lives.

    Attributes
    ----------
    changed
        Undo or redo became possible or impossible.
    """

    def __init__(self, put_back: Callable[[Hashable, Any], None]) -> None:
        self.changed: Event[None] = Event()
        self._put_back = put_back
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._open: dict[Hashable, Change] = {}
        self._depth = 0
        self._title = ""
        self._token: Hashable | None = None
        self._restoring = False

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether something taken back can be done again."""
        return bool(self._undone)

    @property
    def undo_title(self) -> str:
        """What ``undo`` would take back, in words."""
        return self._done[-1].title if self._done else ""

    @property
    def redo_title(self) -> str:
        """What ``redo`` would do again, in words."""
        return self._undone[-1].title if self._undone else ""

    def record(self, change: Change, title: str = "") -> None:
        """Note that a value was replaced; outside a gesture it is a step of its own."""
        if self._restoring or change.old == change.new:
            return
        earlier = self._open.get(change.place)
        first_old = earlier.old if earlier else change.old
        self._open[change.place] = Change(change.place, first_old, change.new)
        self._title = self._title or title
        if self._depth == 0:
            self._close_step(None)

    def begin(self, title: str = "") -> None:
        """Start a gesture: all changes until ``end`` become one step."""
        if self._depth == 0:
            self._title = title
        self._depth += 1

    def end(self, token: Hashable | None = None) -> None:
        """End a gesture.

        Parameters
        ----------
        token
            Gestures with the same token that follow each other are one step (turns of the
            wheel).
        """
        self._depth = max(0, self._depth - 1)
        if self._depth == 0:
            self._close_step(token)

    @contextmanager
    def gesture(self, title: str = "", token: Hashable | None = None) -> Iterator[None]:
        """Make all changes inside the block one step."""
        self.begin(title)
        try:
            yield
        finally:
            self.end(token)

    def _close_step(self, token: Hashable | None) -> None:
        changes = tuple(c for c in self._open.values() if c.old != c.new)
        title, self._title = self._title, ""
        self._open.clear()
        if not changes:
            return
        if token is not None and token == self._token and self._done:
            changes = _joined(self._done.pop().changes, changes)
        self._token = token
        if changes:
            self._done.append(Step(title, changes))
        del self._done[:-MOST_STEPS]
        self._undone.clear()
        self.changed.emit(None)

    def undo(self) -> bool:
        """Take back the last step; False when there is none."""
        if not self._done:
            return False
        step = self._done.pop()
        self._undone.append(step)
        self._restore([(change.place, change.old) for change in reversed(step.changes)])
        return True

    def redo(self) -> bool:
        """Do the step again that was taken back last; False when there is none."""
        if not self._undone:
            return False
        step = self._undone.pop()
        self._done.append(step)
        self._restore([(change.place, change.new) for change in step.changes])
        return True

    def _restore(self, values: list[tuple[Hashable, Any]]) -> None:
        self._token = None
        with self.silence():
            for place, value in values:
                self._put_back(place, value)
        self.changed.emit(None)

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Record nothing inside the block: no person made these changes."""
        before, self._restoring = self._restoring, True
        try:
            yield
        finally:
            self._restoring = before

    def clear(self) -> None:
        """Forget all steps (their study was closed)."""
        self._done.clear()
        self._undone.clear()
        self._open.clear()
        self.changed.emit(None)


def _joined(first: tuple[Change, ...], second: tuple[Change, ...]) -> tuple[Change, ...]:
    places = {change.place: change for change in first}
    for change in second:
        earlier = places.get(change.place)
        old = earlier.old if earlier else change.old
        places[change.place] = Change(change.place, old, change.new)
    return tuple(change for change in places.values() if change.old != change.new)
