"""What runs inside a measured process: a real window, driven by events, timed to the paint."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from viewer.base.paths import Home
from viewer.ui.application import Session, WindowOptions, make_application

PANE_PX = 1000
TIMES = 120
LIMIT_SECONDS = 90


class Bench:
    """A window that shows one source in a pane of 1000 x 1000."""

    def __init__(self, home: str, paths: Sequence[str]) -> None:
        self.app = make_application()
        self.session = Session(Home(Path(home)), WindowOptions(paths=paths))
        window = self.session.window
        assert window is not None
        self.window = window
        window.resize(1300, 1130)
        self.until(lambda: window.tabs.current_view is not None)
        self.view = window.tabs.current_view
        self.painted = 0
        self.canvas = self.view.grid.pane_of(self.view.workspace.active).canvas
        self.until(lambda: self.canvas.picture is not None)
        extra = self.canvas.size()
        window.resize(
            window.width() + PANE_PX - extra.width(), window.height() + PANE_PX - extra.height()
        )
        self.canvas.shown.listen(lambda _shown: self._count())
        self.until(self._all_loaded)

    def _count(self) -> None:
        self.painted += 1

    def _all_loaded(self) -> bool:
        display_set = self.view.workspace.active.display_set
        n_loaded, n_all = self.session.services.loader.progress(display_set.id)
        return bool(n_loaded == n_all == display_set.n_frames and not self.window.opener.busy)

    def until(self, true: Callable[[], bool]) -> None:
        """Turn the event loop until something is true."""
        end = time.monotonic() + LIMIT_SECONDS
        while not true():
            self.app.processEvents()
            assert time.monotonic() < end, "it never came"

    def time_events(self, send: Callable[[int], None], n: int = TIMES) -> dict[str, float]:
        """Send events one by one and return the ms from each to its paint."""
        times = []
        for number in range(n):
            before = self.painted
            start = time.perf_counter()
            send(number)
            while self.painted == before:
                self.app.processEvents()
                assert time.perf_counter() - start < LIMIT_SECONDS
            times.append((time.perf_counter() - start) * 1000)
        times = times[5:]
        return {"median": statistics.median(times), "worst": max(times)}

    def wheel(self, number: int) -> None:
        """Scroll by one notch; the direction turns in time."""
        down = -120 if number % 100 < 50 else 120
        middle = QPointF(self.canvas.rect().center())
        event = QWheelEvent(
            middle,
            QPointF(self.canvas.mapToGlobal(middle.toPoint())),
            QPoint(),
            QPoint(0, down),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.canvas, event)

    def drag(self, button: Qt.MouseButton) -> Callable[[int], None]:
        """Return what moves the pressed mouse a little further."""
        start = QPointF(500, 500)
        self.mouse(QEvent.Type.MouseButtonPress, start, button, button)

        def move(number: int) -> None:
            offset = 3 + 2 * (number % 60)
            where = start + QPointF(offset, -offset)
            self.mouse(QEvent.Type.MouseMove, where, Qt.MouseButton.NoButton, button)

        return move

    def release(self, button: Qt.MouseButton) -> None:
        """Let the mouse button go."""
        end = QPointF(600, 400)
        self.mouse(QEvent.Type.MouseButtonRelease, end, button, Qt.MouseButton.NoButton)

    def mouse(
        self,
        kind: QEvent.Type,
        where: QPointF,
        button: Qt.MouseButton,
        held: Qt.MouseButton,
    ) -> None:
        """Send one mouse event to the canvas."""
        place = QPointF(self.canvas.mapToGlobal(where.toPoint()))
        event = QMouseEvent(kind, where, place, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.canvas, event)

    def close(self) -> None:
        """End as the program does."""
        self.session.close()


def measure_view(home: str, path: str) -> dict[str, float]:
    """Return ms for scroll, window and zoom; ``scroll`` is left out for one image."""
    bench = Bench(home, [path])
    figures = {}
    if bench.view.workspace.active.display_set.n_frames > 1:
        figures.update(named("scroll", bench.time_events(bench.wheel)))
    for name, button in (
        ("window", Qt.MouseButton.LeftButton),
        ("zoom", Qt.MouseButton.RightButton),
    ):
        figures.update(named(name, bench.time_events(bench.drag(button))))
        bench.release(button)
    bench.close()
    return figures


def named(name: str, figures: dict[str, float]) -> dict[str, float]:
    """Return the figures with a name before theirs."""
    return {f"{name}_{key}": value for key, value in figures.items()}


def measure_stall(home: str, path: str, imported: str) -> dict[str, float]:
    """Return the gaps of the event loop while importing and scrolling, ms."""
    bench = Bench(home, [path])
    bench.until(lambda: bench.window.can_import)
    quiet = gaps_while(bench, lambda turn: turn < 400)
    bench.window.import_paths([imported])
    runner = bench.window.runner
    bench.until(lambda: runner.running)
    busy = gaps_while(bench, lambda _turn: runner.running)
    bench.close()
    return {
        "quiet_p99": quiet[int(len(quiet) * 0.99)],
        "quiet_max": quiet[-1],
        "busy_p99": busy[int(len(busy) * 0.99)],
        "busy_max": busy[-1],
        "turns": float(len(busy)),
    }


def measure_open(home: str) -> dict[str, float]:
    """Return the seconds from Enter in the list to the picture, and the memory in the end, MB.

    The library at ``home`` holds one study.
    """
    app = make_application()
    session = Session(Home(Path(home)), WindowOptions())
    window = session.window
    assert window is not None
    settle(app, lambda: bool(window.studies.model.studies_here()), 3.0)
    start = time.perf_counter()
    window.studies.open_selected()
    settle(app, lambda: window.tabs.current_view is not None)
    view = window.tabs.current_view
    canvas = view.grid.pane_of(view.workspace.active).canvas
    settle(app, lambda: canvas.picture is not None)
    first = time.perf_counter() - start
    display_set = view.workspace.active.display_set
    loader = session.services.loader
    settle(app, lambda: loader.progress(display_set.id)[0] == display_set.n_frames, 1.0)
    process = psutil.Process()
    family = [process, *process.children(recursive=True)]
    memory = sum(member.memory_full_info().pss for member in family) / 1e6
    session.close()
    return {"first": first, "memory_mb": memory}


def settle(app: QApplication, true: Callable[[], bool], seconds: float = 0.0) -> None:
    """Turn the event loop until something is true, and some seconds longer."""
    end = time.monotonic() + LIMIT_SECONDS
    while not true():
        app.processEvents()
        assert time.monotonic() < end, "it never came"
    calm = time.monotonic() + seconds
    while time.monotonic() < calm:
        app.processEvents()
        time.sleep(0.01)


def gaps_while(bench: Bench, going_on: Callable[[int], bool]) -> list[float]:
    """Scroll, and return the sorted ms between two turns of the event loop."""
    gaps = []
    turn = 0
    last = time.perf_counter()
    while going_on(turn):
        if turn % 3 == 0:
            bench.wheel(turn // 3)
        bench.app.processEvents()
        now = time.perf_counter()
        gaps.append((now - last) * 1000)
        last = now
        turn += 1
        time.sleep(0.004)
        last = time.perf_counter()
    return sorted(gaps)


def usable_window(home: str) -> float:
    """Return the seconds from process start until the empty window is on the screen."""
    app = make_application()
    session = Session(Home(Path(home)), WindowOptions())
    window = session.window
    assert window is not None
    while not (window.isVisible() and window.studies.isVisible()):
        app.processEvents()
    app.processEvents()
    uptime = time.clock_gettime(time.CLOCK_BOOTTIME)
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    ticks = subprocess.run(["getconf", "CLK_TCK"], capture_output=True, text=True, check=True)
    seconds = uptime - int(fields[19]) / int(ticks.stdout)
    session.close()
    return seconds


if __name__ == "__main__":
    sys.exit("this module is run by the benchmarks")
