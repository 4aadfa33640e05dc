"""Text in every repertoire of Specific Character Set (R-057, R-058).

The long examples are those of PS3.5 annexes H (Japanese), I (Korean), J (UTF-8, GB18030) and
K (Chinese). Other expectations are Unicode text, encoded with Python's own codecs; `dcm2json`
reads the same bytes where it is installed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.dicom.bytes_of import explicit, identifying, meta
from viewer.dicom.charset import declared_sets, decode_text, suggest
from viewer.dicom.header import parse_header

UNREADABLE = "\ufffd"

ANNEXES = [
    (
        b"\\ISO 2022 IR 87",
        b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ),
    (
        b"ISO 2022 IR 13\\ISO 2022 IR 87",
        b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J="
        b"\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ),
    (
        b"\\ISO 2022 IR 149",
        b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
        "Hong^Gildong=洪^吉洞=홍^길동",
    ),
    (
        b"ISO_IR 192",
        b"Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe4\xb8\x9c=",
        "Wang^XiaoDong=王^小东=",
    ),
    (b"GB18030", b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=", "Wang^XiaoDong=王^小东="),
    (
        b"\\ISO 2022 IR 58",
        b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
        "Zhang^XiaoDong=张^小东=",
    ),
]
NAMES = [
    ("ISO_IR 100", "latin_1", "Müller^Jürgen"),
    ("ISO_IR 100", "latin_1", "Núñez^José María"),
    ("ISO_IR 100", "latin_1", "Åström^Øyvind"),
    ("ISO_IR 101", "iso8859_2", "Wałęsa^Lech"),
    ("ISO_IR 101", "iso8859_2", "Dvořák^Antonín"),
    ("ISO_IR 109", "iso8859_3", "Ĉapek^Ĝino"),
    ("ISO_IR 110", "iso8859_4", "Bērziņš^Jānis"),
    ("ISO_IR 144", "iso8859_5", "Щёголев^Роза"),
    ("ISO_IR 127", "iso8859_6", "قباني^لنزار"),
    ("ISO_IR 126", "iso8859_7", "Διονυσίου^Άννα"),
    ("ISO_IR 138", "iso8859_8", "שרון^דבורה"),
    ("ISO_IR 148", "iso8859_9", "Çavuşoğlu^İsmail"),
    ("ISO_IR 203", "iso8859_15", "Œuvre^Žižka"),
    ("ISO_IR 166", "iso8859_11", "นามสกุล^ชื่อ"),
    ("ISO_IR 13", "shift_jis", "ﾔﾏﾀﾞ^ﾀﾛｳ"),
    ("ISO_IR 192", "utf-8", "Nguyễn^Ánh=阮^映"),
    ("ISO_IR 192", "utf-8", "Ğül^Ömer=𠮷野^家"),
    ("GB18030", "gb18030", "Wang=王^小东"),
    ("GB18030", "gb18030", "Li=李^乙丁俓"),
    ("GBK", "gbk", "Wang=王^小东"),
]


@pytest.mark.parametrize(("sets", "raw", "text"), ANNEXES)
def test_examples_of_the_standard_decode(sets: bytes, raw: bytes, text: str) -> None:
    assert decode_text(raw, declared_sets(sets), b"PN") == (text, False)


@pytest.mark.parametrize("vr", [b"PN", b"LO", b"SH", b"UC", b"ST", b"LT", b"UT"])
@pytest.mark.parametrize(("term", "codec", "name"), NAMES)
def test_every_repertoire_decodes(term: str, codec: str, name: str, vr: bytes) -> None:
    raw = name.encode(codec)
    assert decode_text(raw + b" ", declared_sets(term.encode()), vr) == (name, False)
    if term.startswith("ISO_IR") and term != "ISO_IR 192":
        extended = declared_sets(term.replace("ISO_IR", "ISO 2022 IR").encode())
        assert decode_text(raw, extended, vr) == (name, False)


@pytest.mark.skipif(shutil.which("dcm2json") is None, reason="dcm2json (dcmtk) is not installed")
@pytest.mark.parametrize(("term", "codec", "name"), NAMES)
def test_dcmtk_reads_the_same_text(term: str, codec: str, name: str, tmp_path: Path) -> None:
    if term == "ISO_IR 203":
        pytest.skip("dcmtk 3.6.7 does not know ISO_IR 203")
    path = tmp_path / "text.dcm"
    elements = explicit(0x00080005, b"CS", term.encode()) + identifying()[:-32]
    path.write_bytes(meta() + elements + explicit(0x00104000, b"LT", name.encode(codec)))
    answer = subprocess.run(["dcm2json", path], capture_output=True, check=True).stdout
    theirs = json.loads(answer)["00104000"]["Value"][0]
    assert parse_header(path.read_bytes()).dataset.text(0x00104000, b"LT") == theirs == name


def test_escapes_are_reset_at_each_boundary() -> None:
    sets = declared_sets(b"ISO 2022 IR 100\\ISO 2022 IR 144")
    cyrillic, latin = b"\x1b-L\xbb\xee", b"\xe9"
    for boundary in (b"^", b"=", b"\\", b"\r\n", b"\f", b"\t"):
        text, doubtful = decode_text(cyrillic + boundary + latin, sets, b"PN")
        assert text == "Лю" + boundary.decode() + "é"
        assert not doubtful
    for kept in (b"^", b"="):
        assert decode_text(cyrillic + kept + latin, sets, b"LO").text == "Лю" + kept.decode() + "щ"
    assert decode_text(cyrillic + b"\\" + latin, sets, b"LO").text == "Лю\\é"
    assert decode_text(cyrillic + b"\\" + latin, sets, b"UT").text == "Лю\\щ"


def test_delimiter_codes_inside_characters_do_not_split() -> None:
    """`=`, `^` and the backslash are second halves of characters in two-byte sets."""
    spring = "春".encode("iso2022_jp")  # 0x3D55: the first half is '='
    assert b"=U" in spring
    assert decode_text(spring, declared_sets(b"\\ISO 2022 IR 87"), b"PN").text == "春"
    tricky = "丂俓昞".encode("gb18030")
    assert b"\\" in tricky or b"^" in tricky
    assert decode_text(tricky, declared_sets(b"GB18030"), b"LO").text == "丂俓昞"


def test_supplementary_kanji_decode() -> None:
    raw = b"\x1b$B$\x22\x1b(Ba\x1b$(D0!\x1b(B"
    sets = declared_sets(b"\\ISO 2022 IR 87\\ISO 2022 IR 159")
    assert decode_text(raw, sets, b"LO") == ("あa丂", False)


def test_long_text_with_line_ends_decodes() -> None:
    raw = b"1.\x1b$)A\xb5\xda\xd2\xbb\r\n2.\x1b$)A\xb5\xda\xb6\xfe"
    assert decode_text(raw, declared_sets(b"\\ISO 2022 IR 58"), b"LT") == (
        "1.第一\r\n2.第二",
        False,
    )


def test_japanese_romaji_has_yen_and_overline_but_keeps_the_separator() -> None:
    sets = declared_sets(b"ISO_IR 13")
    assert decode_text(b"A~B\\C", sets, b"LO").text == "A‾B\\C"
    assert decode_text(b"A~B\\C", sets, b"UT").text == "A‾B¥C"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"ISO_IR 100", ("ISO_IR 100",)),
        (b"ISO-IR 100 ", ("ISO_IR 100",)),
        (b"ISO IR 192", ("ISO_IR 192",)),
        (b"ISO_IR_100", ("ISO_IR 100",)),
        (b"iso_ir 100", ("ISO_IR 100",)),
        (b"ISO 2022 100", ("ISO 2022 IR 100",)),
        (b"UTF-8", ("ISO_IR 192",)),
        (b"ISO 8859-5", ("ISO_IR 144",)),
        (b"ISO_8859-1", ("ISO_IR 100",)),
        (b"LATIN1", ("ISO_IR 100",)),
        (b"ISO_IR 87", ("ISO 2022 IR 87",)),
        (b"\\ISO 2022 IR 87", ("", "ISO 2022 IR 87")),
        (b"", ()),
        (b"\\", ()),
        (b"KLINGON", ("KLINGON",)),
    ],
)
def test_terms_are_understood_as_meant(written: bytes, meant: tuple[str, ...]) -> None:
    assert declared_sets(written) == meant


@pytest.mark.parametrize(
    ("declared", "raw"),
    [
        (b"ISO_IR 192", "Müller".encode("latin-1")),
        (b"ISO_IR 100", "Müller".encode()),
        (b"", "Müller".encode("latin-1")),
        (b"", "Müller".encode()),
        (b"ISO_IR 6", "Müller".encode("latin-1")),
        (b"ISO_IR 100", b"M\x81ller"),
        (b"ISO_IR 109", b"\xa5"),
        (b"GB18030", b"\xff\xff"),
        (b"\\ISO 2022 IR 149", b"\xff\xfe"),
        (b"ISO_IR 13", "山田".encode("shift_jis")),
        (b"KLINGON", "Müller".encode("latin-1")),
        (b"ISO_IR 100", b"\x1b$Qabc"),
        (b"\\ISO 2022 IR 87", b"\x1b$B;\x1b(B"),
    ],
)
def test_text_that_does_not_fit_is_doubted(declared: bytes, raw: bytes) -> None:
    assert decode_text(raw, declared_sets(declared), b"LO").doubtful


def test_undecodable_bytes_are_shown_as_such() -> None:
    assert (
        decode_text(b"M\xfcller", declared_sets(b"ISO_IR 192"), b"PN").text == f"M{UNREADABLE}ller"
    )
    assert (
        decode_text(b"M\x81ller", declared_sets(b"ISO_IR 100"), b"PN").text == f"M{UNREADABLE}ller"
    )


def test_undeclared_text_is_shown_as_latin_or_as_the_utf8_it_is() -> None:
    assert decode_text(b"M\xfcller", (), b"PN").text == "Müller"
    assert decode_text("Müller".encode(), (), b"PN").text == "Müller"


def test_shift_jis_declared_as_half_width_is_shown() -> None:
    assert (
        decode_text("山田".encode("shift_jis"), declared_sets(b"ISO_IR 13"), b"PN").text == "山田"
    )


def test_korean_without_its_escape_is_shown_and_doubted() -> None:
    raw = "홍".encode("euc_kr")
    assert decode_text(raw, declared_sets(b"\\ISO 2022 IR 149"), b"PN") == ("홍", True)


@pytest.mark.parametrize(
    ("raw", "declared", "likely"),
    [
        ("Müller".encode(), b"ISO_IR 100", "ISO_IR 192"),
        ("Müller".encode("latin-1"), b"ISO_IR 192", "ISO_IR 100"),
        ("Щёголев".encode("iso8859_5"), b"ISO_IR 192", "ISO_IR 144"),
        ("Διονυσίου".encode("iso8859_7"), b"ISO_IR 192", "ISO_IR 126"),
        ("שרון".encode("iso8859_8"), b"ISO_IR 192", "ISO_IR 138"),
        (b"\x1b$B;3ED\x1b(B", b"ISO_IR 100", "\\ISO 2022 IR 87"),
        ("王小东".encode("gb18030"), b"ISO_IR 192", "GB18030"),
    ],
)
def test_likely_sets_are_suggested(raw: bytes, declared: bytes, likely: str) -> None:
    sets = declared_sets(declared)
    offered = suggest(raw, sets)
    assert likely in offered
    assert "\\".join(sets) not in offered
    corrected = decode_text(raw, declared_sets(likely.encode()), b"LO")
    assert UNREADABLE not in corrected.text


def test_plain_text_needs_no_suggestion() -> None:
    assert suggest(b"Miller^Ann", declared_sets(b"ISO_IR 192")) == ()
