"""From process start to a usable window, and to the first image of a folder, beside Aeskulap."""

from __future__ import annotations

import shutil
import statistics
import sys

from tests.benchmarks.children import median_script
from tests.benchmarks.report import Row
from tests.benchmarks.samples import ct_folder
from tests.benchmarks.screen import own_screen, seconds_to_image

TRIES = 3
BARE_QT = """
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.show()
window.grab()
report()
"""


def run() -> list[Row]:
    """Measure under Xvfb with software OpenGL, files warm in the page cache."""
    folder = ct_folder()
    home = folder.parent / "home-start"
    rows = []
    with own_screen() as display:
        if display is None:
            return []
        command = [sys.executable, "-m", "viewer", "--home", str(home), str(folder)]
        ours = median(display, command)
        peer = None
        if shutil.which("aeskulap"):
            files = sorted(str(path) for path in folder.iterdir())
            peer = median(display, ["aeskulap", *files])
        if ours is not None:
            rows.append(
                Row(
                    "folder of 1,000 slices to first image",
                    ours,
                    "s",
                    "Aeskulap",
                    peer,
                    budget=1.5,
                    note="from process start to the image on the screen, Xvfb",
                )
            )
    return rows + start_rows(str(home))


def start_rows(home: str) -> list[Row]:
    """Measure the start of an empty window against a bare Qt window and the budget."""
    bare = median_script(TRIES, BARE_QT)["wall"]
    script = """
from tests.benchmarks.window_script import usable_window
report(usable=usable_window(sys.argv[1]))
"""
    ours = median_script(TRIES, script, home)["usable"]
    return [
        Row("start to usable window", ours, "s", "budget", 1.2, budget=1.0),
        Row("start to usable window", ours, "s", "bare Qt window", bare),
    ]


def median(display: str, command: list[str]) -> float | None:
    """Return the median seconds to an image; None when none appeared."""
    found = [seconds_to_image(display, command) for _ in range(TRIES)]
    seen = [seconds for seconds in found if seconds is not None]
    return statistics.median(seen) if seen else None
