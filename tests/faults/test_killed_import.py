"""kill -9 in the middle of imports (FI-01): nothing acknowledged is lost, nothing is torn.

``make check`` kills 20 times, ``make soak`` 1,000 times. The seed is in the failure's text.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import N_OBJECTS
from tests.faults.invariants import check_home, whole_objects
from tests.importing import opened
from viewer.base.errors import StoreDamagedError
from viewer.base.paths import Home
from viewer.store.upkeep import rebuild_library

SEED = 47


def start(home: Path, source: Path) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "viewer", "--home", str(home), "import", "--child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    child.stdin.write(json.dumps({"paths": [str(source)], "mode": "copy"}).encode() + b"\n")
    child.stdin.flush()
    return child


def kill_after(child: subprocess.Popen[bytes], seconds: float) -> int:
    """Kill the child, or let it end; return how many objects it had said are stored."""
    assert child.stdin is not None
    assert child.stdout is not None
    timer = threading.Timer(seconds, child.kill)
    timer.start()
    told = 0
    for line in child.stdout:
        if line.endswith(b"\n"):
            counts = json.loads(line).get("progress", {}).get("counts", {})
            told = counts.get("stored", 0) + counts.get("already", 0) or told
    child.wait()
    timer.cancel()
    timer.join()
    child.stdin.close()
    child.stdout.close()
    return told


def kill_loop(folder: Path, source: Path, n_kills: int, seed: int) -> None:
    chance = random.Random(seed)
    home = folder / "home"
    began = time.monotonic()
    kill_after(start(home, source), 120)
    whole = time.monotonic() - began  # start of the program included
    shutil.rmtree(home)
    n_before = 0
    n_killed = n_midway = 0
    while n_killed < n_kills:
        child = start(home, source)
        told = kill_after(child, chance.uniform(0.3, 1.0) * whole)
        n_killed += child.returncode != 0
        there = check_home(home)
        assert there >= n_before, f"seed {seed}: objects were lost"
        assert there >= told, f"seed {seed}: {told} were told, {there} are there"
        assert whole_objects(home) >= there
        n_midway += 0 < there < N_OBJECTS
        with opened(home):  # the next start repairs
            pass
        n_before = check_home(home)
        assert n_before == whole_objects(home), f"seed {seed}: an orphan was left"
        assert not list(home.glob("spool/*"))
        if n_before == N_OBJECTS:
            shutil.rmtree(home)
            n_before = 0
    if n_before:
        kill_after(start(home, source), 60)
        assert check_home(home) == N_OBJECTS
    assert n_midway, "no kill hit an import midway: the waiting times are wrong"


@pytest.mark.slow
def test_killed_imports_lose_nothing_that_was_told(tmp_path: Path, source: Path) -> None:
    kill_loop(tmp_path, source, 20, SEED)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_thousand_killed_imports_lose_nothing(tmp_path: Path, source: Path, part: int) -> None:
    kill_loop(tmp_path, source, 100, SEED + 1 + part)


def kill_midway(home: Path, source: Path) -> None:
    """Kill an import after its first told group."""
    child = start(home, source)
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline()
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.slow
@pytest.mark.parametrize("harm", [Path.unlink, cut, lambda path: path.write_bytes(b"\7" * 9_000)])
@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_lost_write_ahead_log_costs_no_object(
    tmp_path: Path, source: Path, harm: Callable[[Path], object], suffix: str
) -> None:
    """FI-07: the objects are whole files; the next start, or a rebuild, has them all."""
    home = tmp_path / "home"
    kill_midway(home, source)
    n_whole = whole_objects(home)
    harm(home / f"index.db{suffix}")

    try:
        with opened(home):
            pass
    except StoreDamagedError:
        rebuild_library(Home(home))
        with opened(home) as library:  # takes the hashes that no name holds
            assert library.verify(lambda: None, lambda _n: None).all_well

    assert n_whole > 0
    assert check_home(home) == whole_objects(home) == n_whole
