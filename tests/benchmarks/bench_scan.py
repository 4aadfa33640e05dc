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
from tests.benchmarks.samples import ct_folder, small_folder

LINKED = (1_000, 4_000)

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
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        rows += [*(link_row(scratch, n) for n in LINKED), copy_row(scratch)]
    return rows


def link_row(scratch: Path, n: int) -> Row:
    """Link ``n`` small files into a new library, and have dcmmkdir list them."""
    folder = small_folder(n)
    ours = timed(lambda: run_import(folder, scratch / f"link-{n}", "--link"))
    seconds = timed_command(
        ["dcmmkdir", "-Pfl", "+r", "--invent", "+id", ".", "+D", str(scratch / "DICOMDIR")],
        cwd=folder,
    )
    theirs = n / seconds if seconds else None
    return Row(
        f"link import with index, {n:,} files", n / ours, "files/s", "dcmmkdir",
        theirs, lower_is_better=False, budget=1.0, note="both from process start",
    )  # fmt: skip


def copy_row(scratch: Path) -> Row:
    """Copy 1,000 CT files into a new library, durably, beside a plain copy."""
    folder = ct_folder()
    n = len(list(folder.iterdir()))
    ours = timed(lambda: run_import(folder, scratch / "copy"))
    plain = timed(lambda: shutil.copytree(folder, scratch / "plain"))
    return Row("durable copy import", n / ours, "files/s", "plain copy, not durable", n / plain,
               lower_is_better=False)  # fmt: skip


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
