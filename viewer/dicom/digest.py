"""Hashes of files and of their data sets, taken while bytes pass by (design: identity)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from viewer.base.errors import UnreadableError, reading_sentence

PREAMBLE_BYTES = 128
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileHashes:
    """Hashes of one file, hexadecimal.

    Attributes
    ----------
    sha256_file
        SHA-256 of all its bytes.
    digest
        SHA-256 of its data set: all bytes from ``dataset_offset`` on, so without preamble and
        file meta information.
    size
        Bytes that were hashed.
    """

    sha256_file: str
    digest: str
    size: int


class Digester:
    """Take both hashes of a stream of bytes in one pass.

    Parameters
    ----------
    dataset_offset
        Where the data set begins.
    """

    def __init__(self, dataset_offset: int) -> None:
        self._file = hashlib.sha256()
        self._dataset = hashlib.sha256()
        self._to_skip = dataset_offset
        self._size = 0

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        self._size += len(data)
        self._file.update(data)
        if self._to_skip >= len(data):
            self._to_skip -= len(data)
        else:
            self._dataset.update(memoryview(data)[self._to_skip :])
            self._to_skip = 0

    def result(self) -> FileHashes:
        """Return the hashes of the bytes so far."""
        return FileHashes(self._file.hexdigest(), self._dataset.hexdigest(), self._size)


def hash_file(path: str, dataset_offset: int, *, chunk: int = CHUNK_BYTES) -> FileHashes:
    """Hash a file and its data set in one pass.

    Raises
    ------
    UnreadableError
        When the system refuses to read it.
    """
    digester = Digester(dataset_offset)
    try:
        with open(path, "rb", buffering=0) as file:
            while data := file.read(chunk):
                digester.update(data)
    except OSError as err:
        raise UnreadableError(reading_sentence(err)) from err
    return digester.result()
