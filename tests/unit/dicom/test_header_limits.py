"""The bounds of the header reader: depth, number, lengths, and files that end early (R-004)."""

from __future__ import annotations

import io
import struct
import tracemalloc
from pathlib import Path

import pytest

from tests.unit.dicom.bytes_of import (
    ITEM_END,
    SEQUENCE_END,
    UNDEFINED,
    explicit,
    identifying,
    image,
    implicit,
    item,
    meta,
)
from viewer.base.errors import LimitError, TruncatedError, ViewerError
from viewer.dicom.elements import Limits
from viewer.dicom.header import parse_header, read_header

IMPLICIT = "1.2.840.10008.1.2"
SOP_INSTANCE = 0x00080018
OBJECT = meta() + identifying() + image()


def nest(depth: int, form: str) -> bytes:
    """A sequence of `depth` levels inside each other, ending in an empty item."""
    if form == "undefined":
        opening = explicit(0x00081140, b"SQ", b"", UNDEFINED)
        begin, end = (
            opening + struct.pack("<HHI", 0xFFFE, 0xE000, UNDEFINED),
            ITEM_END + SEQUENCE_END,
        )
        return begin * depth + end * depth
    content = b""
    for _ in range(depth):
        inside = item(content)
        if form == "explicit":
            content = explicit(0x00081140, b"SQ", inside)
        elif form == "unknown":
            content = implicit(0x00081140, inside)
        else:
            content = implicit(0x00081140, inside)
    return explicit(0x00091010, b"UN", item(content)) if form == "unknown" else content


def with_nest(depth: int, form: str) -> bytes:
    if form == "implicit":
        return meta(IMPLICIT) + identifying("implicit") + nest(depth, form)
    if form == "unknown":
        depth -= 1  # the UN element is a level of its own
    return meta() + identifying() + nest(depth, form)


@pytest.mark.parametrize("form", ["undefined", "explicit", "implicit", "unknown"])
@pytest.mark.parametrize("depth", [1, 50, 64])
def test_nests_up_to_the_limit_open(form: str, depth: int) -> None:
    assert parse_header(with_nest(depth, form)).dataset.plain(SOP_INSTANCE) == "1.2.3.4"


@pytest.mark.parametrize("form", ["undefined", "explicit", "implicit", "unknown"])
@pytest.mark.parametrize("depth", [65, 66, 200, 1000])
def test_deeper_nests_are_refused(form: str, depth: int) -> None:
    with pytest.raises(LimitError, match="deeper than 64"):
        parse_header(with_nest(depth, form))


def test_a_hundred_thousand_levels_are_refused() -> None:
    with pytest.raises(LimitError):
        parse_header(with_nest(100_000, "undefined"))


def test_items_of_a_deep_nest_are_reached() -> None:
    level = parse_header(with_nest(50, "undefined")).dataset
    for _ in range(50):
        inner = level.item(0x00081140)
        assert inner is not None
        level = inner
    assert level.depth == 50
    assert not level.elements


def test_too_many_elements_are_refused() -> None:
    element = explicit(0x00080060, b"CS", b"CT")
    many = explicit(0x00081140, b"SQ", item(element * 400), None)
    data = meta() + identifying() + many
    parse_header(data, limits=Limits(elements=100_000))
    nested = explicit(0x00081140, b"SQ", b"", UNDEFINED) + item(element * 2000, undefined=True)
    with pytest.raises(LimitError, match="more than 1000"):
        parse_header(meta() + identifying() + nested + SEQUENCE_END, limits=Limits(elements=1000))
    with pytest.raises(LimitError, match="one place"):
        parse_header(meta() + identifying() + element * 50, limits=Limits(level_elements=20))


@pytest.mark.parametrize(
    "data", [OBJECT, meta(IMPLICIT) + identifying("implicit") + implicit(0x7FE00010, bytes(8))]
)
def test_truncation_at_every_byte_is_no_accident(data: bytes) -> None:
    """Every beginning of a file reads with a warning or is refused in words (R-004)."""
    header_end = len(data) - 8
    sop_end = data.rindex(b"1.2.3.4") + 8
    refused = {}
    for n_bytes in range(1, len(data)):
        try:
            header = parse_header(data[:n_bytes])
        except ViewerError as err:
            refused[n_bytes] = str(err)
            continue
        if header.pixels is not None:
            assert n_bytes >= header_end
            assert header.warnings
            assert header.pixels.n_present == n_bytes - header_end
        elif header.cut:
            assert header.warnings
    assert max(refused) < sop_end
    assert all(sentence.endswith(".") for sentence in refused.values())


def test_sequence_cut_off_inside_is_noticed() -> None:
    whole = (
        meta()
        + identifying()
        + explicit(0x00400275, b"SQ", b"", UNDEFINED)
        + item(b"", undefined=True)
    )
    header = parse_header(whole)
    assert header.cut
    assert 0x00400275 not in header.dataset


def test_length_past_the_end_is_not_believed() -> None:
    huge = explicit(0x00091010, b"UT", b"abcd", 0x7FFFFFF0)
    header = parse_header(meta() + identifying()[:-16] + huge)
    assert header.cut
    with pytest.raises(TruncatedError):
        parse_header(meta() + explicit(0x00080005, b"UT", b"abcd", 0x7FFFFFF0))


def test_item_is_held_inside_its_sequence() -> None:
    lying = struct.pack("<HHI", 0xFFFE, 0xE000, 5000) + explicit(0x00080100, b"SH", b"T")
    data = meta() + identifying() + explicit(0x00400275, b"SQ", lying) + image()
    header = parse_header(data)
    assert header.pixels is not None
    inner = header.dataset.item(0x00400275)
    assert inner is not None
    assert inner.text(0x00080100) == "T"
    assert list(inner.elements) == [0x00080100]


def test_large_private_value_is_skipped_by_seeking(tmp_path: Path) -> None:
    size = 200 << 20
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.write(meta() + identifying() + explicit(0x00291010, b"OB", b"", size))
        file.seek(size, io.SEEK_CUR)
        file.write(image())
    tracemalloc.start()
    header = read_header(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert header.pixels is not None
    assert header.pixels.offset == path.stat().st_size - 8
    assert peak < 1 << 20


def test_late_value_is_read_after_the_file_was_closed(tmp_path: Path) -> None:
    path = tmp_path / "late"
    table = bytes(range(256)) * 1000
    path.write_bytes(meta() + identifying() + explicit(0x00291010, b"OB", table) + image())
    header = read_header(str(path))
    assert header.dataset.raw(0x00291010) == table


def test_header_longer_than_one_window_is_read() -> None:
    private = b"".join(
        explicit(0x00291000 + number, b"LT", b"x" * 3000) for number in range(0x10, 0xFF)
    )
    header = parse_header(meta() + identifying() + private + image())
    assert header.pixels is not None
    assert len(header.dataset.elements) == 5 + 0xEF + 8
