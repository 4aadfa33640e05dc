"""Reading headers and importing: ours beside pydicom, dcmdump and dcmmkdir."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.children import (
    LIMIT_SECONDS,
    ROOT,
    environment,
    median_script,
    timed_command,
)
from tests.benchmarks.report import Row, timed
from tests.benchmarks.samples import ct_folder

PYDICOM = """
import os, pydicom
paths = [entry.path for entry in os.scandir(sys.argv[1])]
begin = time.perf_counter()
for path in paths:
    pydicom.dcmread(path, stop_before_pixels=True)
report(rate=len(paths) / (time.perf_counter() - begin))
"""

OURS = """
import os
from viewer.dicom.records import read_instance
paths = [entry.path for entry in os.scandir(sys.argv[1])]
read_instance(paths[0])
begin = time.perf_counter()
for path in paths:
    read_instance(path)
report(rate=len(paths) / (time.perf_counter() - begin))
"""


def run() -> list[Row]:
    """Measure rates over 1,000 CT files that lie in the page cache."""
    folder = ct_folder()
    theirs = median_script(3, PYDICOM, str(folder))["rate"]
    ours = median_script(3, OURS, str(folder))["rate"]
    rows = [
        Row(
            "header scan to record",
            ours,
            "files/s",
            "pydicom, whole header",
            theirs,
            lower_is_better=False,
            budget=2.0,
        )
    ]
    n = len(list(folder.iterdir()))
    with tempfile.TemporaryDirectory() as scratch:
        disc = Path(scratch) / "disc"
        disc.mkdir()
        for index, path in enumerate(sorted(folder.iterdir())):
            (disc / f"I{index:07d}").symlink_to(path)
        seconds = timed_command(
            ["dcmmkdir", "-Pfl", "+r", "--invent", "+id", ".", "+D", "../DICOMDIR"],
            cwd=disc,
        )
        link = timed(lambda: run_import(folder, Path(scratch) / "link", "--link"))
        copy = timed(lambda: run_import(folder, Path(scratch) / "copy"))
        rows.append(
            Row(
                "link import with index",
                n / link,
                "files/s",
                "dcmmkdir",
                n / seconds if seconds else None,
                lower_is_better=False,
                budget=1.0,
                note="both from process start",
            )
        )
        plain = timed(lambda: shutil.copytree(folder, Path(scratch) / "plain"))
        rows.append(
            Row(
                "durable copy import",
                n / copy,
                "files/s",
                "plain copy, not durable",
                n / plain,
                lower_is_better=False,
            )
        )
    return rows


def run_import(folder: Path, home: Path, *options: str) -> None:
    """Run ``lightbox import`` in a process of its own."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "viewer",
            "--home",
            str(home),
            "--json",
            "import",
            str(folder),
            *options,
        ],
        check=True,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        timeout=LIMIT_SECONDS,
    )
