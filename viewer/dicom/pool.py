"""Decode in worker processes that may crash, hang or run out of memory without harm (R-005).

One thread watches all workers. Requests wait in a queue by priority; each worker holds one at a
time. A worker that dies or passes its deadline is killed and replaced, its request fails with
``WorkerLostError``, and the others go on. The thread ends when there is nothing to do, so that a
pool that nobody closed does not keep the interpreter from ending.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import IntEnum
from multiprocessing import Pipe
from multiprocessing.connection import wait
from types import TracebackType

from viewer.base.errors import CancelledError, ViewerError, WorkerLostError
from viewer.dicom.crew import Crewman, Outcome, Ready
from viewer.dicom.luts import KEYWORDS
from viewer.dicom.worker import Request, WorkerLimits
from viewer.model.frame import Frame
from viewer.model.study import FrameFacts, Identity, Instance, Value

log = logging.getLogger("viewer.dicom.pool")

_MAX_FAILED_STARTS = 3
_MAX_RESTARTS = 3
_LONGEST_WAIT = 5.0


class Priority(IntEnum):
    """Who goes first."""

    VISIBLE = 0
    PREFETCH = 1
    THUMBNAIL = 2


@dataclass(order=True, slots=True)
class _Job:
    """A request and the future of its frame; ordered by priority, then by age."""

    priority: int
    number: int
    request: Request = field(compare=False)
    future: Future[Frame] = field(compare=False, default_factory=Future)
    n_restarts: int = field(compare=False, default=0)


class DecodePool:
    """Decode frames in ``n_workers`` processes.

    Parameters
    ----------
    n_workers
        Processes; they start with ``warm_up`` or the first request.
    limits
        What each may use.
    deadline_seconds
        How long one frame may take by the clock.
    """

    def __init__(
        self,
        n_workers: int = 2,
        limits: WorkerLimits | None = None,
        deadline_seconds: float = 10.0,
    ) -> None:
        self._n_workers = max(1, n_workers)
        self._limits = limits or WorkerLimits()
        self._deadline_seconds = deadline_seconds
        self._lock = threading.Lock()
        self._queue: list[_Job] = []
        self._numbers = itertools.count()
        self._waiting_for_start: list[Future[int]] = []
        self._closed = False
        self._watching = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="decode-pool")
        self._wake_in, self._wake_out = Pipe(duplex=False)
        # Below: only touched by the watching thread, and by close() after it has ended.
        self._crew: list[Crewman] = []
        self._jobs: dict[Crewman, _Job] = {}
        self._failed_starts = 0

    def submit(
        self, instance: Instance, index: int, priority: Priority = Priority.VISIBLE
    ) -> Future[Frame]:
        """Ask for frame ``index`` of an instance; cancelling works while it waits.

        The future raises what ``decode_frame`` raises, and ``WorkerLostError`` when the worker
        died, ran out of time or could not be started.
        """
        return self._enqueue(Request(lean(instance, index), index), priority)

    def thumbnail(
        self,
        instance: Instance,
        index: int,
        size_px: int,
        priority: Priority = Priority.THUMBNAIL,
    ) -> Future[Frame]:
        """Ask for a frame reduced by a whole factor to at most ``size_px`` on its longer side.

        Stored values are averaged, so that the frame's own rules still display it.
        """
        return self._enqueue(Request(lean(instance, index), index, size_px), priority)

    def warm_up(self) -> Future[int]:
        """Start all workers now; the future tells how many are ready."""
        future: Future[int] = Future()
        with self._lock:
            self._refuse_if_closed()
            self._waiting_for_start.append(future)
            self._watch()
        return future

    def close(self) -> None:
        """Cancel what waits, stop what runs, end all processes."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._wake()
        self._thread.shutdown(wait=True)
        for job in [*self._queue, *self._jobs.values()]:
            _fail(job, CancelledError("The decoder was closed."))
        for future in self._waiting_for_start:
            future.cancel()
        for crewman in self._crew:
            crewman.stop()
        self._crew.clear()
        self._queue.clear()
        self._wake_in.close()
        self._wake_out.close()

    def __enter__(self) -> DecodePool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def worker_pids(self) -> list[int]:
        """Return the process ids of the workers that live now."""
        return [crewman.process.pid or 0 for crewman in tuple(self._crew)]

    def _enqueue(self, request: Request, priority: Priority) -> Future[Frame]:
        with self._lock:
            self._refuse_if_closed()
            job = _Job(int(priority), next(self._numbers), request)
            heapq.heappush(self._queue, job)
            self._watch()
        return job.future

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise CancelledError("The decoder is closed.")

    def _watch(self) -> None:
        """Make the watching thread run, or look again. The lock is held."""
        if self._watching:
            self._wake()
        else:
            self._watching = True
            self._thread.submit(self._serve)

    def _wake(self) -> None:
        if not self._wake_in.poll():
            self._wake_out.send_bytes(b"!")

    # ---- the watching thread

    def _serve(self) -> None:
        while True:
            try:
                self._staff()
                self._hand_out()
                if self._finished():
                    return
                self._listen()
            except OSError as err:  # no process, no memory: nothing can be decoded now
                self._fail_all(f"No decoder could be started ({err.strerror}).")
            except Exception:  # the edge: no request may wait for ever
                log.exception("the decoder's watch failed")
                self._fail_all("The decoder failed.")

    def _finished(self) -> bool:
        with self._lock:
            if self._closed or not (self._queue or self._jobs or self._starting()):
                self._watching = False
                return True
        return False

    def _starting(self) -> bool:
        return any(crewman.starting for crewman in self._crew)

    def _staff(self) -> None:
        """Bury the dead and hire until the crew is complete."""
        for crewman in list(self._crew):
            if not crewman.process.is_alive() or crewman.late:
                self._lose(crewman)
            elif crewman.idle and crewman.worn:
                self._crew.remove(crewman)
                crewman.stop()
        if self._failed_starts >= _MAX_FAILED_STARTS:
            self._failed_starts = 0
            self._fail_all("The decoder does not start.")
            return
        while len(self._crew) < self._n_workers:
            self._crew.append(Crewman(self._limits))
        if not self._starting():
            self._report_start()

    def _hand_out(self) -> None:
        for crewman in [one for one in self._crew if one.idle]:
            job = self._next_job()
            if job is None:
                return
            try:
                crewman.give(job.request, self._deadline_seconds)
            except OSError:  # it died while idle: the request is not lost
                self._requeue(job)
                self._lose(crewman)
                continue
            self._jobs[crewman] = job

    def _next_job(self) -> _Job | None:
        with self._lock:
            while self._queue:
                job = heapq.heappop(self._queue)
                if job.future.running() or job.future.set_running_or_notify_cancel():
                    return job
        return None

    def _requeue(self, job: _Job) -> None:
        with self._lock:
            heapq.heappush(self._queue, job)

    def _listen(self) -> None:
        """Wait until a worker answers, dies or is late, or somebody brings work."""
        now = time.monotonic()
        timeout = _LONGEST_WAIT
        for crewman in self._crew:
            if crewman.starting or crewman.busy:
                timeout = min(timeout, max(0.0, crewman.deadline - now) + 0.01)
        sources = [crewman.connection for crewman in self._crew]
        ready = wait([self._wake_in, *sources], timeout)
        if self._wake_in in ready:
            self._wake_in.recv_bytes()
        for crewman in list(self._crew):
            if crewman.connection in ready:
                self._hear(crewman)

    def _hear(self, crewman: Crewman) -> None:
        try:
            answer = crewman.take()
        except (OSError, EOFError, ViewerError):
            self._lose(crewman)
            return
        if answer is None:
            return
        if isinstance(answer, Ready):
            self._failed_starts = 0
            return
        job = self._jobs.pop(crewman, None)
        if job is not None:
            _settle(job, answer)

    def _lose(self, crewman: Crewman) -> None:
        """Kill a worker that is dead or late, and fail its request."""
        late = crewman.late
        self._crew.remove(crewman)
        if crewman.starting:
            self._failed_starts += 1
        crewman.kill()
        log.info("a decoder was lost: %s", "out of time" if late else "it died")
        job = self._jobs.pop(crewman, None)
        if job is None:
            return
        if not (late or crewman.taken) and job.n_restarts < _MAX_RESTARTS:
            job.n_restarts += 1  # it died before it had begun: the image is not to blame
            self._requeue(job)
            return
        if late:
            text = (
                f"This image took longer than {self._deadline_seconds:g} seconds to decode and "
                "was given up. The file is kept."
            )
        else:
            text = "The decoder stopped while it read this image, which may be damaged."
        _fail(job, WorkerLostError(text))

    def _fail_all(self, text: str) -> None:
        with self._lock:
            jobs, self._queue = [*self._queue, *self._jobs.values()], []
        crew, self._crew = self._crew, []
        self._jobs.clear()
        for crewman in crew:
            crewman.kill()
        for job in jobs:
            _fail(job, WorkerLostError(text))
        for future in self._waiting_for_start:
            if future.set_running_or_notify_cancel():
                future.set_exception(WorkerLostError(text))
        self._waiting_for_start.clear()

    def _report_start(self) -> None:
        with self._lock:
            futures, self._waiting_for_start = self._waiting_for_start, []
        for future in futures:
            if future.set_running_or_notify_cancel():
                future.set_result(len(self._crew))


def lean(instance: Instance, index: int) -> Instance:
    """Leave out what decoding does not need: names never travel, long headers neither."""
    facts = instance.facts(index)
    return replace(
        instance,
        identity=Identity(),
        attributes=_only(instance.attributes),
        frames=(FrameFacts(attributes=_only(facts.attributes)),),
        warnings=(),
    )


def _only(attributes: Mapping[str, Value]) -> dict[str, Value]:
    return {keyword: attributes[keyword] for keyword in KEYWORDS if keyword in attributes}


def _settle(job: _Job, outcome: Outcome) -> None:
    if isinstance(outcome, Frame):
        job.future.set_result(outcome)
    else:
        job.future.set_exception(outcome)


def _fail(job: _Job, error: ViewerError) -> None:
    if job.future.running() or job.future.set_running_or_notify_cancel():
        job.future.set_exception(error)
