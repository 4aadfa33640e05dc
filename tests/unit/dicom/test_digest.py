"""Hashes of a file and of its data set, in one pass."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.unit.dicom.bytes_of import identifying, image, meta
from viewer.base.errors import UnreadableError
from viewer.dicom.digest import FileHashes, hash_file

DATA = meta() + identifying() + image(40, 50)
OFFSET = len(meta())
DATASET = hashlib.sha256(DATA[OFFSET:]).hexdigest()


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
    with pytest.raises(UnreadableError, match="not there any more"):
        hash_file(str(tmp_path / "absent"), 0)


def test_a_file_that_is_gone_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="Bring its folder or disc back"):
        hash_file(str(tmp_path / "gone.dcm"), 0)
