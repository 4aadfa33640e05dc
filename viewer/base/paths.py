"""Where things live: the home of one person's data, and the resources that are shipped."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "LIGHTBOX_HOME"


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder. Nothing is created until a part is asked for through ``ensure``.

    All folders are private to the user (mode 0700) and all files in them too (0600).
    """

    root: Path

    @property
    def index(self) -> Path:
        """The SQLite file of the index."""
        return self.root / "index.db"

    @property
    def objects(self) -> Path:
        """Stored DICOM objects; names are ours, hexadecimal (R-011)."""
        return self.root / "objects"

    @property
    def quarantine(self) -> Path:
        """Objects kept apart: conflicts and damaged ones."""
        return self.root / "quarantine"

    @property
    def spool(self) -> Path:
        """Half-written objects; one locked folder for each process."""
        return self.root / "spool"

    @property
    def thumbnails(self) -> Path:
        """Thumbnail cache; may be deleted at any time."""
        return self.root / "thumbnails"

    @property
    def backups(self) -> Path:
        """Index backups made before a migration or repair."""
        return self.root / "backups"

    @property
    def journal(self) -> Path:
        """Append-only journal of what people entered (status, comments, corrections)."""
        return self.root / "journal.jsonl"

    @property
    def receipts(self) -> Path:
        """Receipts of imports, one compressed file each, so that they survive the index."""
        return self.root / "receipts"

    @property
    def locks(self) -> Path:
        """Lock files of the running processes."""
        return self.root / "locks"

    @property
    def logs(self) -> Path:
        """Rotating log and crash files; free of patient data."""
        return self.root / "logs"

    @property
    def temporary(self) -> Path:
        """Our own folder for temporary files, never the system's (R-109)."""
        return self.root / "tmp"

    @property
    def settings(self) -> Path:
        """The settings file (TOML)."""
        return self.root / "settings.toml"

    @property
    def window_state(self) -> Path:
        """Window geometry and columns (INI, written by the user interface)."""
        return self.root / "window.ini"

    def ensure(self, folder: Path) -> Path:
        """Create ``folder`` inside the home, private to the user, and return it."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


def find_home(chosen: str | None = None) -> Home:
    """Return the data folder: ``--home``, else ``LIGHTBOX_HOME``, else the platform's place."""
    if chosen:
        return Home(Path(chosen).expanduser().absolute())
    from_environment = os.environ.get(HOME_VARIABLE)
    if from_environment:
        return Home(Path(from_environment).expanduser().absolute())
    return Home(_platform_data_folder() / "lightbox")


def resources() -> Path:
    """Return the folder of icons, presets and other files that ship with the program."""
    package = Path(__file__).resolve().parent.parent
    in_wheel = package / "_resources"
    return in_wheel if in_wheel.is_dir() else package.parent / "resources"


def _platform_data_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
