"""The house rules of tests/conftest.py are themselves tried: a rule that cannot fail is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

OFFENCES = {
    "warning log": "import logging\ndef test_it(): logging.getLogger('x').warning('no')",
    "viewer log": (
        "import logging\n"
        "def test_it():\n"
        "    log = logging.getLogger('viewer'); log.propagate = False\n"
        "    log.warning('no'); log.propagate = True\n"
    ),
    "thread": (
        "import threading\nstop = threading.Event()\n"
        "def test_it(): threading.Thread(target=stop.wait, daemon=True).start()\n"
    ),
    "process": (
        "import subprocess, sys\nkept = []\n"
        "def test_it(): kept.append(subprocess.Popen([sys.executable, '-c', 'input()'],"
        " stdin=subprocess.PIPE))\n"
    ),
    "python warning": "import warnings\ndef test_it(): warnings.warn('no')\n",
    "unknown marker": "import pytest\n@pytest.mark.nonsense\ndef test_it(): pass\n",
    "Qt": "def test_it(): import PySide6\n",
    "VTK": "def test_it(): from vtkmodules import vtkCommonCore\n",
}
SAYS = {
    "warning log": "*unexpected in the log*",
    "viewer log": "*unexpected in the log*",
    "thread": "*left behind: threads*",
    "process": "*left behind: child processes*",
    "python warning": "*UserWarning: no*",
    "unknown marker": "*'nonsense' not found*",
    "Qt": "*refused by --headless*",
    "VTK": "*refused by --headless*",
}
MANNERS = {
    "expected log": (
        "import logging, pytest\n@pytest.mark.allow_log('WARNING x: yes')\n"
        "def test_it(): logging.getLogger('x').warning('yes')\n"
    ),
    "home of its own": (
        "import os\nfrom pathlib import Path\n"
        "def test_it(tmp_path): assert Path(os.environ['LIGHTBOX_HOME']).parent == tmp_path\n"
    ),
    "finished thread": (
        "import threading\ndef test_it():\n    threading.Thread(target=int, daemon=True).start()\n"
    ),
}


def run_inner(pytester: pytest.Pytester, source: str) -> pytest.RunResult:
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    conftest = conftest.replace("GRACE_SECONDS = 3.0", "GRACE_SECONDS = 0.2")
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pytester.makefile(".toml", pyproject=pyproject)
    folder = pytester.mkpydir("tests")
    (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    (folder / "test_inner.py").write_text(source, encoding="utf-8")
    return pytester.runpytest_subprocess("--headless", "-p", "no:pytest-qt", "tests")


@pytest.mark.parametrize("offence", OFFENCES)
def test_offence_fails_the_test(pytester: pytest.Pytester, offence: str) -> None:
    result = run_inner(pytester, OFFENCES[offence])

    assert result.ret != pytest.ExitCode.OK
    result.stdout.fnmatch_lines([SAYS[offence]])


@pytest.mark.parametrize("manner", MANNERS)
def test_good_manners_pass(pytester: pytest.Pytester, manner: str) -> None:
    result = run_inner(pytester, MANNERS[manner])

    result.assert_outcomes(passed=1)


def test_headless_run_sees_no_window_library(pytester: pytest.Pytester) -> None:
    source = "import sys\ndef test_it(): assert 'PySide6' not in sys.modules\n"

    run_inner(pytester, source).assert_outcomes(passed=1)


def refuse_patient_data(*names: str) -> subprocess.CompletedProcess[str]:
    hook = [sys.executable, str(ROOT / ".ci" / "refuse-patient-data"), *names]
    return subprocess.run(hook, cwd=ROOT, capture_output=True, text=True, check=False)


def test_repository_holds_no_patient_data() -> None:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")

    result = refuse_patient_data(*listing.stdout.strip("\0").split("\0"))

    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("harmless.txt", b"\0" * 128 + b"DICM" + b"\0" * 16),
        ("image.DCM", b"whatever"),
        ("index.db", b""),
        ("lightbox.log", b""),
        ("DICOMDIR", b""),
        ("index", b"SQLite format 3\0" + b"\0" * 200),
    ],
)
def test_file_that_may_hold_patient_data_is_refused(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)

    result = refuse_patient_data(str(tmp_path / name))

    assert result.returncode == 1
    assert name in result.stdout
