"""The window comes first: what is slow to import is not there when it is shown (design 4)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import ArgumentTypeError
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from viewer.base.paths import Home
from viewer.cli.verbs._window import size
from viewer.ui.application import CrashNotice, Session, WindowOptions, make_application

SLOW = ("vtkmodules", "pydicom", "sqlalchemy", "highdicom", "imagecodecs", "scipy", "SimpleITK")
PROBE = """
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from viewer.base.paths import Home
from viewer.ui.application import Session, WindowOptions, make_application
app = make_application()
session = Session(Home(Path(sys.argv[1])), WindowOptions(screenshot=Path("unused")))
app.sendPostedEvents()
assert session.window.isVisible()
print(",".join(name for name in sys.argv[2:] if name in sys.modules))
session.close()
"""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_window_is_shown_before_anything_slow_is_imported(lightbox_home: Path) -> None:
    answer = run("-c", PROBE, str(lightbox_home), *SLOW)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == ""


def test_without_a_display_the_window_is_refused_in_one_line(lightbox_home: Path) -> None:
    answer = run("-m", "viewer", "--home", str(lightbox_home), DISPLAY="", WAYLAND_DISPLAY="")
    assert answer.returncode == 2
    assert "There is no display" in answer.stderr
    assert "--screenshot" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_display_the_window_is_drawn_into_a_picture(
    lightbox_home: Path, tmp_path: Path
) -> None:
    target = tmp_path / "window.png"
    words = ("--home", str(lightbox_home), "--screenshot", str(target), "--size", "1280x720")
    answer = run("-m", "viewer", *words, DISPLAY="", WAYLAND_DISPLAY="")
    assert answer.returncode == 0, answer.stderr
    assert "no display" in answer.stderr
    image = QImage(str(target))
    assert (image.width(), image.height()) == (1280, 720)


def test_json_is_one_document_for_the_window_too(lightbox_home: Path, tmp_path: Path) -> None:
    target = tmp_path / "window.png"
    words = ("--home", str(lightbox_home), "--json", "--screenshot", str(target))
    answer = run("-m", "viewer", *words)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == {"screenshot": str(target)}


def test_picture_that_cannot_be_written_is_one_line(lightbox_home: Path, tmp_path: Path) -> None:
    target = tmp_path / "none" / "window.png"
    answer = run("-m", "viewer", "--home", str(lightbox_home), "--screenshot", str(target))
    assert answer.returncode == 2
    assert answer.stderr == f"lightbox open: The picture {target} cannot be written.\n"


def test_a_path_that_is_not_there_is_refused_in_one_line(lightbox_home: Path) -> None:
    answer = run("-m", "viewer", "--home", str(lightbox_home), "/no/such/folder")
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "There is nothing at" in answer.stderr


@pytest.mark.parametrize("text", ["1280", "x", "axb", "10x10", "99999x800"])
def test_a_size_that_no_window_can_have_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"size|pixels"):
        size(text)


def test_a_size_is_width_and_height() -> None:
    assert size("1920x1080") == (1920, 1080)
    assert size("1920X1080") == (1920, 1080)


def test_unexpected_error_is_written_down_and_told() -> None:
    calls: list[object] = []
    hook = CrashNotice(lambda *error: calls.append(error[0]), calls.append)
    hook(ZeroDivisionError, ZeroDivisionError("Phantom^Alma"), None)
    assert calls[0] is ZeroDivisionError
    assert "ZeroDivisionError" in str(calls[1])
    assert "Phantom" not in str(calls[1])


def test_another_data_folder_starts_over_with_it(qtbot: QtBot, tmp_path: Path) -> None:
    make_application()
    session = Session(Home(tmp_path / "one"), WindowOptions())
    first = session.window
    assert first is not None
    session.start_over(str(tmp_path / "two"))
    assert session.window is not None
    assert session.window is not first
    assert session.services.home == Home(tmp_path / "two")
    qtbot.waitUntil(lambda: session.window is not None and not session.window.busy, timeout=15_000)
    session.close()
