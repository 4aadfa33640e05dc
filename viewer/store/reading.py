"""Read source files as discs allow: errors of the medium are tried again (R-041)."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from viewer.base.errors import UnreadableError, ViewerError
from viewer.store.spool import store_os_error

Result = TypeVar("Result")

log = logging.getLogger("viewer.store")

_TRIES = 3
_WAIT_SECONDS = 0.2
_OF_THE_MEDIUM = (errno.EIO, errno.EAGAIN, errno.EINTR, errno.ETIMEDOUT, errno.ENXIO)
_OF_THE_SYSTEM = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def read_patiently(read: Callable[[], Result]) -> Result:
    """Return what ``read()`` returns; try three times when the medium reports an error.

    Raises
    ------
    OSError, UnreadableError
        As ``read`` raises them.
    StoreError
        When this process has no more files or memory: then no file is to blame.
    """
    waiter = threading.Event()
    for attempt in range(1, _TRIES + 1):
        try:
            return read()
        except (OSError, UnreadableError) as err:
            cause = err if isinstance(err, OSError) else err.__cause__
            number = cause.errno if isinstance(cause, OSError) else None
            if isinstance(cause, OSError) and number in _OF_THE_SYSTEM:
                raise store_os_error(cause) from err
            if number not in _OF_THE_MEDIUM or attempt == _TRIES:
                raise
            waiter.wait(_WAIT_SECONDS * attempt)
    raise AssertionError


def reason_of(err: Exception) -> str:
    """Return why a file could not be read, without its path and without values."""
    if isinstance(err, ViewerError):
        return str(err)
    if not isinstance(err, OSError):
        log.error("a file of an import raised %s", type(err).__name__)
        return f"it could not be understood ({type(err).__name__})"
    words = {
        errno.EIO: f"the medium reports a read error ({_TRIES} tries)",
        errno.EACCES: "you do not have the right to read it",
        errno.EPERM: "you do not have the right to read it",
        errno.ENOENT: "it is no longer there",
        errno.ESTALE: "the medium is no longer there",
        errno.ENODEV: "the medium is no longer there",
        errno.ENXIO: "the medium is no longer there",
        errno.ENAMETOOLONG: "its name is too long for this system",
        errno.ELOOP: "it is a link that leads back to itself",
    }
    return words.get(err.errno or 0, f"the system refused to read it ({err.strerror})")
