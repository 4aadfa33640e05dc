"""Frames in fragments: every way the standard and real files cut them (PS3.5 A.4)."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from tests.unit.dicom.pixel_files import JPEG_LS, RLE, gradient, instance_of, item, write_fragments
from viewer.base.errors import DecodeError, TruncatedError
from viewer.dicom.fragments import FragmentIndex, index_fragments, read_frame_bytes
from viewer.dicom.frames import decode_frame
from viewer.dicom.streams import BytesStream

FRAMES = [np.roll(gradient(24, 20, "u1"), shift, 1) for shift in range(3)]
STREAMS = [bytes(imagecodecs.jpegls_encode(frame)) for frame in FRAMES]
END = b"\xfe\xff\xdd\xe0" + bytes(4)


def pieces(stream: bytes, size: int) -> list[bytes]:
    size += size % 2
    return [stream[at : at + size] for at in range(0, len(stream), size)]


def index(data: bytes, n_frames: int, extended: tuple[int, ...] = ()) -> FragmentIndex:
    return index_fragments(BytesStream(data), 0, n_frames, extended)


def joined(data: bytes, found: FragmentIndex) -> list[bytes]:
    return [read_frame_bytes(BytesStream(data), ranges) for ranges in found.frames]


def table(*offsets: int) -> bytes:
    return item(b"".join(offset.to_bytes(4, "little") for offset in offsets))


def starts(fragments: list[list[bytes]]) -> list[int]:
    """Return where each frame's first item begins, counted as the Basic Offset Table counts."""
    offsets, at = [], 0
    for parts in fragments:
        offsets.append(at)
        at += sum(len(item(part)) for part in parts)
    return offsets


def write(path: Path, size: int, offset_table: bool) -> Path:
    parts = [pieces(stream, size) for stream in STREAMS]
    return write_fragments(
        path,
        [part for frame in parts for part in frame],
        JPEG_LS,
        starts(parts) if offset_table else (),
        Rows=24,
        Columns=20,
        NumberOfFrames=3,
    )


@pytest.mark.parametrize("size", [100_000, 150, 64])
@pytest.mark.parametrize("offset_table", [True, False])
def test_frames_are_whole_however_they_are_cut(
    tmp_path: Path, size: int, offset_table: bool
) -> None:
    instance = instance_of(write(tmp_path / "f.dcm", size, offset_table))
    for number, expected in enumerate(FRAMES):
        frame = decode_frame(instance, number)
        assert np.array_equal(frame.stored, expected)
        assert frame.warnings == ()


def test_one_frame_takes_every_fragment(tmp_path: Path) -> None:
    path = write_fragments(tmp_path / "f", pieces(STREAMS[0], 40), JPEG_LS, Rows=24, Columns=20)
    assert np.array_equal(decode_frame(instance_of(path), 0).stored, FRAMES[0])


def test_the_extended_offset_table_is_used() -> None:
    data = table() + b"".join(item(bytes((n,)) * 4) for n in range(4)) + END
    found = index(data, 2, extended=(0, 24))
    assert joined(data, found) == [b"\0\0\0\0\1\1\1\1", b"\2\2\2\2\3\3\3\3"]
    assert found.complete
    assert found.warnings == ()


def test_a_wrong_offset_table_is_not_believed() -> None:
    data = table(0, 13) + item(b"ab") + item(b"cd") + END
    found = index(data, 2)
    assert joined(data, found) == [b"ab", b"cd"]
    assert "not used" in found.warnings[0]


@pytest.mark.parametrize("offsets", [(4, 12), (0, 0), (10, 0), (0, 1 << 31)])
def test_impossible_offset_tables_lose_no_frame(offsets: tuple[int, int]) -> None:
    data = table(*offsets) + item(b"ab") + item(b"cd") + END
    assert joined(data, index(data, 2)) == [b"ab", b"cd"]


def test_what_a_cut_file_holds_is_kept() -> None:
    whole = table() + item(b"abcd") + item(b"efgh") + item(b"ijkl") + END
    data = whole[: whole.index(b"ijkl") + 2]
    found = index(data, 3)
    assert joined(data, found) == [b"abcd", b"efgh", b"ij"]
    assert found.cut
    assert not found.complete
    assert any("ends before" in text for text in found.warnings)


def test_a_frame_that_is_missing_says_how_many_there_are(tmp_path: Path) -> None:
    path = write_fragments(
        tmp_path / "f", STREAMS[:2], JPEG_LS, Rows=24, Columns=20, NumberOfFrames=3
    )
    instance = instance_of(path)
    assert "holds 2" in " ".join(decode_frame(instance, 1).warnings)
    with pytest.raises(TruncatedError, match="it holds 2 of 3"):
        decode_frame(instance, 2)


def test_pixel_data_without_items_is_refused() -> None:
    with pytest.raises(DecodeError, match="offset table"):
        index(b"\x00" * 40, 1)
    with pytest.raises(TruncatedError):
        index(table(), 1)
    with pytest.raises(DecodeError, match="claims more"):
        index(b"\xfe\xff\x00\xe0\xff\xff\xff\x7f", 1)


def test_junk_between_the_items_ends_the_walk() -> None:
    data = table() + item(b"ab") + b"\x12\x34\x56\x78" + bytes(60)
    found = index(data, 1)
    assert joined(data, found) == [b"ab"]
    assert not found.complete


def test_more_fragments_than_rle_frames_are_marked(tmp_path: Path) -> None:
    rle = bytes((1, 0, 0, 0, 64)) + bytes(59) + bytes((0xF1, 9))
    path = write_fragments(tmp_path / "f", [rle, rle, rle], RLE, NumberOfFrames=2)
    frame = decode_frame(instance_of(path), 1)
    assert (frame.stored == 9).all()
    assert "certainty" in " ".join(frame.warnings)


def test_a_long_list_of_fragments_costs_no_frame_bytes() -> None:
    class Counting(BytesStream):
        n_bytes = 0

        def read_at(self, offset: int, n_bytes: int) -> bytes:
            self.n_bytes += n_bytes
            return super().read_at(offset, n_bytes)

    data = table() + item(bytes(5000)) * 50 + END
    stream = Counting(data)
    assert len(index_fragments(stream, 0, 50).frames) == 50
    assert stream.n_bytes < 1000
