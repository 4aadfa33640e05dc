"""From an event to painted pixels in a pane of 1000 x 1000, the whole window under it."""

from __future__ import annotations

import shutil

from tests.benchmarks.bench_scan import run_import
from tests.benchmarks.children import median_script
from tests.benchmarks.report import Row
from tests.benchmarks.samples import ct_folder, folder, mammogram

VIEW = """
from tests.benchmarks.window_script import measure_view
figures = measure_view(sys.argv[1], sys.argv[2])
report(**figures)
"""
STALL = """
from tests.benchmarks.window_script import measure_stall
report(**measure_stall(*sys.argv[1:4]))
"""
OPEN = """
from tests.benchmarks.window_script import measure_open
report(**measure_open(sys.argv[1]))
"""
CT_MS = 1000 / 60
MAMMOGRAM_MS = 1000 / 30
WORST_MS = 50.0


def run() -> list[Row]:
    """Measure with software OpenGL; rates are 1000 / ms."""
    home = str(folder() / "home-view")
    rows = []
    for name, path, limit in (
        ("CT", ct_folder(200), CT_MS),
        ("mammogram", mammogram(), MAMMOGRAM_MS),
    ):
        figures = median_script(1, VIEW, home, str(path))
        for action in ("scroll", "window", "zoom"):
            median = figures.get(f"{action}_median")
            if median is None:
                continue
            rows += [
                Row(f"{name} {action}, median", median, "ms", "budget", limit, budget=1.0),
                Row(f"{name} {action}, worst", figures[f"{action}_worst"], "ms", "budget",
                    WORST_MS, budget=1.0),
            ]  # fmt: skip
    return rows + open_rows() + stall_rows()


def open_rows() -> list[Row]:
    """Measure opening a CT of 1,000 slices from the list of a library."""
    home = folder() / "home-open"
    if not (home / "index.db").exists():
        run_import(ct_folder(), home, "--link")
    figures = median_script(3, OPEN, str(home))
    limit = 1.3 * 1000 * 512 * 512 * 2 / 1e6 + 250
    return [
        Row("double click to first image of 1,000 in the index", figures["first"], "s", "budget",
            0.3, budget=1.0),
        Row("memory with 1,000 slices open, all processes", figures["memory_mb"], "MB",
            "1.3 x pixels + 250 MB", limit, budget=1.0),
    ]  # fmt: skip


def stall_rows() -> list[Row]:
    """Measure the event loop while the window imports 1,000 files and scrolls."""
    home = folder() / "home-stall"
    shutil.rmtree(home, ignore_errors=True)
    figures = median_script(1, STALL, str(home), str(ct_folder(200)), str(ct_folder()))
    return [
        Row("event loop gap while importing and scrolling, p99", figures["busy_p99"], "ms",
            "not importing", figures["quiet_p99"]),
        Row("event loop gap while importing and scrolling, longest", figures["busy_max"], "ms",
            "budget", 250.0, budget=1.0),
    ]  # fmt: skip
