"""The house rules about Qt and VTK of tests/conftest.py, each broken once to see it fire."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OFFENCES = {
    "running timer": (
        "from PySide6.QtCore import QTimer\nkept = QTimer()\n"
        "def test_it(qapp): kept.start(60_000)\n",
        "*left behind: running timers*",
    ),
    "Qt warning": (
        "from PySide6.QtCore import qWarning\ndef test_it(qtbot): qWarning('no')\n",
        "*Qt messages*WARNING*",
    ),
    "VTK object": (
        "from vtkmodules.vtkCommonDataModel import vtkImageData\nkept = []\n"
        "def test_it(): kept.append(vtkImageData())\n",
        "*left behind: VTK objects: *ImageData*",
    ),
}
MANNERS = {
    "single shot": (
        "from PySide6.QtCore import QTimer\nkept = QTimer()\nkept.setSingleShot(True)\n"
        "def test_it(qapp): kept.start(20)\n"
    ),
    "VTK object let go": (
        "from vtkmodules.vtkCommonDataModel import vtkImageData\n"
        "def test_it(): assert vtkImageData().GetNumberOfPoints() == 0\n"
    ),
}


def run_inner(pytester: pytest.Pytester, source: str) -> pytest.RunResult:
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    conftest = conftest.replace("GRACE_SECONDS = 3.0", "GRACE_SECONDS = 0.3")
    pytester.makefile(".toml", pyproject=(ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folder = pytester.mkpydir("tests")
    (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    (folder / "render").mkdir()
    (folder / "render" / "test_inner.py").write_text(source, encoding="utf-8")
    return pytester.runpytest_subprocess("tests")


@pytest.mark.parametrize("offence", OFFENCES)
def test_offence_fails_the_test(pytester: pytest.Pytester, offence: str) -> None:
    source, says = OFFENCES[offence]

    result = run_inner(pytester, source)

    assert result.ret != pytest.ExitCode.OK
    result.stdout.fnmatch_lines([says])


@pytest.mark.parametrize("manner", MANNERS)
def test_good_manners_pass(pytester: pytest.Pytester, manner: str) -> None:
    run_inner(pytester, MANNERS[manner]).assert_outcomes(passed=1)
