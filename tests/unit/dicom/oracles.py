"""Programs and libraries that are not ours, asked for the pixels of a file."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
import SimpleITK
from numpy.typing import NDArray

Array = NDArray[Any]


def need(*tools: str) -> None:
    """Skip, and say so, when a tool of Debian's dcmtk or gdcm packages is absent."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"no {', '.join(missing)} to compare with (apt install dcmtk libgdcm-tools)")


def run(*command: str) -> bool:
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    return done.returncode == 0


def dcm2pnm(path: Path, scratch: Path, *options: str) -> Array | None:
    """Return 8-bit pixels as dcmtk shows them: (rows, columns) or (rows, columns, 3)."""
    out = scratch / "oracle.pnm"
    out.unlink(missing_ok=True)
    if not run("dcmj2pnm", "+op", *options, str(path), str(out)):
        return None
    return read_pnm(out)


def read_pnm(path: Path) -> Array:
    data = path.read_bytes()
    fields: list[bytes] = []
    at = 0
    while len(fields) < 4:
        end = data.index(b"\n", at)
        line = data[at:end]
        at = end + 1
        if not line.startswith(b"#"):
            fields += line.split()
    columns, rows = int(fields[1]), int(fields[2])
    samples = np.frombuffer(data, np.uint8, offset=at)
    return samples.reshape((rows, columns, 3) if fields[0] == b"P6" else (rows, columns))


def converted(path: Path, scratch: Path, *command: str) -> Array | None:
    """Return the stored values of frame 0 after a tool has made the file uncompressed."""
    out = scratch / "converted.dcm"
    out.unlink(missing_ok=True)
    if not run(*command, str(path), str(out)) or not out.exists():
        return None
    return with_pydicom(out)


def with_pydicom(path: Path) -> Array | None:
    """Return stored values of frame 0, or None when pydicom cannot."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(path, force=True)
            pixels = dataset.pixel_array
        except Exception:  # noqa: BLE001  an oracle that does not know has no voice
            return None
        n_frames = int(dataset.get("NumberOfFrames", 1) or 1)
    return np.asarray(pixels[0] if n_frames > 1 else pixels)


def with_simpleitk(path: Path) -> Array | None:
    """Return what SimpleITK reads of frame 0: rescaled grey, or RGB."""
    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
    try:
        volume = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))
    except RuntimeError:
        return None
    return np.asarray(volume[0])
