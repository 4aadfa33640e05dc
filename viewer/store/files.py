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

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from viewer.base.errors import StoreFullError
from viewer.base.paths import Home
from viewer.base.platform import free_bytes, replace_file, sync_file, sync_folder
from viewer.dicom.digest import PREAMBLE_BYTES, Digester, FileHashes
from viewer.store.spool import BINARY, SpoolFolder, open_new, store_os_error, write_all

SUFFIX = ".dcm"
_BLOCK_BYTES = 1024 * 1024
_SYNC_THREADS = 8
_CHECK_FREE_EVERY_BYTES = 64 * 1024 * 1024
_CHECKS_WITHIN_RESERVE = 16
_KEPT_PREAMBLES = (b"II*\0", b"MM\0*")

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Spooled:
    """An object that lies in the spool, not yet durable.

    Attributes
    ----------
    hashes
        Of the bytes as they were met.
    stored_sha256
        SHA-256 of the bytes as they are stored: another one where the preamble was replaced.
    """

    path: Path
    hashes: FileHashes
    stored_sha256: str


def study_folder(study_uid: str) -> str:
    """Return the folder of a study's objects, relative to ``objects``; it tells nothing."""
    name = hashlib.sha256(study_uid.encode()).hexdigest()[:16]
    return f"{name[:2]}/{name}"


def object_path(study_uid: str, digest: str) -> str:
    """Return where an object lies, relative to ``objects``, with forward slashes."""
    return f"{study_folder(study_uid)}/{digest}{SUFFIX}"


def put_aside(home: Home, relative: str) -> str:
    """Move a stored file that is not what it should be into quarantine; return its name there.

    Raises
    ------
    StoreError
        When it cannot be moved.
    """
    source = home.objects / relative
    name = f"damaged-{source.name}"
    try:
        folder = home.ensure(home.quarantine)
        replace_file(source, folder / name)
        sync_folder(folder)
        sync_folder(source.parent)
    except OSError as err:
        raise store_os_error(err) from err
    return name


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
        self._check_every_bytes = min(
            _CHECK_FREE_EVERY_BYTES, reserve_bytes // _CHECKS_WITHIN_RESERVE
        )
        self._unchecked_bytes = self._check_every_bytes
        self._pool: ThreadPoolExecutor | None = None
        self._known_folders: set[Path] = set()

    def check_space(self, coming_bytes: int) -> None:
        """Refuse what would leave less than the reserve; the disk is asked now and then.

        Raises
        ------
        StoreFullError
            With words about space.
        """
        if self._reserve_bytes == 0:
            return  # then the disk itself says when it is full
        self._unchecked_bytes += coming_bytes
        if self._unchecked_bytes < self._check_every_bytes:
            return
        try:
            free = free_bytes(self.home.ensure(self.home.root))
        except OSError as err:
            raise store_os_error(err) from err
        if free - coming_bytes < self._reserve_bytes:
            self._unchecked_bytes = self._check_every_bytes
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
        hashes = _Hashes(dataset_offset)
        try:
            with open_new(path) as target:
                while block := source.read(_BLOCK_BYTES):
                    check()
                    write_all(target, hashes.take(block))
        except BaseException:
            self.discard([path])
            raise
        return hashes.result(path)

    def spool_own(self, path: Path, dataset_offset: int) -> Spooled:
        """Hash a file that lies in the spool already and make its preamble harmless.

        Raises
        ------
        StoreError
            When it cannot be read or written.
        """
        hashes = _Hashes(dataset_offset)
        try:
            with path.open("r+b", buffering=0) as file:
                head = file.read(_BLOCK_BYTES)
                cleaned = hashes.take(head)
                while block := file.read(_BLOCK_BYTES):
                    hashes.take(block)
                if cleaned != head:
                    file.seek(0)
                    write_all(file, cleaned)
        except OSError as err:
            raise store_os_error(err) from err
        return hashes.result(path)

    def spool_text(self, text: str) -> Path:
        """Write a text into the spool.

        Raises
        ------
        StoreError
            When it cannot be written.
        """
        path = self.spool.new_file()
        with open_new(path) as target:
            write_all(target, text.encode())
        return path

    def make_durable(self, moves: Sequence[tuple[Path, Path]]) -> None:
        """Bring spooled files to their places so that they survive a power cut.

        Parameters
        ----------
        moves
            (spooled file, place). A place that holds a file of that size already keeps it, since
            its name is the hash of what it holds; the spooled file then stays in the spool, for
            whoever put the other one there may have to take it back.

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
                if not _holds(place, source.stat().st_size):
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


class _Hashes:
    """Hashes of a stream as it is met, and as it is stored where that differs."""

    def __init__(self, dataset_offset: int) -> None:
        self._met = Digester(dataset_offset)
        self._stored: Digester | None = None
        self._is_head = True

    def take(self, block: bytes) -> bytes:
        """Take the next bytes as met and return them as they are to be stored."""
        kept = block
        if self._is_head:
            self._is_head = False
            kept = clean_preamble(block)
            if kept != block:
                self._stored = Digester(0)
        self._met.update(block)
        if self._stored is not None:
            self._stored.update(kept)
        return kept

    def result(self, path: Path) -> Spooled:
        """Return what was spooled at ``path``."""
        met = self._met.result()
        stored = self._stored.result().sha256_file if self._stored else met.sha256_file
        return Spooled(path, met, stored)


def clean_preamble(head: bytes) -> bytes:
    """Return the first block of a file with a foreign preamble set to zero (PS3.10 7.1, R-010)."""
    preamble = head[:PREAMBLE_BYTES]
    has_prefix = head[PREAMBLE_BYTES : PREAMBLE_BYTES + 4] == b"DICM"
    if not has_prefix or preamble.startswith(_KEPT_PREAMBLES) or not any(preamble):
        return head
    return bytes(PREAMBLE_BYTES) + head[PREAMBLE_BYTES:]


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | BINARY)
    try:
        sync_file(descriptor)
    finally:
        os.close(descriptor)


def _holds(place: Path, size: int) -> bool:
    try:
        return place.stat().st_size == size
    except FileNotFoundError:
        return False
