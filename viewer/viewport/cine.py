"""Cine as pure timing: which frame belongs on the screen at which moment (R-080)."""

from __future__ import annotations

import bisect
import itertools
import math
from dataclasses import dataclass

from viewer.model.displayset import DisplaySet

LOOP = "loop"
SWEEP = "sweep"

FALLBACK_FPS = 15.0
SLOWEST_FPS = 0.5
FASTEST_FPS = 120.0


@dataclass(frozen=True, slots=True)
class CineRate:
    """How long each frame stays.

    Attributes
    ----------
    durations
        Seconds of each frame, in reading order.
    source
        Where they come from, in words: ``Frame Time``, ``Recommended Display Frame Rate``,
        ``setting``, ...
    from_file
        False when the file gives no rate.
    """

    durations: tuple[float, ...]
    source: str
    from_file: bool = True

    @property
    def fps(self) -> float:
        """Return the mean number of frames in a second."""
        total = sum(self.durations)
        return len(self.durations) / total if total > 0 else 0.0


def file_rate(display_set: DisplaySet, fallback_fps: float = FALLBACK_FPS) -> CineRate:
    """Return the rate at which a display set is to be played.

    Recommended Display Frame Rate, then Frame Time Vector (increments, PS3.3 C.7.6.5.1.2), Frame
    Time, Cine Rate, then ``fallback_fps``. Only frames of one multi-frame object share its rate.
    """
    n_frames = display_set.n_frames
    first = display_set.frames[0].instance
    one_object = len(display_set.instances) == 1
    fps = first.number("RecommendedDisplayFrameRate")
    if one_object and _is_rate(fps):
        return _even(n_frames, 1 / _known(fps), "Recommended Display Frame Rate")
    vector = first.numbers("FrameTimeVector")
    if one_object and len(vector) == first.n_frames > 1:
        durations = _from_increments([vector[ref.frame] for ref in display_set.frames])
        if durations:
            return CineRate(durations, "Frame Time Vector")
    frame_time = first.number("FrameTime")
    if one_object and frame_time is not None and _is_rate(1000 / frame_time if frame_time else 0):
        return _even(n_frames, frame_time / 1000, "Frame Time")
    fps = first.number("CineRate")
    if one_object and _is_rate(fps):
        return _even(n_frames, 1 / _known(fps), "Cine Rate")
    return CineRate((1 / fallback_fps,) * n_frames, "setting", from_file=False)


def _even(n_frames: int, duration: float, source: str) -> CineRate:
    return CineRate((duration,) * n_frames, source)


def _is_rate(fps: float | None) -> bool:
    return fps is not None and math.isfinite(fps) and fps > 0


def _known(value: float | None) -> float:
    assert value is not None
    return value


def _from_increments(increments_ms: list[float]) -> tuple[float, ...]:
    """Return durations from time increments; the first is 0 and the last frame stays a mean."""
    steps = [value / 1000 for value in increments_ms[1:]]
    if not steps or any(not math.isfinite(step) or step <= 0 for step in steps):
        return ()
    return (*steps, sum(steps) / len(steps))


def scaled(rate: CineRate, fps: float) -> CineRate:
    """Return the rate with another mean, each frame's share of the time kept."""
    wanted = min(max(fps, SLOWEST_FPS), FASTEST_FPS)
    factor = rate.fps / wanted
    return CineRate(tuple(d * factor for d in rate.durations), rate.source, rate.from_file)


class CinePlayer:
    """Says which frame is due. It has no clock: whoever has a timer asks with the time.

    Frames are due at times counted from the start, so that delays never add up; frames whose time
    passed without a question are counted as dropped.
    """

    def __init__(self, rate: CineRate, index: int, now: float, mode: str = LOOP) -> None:
        self._mode = mode
        self._order: list[int] = []
        self._ends: list[float] = []
        self.change_rate(rate, index, now)

    def change_rate(self, rate: CineRate, index: int, now: float) -> None:
        """Go on with another rate from the frame that is shown."""
        self.rate = rate
        n_frames = len(rate.durations)
        there = list(range(n_frames))
        back = list(range(n_frames - 2, 0, -1)) if self._mode == SWEEP else []
        self._order = there + back
        self._ends = list(itertools.accumulate(rate.durations[i] for i in self._order))
        before = self._ends[index - 1] if index > 0 else 0.0
        self._started = now - before
        self._first = self._last = self._shown = index
        self._counted_from = now
        self.n_shown = 0
        self.n_dropped = 0

    @property
    def mode(self) -> str:
        """``loop`` begins again after the last frame, ``sweep`` runs back."""
        return self._mode

    def due(self, now: float) -> int:
        """Return the index that belongs on the screen at ``now`` and count what was missed."""
        place = self._place(now)
        passed = place - self._shown
        if passed > 0:
            self.n_shown += 1
            self.n_dropped += passed - 1
            self._shown = place
        return self._order[place % len(self._order)]

    def _place(self, now: float) -> int:
        """Return how many frames have begun since the start of the first round."""
        period = self._ends[-1]
        elapsed = max(0.0, now - self._started)
        rounds = math.floor(elapsed / period)
        within = elapsed - rounds * period
        position = bisect.bisect_right(self._ends, within + 1e-9)
        return rounds * len(self._order) + min(position, len(self._order) - 1)

    def wait(self, now: float) -> float:
        """Return the seconds until the next frame is due."""
        place = self._place(now)
        rounds, position = divmod(place, len(self._order))
        ends = self._started + rounds * self._ends[-1] + self._ends[position]
        return max(0.0, ends - now)

    def measured_fps(self, now: float) -> float:
        """Return the true number of frames shown in a second since the start."""
        elapsed = now - self._counted_from
        return self.n_shown / elapsed if elapsed > 0 else 0.0
