"""Tell others that something changed, without Qt and without string topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Payload = TypeVar("Payload")


class Event(Generic[Payload]):
    """One kind of news with one payload type; listeners are called in the order they joined.

    Not thread-safe on purpose: an event belongs to the thread of its owner.
    """

    def __init__(self) -> None:
        self._listeners: list[Callable[[Payload], None]] = []

    def listen(self, listener: Callable[[Payload], None]) -> Callable[[], None]:
        """Call ``listener`` on every ``emit`` from now on; return a function that ends it."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def emit(self, payload: Payload) -> None:
        """Hand ``payload`` to every listener that is there at this moment."""
        for listener in tuple(self._listeners):
            listener(payload)
