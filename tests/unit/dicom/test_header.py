"""The header reader on bytes written by hand: what is DICOM, how it is written, where it ends."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from pathlib import Path

import pytest

from tests.unit.dicom.bytes_of import (
    ITEM_END,
    PREAMBLE,
    SEQUENCE_END,
    UNDEFINED,
    explicit,
    identifying,
    image,
    implicit,
    item,
    meta,
)
from viewer.base.errors import (
    NotDicomError,
    UnreadableError,
)
from viewer.dicom.header import Header, parse_header, read_header

BIG = "1.2.840.10008.1.2.2"
IMPLICIT = "1.2.840.10008.1.2"
SOP_INSTANCE = 0x00080018
OBJECT = meta() + identifying() + image()
CONTRADICTED = "The data set is written otherwise than its transfer syntax says."


def facts(header: Header) -> tuple[str, int, int]:
    pixels = header.pixels
    assert pixels is not None
    return header.dataset.plain(SOP_INSTANCE), pixels.offset, pixels.length


def test_pixels_are_located_not_read() -> None:
    sop, offset, length = facts(parse_header(OBJECT))
    assert (sop, length) == ("1.2.3.4", 8)
    assert offset == len(OBJECT) - 8


def test_dataset_begins_behind_the_meta_information() -> None:
    assert parse_header(OBJECT).dataset_offset == len(meta())


def test_wrong_meta_group_length_is_not_believed() -> None:
    lying = PREAMBLE + explicit(0x00020000, b"UL", struct.pack("<I", 9999)) + meta()[144:]
    assert parse_header(lying + identifying() + image()).dataset_offset == len(meta())


@pytest.mark.parametrize("start", [b"", b"DICM"])
def test_missing_preamble_is_no_obstacle(start: bytes) -> None:
    header = parse_header(start + meta()[132:] + identifying() + image())
    assert facts(header)[0] == "1.2.3.4"


@pytest.mark.parametrize("write", ["explicit", "implicit"])
def test_bare_dataset_is_recognised(write: str) -> None:
    header = parse_header(identifying(write))
    assert header.dataset.plain(SOP_INSTANCE) == "1.2.3.4"
    assert header.dataset.encoding.explicit == (write == "explicit")
    assert header.warnings


def test_prefix_inside_a_value_is_no_prefix() -> None:
    """`DICM` at byte 128 of a file without preamble, as in a real mammogram's SH value."""
    first = explicit(0x00080005, b"CS", b"ISO_IR 100")
    rest = explicit(0x00080020, b"DA", b"20200101") + explicit(0x00080060, b"CS", b"CT")
    filler = 128 - 8 - len(first) - len(rest) - 8
    body = (
        first
        + rest
        + explicit(0x00080080, b"LO", b"X" * filler)
        + explicit(0x00081010, b"SH", b"DICMA1")
    )
    assert body[128:132] == b"DICM"
    body += explicit(0x0020000D, b"UI", b"1.2.3.5")
    header = parse_header(body)
    assert header.dataset_offset == 0
    assert header.dataset.plain(0x0020000D) == "1.2.3.5"


@pytest.mark.parametrize(
    ("declared", "write", "order"),
    [
        ("1.2.840.10008.1.2.1", "implicit", "<"),
        (IMPLICIT, "explicit", "<"),
        ("1.2.840.10008.1.2.1", "explicit", ">"),
        (BIG, "explicit", "<"),
    ],
)
def test_encoding_that_contradicts_the_meta_is_found(declared: str, write: str, order: str) -> None:
    header = parse_header(meta(declared) + identifying(write, order))
    assert header.dataset.plain(SOP_INSTANCE) == "1.2.3.4"
    assert CONTRADICTED in header.warnings


def test_big_endian_is_read() -> None:
    header = parse_header(meta(BIG) + identifying(order=">") + image(3, 5, order=">"))
    assert header.dataset.number(0x00280010, b"US") == 3
    assert header.pixels is not None
    assert header.pixels.big_endian


def test_ge_private_syntax_has_big_endian_pixels_only() -> None:
    header = parse_header(
        meta("1.2.840.113619.5.2") + identifying("implicit") + implicit(0x7FE00010, b"\0" * 8)
    )
    assert header.pixels is not None
    assert header.pixels.big_endian
    assert header.dataset.plain(SOP_INSTANCE) == "1.2.3.4"


