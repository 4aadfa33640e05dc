"""Workers that crash, hang or run out of memory cost one image, never the application (R-005)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import psutil
import pytest

from tests.unit.dicom.pixel_files import (
    JPEG_2000,
    JPEG_BASELINE,
    JPEG_EXTENDED,
    JPEG_LOSSLESS,
    JPEG_LS,
    RLE,
    gradient,
    instance_of,
    write_fragments,
)
from viewer.base.errors import LimitError, ViewerError, WorkerLostError
from viewer.dicom import crew
from viewer.dicom.pool import DecodePool
from viewer.dicom.worker import WorkerLimits
from viewer.model.frame import Frame
from viewer.model.study import Instance

WAIT = 30.0
GREY = gradient(128, 96, "u2", 4095)
SIZE: dict[str, Any] = {"Rows": 128, "Columns": 96, "BitsAllocated": 16, "BitsStored": 12}
KILLS = 20


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    stream = bytes(imagecodecs.jpegls_encode(GREY))
    return instance_of(write_fragments(tmp_path / "f.dcm", [stream], JPEG_LS, **SIZE))


def kill_while_decoding(instance: Instance, n_kills: int) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    with DecodePool(2) as pool:
        pool.warm_up().result(WAIT)
        for number in range(n_kills):
            futures = [pool.submit(instance, 0) for _ in range(6)]
            pids = pool.worker_pids()
            os.kill(pids[number % len(pids)], signal.SIGSEGV)
            outcomes.update(outcome(future) for future in futures)
            frame = pool.submit(instance, 0).result(WAIT)
            assert np.array_equal(frame.stored, GREY)
            pool.warm_up().result(WAIT)
    return outcomes


def outcome(future: Future[Frame]) -> str:
    try:
        frame = future.result(WAIT)
    except WorkerLostError:
        return "lost"
    assert np.array_equal(frame.stored, GREY)
    return "decoded"


def test_segmentation_faults_cost_one_image_each(instance: Instance) -> None:
    outcomes = kill_while_decoding(instance, KILLS)
    assert outcomes["lost"] <= KILLS
    assert outcomes.total() == 6 * KILLS


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_hundred_segmentation_faults(instance: Instance) -> None:
    outcomes = kill_while_decoding(instance, 100)
    assert outcomes["lost"] <= 100


def test_a_worker_that_hangs_is_given_up_and_replaced(instance: Instance) -> None:
    with DecodePool(1, deadline_seconds=1.0) as pool:
        pool.warm_up().result(WAIT)
        (pid,) = pool.worker_pids()
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(WorkerLostError, match="longer than 1 seconds"):
            pool.submit(instance, 0).result(WAIT)
        assert np.array_equal(pool.submit(instance, 0).result(WAIT).stored, GREY)
        assert pool.worker_pids() != [pid]
        assert not psutil.pid_exists(pid)


def test_a_worker_that_died_while_idle_costs_nothing(instance: Instance) -> None:
    with DecodePool(1) as pool:
        pool.warm_up().result(WAIT)
        for _ in range(3):
            os.kill(pool.worker_pids()[0], signal.SIGKILL)
            assert np.array_equal(pool.submit(instance, 0).result(WAIT).stored, GREY)


def test_an_image_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    side = 16_000
    row = bytes((0x81, 1)) * (side // 128 + 1)
    plane = row * side
    table = np.zeros(16, "<u4")
    table[:2] = (1, 64)
    path = write_fragments(
        tmp_path / "large", [table.tobytes() + plane], RLE, Rows=side, Columns=side
    )
    limits = WorkerLimits(memory_bytes=256 << 20)
    with DecodePool(1, limits) as pool, pytest.raises((LimitError, WorkerLostError)):
        pool.submit(instance_of(path), 0).result(WAIT)


def end_at_once(connection: Connection, limits: WorkerLimits) -> None:
    connection.close()


def test_workers_that_cannot_start_fail_their_requests(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "run_worker", end_at_once)
    with DecodePool(1) as pool:
        future = pool.submit(instance, 0)
        with pytest.raises(WorkerLostError, match="does not start"):
            future.result(WAIT)


ORPHANS = """
import os, signal, sys
from viewer.dicom import crew
from viewer.dicom.pool import DecodePool
from viewer.dicom.records import read_instance
if __name__ == "__main__":
    pool = DecodePool(2)
    pool.warm_up().result(30)
    for _ in range(4):
        pool.submit(read_instance(sys.argv[1]), 0).result(30)
    print(*pool.worker_pids(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_application_leaves_no_process_and_no_memory(
    tmp_path: Path, instance: Instance
) -> None:
    script = tmp_path / "script.py"
    script.write_text(ORPHANS)
    before = sorted(os.listdir("/dev/shm"))
    done = subprocess.run(
        [sys.executable, str(script), instance.file.path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    pids = [int(word) for word in done.stdout.split()]
    assert len(pids) == 2
    deadline = time.monotonic() + 20
    while any(running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if running(pid)]
    assert sorted(os.listdir("/dev/shm")) == before


def running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def streams() -> dict[str, bytes]:
    grey_8 = (GREY >> 4).astype(np.uint8)
    plane = imagecodecs.packbits_encode((GREY >> 8).astype(np.uint8))
    low = imagecodecs.packbits_encode((GREY & 255).astype(np.uint8))
    table = np.zeros(16, "<u4")
    table[:3] = (2, 64, 64 + len(plane))
    return {
        JPEG_LS: bytes(imagecodecs.jpegls_encode(GREY)),
        JPEG_2000: bytes(imagecodecs.jpeg2k_encode(GREY, codecformat="j2k", reversible=True)),
        JPEG_LOSSLESS: bytes(imagecodecs.ljpeg_encode(GREY, bitspersample=12)),
        JPEG_BASELINE: bytes(imagecodecs.jpeg8_encode(grey_8)),
        JPEG_EXTENDED: bytes(imagecodecs.jpeg8_encode(GREY, bitspersample=12)),
        RLE: table.tobytes() + bytes(plane) + bytes(low),
        "1.2.840.10008.1.2.4.201": bytes(imagecodecs.htj2k_encode(GREY)),
        "1.2.840.10008.1.2.4.110": bytes(imagecodecs.jpegxl_encode(grey_8, lossless=True)),
    }


def mutated(data: bytes, random: np.random.Generator) -> bytes:
    broken = bytearray(data)
    at = int(random.integers(0, len(broken)))
    kind = random.integers(0, 5)
    if kind == 0:
        for _ in range(int(random.integers(1, 20))):
            broken[int(random.integers(0, len(broken)))] = int(random.integers(0, 256))
    elif kind == 1:
        del broken[max(1, at) :]
    elif kind == 2:
        broken[at : at + 500] = bytes(len(broken[at : at + 500]))
    elif kind == 3:
        for _ in range(3):
            broken[int(random.integers(0, min(200, len(broken))))] = int(random.integers(0, 256))
    else:
        broken[at:at] = broken[at : at + 400]
    return bytes(broken)


def mutate_and_decode(folder: Path, n_mutants: int, seed: int) -> Counter[str]:
    """Decode mutants; every one must be shown or refused in words."""
    random = np.random.default_rng(seed)
    sources = streams()
    outcomes: Counter[str] = Counter()
    with DecodePool(2) as pool:
        for number in range(n_mutants):
            syntax = list(sources)[number % len(sources)]
            eight = syntax in (JPEG_BASELINE, "1.2.840.10008.1.2.4.110")
            size = SIZE | ({"BitsAllocated": 8, "BitsStored": 8} if eight else {})
            path = folder / "mutant.dcm"
            write_fragments(path, [mutated(sources[syntax], random)], syntax, **size)
            try:
                pool.submit(instance_of(path), 0).result(WAIT)
                outcomes["shown"] += 1
            except ViewerError as err:
                outcomes[type(err).__name__] += 1
                outcomes["without words"] += not str(err).endswith((".", ")"))
    return outcomes


def test_mutants_are_shown_or_refused(tmp_path: Path) -> None:
    outcomes = mutate_and_decode(tmp_path, 300, seed=20261122)
    assert outcomes.total() == 300
    assert outcomes["WorkerLostError"] == outcomes["without words"] == 0


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_ten_thousand_mutants(tmp_path: Path) -> None:
    seed = int(os.environ.get("LIGHTBOX_SEED", "1"))
    outcomes = mutate_and_decode(tmp_path, 10_000, seed)
    assert outcomes.total() == 10_000
    assert outcomes["WorkerLostError"] <= 5
