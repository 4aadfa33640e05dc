"""Tell at home what happened on other threads, many things at a time."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

from viewer.base.events import Event
from viewer.base.jobs import Jobs

News = TypeVar("News")


class Announcer(Generic[News]):
    """Collects news from any thread and emits them at home; while one turn waits, more join it."""

    def __init__(self, jobs: Jobs, event: Event[News]) -> None:
        self._jobs = jobs
        self._event = event
        self._waiting: list[News] = []
        self._announced = False
        self._lock = threading.Lock()

    def announce(self, news: News) -> None:
        """Emit ``news`` at home, soon."""
        with self._lock:
            self._waiting.append(news)
            if self._announced:
                return
            self._announced = True
        self._jobs.post(self._emit)

    def _emit(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
            self._announced = False
        for news in waiting:
            self._event.emit(news)
