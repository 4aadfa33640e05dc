#!/usr/bin/env python3
"""Check everything, from a fresh clone, on Debian or Ubuntu; `.ci/run` starts it.

Installs what is missing, runs the linters and all tests, and ends with pytest's closing line. The
unit tests run with Qt and VTK refused, the others with both, so pytest runs twice; the last line
adds the two up, in pytest's own words.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("LIGHTBOX_VENV", ROOT / ".venv"))
LINTERS = (
    ("ruff", "format", "--check"),
    ("ruff", "check"),
    ("lint-imports",),
    ("mypy",),
)
UNIT = ("tests/unit", "--headless", "-p", "no:pytest-qt")
REST = ("tests", "--ignore=tests/unit", "--ignore=tests/benchmarks")
COUNT = re.compile(r"(\d+) (failed|passed|skipped|deselected|xfailed|xpassed|warnings?|errors?)")


def step(*command: str) -> int:
    print("==>", *command, flush=True)
    began = time.monotonic()
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(f"    {time.monotonic() - began:.0f} s, exit {status}", flush=True)
    return status


def pytest(*arguments: str) -> tuple[int, str]:
    """Run pytest, show its output and return its status and closing line."""
    command = [str(VENV / "bin" / "python"), "-m", "pytest", "--durations=12", *arguments]
    print("==> pytest", *arguments, flush=True)
    closing = ""
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            closing = line.strip().strip("= ") or closing
    return process.returncode, closing


def total(closings: list[str], seconds: float) -> str:
    counts: dict[str, int] = {}
    for closing in closings:
        for number, word in COUNT.findall(closing):
            counts[word] = counts.get(word, 0) + int(number)
    order = ("failed", "error", "errors", "passed", "skipped", "deselected", "xfailed", "xpassed")
    text = ", ".join(f"{counts[word]} {word}" for word in order if word in counts)
    return f" {text or 'no tests ran'} in {seconds:.2f}s ".center(80, "=")


def main() -> int:
    prepare = str(ROOT / "packaging" / "linux" / "prepare")
    python = os.environ.get("PYTHON", "python3")
    if step(prepare, python, str(VENV), "requirements-dev.lock", "--oracles"):
        return 1
    failed = [
        linter[0]
        for linter in LINTERS
        if step(str(VENV / "bin" / linter[0]), *linter[1:])
    ]  # fmt: skip
    began = time.monotonic()
    results = [pytest(*UNIT), pytest(*REST)]
    failed += [f"pytest {part[0]}" for part, (status, _) in
               zip((UNIT, REST), results, strict=True) if status]  # fmt: skip
    print("\nunit tests, no Qt, no VTK: ", results[0][1])
    print("all others:                ", results[1][1])
    if failed:
        print("FAILED:", ", ".join(failed))
    print(total([closing for _, closing in results], time.monotonic() - began), flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
