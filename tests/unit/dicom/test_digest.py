"""Hashes in one pass and the cleaning of preambles (R-010, R-031)."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from tests.unit.dicom.bytes_of import identifying, image, meta
from viewer.base.errors import UnreadableError
from viewer.dicom.digest import DigestingCopier, FileHashes, hash_file

DATA = meta() + identifying() + image(40, 50)
OFFSET = len(meta())
DATASET = hashlib.sha256(DATA[OFFSET:]).hexdigest()


class Stuttering(io.RawIOBase):
    """A raw file that takes and gives only a few bytes at a time."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)
        self.at = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = bytes(self.data[self.at : self.at + min(size, 50)])
        self.at += len(piece)
        return piece

    def write(self, piece: object) -> int:
        taken = bytes(memoryview(piece))[:7]  # type: ignore[arg-type]
        self.data += taken
        return len(taken)


@pytest.mark.parametrize("chunk", [1, 7, 131, 132, OFFSET, OFFSET + 1, 1 << 20])
def test_both_hashes_come_from_one_pass(tmp_path: Path, chunk: int) -> None:
    path = tmp_path / "object"
    path.write_bytes(DATA)
    expected = FileHashes(hashlib.sha256(DATA).hexdigest(), DATASET, len(DATA))
    assert hash_file(str(path), OFFSET, chunk=chunk) == expected


def test_digest_leaves_out_preamble_and_meta(tmp_path: Path) -> None:
    bare, full = tmp_path / "bare", tmp_path / "full"
    bare.write_bytes(DATA[OFFSET:])
    full.write_bytes(b"\x01" * 128 + DATA[128:])
    assert hash_file(str(bare), 0).digest == hash_file(str(full), OFFSET).digest == DATASET


def test_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        hash_file(str(tmp_path / "absent"), 0)


@pytest.mark.parametrize("start", [b"MZ\x90\0", b"\x7fELF", b"#!/bin/sh\n", b"\xcf\xfa\xed\xfe"])
def test_hidden_program_is_taken_out_of_the_preamble(start: bytes) -> None:
    program = start.ljust(128, b"\xcc") + DATA[128:]
    written = io.BytesIO()
    copier = DigestingCopier(OFFSET, has_preamble=True)
    hashes = copier.copy(io.BytesIO(program), written)
    assert copier.preamble_replaced
    assert written.getvalue() == DATA
    assert hashes == FileHashes(hashlib.sha256(DATA).hexdigest(), DATASET, len(DATA))


@pytest.mark.parametrize("start", [b"", b"II*\0", b"MM\0*"])
def test_harmless_preamble_stays(start: bytes) -> None:
    data = start.ljust(128, b"\x05" if start else b"\0") + DATA[128:]
    written = io.BytesIO()
    copier = DigestingCopier(OFFSET, has_preamble=True)
    assert copier.copy(io.BytesIO(data), written).digest == DATASET
    assert not copier.preamble_replaced
    assert written.getvalue() == data


def test_bare_dataset_is_copied_as_it_is() -> None:
    data = DATA[OFFSET:]
    written = io.BytesIO()
    hashes = DigestingCopier(0, has_preamble=False).copy(io.BytesIO(data), written)
    assert written.getvalue() == data
    assert hashes.digest == hashes.sha256_file == DATASET


def test_partial_reads_and_writes_lose_nothing() -> None:
    source = Stuttering(b"MZ" + bytes(126) + DATA[128:])
    target = Stuttering()
    copier = DigestingCopier(OFFSET, has_preamble=True)
    hashes = copier.copy(source, target)  # type: ignore[arg-type]
    assert bytes(target.data) == DATA
    assert hashes.digest == DATASET
