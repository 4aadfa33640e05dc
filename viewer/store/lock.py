"""Who may do what to a home at the same time (R-038).

Every process that uses the library holds the *shared* lock as long as it does. Migration, repair,
rebuild and purge need it *exclusive*. The system frees a lock when its process dies, so a stale
one does not exist; the notes that say who holds it are cleared by the next one who looks.
"""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import IO

from viewer.base.errors import StoreBusyError
from viewer.base.paths import Home
from viewer.base.platform import lock_file, unlock_file
from viewer.store.spool import private_file, store_os_error

_LOCK_NAME = "library.lock"
_POLL_SECONDS = 0.05


class StoreLock:
    """The hold of one process on a home's library; made with ``hold_library``."""

    def __init__(
        self, handle: IO[bytes], note: IO[bytes], note_path: Path, *, shared: bool
    ) -> None:
        self._handle = handle
        self._note = note
        self._note_path = note_path
        self.shared = shared

    def make_shared(self) -> None:
        """Let others in again after exclusive work."""
        if not self.shared:
            unlock_file(self._handle)
            self._wait_shared()

    def try_exclusive(self) -> bool:
        """Become the only one if nobody else is there; otherwise stay shared.

        For a moment between the two the lock is free: look again at what was decided before.
        """
        unlock_file(self._handle)
        if lock_file(self._handle, shared=False):
            self.shared = False
            return True
        self._wait_shared()
        return False

    def _wait_shared(self) -> None:
        """Take the shared lock; who holds it exclusively now is about to make it shared."""
        waiter = threading.Event()
        while not lock_file(self._handle, shared=True):
            waiter.wait(_POLL_SECONDS)
        self.shared = True

    def release(self) -> None:
        """Give the lock back; harmless when it was given back."""
        if self._handle.closed:
            return
        unlock_file(self._handle)
        self._handle.close()
        unlock_file(self._note)
        self._note.close()
        self._note_path.unlink(missing_ok=True)


def hold_library(
    home: Home, *, shared: bool, purpose: str, patience_seconds: float = 3.0
) -> StoreLock:
    """Take the lock of a home's library, waiting a little for others.

    Parameters
    ----------
    purpose
        What the process is doing, in words, for the message that others get.

    Raises
    ------
    StoreBusyError
        When others still hold it after ``patience_seconds``; the text says who.
    StoreReadOnlyError
        When the lock file cannot be written.
    """
    try:
        folder = home.ensure(home.locks)
        private_file(folder / _LOCK_NAME)
        handle = (folder / _LOCK_NAME).open("r+b")
    except OSError as err:
        raise store_os_error(err) from err
    waiter = threading.Event()
    deadline = time.monotonic() + patience_seconds
    while not lock_file(handle, shared=shared):
        if time.monotonic() > deadline:
            handle.close()
            raise StoreBusyError(busy_text(home, shared=shared))
        waiter.wait(_POLL_SECONDS)
    note_path = folder / f"holder-{os.getpid()}-{time.monotonic_ns():x}"
    private_file(note_path)
    note = note_path.open("r+b")
    note.write(json.dumps({"pid": os.getpid(), "purpose": purpose}).encode())
    note.flush()
    lock_file(note)
    return StoreLock(handle, note, note_path, shared=shared)


def holders(home: Home) -> list[str]:
    """Say who holds the library ('import, process 4711'), and clear notes of the dead."""
    found = []
    for path in sorted(home.locks.glob("holder-*")):
        try:
            with path.open("r+b") as note:
                if lock_file(note):
                    unlock_file(note)
                    path.unlink(missing_ok=True)
                    continue
                facts = json.loads(note.read() or b"{}")
        except (OSError, ValueError):
            continue
        found.append(f"{facts.get('purpose', 'Lightbox')} (process {facts.get('pid', '?')})")
    return found


def busy_text(home: Home, *, shared: bool) -> str:
    """Say who is in the way of the shared or the exclusive lock."""
    who = ", ".join(holders(home)) or "another Lightbox"
    if shared:
        return f"The library is being worked on by: {who}. Wait until it is done, then try again."
    return f"The library is in use by: {who}. Close it first, then try again."
