"""Work that keeps a library sound: verify, rebuild, purge. Called by hand or in quiet hours."""

from __future__ import annotations

from collections.abc import Callable

from viewer.base.jobs import blocking
from viewer.base.paths import Home
from viewer.store.lock import hold_library
from viewer.store.rebuild import RebuildReport, rebuild_index

Check = Callable[[], None]
Tell = Callable[[int], None]


def _no_check() -> None:
    return


def _no_tell(_n_done: int) -> None:
    return


@blocking
def rebuild_library(home: Home, check: Check = _no_check, tell: Tell = _no_tell) -> RebuildReport:
    """Build the index of a home again from its files and its journal.

    Works on a library that cannot be opened because its index is damaged or gone.

    Parameters
    ----------
    check
        Called between objects; may raise ``CancelledError``.
    tell
        Called with the number of objects so far.

    Raises
    ------
    StoreBusyError
        When another process uses the library; the text says who.
    StoreError
        When the new index cannot be written.
    """
    lock = hold_library(home, shared=False, purpose="rebuilding the index")
    try:
        return rebuild_index(home, check, tell)
    finally:
        lock.release()
