"""Bring frames into memory: what a pane shows at once, then what scrolling reaches, then the rest.

Uncompressed grey frames are read by offset straight into their stack's array, on a lane of
``Jobs``; everything else is decoded by the pool's processes. What nobody wants any more is
cancelled. Each frame that comes is checked against the identity that the listing promised before
anybody sees it (R-054).
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future
from functools import partial

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import CancelledError, ViewerError
from viewer.base.events import Event
from viewer.base.jobs import PREFETCH, VISIBLE, Jobs, Task, blocking
from viewer.base.log import keyed_hash
from viewer.dicom.native_read import is_native
from viewer.dicom.pool import DecodePool, Priority
from viewer.dicom.source import ObjectCache
from viewer.imaging.announcer import Announcer
from viewer.imaging.cache import FrameCache, is_at
from viewer.imaging.failures import (
    NO_IMAGE,
    NO_MEMORY,
    content_problem,
    failure_sentence,
    identity_problem,
)
from viewer.imaging.one_frame import load_frame, read_native_frame
from viewer.imaging.prefetch import Key, Position, Schedule
from viewer.model.displayset import DisplaySet, FrameRef
from viewer.model.frame import Frame

log = logging.getLogger("viewer.imaging.loader")

Claim = tuple[Key, FrameRef]
"""A frame that somebody has taken upon himself to read, with its room reserved."""

SLICE_SECONDS = 0.03
"""How long the prefetch lane reads before it lets others have a turn."""

MOST_DECODING_AHEAD = 8
"""Frames that are asked of the decoders ahead of need; a visible one goes before them."""


class FrameLoader:
    """Loads frames of open display sets; ``ready`` tells at home that one came or failed.

    Parameters
    ----------
    jobs
        Lanes to read on, and the way home.
    pool
        Decodes what is compressed or coloured.
    budget_bytes
        Memory for frames; never exceeded.
    """

    def __init__(self, jobs: Jobs, pool: DecodePool, budget_bytes: int) -> None:
        self.ready: Event[Key] = Event()
        self._jobs = jobs
        self._pool = pool
        self._cache = FrameCache(budget_bytes)
        self._announcer = Announcer(jobs, self.ready)
        self._sets: dict[str, DisplaySet] = {}
        self._schedule = Schedule()
        self._on_the_way: dict[Key, Future[Frame] | None] = {}
        self._failures: dict[Key, str] = {}
        self._verified: set[str] = set()
        self._headers = {VISIBLE: ObjectCache(), PREFETCH: ObjectCache()}
        self._reading = False
        self._lock = threading.RLock()

    @property
    def budget_bytes(self) -> int:
        """Memory that frames may take."""
        return self._cache.budget_bytes

    @property
    def used_bytes(self) -> int:
        """Memory that frames take now."""
        return self._cache.used_bytes

    def open(self, display_set: DisplaySet) -> None:
        """Make a display set known; nothing is read yet.

        A display set of the same id with more frames takes the place of the earlier one, and
        keeps the frames that are in memory.
        """
        with self._lock:
            self._sets[display_set.id] = display_set
            if self._cache.open(display_set):
                self._forget_failures(display_set.id)
                self._schedule.plan_again(display_set.id, display_set.n_frames)

    def close(self, display_set_id: str) -> None:
        """Drop a display set: its frames, its failures and all work for it."""
        with self._lock:
            self._sets.pop(display_set_id, None)
            self._schedule.leave_set(display_set_id)
            self._cache.look_at(self._schedule.positions)
            self._forget_failures(display_set_id)
            self._cache.close(display_set_id)
        self._cancel_unwanted()
        self._read_on()

    def release(self, viewport_key: str) -> None:
        """Forget what a viewport showed: it was emptied or closed."""
        with self._lock:
            self._schedule.leave(viewport_key)
            self._cache.look_at(self._schedule.positions)
        self._cancel_unwanted()
        self._read_on()

    def frame(self, display_set: DisplaySet, index: int) -> Frame | None:
        """Return a frame that is in memory, else None; never waits."""
        return self._cache.get((display_set.id, index))

    def is_loaded(self, display_set: DisplaySet, index: int) -> bool:
        """Tell whether a frame is in memory, without counting as a use of it."""
        return self._cache.is_there((display_set.id, index))

    def failure(self, display_set: DisplaySet, index: int) -> str | None:
        """Return the sentence that says why a frame cannot be shown; None while it can."""
        return self._failures.get((display_set.id, index))

    def progress(self, display_set_id: str) -> tuple[int, int]:
        """Return how many frames are in memory or have failed, and how many there are."""
        with self._lock:
            known = self._sets.get(display_set_id)
            if known is None:
                return (0, 0)
            n_failed = sum(key[0] == display_set_id for key in self._failures)
            return (self._cache.n_loaded(display_set_id) + n_failed, known.n_frames)

    def volume(self, display_set: DisplaySet) -> NDArray[np.generic] | None:
        """Return the stored values of a uniform stack, (frames, rows, columns), read-only.

        None until every frame is in memory. The array is the cache's own, not a copy.
        """
        return self._cache.volume(display_set.id)

    def want(
        self, display_set: DisplaySet, index: int, direction: int = 1, viewport_key: str = ""
    ) -> None:
        """Show interest in a frame: it comes first, then its neighbours, then the whole set.

        The newest wish of a viewport replaces its earlier one.

        Parameters
        ----------
        direction
            1 when the reader scrolls towards higher indices, -1 towards lower ones.
        """
        key = (display_set.id, index)
        with self._lock:
            self.open(display_set)
            position = Position(display_set.id, index, direction)
            before = self._schedule.look(viewport_key, position, display_set.n_frames)
            self._cache.look_at(self._schedule.positions)
            if self._failures.get(key) == NO_MEMORY:
                del self._failures[key]  # there may be room by now
        if before is not None and before != position:
            self._cancel_waiting((before.display_set_id, before.index))
        self._cancel_unwanted()
        self._load_visible(key, display_set)
        self._read_on()

    @blocking
    def load_now(self, display_set: DisplaySet, index: int) -> Frame:
        """Return a frame, reading or decoding it here if need be.

        Raises
        ------
        ViewerError
            With the reason, when the frame cannot be shown.
        """
        self.open(display_set)
        known = self._cache.get((display_set.id, index))
        if known is not None:
            return known
        ref = display_set.frames[index]
        frame = load_frame(self._pool, ref)
        return self._cache.put((display_set.id, index), ref, frame) or frame

    def verify(self, display_set: DisplaySet, index: int) -> None:
        """Hash the frame's object in the background and compare it with the index (R-054).

        An object without a digest in the index cannot be compared. One that differs is taken
        off the screen: its frames fail with a sentence.
        """
        instance = display_set.frames[index].instance
        with self._lock:
            if not instance.file.digest or instance.sop_instance_uid in self._verified:
                return
            self._verified.add(instance.sop_instance_uid)
        self._jobs.run(PREFETCH, lambda _: self._compare_content(display_set, index))

    # ---- the visible frame

    def _load_visible(self, key: Key, display_set: DisplaySet) -> None:
        ref = display_set.frames[key[1]]
        self._cancel_waiting(key)  # what was asked for ahead goes to the front
        with self._lock:
            if not self._is_missing(key):
                return
            reserved = ref.instance.pixels is not None and self._cache.reserve(key)
            if reserved:
                self._on_the_way[key] = None
        if not reserved:
            no_image = display_set.message or NO_IMAGE
            self._fail(key, ref, no_image if ref.instance.pixels is None else NO_MEMORY)
        elif is_native(ref.instance):
            self._jobs.run(VISIBLE, lambda _: self._read_visible(key, ref))
        else:
            self._decode(key, ref, Priority.VISIBLE)

    def _read_visible(self, key: Key, ref: FrameRef) -> None:
        with self._lock:
            visible = self._schedule.is_visible(key)
        if visible:
            self._read(key, ref, VISIBLE)
        else:
            self._put_back(key)  # scrolled past while it waited
            self._read_on()

    # ---- reading ahead

    def _read_on(self) -> None:
        """Keep the decoders busy, and the prefetch lane reading, while something is missing."""
        self._decode_ahead()
        with self._lock:
            claim = None if self._reading else self._claim(native=True)
            if claim is None:
                return
            self._reading = True
        self._jobs.run(PREFETCH, lambda task: self._read_ahead(task, claim))

    def _read_ahead(self, task: Task, first: Claim) -> None:
        until = time.monotonic() + SLICE_SECONDS
        claim: Claim | None = first
        while claim is not None:
            self._read(*claim, PREFETCH)
            in_time = not task.cancelled and time.monotonic() < until
            claim = self._claim(native=True) if in_time else None
        with self._lock:
            self._reading = False
        if not task.cancelled:
            self._read_on()

    def _decode_ahead(self) -> None:
        more = True
        while more:
            with self._lock:
                n_decoding = sum(future is not None for future in self._on_the_way.values())
                full = n_decoding >= MOST_DECODING_AHEAD
                claim = None if full else self._claim(native=False)
            if claim is None:
                return
            more = self._decode(*claim, Priority.PREFETCH)

    def _claim(self, *, native: bool) -> Claim | None:
        """Take the next missing frame that there is room for; None when there is none."""
        with self._lock:
            for key in self._schedule.candidates(self._is_missing):
                ref = self._sets[key[0]].frames[key[1]]
                if ref.instance.pixels is None or is_native(ref.instance) != native:
                    continue
                if self._cache.reserve(key):
                    self._on_the_way[key] = None
                    return key, ref
        return None

    def _is_missing(self, key: Key) -> bool:
        taken = key in self._on_the_way or key in self._failures
        return not taken and not self._cache.is_there(key)

    # ---- work on one frame

    def _read(self, key: Key, ref: FrameRef, lane: str) -> None:
        try:
            frame = read_native_frame(ref, self._cache.slot(key, ref), self._headers[lane])
        except (ViewerError, OSError, MemoryError) as err:
            self._fail(key, ref, failure_sentence(err))
        else:
            self._keep(key, ref, frame)

    def _decode(self, key: Key, ref: FrameRef, priority: Priority) -> bool:
        """Ask the pool for a frame; False when it takes no more work."""
        try:
            future = self._pool.submit(ref.instance, ref.frame, priority)
        except CancelledError:
            self._put_back(key)
            return False
        with self._lock:
            self._on_the_way[key] = future
        future.add_done_callback(partial(self._decoded, key, ref))
        return True

    def _decoded(self, key: Key, ref: FrameRef, future: Future[Frame]) -> None:
        error = None if future.cancelled() else future.exception()
        if future.cancelled() or isinstance(error, CancelledError):
            self._put_back(key)
            return  # who took it back goes on, with what is more urgent first
        if error is not None:
            self._fail(key, ref, failure_sentence(error))
        else:
            frame = future.result()
            problem = identity_problem(ref.instance, frame.identity)
            if problem:
                self._fail(key, ref, problem)
            else:
                self._keep(key, ref, frame)
        self._decode_ahead()

    def _keep(self, key: Key, ref: FrameRef, frame: Frame) -> None:
        with self._lock:
            kept = self._cache.put(key, ref, frame)
            self._settle(key)
            known = self._sets.get(key[0])
            in_place = known is not None and is_at(known, key[1], ref)
            visible = self._schedule.is_visible(key)
        if kept is not None:
            self._announcer.announce(key)
        elif not in_place:
            self._put_back(key)
        elif visible:
            self._fail(key, ref, NO_MEMORY)

    def _settle(self, key: Key) -> None:
        """Note that a frame is no longer on its way."""
        self._on_the_way.pop(key, None)
        self._cache.release(key)

    def _put_back(self, key: Key) -> None:
        """Note that a frame was taken back, so that it is wanted again in its turn."""
        with self._lock:
            self._settle(key)
            known = self._sets.get(key[0])
            if known is not None:
                self._schedule.plan_again(key[0], known.n_frames)

    def _fail(self, key: Key, ref: FrameRef, sentence: str) -> None:
        with self._lock:
            self._settle(key)
            known = self._sets.get(key[0])
            if known is None:
                return
            in_place = is_at(known, key[1], ref)
            if in_place:
                self._failures[key] = sentence
        if in_place:
            log.info("frame %d of %s cannot be shown", key[1], keyed_hash(key[0]))
            self._announcer.announce(key)
        else:
            self._put_back(key)  # another frame has this place by now

    def _compare_content(self, display_set: DisplaySet, index: int) -> None:
        instance = display_set.frames[index].instance
        sentence = content_problem(instance)
        if not sentence:
            return
        for place, ref in enumerate(display_set.frames):
            if ref.instance is instance:
                self._cache.forget((display_set.id, place))
                self._fail((display_set.id, place), ref, sentence)

    # ---- giving up

    def _forget_failures(self, display_set_id: str) -> None:
        for key in [key for key in self._failures if key[0] == display_set_id]:
            del self._failures[key]

    def _cancel_unwanted(self) -> None:
        """Take back decoding for display sets that no viewport shows any more."""
        with self._lock:
            unwanted = [key for key in self._on_the_way if not self._schedule.is_shown(key[0])]
        for key in unwanted:
            self._cancel_waiting(key)

    def _cancel_waiting(self, key: Key) -> None:
        """Take back a frame that waits for a decoder; one that is being decoded is let be."""
        with self._lock:
            future = self._on_the_way.get(key)
        if future is not None:
            future.cancel()
