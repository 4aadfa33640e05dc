"""A private folder for members of archives that are read in place; gone with the window."""

from __future__ import annotations

import itertools
import os
import shutil
import threading
from pathlib import Path

from viewer.base.paths import Home
from viewer.base.platform import process_alive

_PREFIX = "source-"


def room_of(home: Home) -> Path:
    """Return the folder that belongs to this process; it need not be there."""
    return home.temporary / f"{_PREFIX}{os.getpid()}"


class MemberRoom:
    """Gives names below the home's folder for temporary files (R-109)."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._folder: Path | None = None
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def new_file(self) -> Path:
        """Return a name that nothing has yet; the folder is made at the first call."""
        with self._lock:
            if self._folder is None:
                self._folder = self._home.ensure(room_of(self._home))
            return self._folder / f"{next(self._numbers):08x}"

    def close(self) -> None:
        """Remove the folder and everything in it."""
        with self._lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None


def sweep(home: Home) -> int:
    """Remove the folders of windows that were killed; return how many there were."""
    n_removed = 0
    for folder in home.temporary.glob(f"{_PREFIX}*"):
        number = folder.name.removeprefix(_PREFIX)
        if number.isdigit() and not process_alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)
            n_removed += 1
    return n_removed
