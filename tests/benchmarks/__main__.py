"""Run the benchmarks: all, or those named on the command line."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import tests.benchmarks as package
from tests.benchmarks.report import Row, print_table, write_json

RESULT = Path("build/benchmarks.json")


def names() -> list[str]:
    """Return the benchmark modules: those that begin with ``bench_``."""
    found = (item.name for item in pkgutil.iter_modules(package.__path__))
    return [name for name in sorted(found) if name.startswith("bench_")]


def main(chosen: list[str]) -> None:
    """Run benchmarks and print one table."""
    rows: list[Row] = []
    for name in names():
        if chosen and not any(word in name for word in chosen):
            continue
        print(f"… {name}", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"tests.benchmarks.{name}").run()
    print_table(rows)
    write_json(rows, RESULT)
    print(f"written to {RESULT}")


if __name__ == "__main__":
    main(sys.argv[1:])
