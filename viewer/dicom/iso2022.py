"""Code extension after ISO/IEC 2022 as DICOM uses it (PS3.5 6.1.2.4 and 6.1.2.5).

Two sets are in use at any place of a value: G0 for the bytes below 0x80 and G1 for those above.
Escape sequences put another set in either place; the ends of lines, of values and (in a person
name) of components put the initial ones back.
"""

from __future__ import annotations

import re

UNDECODABLE = "\ufffd"

INITIAL_SETS: dict[str, tuple[str, str]] = {
    "": ("ascii", ""),
    "6": ("ascii", ""),
    "100": ("ascii", "iso8859_1"),
    "101": ("ascii", "iso8859_2"),
    "109": ("ascii", "iso8859_3"),
    "110": ("ascii", "iso8859_4"),
    "144": ("ascii", "iso8859_5"),
    "127": ("ascii", "iso8859_6"),
    "126": ("ascii", "iso8859_7"),
    "138": ("ascii", "iso8859_8"),
    "148": ("ascii", "iso8859_9"),
    "203": ("ascii", "iso8859_15"),
    "166": ("ascii", "iso8859_11"),
    "13": ("romaji", "katakana"),
    "192": ("ascii", "utf-8"),
    "87": ("ascii", ""),
    "159": ("ascii", ""),
    "149": ("ascii", "euc_kr"),
    "58": ("ascii", "gb2312"),
}
"""G0 and G1 by number of the defined term, when it is the first value."""

_ESCAPES: dict[bytes, tuple[int, str]] = {
    b"\x1b(B": (0, "ascii"),
    b"\x1b(J": (0, "romaji"),
    b"\x1b(I": (0, "katakana"),
    b"\x1b)I": (1, "katakana"),
    b"\x1b-A": (1, "iso8859_1"),
    b"\x1b-B": (1, "iso8859_2"),
    b"\x1b-C": (1, "iso8859_3"),
    b"\x1b-D": (1, "iso8859_4"),
    b"\x1b-L": (1, "iso8859_5"),
    b"\x1b-G": (1, "iso8859_6"),
    b"\x1b-F": (1, "iso8859_7"),
    b"\x1b-H": (1, "iso8859_8"),
    b"\x1b-M": (1, "iso8859_9"),
    b"\x1b-b": (1, "iso8859_15"),
    b"\x1b-T": (1, "iso8859_11"),
    b"\x1b$B": (0, "jisx0208"),
    b"\x1b$@": (0, "jisx0208"),
    b"\x1b$(B": (0, "jisx0208"),
    b"\x1b$(D": (0, "jisx0212"),
    b"\x1b$)C": (1, "euc_kr"),
    b"\x1b$)A": (1, "gb2312"),
}
_ESCAPE = re.compile(rb"(\x1b(?:\$[()][A-D]|\$[@B]|[()\-][A-Za-z]))")
_HALVES = re.compile(rb"[\x00-\x7f]+|[\x80-\xff]+")
_LINE_ENDS = rb"\t\n\f\r"
_RESETS = {
    b"PN": re.compile(rb"([\\^=" + _LINE_ENDS + rb"])"),
    b"ST": re.compile(rb"([" + _LINE_ENDS + rb"])"),
    b"LT": re.compile(rb"([" + _LINE_ENDS + rb"])"),
    b"UT": re.compile(rb"([" + _LINE_ENDS + rb"])"),
}
_RESET_OF_LISTS = re.compile(rb"([\\" + _LINE_ENDS + rb"])")
_TWO_BYTE_G0 = ("jisx0208", "jisx0212")
_ROMAJI = str.maketrans({"\\": "¥", "~": "‾"})
_C1 = dict.fromkeys(range(128, 160), UNDECODABLE)


def doubtful_c1(text: str) -> str:
    """Show control codes that no text has (U+0080 to U+009F) as undecodable."""
    return text.translate(_C1)


