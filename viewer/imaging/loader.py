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

from viewer.base.errors import CancelledError, IdentityError, ViewerError
from viewer.base.events import Event
from viewer.base.jobs import PREFETCH, VISIBLE, Jobs, Task, blocking
from viewer.base.log import keyed_hash
from viewer.dicom.native_read import is_native
from viewer.dicom.pool import DecodePool, Priority
from viewer.dicom.source import ObjectCache
from viewer.imaging.announcer import Announcer
from viewer.imaging.cache import FrameCache
from viewer.imaging.failures import (
    NO_IMAGE,
    NO_MEMORY,
    content_problem,
    failure_sentence,
    identity_problem,
)
from viewer.imaging.native_frame import read_native_frame
from viewer.imaging.prefetch import Plan, Position
from viewer.model.displayset import DisplaySet, FrameRef
from viewer.model.frame import Frame

log = logging.getLogger("viewer.imaging.loader")

Key = tuple[str, int]

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
        self._plans: dict[str, Plan] = {}
        self._positions: dict[str, Position] = {}
        self._on_the_way: dict[Key, Future[Frame] | None] = {}
        self._failures: dict[Key, str] = {}
        self._verified: set[str] = set()
        self._headers = {VISIBLE: ObjectCache(), PREFETCH: ObjectCache()}
        self._reading = False
        self._turn = 0
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
        """Make a display set known; nothing is read yet."""
        with self._lock:
            self._sets[display_set.id] = display_set
            self._cache.open(display_set)

    def close(self, display_set_id: str) -> None:
        """Drop a display set: its frames, its failures and all work for it."""
        with self._lock:
            self._sets.pop(display_set_id, None)
            for viewport_key, position in list(self._positions.items()):
                if position.display_set_id == display_set_id:
                    self._leave(viewport_key)
            for key in [key for key in self._failures if key[0] == display_set_id]:
                del self._failures[key]
            self._cache.close(display_set_id)
        self._cancel_unwanted()
        self._read_on()

    def release(self, viewport_key: str) -> None:
        """Forget what a viewport showed: it was emptied or closed."""
        with self._lock:
            self._leave(viewport_key)
        self._cancel_unwanted()
        self._read_on()

    def frame(self, display_set: DisplaySet, index: int) -> Frame | None:
        """Return a frame that is in memory, else None; never waits."""
        return self._cache.get(display_set.id, index)

    def is_loaded(self, display_set: DisplaySet, index: int) -> bool:
        """Tell whether a frame is in memory, without counting as a use of it."""
        return self._cache.is_there(display_set.id, index)

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
        with self._lock:
            self.open(display_set)
            before = self._positions.get(viewport_key)
            position = Position(display_set.id, index, direction)
            self._positions[viewport_key] = position
            self._plans[viewport_key] = Plan(position, display_set.n_frames)
            self._cache.look_at(self._positions)
        if before is not None and before != position:
            self._cancel_waiting((before.display_set_id, before.index))
        self._cancel_unwanted()
        self._load_visible(display_set, index)
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
        known = self._cache.get(display_set.id, index)
        if known is not None:
            return known
        ref = display_set.frames[index]
        if is_native(ref.instance):
            frame = read_native_frame(ref, None)
        else:
            frame = self._pool.submit(ref.instance, ref.frame, Priority.VISIBLE).result()
            problem = identity_problem(ref.instance, frame.identity)
            if problem:
                raise IdentityError(problem)
        return self._cache.put(display_set.id, index, frame) or frame

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

    def _load_visible(self, display_set: DisplaySet, index: int) -> None:
        key = (display_set.id, index)
        ref = display_set.frames[index]
        self._cancel_waiting(key)  # what was asked for ahead goes to the front
        with self._lock:
            if not self._is_missing(*key):
                return
            reserved = ref.instance.pixels is not None and self._cache.reserve(*key)
            native = reserved and is_native(ref.instance)
            if native:
                self._on_the_way[key] = None
        if native:
            self._jobs.run(VISIBLE, lambda _: self._read_visible(key, ref))
        elif reserved:
            self._decode(key, ref, Priority.VISIBLE)
        else:
            no_image = display_set.message or NO_IMAGE
            self._fail(key, no_image if ref.instance.pixels is None else NO_MEMORY)

    def _read_visible(self, key: Key, ref: FrameRef) -> None:
        if self._is_shown(key):
            self._read(key, ref, VISIBLE)
        else:
            self._drop(key)  # scrolled past while it waited; reading ahead comes back to it

    def _is_shown(self, key: Key) -> bool:
        with self._lock:
            return any((p.display_set_id, p.index) == key for p in self._positions.values())

    # ---- reading ahead

    def _read_on(self) -> None:
        """Keep the decoders busy, and the prefetch lane reading, while something is missing."""
        self._decode_ahead()
        with self._lock:
            key = None if self._reading else self._claim(native=True)
            if key is None:
                return
            self._reading = True
        self._jobs.run(PREFETCH, lambda task: self._read_ahead(task, key))

    def _read_ahead(self, task: Task, first: Key) -> None:
        until = time.monotonic() + SLICE_SECONDS
        key: Key | None = first
        while key is not None:
            display_set = self._sets.get(key[0])
            if display_set is None:
                self._drop(key)
            else:
                self._read(key, display_set.frames[key[1]], PREFETCH)
            in_time = not task.cancelled and time.monotonic() < until
            key = self._claim(native=True) if in_time else None
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
                key = None if full else self._claim(native=False)
                if key is None:
                    return
                ref = self._sets[key[0]].frames[key[1]]
            more = self._decode(key, ref, Priority.PREFETCH)

    def _claim(self, *, native: bool) -> Key | None:
        """Take the next missing frame, with room for it; None when there is none of either."""
        with self._lock:
            key = self._next(native=native)
            if key is None or not self._cache.reserve(*key):
                return None
            self._on_the_way[key] = None
            return key

    def _next(self, *, native: bool) -> Key | None:
        """Return the nearest missing frame of the viewports in turn. The lock is held."""
        plans = list(self._plans.values())
        for turn in range(len(plans)):
            plan = plans[(self._turn + turn) % len(plans)]
            name = plan.position.display_set_id
            index = plan.next(partial(self._is_missing, name))
            if index is None:
                continue
            instance = self._sets[name].frames[index].instance
            if instance.pixels is not None and is_native(instance) == native:
                self._turn += turn + 1
                return (name, index)
        return None

    def _is_missing(self, display_set_id: str, index: int) -> bool:
        key = (display_set_id, index)
        taken = key in self._on_the_way or key in self._failures
        return not taken and not self._cache.is_there(display_set_id, index)

    # ---- work on one frame

    def _read(self, key: Key, ref: FrameRef, lane: str) -> None:
        try:
            frame = read_native_frame(ref, self._cache.slot(*key), self._headers[lane])
        except (ViewerError, OSError, MemoryError) as err:
            self._fail(key, failure_sentence(err))
        else:
            self._keep(key, frame)

    def _decode(self, key: Key, ref: FrameRef, priority: Priority) -> bool:
        """Ask the pool for a frame; False when it takes no more work."""
        try:
            future = self._pool.submit(ref.instance, ref.frame, priority)
        except CancelledError:
            self._drop(key)
            return False
        with self._lock:
            self._on_the_way[key] = future
        future.add_done_callback(partial(self._decoded, key, ref))
        return True

    def _decoded(self, key: Key, ref: FrameRef, future: Future[Frame]) -> None:
        error = None if future.cancelled() else future.exception()
        if future.cancelled() or isinstance(error, CancelledError):
            self._drop(key)
            return
        if error is not None:
            self._fail(key, failure_sentence(error))
        else:
            frame = future.result()
            problem = identity_problem(ref.instance, frame.identity)
            if problem:
                self._fail(key, problem)
            else:
                self._keep(key, frame)
        self._decode_ahead()

    def _keep(self, key: Key, frame: Frame) -> None:
        with self._lock:
            self._on_the_way.pop(key, None)
            kept = self._cache.put(*key, frame)
        if kept is not None:
            self._announcer.announce(key)
        elif self._is_shown(key):
            self._fail(key, NO_MEMORY)

    def _drop(self, key: Key) -> None:
        with self._lock:
            self._on_the_way.pop(key, None)
            self._cache.release(*key)

    def _fail(self, key: Key, sentence: str) -> None:
        self._drop(key)
        with self._lock:
            if key[0] not in self._sets:
                return
            self._failures[key] = sentence
        log.info("frame %d of %s cannot be shown", key[1], keyed_hash(key[0]))
        self._announcer.announce(key)

    def _compare_content(self, display_set: DisplaySet, index: int) -> None:
        instance = display_set.frames[index].instance
        sentence = content_problem(instance)
        if not sentence:
            return
        for place, ref in enumerate(display_set.frames):
            if ref.instance is instance:
                self._cache.forget(display_set.id, place)
                self._fail((display_set.id, place), sentence)

    # ---- giving up

    def _leave(self, viewport_key: str) -> None:
        self._positions.pop(viewport_key, None)
        self._plans.pop(viewport_key, None)
        self._cache.look_at(self._positions)

    def _cancel_unwanted(self) -> None:
        """Take back decoding for display sets that no viewport shows any more."""
        with self._lock:
            shown = {position.display_set_id for position in self._positions.values()}
            unwanted = [key for key in self._on_the_way if key[0] not in shown]
        for key in unwanted:
            self._cancel_waiting(key)

    def _cancel_waiting(self, key: Key) -> None:
        """Take back a frame that waits for a decoder; one that is being decoded is let be."""
        with self._lock:
            future = self._on_the_way.get(key)
        if future is not None:
            future.cancel()
