"""Real windows on a real library; nothing is replaced by a stand-in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.importing import opened, small_series, take
from viewer.base.jobs import claim_ui_thread, release_ui_thread
from viewer.base.paths import Home
from viewer.commands._spec import load_commands
from viewer.services.compose import Services
from viewer.ui.application import make_application
from viewer.ui.bridge import Bridge
from viewer.ui.library_client import OPENING
from viewer.ui.main_window import MainWindow

WAIT_MS = 15_000
STUDIES = (
    ("alma", {"PatientName": "Phantom^Alma", "StudyDescription": "CT chest", "Modality": "CT"}),
    ("bert", {"PatientName": "Phantom^Bert", "StudyDescription": "MR head", "Modality": "MR"}),
    (
        "jose",
        {"PatientName": "Müller^José", "StudyDescription": "US abdomen", "Modality": "US"},
    ),
    ("vera", {"PatientName": "Фантом^Вера", "StudyDescription": "КТ головы", "Modality": "CT"}),
)
DATES = {"alma": "20240305", "bert": "20230112", "jose": "20220607", "vera": "20210908"}


@pytest.fixture(scope="session")
def studied_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose library holds ``STUDIES``, newest Alma; to be copied, not used."""
    root = tmp_path_factory.mktemp("studied")
    for seed, tags in STUDIES:
        small_series(root / "files" / seed, seed, tags={**tags, "StudyDate": DATES[seed]})
    with opened(root / "home") as library:
        take(library, root / "files")
    return root / "home"


@pytest.fixture
def filled_home(studied_home: Path, lightbox_home: Path) -> Home:
    """Return a home of this test's own with ``STUDIES`` in its library."""
    shutil.copytree(studied_home, lightbox_home)
    return Home(lightbox_home)


class Desk:
    """A window with its services, and ways to wait for it."""

    def __init__(self, qtbot: QtBot, home: Home) -> None:
        self._qtbot = qtbot
        claim_ui_thread()
        self.bridge = Bridge()
        self.services = Services(home, self.bridge.post)
        self.window = MainWindow(self.services, self.bridge, load_commands())
        self.window.resize(1440, 900)
        self.window.show()
        qtbot.waitExposed(self.window)

    @property
    def uids(self) -> list[str]:
        """The names in the list, from top to bottom."""
        return [row.study_instance_uid for row in self.window.studies.model.studies_here()]

    @property
    def names(self) -> list[str]:
        """The patients in the list, from top to bottom."""
        return [row.patient_name for row in self.window.studies.model.studies_here()]

    def start(self, *paths: str) -> None:
        """Start as the program does, and wait for the list."""
        self.window.start(paths)
        self.until(lambda: self.window.client.state != OPENING and not self.window.studies.waiting)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true."""
        self._qtbot.waitUntil(true, timeout=WAIT_MS)

    def close(self) -> None:
        """Close as the program does."""
        self.window.close()
        self.window.deleteLater()
        self.bridge.close()
        release_ui_thread()
        self.services.close()


@pytest.fixture
def open_desk(qtbot: QtBot) -> Iterator[Callable[[Home], Desk]]:
    """Return what opens a window on a home; all are closed at the end."""
    make_application()
    desks: list[Desk] = []

    def make(home: Home) -> Desk:
        desks.append(Desk(qtbot, home))
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(open_desk: Callable[[Home], Desk], filled_home: Home) -> Desk:
    """Return a started window on a library with ``STUDIES``."""
    made = open_desk(filled_home)
    made.start()
    return made
