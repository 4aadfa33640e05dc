"""Jobs run on their lane, newest wins, and nothing comes home after a cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from viewer.base import jobs as jobs_module
from viewer.base.errors import BlockingCallError, CancelledError
from viewer.base.jobs import READ, VISIBLE, Jobs, Task, blocking

WAIT = 10.0


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    lanes = Jobs()
    yield lanes
    lanes.close()


def test_result_comes_home_through_post() -> None:
    posted: list[object] = []
    arrived = threading.Event()

    def post(closure: Callable[[], None]) -> None:
        posted.append(threading.get_ident())
        closure()

    lanes = Jobs(post)
    results: list[int] = []

    def done(value: int) -> None:
        results.append(value)
        arrived.set()

    lanes.run(READ, lambda _task: 6 * 7, done=done)
    assert arrived.wait(WAIT)
    lanes.close()
    assert results == [42]
    assert len(posted) == 1


def test_error_comes_home_to_failed(jobs: Jobs) -> None:
    arrived = threading.Event()
    errors: list[Exception] = []

    def fail(_task: Task) -> None:
        raise ValueError

    def failed(err: Exception) -> None:
        errors.append(err)
        arrived.set()

    jobs.run(READ, fail, failed=failed)
    assert arrived.wait(WAIT)
    assert isinstance(errors[0], ValueError)


def test_newest_job_of_a_key_wins(jobs: Jobs) -> None:
    gate = threading.Event()
    finished = threading.Event()
    results: list[str] = []

    def slow(_task: Task) -> str:
        gate.wait(WAIT)
        return "old"

    jobs.run(VISIBLE, slow, done=results.append, key="pane 1")

    def done(value: str) -> None:
        results.append(value)
        finished.set()

    jobs.run(VISIBLE, lambda _task: "new", done=done, key="pane 1")
    gate.set()
    assert finished.wait(WAIT)
    assert results == ["new"]


def test_cancelled_job_brings_nothing_home(jobs: Jobs) -> None:
    started, gate, after = threading.Event(), threading.Event(), threading.Event()
    results: list[object] = []

    def work(task: Task) -> None:
        started.set()
        gate.wait(WAIT)
        task.check()

    task = jobs.run(READ, work, done=results.append, failed=results.append)
    assert started.wait(WAIT)
    task.cancel()
    gate.set()
    jobs.run(READ, lambda _task: after.set())
    assert after.wait(WAIT)
    assert results == []


def test_closed_jobs_refuse_new_work() -> None:
    lanes = Jobs()
    lanes.close()
    results: list[int] = []
    task = lanes.run(READ, lambda _task: 1, done=results.append)
    assert task.cancelled
    assert results == []


def test_check_raises_after_cancel() -> None:
    task = Task(READ)
    task.check()
    task.cancel()
    with pytest.raises(CancelledError):
        task.check()


def test_blocking_function_refuses_the_window_thread() -> None:
    @blocking
    def read_disk() -> str:
        return "read"

    assert read_disk() == "read"
    jobs_module.claim_ui_thread()
    try:
        with pytest.raises(BlockingCallError, match="read_disk"):
            read_disk()
        results: list[str] = []
        other = threading.Thread(target=lambda: results.append(read_disk()))
        other.start()
        other.join()
        assert results == ["read"]
    finally:
        jobs_module.release_ui_thread()
