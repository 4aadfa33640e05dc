"""Measure in processes of their own: cold, alone, with their peak memory."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 300

_PREAMBLE = """
import json, resource, sys, time
started = time.perf_counter()
def report(**figures):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(dict(figures, seconds=time.perf_counter() - started, peak_mb=peak)))
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a child measured: its figures by name, and its wall time with start and end."""

    figures: dict[str, float]
    wall: float


def run_script(script: str, *arguments: str) -> Outcome:
    """Run Python source in a fresh interpreter; it ends by calling ``report(name=value)``."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _PREAMBLE + script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=LIMIT_SECONDS,
        env=environment(),
    )
    wall = time.perf_counter() - start
    if done.returncode:
        message = f"a measured process failed:\n{done.stderr[-2000:]}"
        raise RuntimeError(message)
    return Outcome(json.loads(done.stdout.splitlines()[-1]), wall)


def median_script(n: int, script: str, *arguments: str) -> dict[str, float]:
    """Return the median of each figure over ``n`` fresh processes, ``wall`` among them."""
    outcomes = [run_script(script, *arguments) for _ in range(n)]
    names = outcomes[0].figures
    medians = {name: statistics.median(o.figures[name] for o in outcomes) for name in names}
    medians["wall"] = statistics.median(o.wall for o in outcomes)
    return medians


def timed_command(command: Sequence[str], *, cwd: Path | None = None) -> float | None:
    """Return the wall seconds of a program, or None when it is not installed or fails."""
    if shutil.which(command[0]) is None:
        return None
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False, cwd=cwd, timeout=LIMIT_SECONDS)
    return time.perf_counter() - start if done.returncode == 0 else None


def environment() -> dict[str, str]:
    """Return the environment of a child: offscreen Qt, our package importable and compiled."""
    values = dict(os.environ)
    values.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    values.setdefault("QT_QPA_PLATFORM", "offscreen")
    values["PYTHONPATH"] = str(ROOT)
    return values
