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
from pathlib import Path

import pytest

from tests.faults.conftest import N_OBJECTS
from tests.faults.invariants import check_home, whole_objects
from tests.importing import opened

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
