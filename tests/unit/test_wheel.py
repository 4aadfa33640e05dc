"""The program runs from an installed wheel, where resources lie inside the package."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    builder = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    result = subprocess.run(
        [sys.executable, "-c", builder, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(folder / result.stdout.split()[-1]) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def run_there(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_resource_is_in_the_wheel(installed: Path) -> None:
    source = {
        path.relative_to(ROOT / "resources")
        for path in (ROOT / "resources").rglob("*")
        if path.is_file()
    }
    folder = installed / "viewer" / "_resources"

    assert {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()} == source


def test_resources_are_found_inside_the_package(installed: Path, tmp_path: Path) -> None:
    program = (
        "from viewer.base.paths import resources\n"
        "from viewer.dicom.demo import read_recipe\n"
        "print(resources()); print(read_recipe()['ct']['n_slices'])\n"
        "print((resources() / 'icons' / 'play.svg').is_file())\n"
    )

    result = run_there(installed, tmp_path, "-c", program)

    assert result.stdout.split() == [str(installed / "viewer" / "_resources"), "120", "True"]


def test_feature_files_are_found(installed: Path, tmp_path: Path) -> None:
    program = (
        "import viewer; from viewer.base.features import feature_modules\n"
        "print(viewer.__file__); print(*feature_modules('viewer.tools'))\n"
    )

    result = run_there(installed, tmp_path, "-c", program)

    where, tools = result.stdout.splitlines()
    assert Path(where).is_relative_to(installed)
    assert "viewer.tools.window" in tools.split()


def test_help_is_shown(installed: Path, tmp_path: Path) -> None:
    result = run_there(installed, tmp_path, "-m", "viewer", "--help")

    assert result.returncode == 0, result.stderr
    assert "usage: lightbox" in result.stdout
