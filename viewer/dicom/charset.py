"""Text of every repertoire that Specific Character Set can name (PS3.3 C.12.1.1.2, PS3.5 6.1).

Bytes are never lost: what cannot be decoded is shown as U+FFFD and reported, and the caller keeps
the raw value.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from viewer.dicom.iso2022 import INITIAL_SETS, Decoder, doubtful_c1

UTF8 = "ISO_IR 192"
_WHOLE_CODECS = {UTF8: "utf-8", "GB18030": "gb18030", "GBK": "gbk"}
_NUMBERS = ("100", "101", "109", "110", "144", "127", "126", "138", "148", "203", "166", "13")
_MULTI_BYTE_NUMBERS = ("87", "159", "149", "58")
_ISO_8859 = dict(
    zip(
        ("1", "2", "3", "4", "5", "6", "7", "8", "9", "15", "11"),
        ("100", "101", "109", "110", "144", "127", "126", "138", "148", "203", "166"),
        strict=True,
    )
)
_LATIN_SETS = frozenset({"100", "101", "109", "110", "148", "203"})
_LETTERS_OF = (
    ("ISO_IR 100", "À", "ɏ"),
    ("ISO_IR 101", "À", "ɏ"),
    ("ISO_IR 144", "Ё", "џ"),
    ("ISO_IR 126", "Ά", "ώ"),
    ("ISO_IR 138", "א", "ת"),
    ("ISO_IR 127", "ء", "ي"),
    ("ISO_IR 166", "ก", "๎"),
    ("ISO_IR 13", "ｦ", "ﾟ"),
    ("GB18030", "一", "鿿"),
    ("\\ISO 2022 IR 149", "가", "힣"),
)
_LEAST_LETTERS = 0.8


class Text(NamedTuple):
    """Decoded text; ``doubtful`` when the bytes do not fit the declared character set."""

    text: str
    doubtful: bool


@lru_cache(maxsize=256)
def declared_sets(raw: bytes) -> tuple[str, ...]:
    r"""Return the defined terms of a Specific Character Set value, in the standard's spelling.

    An empty first value stands for the default repertoire. Common misspellings are understood;
    an unknown term is kept as it is.
    """
    terms = raw.decode("ascii", "replace").split("\\")
    named = tuple(_term(term.strip(" \0")) for term in terms)
    return named if any(named) else ()


def decode_text(raw: bytes, sets: tuple[str, ...], vr: bytes) -> Text:
    r"""Decode a value, several joined by a backslash as stored.

    Parameters
    ----------
    raw
        The bytes as stored.
    sets
        Specific Character Set, as ``declared_sets`` returns it; empty when none is declared.
    vr
        It decides where designated sets are reset: PN also at ``^`` and ``=``.
    """
    if raw.isascii() and b"\x1b" not in raw and (not sets or "13" not in sets[0]):
        return Text(raw.decode("ascii").strip(" \0"), doubtful=False)
    decoded = _decoder(sets)(raw, vr)
    return Text(decoded.text.strip(" \0"), decoded.doubtful)


def suggest(raw: bytes, declared: tuple[str, ...]) -> tuple[str, ...]:
    r"""Return character sets that fit bytes which the declared one does not, likeliest first.

    Values are as one would write them into Specific Character Set (``\ISO 2022 IR 149``).
    """
    if raw.isascii() and b"\x1b" not in raw:
        return ()
    found: list[str] = []
    if _is_utf8(raw):
        found.append(UTF8)
    if b"\x1b$B" in raw or b"\x1b(J" in raw:
        found.append("\\ISO 2022 IR 87")
    scored = [(_share_of_letters(raw, *row), -place) for place, row in enumerate(_LETTERS_OF)]
    ranked = sorted((entry for entry in scored if entry[0] >= _LEAST_LETTERS), reverse=True)
    found += [_LETTERS_OF[-place][0] for _, place in ranked]
    own = "\\".join(declared)
    return tuple(name for name in dict.fromkeys(found) if name != own)


class _Decoding:
    """The decoder of one combination of character sets."""

    def __init__(self, sets: tuple[str, ...]) -> None:
        self.first = sets[0] if sets else ""
        self.codec = _WHOLE_CODECS.get(self.first)
        numbers = tuple(name.rpartition(" ")[2] for name in sets)
        self.known = all(not name or _is_known(name) for name in sets)
        self.declared = bool(sets) and self.known
        self.hints_utf8 = bool(numbers) and numbers[0] in _LATIN_SETS
        self.machine = Decoder(numbers)

    def __call__(self, raw: bytes, vr: bytes) -> Text:
        if self.codec is not None and b"\x1b" not in raw:
            return _decode_whole(raw, self.codec)
        if not self.declared and b"\x1b" not in raw:
            return _guess(raw)
        text, doubtful = self.machine.decode(raw, vr)
        if doubtful and self.first.endswith(" 13") and b"\x1b" not in raw:
            return Text(_shift_jis(raw) or text, doubtful=True)
        if not doubtful and self.hints_utf8 and b"\x1b" not in raw:
            doubtful = _is_utf8(raw)
        return Text(text, doubtful or not self.known)


@lru_cache(maxsize=256)
def _decoder(sets: tuple[str, ...]) -> _Decoding:
    return _Decoding(sets)


def _decode_whole(raw: bytes, codec: str) -> Text:
    try:
        return Text(raw.decode(codec), doubtful=False)
    except UnicodeDecodeError:
        return Text(raw.decode(codec, "replace"), doubtful=True)


def _guess(raw: bytes) -> Text:
    """Decode text without a declared set: UTF-8 where it is that, else ISO_IR 100."""
    text = raw.decode("utf-8") if _is_utf8(raw) else doubtful_c1(raw.decode("latin-1"))
    return Text(text, doubtful=True)


def _shift_jis(raw: bytes) -> str:
    """Decode Shift JIS, which some devices write where they declare ISO_IR 13; empty if none."""
    try:
        return raw.decode("shift_jis")
    except UnicodeDecodeError:
        return ""


def _is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _share_of_letters(raw: bytes, name: str, lowest: str, highest: str) -> float:
    """Return how much of the non-ASCII text is letters of the script that ``name`` stands for."""
    sets = declared_sets(name.encode())
    text, _ = Decoder(tuple(part.rpartition(" ")[2] for part in sets)).decode(raw, b"LO")
    if name in _WHOLE_CODECS:
        text = raw.decode(_WHOLE_CODECS[name], "replace")
    foreign = [letter for letter in text if letter > "\x7f"]
    if not foreign or "\ufffd" in foreign:
        return 0.0
    return sum(lowest <= letter <= highest for letter in foreign) / len(foreign)


def _is_known(name: str) -> bool:
    return name in _WHOLE_CODECS or name.rpartition(" ")[2] in INITIAL_SETS


@lru_cache(maxsize=256)
def _term(term: str) -> str:
    upper = term.upper()
    if not upper or upper in _WHOLE_CODECS:
        return upper
    if upper.startswith(("GB18030", "GB 18030")):
        return "GB18030"
    if re.fullmatch(r"UTF[-_ ]?8", upper):
        return UTF8
    latin = re.fullmatch(r"(?:ISO[-_ ]?)?8859[-_ ](\d+)|LATIN[-_ ]?(1)", upper)
    if latin:
        number = _ISO_8859.get(latin[1] or latin[2], "")
        return f"ISO_IR {number}" if number else term
    named = re.fullmatch(r"ISO[-_ ]*(2022)?[-_ ]*(?:IR)?[-_ ]*(\d+)", upper)
    if named is None:
        return term
    if named[2] in ("6", "192", *_NUMBERS, *_MULTI_BYTE_NUMBERS):
        extended = named[1] or named[2] in _MULTI_BYTE_NUMBERS
        return f"ISO 2022 IR {named[2]}" if extended else f"ISO_IR {named[2]}"
    return term
