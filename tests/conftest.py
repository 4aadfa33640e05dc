"""The house rules that every test obeys without asking for them.

A test fails when it logs an unexpected WARNING, when it leaves a thread, a timer, a child process
or (in tests/render) a VTK object behind, and when Qt complains (pytest-qt, `qt_log_level_fail`).
Each test has a home folder of its own. `--headless` forbids PySide6 and VTK altogether.
"""

from __future__ import annotations

import gc
import importlib.abc
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from multiprocessing import active_children, resource_tracker
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
GUI_PACKAGES = frozenset({"PySide6", "shiboken6", "vtkmodules", "vtk", "vtkmodules_all"})
NO_CORPUS = "the corpus of real DICOM files is absent (set LIGHTBOX_TEST_DATA)"
GRACE_SECONDS = 3.0

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_ACCESSIBILITY", "0")
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, max_examples=60)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile("house")


class Refusal(importlib.abc.MetaPathFinder):
    """Refuse to import the named packages, as if they were not installed."""

    def __init__(self, packages: frozenset[str]) -> None:
        self.packages = packages

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in self.packages:
            raise ModuleNotFoundError(f"{fullname} is refused by --headless", name=fullname)
        return None


class WarningCollector(logging.Handler):
    """Keep every record of WARNING or above, once, whichever logger hands it over."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record not in self.records:
            self.records.append(record)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    parser.addoption(
        "--headless",
        action="store_true",
        help="refuse imports of PySide6 and VTK (needs -p no:pytest-qt)",
    )
    parser.addoption("--soak", action="store_true", help="run the full counts too")
    if not pluginmanager.has_plugin("pytest-qt"):  # its settings stay known to --strict-config
        parser.addini("qt_api", "unused without pytest-qt")
        parser.addini("qt_log_level_fail", "unused without pytest-qt")
        parser.addini("qt_log_ignore", "unused without pytest-qt", type="linelist")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--soak"):
        hypothesis.settings.load_profile("soak")
    if not config.getoption("--headless"):
        return
    loaded = GUI_PACKAGES & sys.modules.keys()
    if loaded or config.pluginmanager.has_plugin("pytest-qt"):
        raise pytest.UsageError("--headless needs `-p no:pytest-qt`")
    sys.meta_path.insert(0, Refusal(GUI_PACKAGES))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--soak"):
        return
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.skip(reason="full counts: make soak"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = terminalreporter.stats.get("skipped", [])
    n_without = sum(NO_CORPUS in str(report.longrepr) for report in reports)
    if n_without:
        terminalreporter.write_line(f"*** {n_without} tests skipped: {NO_CORPUS} ***", yellow=True)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder with the corpus of real DICOM files, or skip and say so."""
    named = os.environ.get("LIGHTBOX_TEST_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not (folder / "MANIFEST.csv").is_file():
        pytest.skip(NO_CORPUS)
    return folder


@pytest.fixture(autouse=True)
def lightbox_home(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give each test a home folder of its own; it does not exist yet."""
    home = tmp_path / "lightbox-home"
    if not request.node.get_closest_marker("real_home"):
        monkeypatch.setenv("LIGHTBOX_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_unexpected_warning_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test when something logs a WARNING that no `allow_log(pattern)` expects."""
    allowed = [re.compile(mark.args[0]) for mark in request.node.iter_markers("allow_log")]
    collector = WarningCollector()
    loggers = (logging.getLogger(), logging.getLogger("viewer"))
    for logger in loggers:
        logger.addHandler(collector)
    yield
    for logger in loggers:
        logger.removeHandler(collector)
    lines = [f"{r.levelname} {r.name}: {r.getMessage()}" for r in collector.records]
    unexpected = [line for line in lines if not any(rule.search(line) for rule in allowed)]
    if unexpected:
        pytest.fail("unexpected in the log:\n  " + "\n  ".join(unexpected), pytrace=False)


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test when it leaves threads, child processes, timers or VTK objects behind."""
    uses_qt = "qapp" in request.fixturenames or "qtbot" in request.fixturenames
    uses_vtk = "render" in Path(request.node.path).relative_to(ROOT / "tests").parts
    probes: list[tuple[str, Callable[[], dict[int, str]]]] = [
        ("threads", _threads),
        ("child processes", _children),
    ]
    if uses_qt:
        probes.append(("running timers", _timers))
    if uses_vtk:
        probes.append(("VTK objects", _vtk_objects))
    before = [probe() for _, probe in probes]
    yield
    leaks = []
    for (what, probe), known in zip(probes, before, strict=True):
        left = _left_over(probe, known)
        if left:
            leaks.append(f"{what}: {', '.join(sorted(left))}")
    if leaks:
        pytest.fail("left behind: " + "; ".join(leaks), pytrace=False)


def _left_over(probe: Callable[[], dict[int, str]], known: dict[int, str]) -> list[str]:
    deadline = time.monotonic() + GRACE_SECONDS
    while True:
        left = [name for key, name in probe().items() if key not in known]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.02)


def _threads() -> dict[int, str]:
    return {id(thread): thread.name for thread in threading.enumerate()}


def _children() -> dict[int, str]:
    active_children()  # reaps those that have ended
    tracker = getattr(resource_tracker, "_resource_tracker")  # noqa: B009  lives on by design
    found: dict[int, str] = {}
    for pid in _child_pids():
        try:
            process = psutil.Process(pid)
            if pid != tracker._pid and process.status() != psutil.STATUS_ZOMBIE:
                found[pid] = f"{process.name()} ({pid})"
        except psutil.NoSuchProcess:
            continue
    return found


def _child_pids() -> list[int]:
    lists = list(Path("/proc/self/task").glob("*/children"))  # cheap, where Linux offers it
    if not lists:
        return [child.pid for child in psutil.Process().children()]
    pids: list[int] = []
    for path in lists:
        try:
            pids += [int(word) for word in path.read_text().split()]
        except OSError:  # the thread has ended meanwhile
            continue
    return pids


def _timers() -> dict[int, str]:
    qtcore = sys.modules.get("PySide6.QtCore")
    if qtcore is None:
        return {}
    shiboken = sys.modules["shiboken6"]
    qtcore.QCoreApplication.processEvents()  # lets a pending single shot fire
    qtcore.QCoreApplication.sendPostedEvents(None, 52)  # 52 = QEvent.DeferredDelete
    timers = [thing for thing in gc.get_objects() if type(thing) is qtcore.QTimer]
    return {
        id(timer): f"QTimer of {timer.parent()!r}"
        for timer in timers
        if shiboken.isValid(timer) and timer.isActive()
    }


def _vtk_objects() -> dict[int, str]:
    core = sys.modules.get("vtkmodules.vtkCommonCore")
    if core is None:
        return {}
    gc.collect()
    base = core.vtkObjectBase
    return {
        id(thing): type(thing).__name__
        for thing in gc.get_objects()
        if isinstance(thing, base) and not isinstance(thing, core.vtkOutputWindow)
    }