def test_acr_nema_style_file_is_read() -> None:
    old = (
        implicit(0x00080000, struct.pack("<I", 40))
        + implicit(0x00080001, struct.pack("<I", 4000))
        + implicit(0x00080010, b"ACR-NEMA 2.0")
        + implicit(0x00100010, b"Name")
        + implicit(0x00280005, struct.pack("<H", 2))
        + implicit(0x00280010, struct.pack("<H", 2))
        + implicit(0x00280011, struct.pack("<H", 2))
        + implicit(0x7FE00000, struct.pack("<I", 12))
        + implicit(0x7FE00010, bytes(8))
    )
    header = parse_header(old)
    assert header.pixels is not None
    assert header.pixels.length == 8


def documents() -> dict[str, bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.dcm", OBJECT)
    return {
        "text": b"Dear colleague,\nthe images follow on a disc.\n" * 40,
        "csv": b"path,rows,columns\n1,512,512\n" * 40,
        "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(400),
        "pdf": b"%PDF-1.7\n" + bytes(400),
        "windows program": b"MZ\x90\x00" + bytes(400),
        "linux program": b"\x7fELF\x02\x01\x01" + bytes(400),
        "zip": packed.getvalue(),
        "gzip": gzip.compress(OBJECT),
        "zeros": bytes(2000),
        "one byte": b"\x08",
        "integers": struct.pack("<200I", *range(8, 208)),
        "small integers": struct.pack("<200H", *range(8, 208)),
        "floats": struct.pack("<200f", *map(float, range(200))),
        "bmp": b"BM" + bytes(500),
        "tiff": b"II*\0" + bytes(500),
    }


@pytest.mark.parametrize("kind", documents())
def test_other_files_are_no_dicom(kind: str) -> None:
    with pytest.raises(NotDicomError):
        parse_header(documents()[kind])


def test_empty_file_folder_and_missing_file_are_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    with pytest.raises(NotDicomError, match="empty"):
        read_header(str(empty))
    with pytest.raises(NotDicomError, match="ordinary file"):
        read_header(str(tmp_path))
    with pytest.raises(UnreadableError, match="not there any more"):
        read_header(str(tmp_path / "absent"))
    with pytest.raises(UnreadableError, match="name"):
        read_header("a\0b")


def test_query_without_any_identifier_is_no_object() -> None:
    query = b"".join(
        explicit(tag, vr, b"")
        for tag, vr in (
            (0x00080005, b"CS"),
            (0x00080016, b"UI"),
            (0x00080018, b"UI"),
            (0x00080020, b"DA"),
            (0x00080052, b"CS"),
            (0x0020000D, b"UI"),
        )
    )
    with pytest.raises(UnreadableError, match="nothing that names an object"):
        parse_header(query)


@pytest.mark.parametrize(
    ("written", "comment"),
    [
        (b"\x09\x00\x10\x10??\x04\x00abcd", "question marks with a short length"),
        (b"\x09\x00\x10\x10OX\x00\x00\x04\x00\x00\x00abcd", "an invented VR with a long length"),
        (b"\x09\x00\x10\x10lo\x04\x00abcd", "lower case"),
        (b"\x09\x00\x10\x10UN\x04\x00abcd", "UN with a short length"),
        (b"\x09\x00\x10\x10\x04\x00\x00\x00abcd", "no VR at all"),
        (b"\x09\x00\x10\x10\x00\x00\x04\x00abcd", "NULs for the VR"),
    ],
)
def test_odd_value_representations_do_not_derail(written: bytes, comment: str) -> None:
    before, after = identifying()[:-32], identifying()[-32:]
    assert after[4:6] == b"UI", comment
    header = parse_header(meta() + before + written + after + image())
    assert header.pixels is not None
    assert header.dataset.raw(0x00091010) == b"abcd"
    assert header.warnings


def test_unknown_undefined_length_holds_implicit_items() -> None:
    """PS3.5 6.2.2, note: UN of undefined length is a sequence in implicit VR little endian."""
    content = item(implicit(0x00080104, b"knee"), undefined=True) + SEQUENCE_END
    data = meta() + identifying() + explicit(0x00410010, b"UN", b"", UNDEFINED) + content + image()
    header = parse_header(data)
    inner = header.dataset.item(0x00410010)
    assert inner is not None
    assert inner.text(0x00080104) == "knee"
    assert header.pixels is not None


def test_implicit_items_in_an_explicit_dataset_are_read() -> None:
    content = item(implicit(0x00080100, b"T-1") + implicit(0x00080104, b"knee"))
    header = parse_header(meta() + identifying() + explicit(0x00400275, b"SQ", content) + image())
    inner = header.dataset.item(0x00400275)
    assert inner is not None
    assert inner.text(0x00080104) == "knee"


def test_missing_item_delimiter_is_tolerated() -> None:
    open_item = item(explicit(0x00080104, b"LO", b"knee"), undefined=True)[: -len(ITEM_END)]
    data = explicit(0x00400275, b"SQ", b"", UNDEFINED) + open_item + SEQUENCE_END
    header = parse_header(meta() + identifying() + data + image())
    assert header.pixels is not None
    inner = header.dataset.item(0x00400275)
    assert inner is not None
    assert inner.text(0x00080104) == "knee"


def test_icon_image_is_not_taken_for_the_image() -> None:
    icon = item(explicit(0x00280010, b"US", b"\x40\0") + explicit(0x7FE00010, b"OW", bytes(64)))
    data = meta() + identifying() + explicit(0x00880200, b"SQ", icon) + image(2, 2)
    assert facts(parse_header(data))[1:] == (len(data) - 8, 8)


def test_compressed_icon_is_passed_over() -> None:
    fragments = item(b"") + item(b"\xff\xd8" * 600) + SEQUENCE_END
    icon = item(explicit(0x7FE00010, b"OB", b"", UNDEFINED) + fragments, undefined=True)
    sequence = explicit(0x00880200, b"SQ", b"", UNDEFINED) + icon + SEQUENCE_END
    header = parse_header(meta() + identifying() + sequence + image())
    assert header.pixels is not None
    assert header.pixels.length == 8


def test_duplicate_element_is_reported() -> None:
    twice = explicit(0x00100020, b"LO", b"ONE") + explicit(0x00100020, b"LO", b"TWO")
    header = parse_header(meta() + identifying() + twice)
    assert header.dataset.text(0x00100020) == "TWO"
    assert any("more than once" in sentence for sentence in header.warnings)


def test_encapsulated_pixels_without_end_are_reported() -> None:
    fragments = item(b"") + item(b"\xff\xd8\xff\xd9")
    start = meta("1.2.840.10008.1.2.4.50") + identifying()
    data = start + explicit(0x7FE00010, b"OB", b"", UNDEFINED) + fragments
    assert any("end early" in sentence for sentence in parse_header(data).warnings)
    assert parse_header(data + SEQUENCE_END).warnings == ()
    assert parse_header(data + SEQUENCE_END + explicit(0xFFFCFFFC, b"OB", bytes(9))).warnings == ()


def test_directory_is_recognised() -> None:
    elements = explicit(0x00020002, b"UI", b"1.2.840.10008.1.3.10") + explicit(
        0x00020010, b"UI", b"1.2.840.10008.1.2.1"
    )
    data = PREAMBLE + elements + explicit(0x00041130, b"CS", b"DISC")
    assert parse_header(data).is_directory


def test_big_endian_meta_is_tolerated() -> None:
    elements = explicit(0x00020010, b"UI", b"1.2.840.10008.1.2.1", order=">")
    header = parse_header(PREAMBLE + elements + identifying())
    assert header.dataset.plain(SOP_INSTANCE) == "1.2.3.4"


def test_prefix_without_meta_is_read() -> None:
    header = parse_header(PREAMBLE + identifying())
    assert header.dataset.plain(SOP_INSTANCE) == "1.2.3.4"
    assert header.dataset_offset == len(PREAMBLE)


def test_garbage_behind_the_prefix_is_unreadable() -> None:
    with pytest.raises(UnreadableError):
        parse_header(PREAMBLE + b"\xa5" * 4000)
