"""The window's thread never works long in one turn, and never waits (R-045).

Turns are measured in processor time of the thread, so that a busy machine changes nothing; that
nothing waits on it is what ``@blocking`` sees to.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtTest import QTest

from tests.importing import small_series
from tests.ui.conftest import Desk
from viewer.base.errors import BlockingCallError

TICK_MS = 5
LONGEST_TURN_SECONDS = 0.25  # no stall over 250 ms


class Watchdog(QObject):
    """Notes how much the thread has worked between two ticks of the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[float] = []
        self._last = time.thread_time()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.thread_time()
        self.turns.append(now - self._last)
        self._last = now

    def stop(self) -> None:
        self._timer.stop()


def test_library_refuses_to_be_asked_on_the_windows_thread(desk: Desk) -> None:
    library = desk.services.library
    assert library is not None
    try:
        library.modalities()
    except BlockingCallError:
        return
    raise AssertionError("the library answered on the window's thread")


def test_typing_sorting_and_choosing_never_stall(desk: Desk) -> None:
    dog = Watchdog()
    box = desk.window.studies.filters.search
    for text in ("phan", "müll", ""):
        box.setText(text)
        QTest.qWait(150)
    for row in range(4):
        desk.window.studies.table.select_row(row)
        QTest.qWait(100)
    dog.stop()
    assert max(dog.turns) < LONGEST_TURN_SECONDS


def test_import_in_the_background_never_stalls_the_window(desk: Desk, tmp_path: Path) -> None:
    for number in range(10):
        small_series(tmp_path / "more" / str(number), f"more{number}")
    dog = Watchdog()
    desk.window.import_paths([str(tmp_path / "more")])
    desk.until(lambda: not desk.window.runner.running)
    desk.until(lambda: len(desk.names) == 14)
    dog.stop()
    assert max(dog.turns) < LONGEST_TURN_SECONDS
