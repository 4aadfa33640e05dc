"""Cine in a pane: a timer that asks the player which frame is due (R-080)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from viewer.model.displayset import DisplaySet
from viewer.model.view_state import ViewState, at_index
from viewer.ui.reading.desk import Desk
from viewer.viewport.cine import LOOP, CinePlayer, CineRate, file_rate, scaled
from viewer.viewport.viewport import Viewport

_MEASURED_SECONDS = 2.0
_MOST_MOMENTS = 512
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class CineReport:
    """What the bar says about the running cine.

    Attributes
    ----------
    fps
        Frames that reached the screen in a second, over the last two seconds; 0 before any.
    wanted_fps
        The rate that was asked for.
    n_dropped
        Frames that were skipped since the start, because they came too late or were not loaded.
    rate_source
        Where the rate comes from.
    """

    running: bool = False
    fps: float = 0.0
    wanted_fps: float = 0.0
    n_dropped: int = 0
    rate_source: str = ""
    from_file: bool = True


class CineDriver(QObject):
    """Plays the display set of one viewport at a time.

    ``changed`` tells that it started, stopped or got another rate.
    """

    changed = Signal()

    def __init__(
        self, desk: Desk, parent: QObject | None = None, clock: Clock = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._clock = clock
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._player: CinePlayer | None = None
        self._viewport: Viewport | None = None
        self._unlisten: Callable[[], None] | None = None
        self._moments: deque[float] = deque(maxlen=_MOST_MOMENTS)
        self._n_missing = 0
        self._counted = -1
        self._setting_index = False
        self._mode = LOOP
        self._rates: dict[str, CineRate] = {}

    @property
    def viewport(self) -> Viewport | None:
        """The viewport that plays; None while nothing does."""
        return self._viewport

    @property
    def running(self) -> bool:
        """Whether something plays."""
        return self._player is not None

    @property
    def mode(self) -> str:
        """``loop`` or ``sweep``."""
        return self._mode

    def can_play(self, viewport: Viewport) -> bool:
        """Tell whether a viewport has several frames."""
        display_set = viewport.display_set
        return display_set is not None and not display_set.message and display_set.n_frames > 1

    def rate_of(self, display_set: DisplaySet) -> CineRate:
        """Return the rate for a display set: as the reader chose it, else the file's."""
        chosen = self._rates.get(display_set.id)
        if chosen is not None and len(chosen.durations) == display_set.n_frames:
            return chosen
        fallback = self._desk.settings.number("view.cine_fallback_fps")
        rate = file_rate(display_set, float(fallback))
        return scaled(rate, chosen.fps) if chosen is not None else rate

    def toggle(self, viewport: Viewport) -> None:
        """Play, or stop what plays there; what plays elsewhere stops."""
        playing_here = self._viewport is viewport
        self.stop()
        if not playing_here and self.can_play(viewport):
            self._start(viewport)

    def _start(self, viewport: Viewport) -> None:
        assert viewport.display_set is not None
        rate = self.rate_of(viewport.display_set)
        self._player = CinePlayer(rate, viewport.index, self._clock(), self._mode)
        self._viewport = viewport
        self._unlisten = viewport.changed.listen(self._follow)
        self._moments.clear()
        self._n_missing = 0
        self._wait()
        self.changed.emit()

    def stop(self) -> None:
        """Stop; the frame that is shown stays."""
        if self._player is None:
            return
        self._timer.stop()
        if self._unlisten is not None:
            self._unlisten()
        self._player = self._viewport = self._unlisten = None
        self.changed.emit()

    def set_fps(self, viewport: Viewport, fps: float) -> None:
        """Play a viewport's display set at another mean rate from now on."""
        display_set = viewport.display_set
        if display_set is None or not display_set.frames:
            return
        self._rates[display_set.id] = scaled(self.rate_of(display_set), fps)
        self._apply()

    def use_file_rate(self, viewport: Viewport) -> None:
        """Go back to the file's rate."""
        if viewport.display_set is not None:
            self._rates.pop(viewport.display_set.id, None)
            self._apply()

    def set_mode(self, mode: str) -> None:
        """Begin again after the last frame (``loop``), or run back (``sweep``)."""
        if mode != self._mode:
            self._mode = mode
            self._apply()

    def _apply(self) -> None:
        """Let the running cine follow a new rate or mode from the frame that is shown."""
        viewport = self._viewport
        if viewport is not None and viewport.display_set is not None:
            rate = self.rate_of(viewport.display_set)
            self._player = CinePlayer(rate, viewport.index, self._clock(), self._mode)
            self._moments.clear()
            self._n_missing = 0
            self._wait()
        self.changed.emit()

    def note_shown(self, viewport: Viewport, index: int) -> None:
        """Count a picture of a viewport that has reached the screen, once for each frame."""
        if viewport is self._viewport and index != self._counted:
            self._counted = index
            self._moments.append(self._clock())

    def report(self) -> CineReport:
        """Return what happens now, in numbers."""
        player = self._player
        if player is None:
            return CineReport()
        now = self._clock()
        recent = [moment for moment in self._moments if now - moment <= _MEASURED_SECONDS]
        span = recent[-1] - recent[0] if len(recent) > 1 else 0.0
        return CineReport(
            running=True,
            fps=(len(recent) - 1) / span if span > 0 else 0.0,
            wanted_fps=player.rate.fps,
            n_dropped=player.n_dropped + self._n_missing,
            rate_source=player.rate.source,
            from_file=player.rate.from_file,
        )

    def _tick(self) -> None:
        player, viewport = self._player, self._viewport
        if player is None or viewport is None or viewport.display_set is None:
            return
        index = player.due(self._clock())
        if index != viewport.index:
            if self._desk.loader.frame(viewport.display_set, index) is None:
                self._n_missing += 1
                self._desk.loader.want(viewport.display_set, index, 1, viewport.key)
            else:
                self._setting_index = True
                viewport.set(at_index(viewport.state, index))
                self._setting_index = False
        self._wait()

    def _wait(self) -> None:
        if self._player is not None:
            self._timer.start(max(1, round(self._player.wait(self._clock()) * 1000)))

    def _follow(self, states: tuple[ViewState, ViewState]) -> None:
        """Stop when another series comes; go on from where a person scrolled to."""
        old, new = states
        if old.display_set_id != new.display_set_id:
            self.stop()
        elif self._player is not None and not self._setting_index:
            renewed = old == new
            if renewed or old.navigation != new.navigation:
                self._apply()
