"""A whole series into memory: ours beside the readers that others use, and the disk itself."""

from __future__ import annotations

from tests.benchmarks.children import median_script
from tests.benchmarks.report import Row
from tests.benchmarks.samples import ct_folder

VTK = """
from vtkmodules.vtkIOImage import vtkDICOMImageReader
reader = vtkDICOMImageReader()
reader.SetDirectoryName(sys.argv[1])
reader.Update()
assert reader.GetOutput().GetDimensions()[2] == 1000
report()
"""

SIMPLE_ITK = """
import SimpleITK
reader = SimpleITK.ImageSeriesReader()
reader.SetFileNames(reader.GetGDCMSeriesFileNames(sys.argv[1]))
assert reader.Execute().GetSize()[2] == 1000
report()
"""

PYDICOM = """
import pathlib, numpy, pydicom
files = [pydicom.dcmread(path) for path in sorted(pathlib.Path(sys.argv[1]).iterdir())]
files.sort(key=lambda ds: float(ds.ImagePositionPatient[2]))
volume = numpy.stack([ds.pixel_array for ds in files])
assert volume.shape[0] == 1000
report()
"""

DISK = """
import os
total = 0
buffer = bytearray(1 << 20)
for entry in os.scandir(sys.argv[1]):
    with open(entry.path, "rb", buffering=0) as handle:
        while True:
            n = handle.readinto(buffer)
            if not n:
                break
            total += n
assert total > 500e6
report()
"""

OURS = """
import threading
from pathlib import Path
from viewer.base.jobs import Jobs
from viewer.base.paths import Home
from viewer.dicom.records import read_instance
from viewer.displays import open_study
from viewer.model.grouping import group_studies
from viewer.services.compose import Services
home = Home(Path(sys.argv[2]))
services = Services(home)
instances = [read_instance(str(path)) for path in sorted(Path(sys.argv[1]).iterdir())]
scanned = time.perf_counter() - started
(display_set,) = open_study(group_studies(instances)[0]).display_sets
loader = services.loader
first, loaded = [], threading.Event()
def ready(_key):
    if not first:
        first.append(time.perf_counter() - started)
    if loader.progress(display_set.id)[0] == display_set.n_frames:
        loaded.set()
loader.ready.listen(ready)
loader.open(display_set)
loader.want(display_set, 500)
assert loaded.wait(120), loader.progress(display_set.id)
assert loader.volume(display_set) is not None
report(scanned=scanned, first=first[0])
services.close()
"""


def run() -> list[Row]:
    """Measure cold processes, files warm in the page cache, median of three."""
    folder = str(ct_folder())
    home = str(ct_folder().parent / "home-load")
    disk = median_script(3, DISK, folder)
    ours = median_script(3, OURS, folder, home)
    rows = []
    for name, script, budget in (
        ("vtkDICOMImageReader", VTK, 1.0),
        ("SimpleITK", SIMPLE_ITK, 1.0),
        ("pydicom + numpy", PYDICOM, 1.0),
    ):
        peer = median_script(3, script, folder)
        rows.append(
            Row(
                "1,000 CT slices in memory",
                ours["seconds"],
                "s",
                name,
                peer["seconds"],
                budget=budget,
            )
        )
        rows.append(
            Row("peak memory, 1,000 CT slices", ours["peak_mb"], "MB", name, peer["peak_mb"])
        )
    rows.append(
        Row(
            "1,000 CT slices in memory",
            ours["seconds"],
            "s",
            "reading the bytes",
            disk["seconds"],
            budget=None,
            note="the goal is twice the bytes",
        )
    )
    pixels = 1000 * 512 * 512 * 2 / 1e6
    rows.append(
        Row(
            "peak memory, 1,000 CT slices",
            ours["peak_mb"],
            "MB",
            "1.3 x pixels + 250 MB",
            1.3 * pixels + 250,
            budget=1.0,
            note="the loading process without a window",
        )
    )
    rows.append(
        Row(
            "first image of 1,000, scan included",
            ours["first"],
            "s",
            "vtkDICOMImageReader, all",
            None,
        )
    )
    return rows
