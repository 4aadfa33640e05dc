"""How the bytes of an object become durable, and where they lie.

The order of R-030: a spool file on the same volume (exclusive, private), hashed while it is
written; fsync; rename to its place; fsync of the folder. Only then may the index say that the
object is there. Names are ours, hexadecimal (R-011)::

    objects/3f/3f9c…(16)/<SHA-256 of the data set>.dcm      one folder for each study
    quarantine/<SHA-256 of the data set>.dcm and .json      kept apart, with the reason
    spool/<process>/                                        half-written; locked while in use

A group of objects is made durable at once, its fsyncs side by side.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from viewer.base.errors import StoreError, StoreFullError, StoreReadOnlyError
from viewer.base.paths import Home
from viewer.base.platform import free_bytes, lock_file, replace_file, sync_folder, unlock_file
from viewer.dicom.digest import PREAMBLE_BYTES, Digester, FileHashes
from viewer.store.database import FAILED, FULL, READ_ONLY

SUFFIX = ".dcm"
_LOCK_NAME = "lock"
_BLOCK_BYTES = 1024 * 1024
_SYNC_THREADS = 8
_CHECK_FREE_EVERY_BYTES = 64 * 1024 * 1024
_KEPT_PREAMBLES = (b"II*\0", b"MM\0*")
_BINARY = getattr(os, "O_BINARY", 0)

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Spooled:
    """An object that lies in the spool, not yet durable; hashes are of the bytes as met."""

    path: Path
    hashes: FileHashes


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


def study_folder(study_uid: str) -> str:
    """Return the folder of a study's objects, relative to ``objects``; it tells nothing."""
    name = hashlib.sha256(study_uid.encode()).hexdigest()[:16]
    return f"{name[:2]}/{name}"


def object_path(study_uid: str, digest: str) -> str:
    """Return where an object lies, relative to ``objects``, with forward slashes."""
    return f"{study_folder(study_uid)}/{digest}{SUFFIX}"


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
            folder = self._home.ensure(self.path)
            self._handle = (folder / _LOCK_NAME).open("w+b")
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


