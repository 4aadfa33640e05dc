"""Every call that differs between Linux, macOS and Windows, with an answer for each.

Nothing else in the project asks which system it runs on.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

IS_WINDOWS = sys.platform == "win32"
_REPLACE_TRIES = 20
_REPLACE_WAIT = 0.05

if sys.platform != "win32":
    import fcntl
    import resource
else:
    import msvcrt


def limit_process(memory_bytes: int, cpu_seconds: int) -> None:
    """Limit this process's address space and processor time, for good.

    On Windows the limits belong to a Job Object that ends the process with its parent.
    Zero leaves that limit as it is.
    """
    if sys.platform == "win32":
        from viewer.base import windows_job  # noqa: PLC0415  ctypes only where it is needed

        windows_job.limit_this_process(memory_bytes, cpu_seconds)
        return
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    if cpu_seconds:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, hard))
    with suppress(ValueError, OSError):  # a core dump would hold patient data
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sync_file(descriptor: int) -> None:
    """Make what was written to an open file durable; macOS's fsync alone does not."""
    if sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` durable. Windows does so with the rename itself."""
    if IS_WINDOWS:
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(source: Path, target: Path) -> None:
    """Rename ``source`` over ``target`` in one step.

    On Windows a virus scanner may hold the target for a moment: tried again for one second.
    """
    if not IS_WINDOWS:
        source.replace(target)
        return
    import time  # noqa: PLC0415  only this branch waits

    for _ in range(_REPLACE_TRIES):
        try:
            source.replace(target)
        except PermissionError:
            time.sleep(_REPLACE_WAIT)  # noqa: TID251  no event loop below ui
        else:
            return
    source.replace(target)


def make_private(path: Path) -> None:
    """Let only the owner read and write ``path`` (0600, or 0700 for a folder).

    On Windows the profile folder already grants nobody else access.
    """
    if not IS_WINDOWS:
        path.chmod(0o700 if path.is_dir() else 0o600)


def set_private_umask() -> None:
    """Make every file this process creates readable by its owner only (R-109)."""
    os.umask(0o077)


def lock_file(handle: IO[bytes], *, shared: bool = False) -> bool:
    """Lock an open file without waiting; return False when somebody else holds it.

    The system frees the lock when the process dies. Windows has no shared lock of this kind:
    there each holder locks a byte of its own and the exclusive one locks them all.
    """
    if sys.platform == "win32":
        handle.seek(os.getpid() % _WINDOWS_SLOTS if shared else 0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1 if shared else _WINDOWS_SLOTS)
        except OSError:
            return False
        return True
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(handle.fileno(), mode | fcntl.LOCK_NB)
    except OSError as err:
        if err.errno in (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK):
            return False
        raise
    return True


def unlock_file(handle: IO[bytes]) -> None:
    """Give a lock back; harmless when the file is not locked."""
    if sys.platform == "win32":
        for offset, length in ((0, _WINDOWS_SLOTS), (os.getpid() % _WINDOWS_SLOTS, 1)):
            handle.seek(offset)
            with suppress(OSError):
                msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, length)
        return
    fcntl.flock(handle.fileno(), fcntl.LOCK_UN)


_WINDOWS_SLOTS = 4096
"""Bytes of a lock file on Windows; a shared holder locks the one that its process id picks."""


def free_bytes(folder: Path) -> int:
    """Return the bytes a normal user can still write on the volume of ``folder``."""
    import shutil  # noqa: PLC0415  slow to import and rarely needed

    return shutil.disk_usage(folder).free


def own_command() -> list[str]:
    """Return the command that starts this very program, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "viewer"]


def child_flags() -> int:
    """Return the creation flags of a background process: on Windows no console, lower priority."""
    if sys.platform == "win32":
        import subprocess  # noqa: PLC0415  only this branch needs it

        return subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    return 0


def lower_priority() -> None:
    """Let this process step back behind the window; Windows does so when it is started."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.nice(5)


def has_display() -> bool:
    """Tell whether a window can be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def process_alive(pid: int) -> bool:
    """Tell whether a process of this number runs (it may be another program by now)."""
    if IS_WINDOWS:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
