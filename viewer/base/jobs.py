"""Run slow work away from the window: plain functions on lanes, results brought home by ``post``.

A job is a plain function. Its result comes back through the injected ``post`` (the user interface
gives one that runs a closure on its thread; the command line one that runs it at once). Lanes
have their own threads so that a long import never delays the picture that is waited for.

``@blocking`` marks functions that may wait for a disk, a socket or a decoder: they refuse to run
on the thread that was named as the user interface's.
"""

from __future__ import annotations

import functools
import itertools
import logging
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from viewer.base.errors import BlockingCallError, CancelledError

Params = ParamSpec("Params")
Result = TypeVar("Result")
Post = Callable[[Callable[[], None]], None]

log = logging.getLogger("viewer.jobs")

VISIBLE = "visible"
PREFETCH = "prefetch"
READ = "read"
WRITE = "write"
NET = "net"

_LANE_THREADS = {VISIBLE: 1, PREFETCH: 1, READ: 2, WRITE: 1, NET: 4}


class _UiThread:
    """Remembers which thread must never wait; one for the process, set by the user interface."""

    ident: int | None = None


def claim_ui_thread() -> None:
    """Name the calling thread as the one that ``@blocking`` functions refuse to run on."""
    _UiThread.ident = threading.get_ident()


def release_ui_thread() -> None:
    """Forget the claim (tests, and after the window has closed)."""
    _UiThread.ident = None


def blocking(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """Mark a function that may wait; calling it on the user-interface thread is a bug.

    Raises
    ------
    BlockingCallError
        From the marked function, when called on the claimed thread.
    """

    @functools.wraps(function)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        if _UiThread.ident == threading.get_ident():
            message = f"{function.__qualname__} may wait and was called on the window's thread"
            raise BlockingCallError(message)
        return function(*args, **kwargs)

    return guarded


@dataclass(slots=True)
class Task:
    """A running or waiting job: ask it to stop, or see whether somebody did.

    A job function that takes long calls ``check`` between steps.
    """

    lane: str
    key: Hashable | None = None
    number: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ask the job to stop; a waiting one never starts, and no result comes home."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Tell whether somebody asked the job to stop."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raise when somebody asked the job to stop.

        Raises
        ------
        CancelledError
            After ``cancel``.
        """
        if self._stop.is_set():
            message = "Stopped."
            raise CancelledError(message)

    def wait(self, seconds: float) -> bool:
        """Sleep at most ``seconds``; return True at once when the job is asked to stop."""
        return self._stop.wait(seconds)


class Jobs:
    """Lanes of threads. ``close`` stops everything and waits for it.

    Parameters
    ----------
    post
        Called from a lane's thread with a closure to run at home. The default runs it right
        there, which is what the command line and most tests want.
    """

    def __init__(self, post: Post | None = None) -> None:
        self._post: Post = post or (lambda closure: closure())
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._latest: dict[tuple[str, Hashable], Task] = {}
        self._tasks: dict[int, Task] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._closed = False

    def run(
        self,
        lane: str,
        function: Callable[[Task], Result],
        *,
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        key: Hashable | None = None,
    ) -> Task:
        """Run ``function(task)`` on a lane and bring its result home.

        Parameters
        ----------
        lane
            One of ``VISIBLE``, ``PREFETCH``, ``READ``, ``WRITE``, ``NET``.
        done, failed
            Called at home with the result or the error. Neither is called after ``cancel``.
            Without ``failed`` an error is logged by its type.
        key
            Newest wins: a job with the same lane and key that has not finished is cancelled.
        """
        task = Task(lane, key, next(self._numbers))
        with self._lock:
            if self._closed:
                task.cancel()
                return task
            if key is not None:
                earlier = self._latest.get((lane, key))
                if earlier is not None:
                    earlier.cancel()
                self._latest[lane, key] = task
            self._tasks[task.number] = task
            pool = self._pools.get(lane)
            if pool is None:
                pool = ThreadPoolExecutor(_LANE_THREADS[lane], thread_name_prefix=f"lane-{lane}")
                self._pools[lane] = pool
        pool.submit(self._work, task, function, done, failed)
        return task

    def post(self, closure: Callable[[], None]) -> None:
        """Run ``closure`` at home, soon; what comes from other threads is announced so."""
        self._post(closure)

    def _work(
        self,
        task: Task,
        function: Callable[[Task], Any],
        done: Callable[[Any], None] | None,
        failed: Callable[[Exception], None] | None,
    ) -> None:
        try:
            if task.cancelled:
                return
            result = function(task)
        except CancelledError:
            return
        except Exception as err:  # noqa: BLE001  the edge of every job
            self._bring_home_error(task, err, failed)
        else:
            if done is not None:
                self._post(functools.partial(self._deliver, task, done, result))
        finally:
            with self._lock:
                self._tasks.pop(task.number, None)

    def _bring_home_error(
        self, task: Task, err: Exception, failed: Callable[[Exception], None] | None
    ) -> None:
        if failed is not None:
            self._post(functools.partial(self._deliver, task, failed, err))
            return
        log.error("a job of lane %s failed: %s", task.lane, type(err).__name__)

    def _deliver(self, task: Task, receiver: Callable[[Any], None], value: object) -> None:
        if task.key is not None:
            with self._lock:
                if self._latest.get((task.lane, task.key)) is task:
                    del self._latest[task.lane, task.key]
        if not task.cancelled:
            receiver(value)

    def cancel_all(self) -> None:
        """Ask every waiting and running job to stop."""
        with self._lock:
            tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()

    def close(self) -> None:
        """Cancel everything, wait for what is running, and refuse new work."""
        with self._lock:
            self._closed = True
            pools = list(self._pools.values())
        self.cancel_all()
        for pool in pools:
            pool.shutdown(wait=True, cancel_futures=True)