class ObjectFiles:
    """Reads and writes the stored files of one home.

    Parameters
    ----------
    reserve_bytes
        Space on the volume that imports leave free, so that the index can always be written.
    """

    def __init__(self, home: Home, reserve_bytes: int) -> None:
        self.home = home
        self.spool = SpoolFolder(home)
        self._reserve_bytes = reserve_bytes
        self._unchecked_bytes = _CHECK_FREE_EVERY_BYTES
        self._pool: ThreadPoolExecutor | None = None
        self._known_folders: set[Path] = set()

    def check_space(self, coming_bytes: int) -> None:
        """Refuse what would leave less than the reserve; the disk is asked now and then.

        Raises
        ------
        StoreFullError
            With words about space.
        """
        self._unchecked_bytes += coming_bytes
        if self._unchecked_bytes < _CHECK_FREE_EVERY_BYTES:
            return
        try:
            free = free_bytes(self.home.ensure(self.home.root))
        except OSError as err:
            raise store_os_error(err) from err
        if free - coming_bytes < self._reserve_bytes:
            self._unchecked_bytes = _CHECK_FREE_EVERY_BYTES
            raise StoreFullError(
                f"The disk that holds the library has {free // 1_000_000:,} MB left and "
                f"{self._reserve_bytes // 1_000_000:,} MB are to stay free. What was acknowledged "
                "is kept; nothing else was stored. Make space and import again."
            )
        self._unchecked_bytes = 0

    def spool_copy(self, source: IO[bytes], dataset_offset: int, check: Check) -> Spooled:
        """Copy an open file into the spool and hash it on the way.

        The data set is kept byte for byte (R-031). A preamble that is neither empty nor the head
        of a TIFF file is written as zeros (R-010).

        Parameters
        ----------
        dataset_offset
            Where the data set begins in the file.
        check
            Called between blocks; may raise ``CancelledError``.

        Raises
        ------
        StoreError
            When the copy cannot be written.
        OSError
            When the source cannot be read.
        """
        self.check_space(os.fstat(source.fileno()).st_size)
        path = self.spool.new_file()
        digester = Digester(dataset_offset)
        is_head = True
        try:
            with open_new(path) as target:
                while block := source.read(_BLOCK_BYTES):
                    check()
                    digester.update(block)
                    write_all(target, clean_preamble(block) if is_head else block)
                    is_head = False
        except BaseException:
            self.discard([path])
            raise
        return Spooled(path, digester.result())

    def spool_own(self, path: Path, dataset_offset: int) -> Spooled:
        """Hash a file that lies in the spool already and make its preamble harmless.

        Raises
        ------
        StoreError
            When it cannot be read or written.
        """
        digester = Digester(dataset_offset)
        try:
            with path.open("r+b", buffering=0) as file:
                head = file.read(_BLOCK_BYTES)
                digester.update(head)
                while block := file.read(_BLOCK_BYTES):
                    digester.update(block)
                cleaned = clean_preamble(head)
                if cleaned != head:
                    file.seek(0)
                    write_all(file, cleaned)
        except OSError as err:
            raise store_os_error(err) from err
        return Spooled(path, digester.result())

    def spool_text(self, text: str) -> Path:
        """Write a text into the spool.

        Raises
        ------
        StoreError
            When it cannot be written.
        """
        path = self.spool.new_file()
        with open_new(path) as target:
            write_all(target, text.encode("utf-8", "surrogateescape"))
        return path

    def make_durable(self, moves: Sequence[tuple[Path, Path]]) -> None:
        """Bring spooled files to their places so that they survive a power cut.

        Parameters
        ----------
        moves
            (spooled file, place); a place that holds a file of that size already keeps it, since
            its name is the hash of what it holds.

        Raises
        ------
        StoreError
            When the disk refuses; files that were moved already are orphans, which the next
            repair adopts.
        """
        try:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_SYNC_THREADS, thread_name_prefix="fsync")
            list(self._pool.map(_sync_file, [source for source, _ in moves]))
            folders = dict.fromkeys(place.parent for _, place in moves)
            for folder in folders:
                self._ensure_folder(folder)
            for source, place in moves:
                if _holds(place, source.stat().st_size):
                    source.unlink()
                else:
                    replace_file(source, place)
            list(self._pool.map(sync_folder, folders))
        except OSError as err:
            raise store_os_error(err) from err

    def _ensure_folder(self, folder: Path) -> None:
        if folder in self._known_folders and folder.is_dir():
            return
        missing = []
        parent = folder
        while not parent.is_dir():
            missing.append(parent)
            parent = parent.parent
        for new in reversed(missing):
            new.mkdir(mode=0o700, exist_ok=True)
            sync_folder(new.parent)
        self._known_folders.add(folder)

    def discard(self, paths: Iterable[Path]) -> None:
        """Remove spooled files that are not wanted; what cannot be removed goes at the end."""
        for path in paths:
            try:
                path.unlink(missing_ok=True)
            except OSError:
                continue

    def locate(self, relative: str) -> Path:
        """Return the absolute path of a stored object."""
        return self.home.objects / relative

    def close(self) -> None:
        """Remove the spool and end the threads."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)
            self._pool = None
        self.spool.close()


def clean_preamble(head: bytes) -> bytes:
    """Return the first block of a file with a foreign preamble set to zero (PS3.10 7.1, R-010)."""
    preamble = head[:PREAMBLE_BYTES]
    has_prefix = head[PREAMBLE_BYTES : PREAMBLE_BYTES + 4] == b"DICM"
    if not has_prefix or preamble.startswith(_KEPT_PREAMBLES) or not any(preamble):
        return head
    return bytes(PREAMBLE_BYTES) + head[PREAMBLE_BYTES:]


def open_new(path: Path) -> IO[bytes]:
    """Create a private file that must not exist yet, for writing without a buffer.

    Raises
    ------
    StoreError
        When it cannot be created.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, 0o600)
    except OSError as err:
        raise store_os_error(err) from err
    return os.fdopen(descriptor, "wb", buffering=0)


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


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | _BINARY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _holds(place: Path, size: int) -> bool:
    try:
        return place.stat().st_size == size
    except FileNotFoundError:
        return False
