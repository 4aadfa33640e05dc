"""Half-written files: one locked folder for each process, below the home's spool.

The lock tells a running process's folder from one that a dead process left behind; only the
latter is ever cleared by others.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from pathlib import Path
from typing import IO

from viewer.base.errors import StoreError, StoreFullError, StoreReadOnlyError
from viewer.base.paths import Home
from viewer.base.platform import lock_file, unlock_file
from viewer.store.words import FAILED, FULL, READ_ONLY

_LOCK_NAME = "lock"
BINARY = getattr(os, "O_BINARY", 0)
"""Flag that keeps Windows from translating line ends."""


def store_os_error(err: OSError) -> StoreError:
    """Return the error of ours for a failed system call on the library's own files."""
    if err.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StoreFullError(FULL)
    if err.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StoreReadOnlyError(READ_ONLY)
    if err.errno in (errno.EMFILE, errno.ENFILE):
        return StoreError(
            "The system allows no more open files. What was acknowledged is kept. "
            "Close other programs, then try again."
        )
    return StoreError(FAILED)


def open_new(path: Path) -> IO[bytes]:
    """Create a private file that must not exist yet, for writing without a buffer.

    Raises
    ------
    StoreError
        When it cannot be created.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | BINARY, 0o600)
    except OSError as err:
        raise store_os_error(err) from err
    return os.fdopen(descriptor, "wb", buffering=0)


def private_file(path: Path) -> None:
    """Create an empty file that only its owner may read, unless it is there.

    Raises
    ------
    StoreError
        When it cannot be created.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | BINARY, 0o600))
    except OSError as err:
        raise store_os_error(err) from err


def write_all(target: IO[bytes], block: bytes) -> None:
    """Write a block to an unbuffered file of ours.

    Raises
    ------
    StoreError
        When the disk refuses.
    """
    try:
        rest = memoryview(block)
        while rest:
            rest = rest[target.write(rest) :]
    except OSError as err:
        raise store_os_error(err) from err


class SpoolFolder:
    """The spool of one process; locked, so that repair in another process leaves it alone."""

    def __init__(self, home: Home) -> None:
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._home = home
        self._handle: IO[bytes] | None = None
        self._count = 0

    @property
    def path(self) -> Path:
        """The folder; it exists once something was spooled."""
        return self._home.spool / self.name

    def open(self) -> None:
        """Create and lock the folder.

        Raises
        ------
        StoreError
            When it cannot be created.
        """
        if self._handle is not None:
            return
        try:
            self._home.ensure(self._home.spool)
            folder = self._home.ensure(self.path)
            private_file(folder / _LOCK_NAME)
            self._handle = (folder / _LOCK_NAME).open("r+b")
            lock_file(self._handle)
        except OSError as err:
            raise store_os_error(err) from err

    def new_file(self) -> Path:
        """Return a name in the spool that no file has."""
        self.open()
        self._count += 1
        return self.path / f"{self._count:x}"

    def close(self) -> None:
        """Remove the folder with all that is left in it."""
        if self._handle is None:
            return
        unlock_file(self._handle)
        self._handle.close()
        self._handle = None
        shutil.rmtree(self.path, ignore_errors=True)


def owner_alive(home: Home, name: str) -> bool:
    """Tell whether the process that owns a spool folder still runs."""
    try:
        with (home.spool / name / _LOCK_NAME).open("r+b") as handle:
            if not lock_file(handle):
                return True
            unlock_file(handle)
    except OSError:
        return False
    return False


def stale_spools(home: Home) -> list[Path]:
    """Return spool folders whose process is gone."""
    if not home.spool.is_dir():
        return []
    folders = [path for path in home.spool.iterdir() if path.is_dir()]
    return [path for path in folders if not owner_alive(home, path.name)]