class Decoder:
    """Decode values of one declared combination of character sets.

    Parameters
    ----------
    numbers
        The numbers of the defined terms, in order; an empty first one is the default repertoire.
    """

    def __init__(self, numbers: tuple[str, ...]) -> None:
        first = numbers[0] if numbers else ""
        self.initial = INITIAL_SETS.get(first, ("ascii", ""))
        others = (INITIAL_SETS.get(number, ("", ""))[1] for number in numbers[1:])
        self.spare_g1 = next((codec for codec in others if codec), "")

    def decode(self, raw: bytes, vr: bytes) -> tuple[str, bool]:
        """Return the text, and whether bytes did not fit."""
        return _Value(self, vr).decode(raw)


class _Value:
    """The state while one value is decoded."""

    def __init__(self, decoder: Decoder, vr: bytes) -> None:
        self.initial = decoder.initial
        self.g0, self.g1 = decoder.initial
        self.spare_g1 = decoder.spare_g1
        self.resets = _RESETS.get(vr, _RESET_OF_LISTS)
        self.line_resets = _RESETS[b"ST"]
        self.doubtful = False

    def decode(self, raw: bytes) -> tuple[str, bool]:
        pieces: list[str] = []
        for piece in _ESCAPE.split(raw):
            if piece.startswith(b"\x1b"):
                self._designate(piece)
            else:
                pieces.append(self._stretch(piece))
        return "".join(pieces), self.doubtful

    def _designate(self, escape: bytes) -> None:
        found = _ESCAPES.get(escape)
        if found is None:
            self.doubtful = True
        elif found[0]:
            self.g1 = self.spare_g1 = found[1]
        else:
            self.g0 = found[1]

    def _stretch(self, raw: bytes) -> str:
        """Decode what lies between two escape sequences."""
        # Inside a two-byte G0 set a delimiter's code may be half of a character.
        resets = self.line_resets if self.g0 in _TWO_BYTE_G0 else self.resets
        pieces: list[str] = []
        for place, part in enumerate(resets.split(raw)):
            if place % 2:
                pieces.append(part.decode("ascii"))
                self.g0, self.g1 = self.initial
                if resets is not self.resets:
                    rest = b"".join(resets.split(raw)[place + 1 :])
                    pieces.append(self._stretch(rest))
                    break
            else:
                pieces.extend(self._half(half) for half in _HALVES.findall(part))
        return "".join(pieces)

    def _half(self, raw: bytes) -> str:
        if raw[0] < 0x80:
            return self._low(raw)
        return self._high(raw)

    def _low(self, raw: bytes) -> str:
        if self.g0 == "ascii":
            text = raw.decode("ascii")
            if "\x1b" in text:
                self.doubtful = True
            return text.replace("\x1b", UNDECODABLE)
        if self.g0 == "romaji":
            return raw.decode("ascii").translate(_ROMAJI)
        raised = bytes(byte | 0x80 for byte in raw)
        if self.g0 == "katakana":
            return self._try(raised, "shift_jis")
        if len(raised) % 2 and raw.endswith(b" "):  # padding written without a return to ASCII
            return self._low(raw[:-1]) + " "
        if self.g0 == "jisx0212":
            raised = b"".join(b"\x8f" + raised[i : i + 2] for i in range(0, len(raised), 2))
        return self._try(raised, "euc_jp")

    def _high(self, raw: bytes) -> str:
        codec = self.g1
        if not codec:
            self.doubtful = True
            codec = self.spare_g1 or "iso8859_1"
        if codec == "katakana":
            self.doubtful |= any(not 0xA1 <= byte <= 0xDF for byte in raw)
            codec = "shift_jis"
        text = self._try(raw, codec)
        if codec.startswith("iso8859"):
            shown = doubtful_c1(text)
            self.doubtful |= shown != text
            return shown
        return text

    def _try(self, raw: bytes, codec: str) -> str:
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            self.doubtful = True
            return raw.decode(codec, "replace")
