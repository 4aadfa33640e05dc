"""Read JPEG 2000, HTJ2K (ISO/IEC 15444-1 annexes A and I, 15444-15) and JPEG XL headers."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.dicom.codestream import (
    EOI,
    GREY,
    HTJ2K,
    J2K_START,
    JP2_SIGNATURE,
    JPEG_2000,
    JPEG_XL,
    JXL_SIGNATURE,
    JXL_START,
    RGB,
    YBR,
    Codestream,
    damaged,
)

_MAX_MARKERS = 200
_MAX_BOXES = 64
_MAX_TILES = 65_535
_SIZ_FIXED = 38
_COD = 0xFF52
_CAP = 0xFF50
_SOT = 0xFF90
_TAIL_BYTES = 64


def read_j2k(data: bytes) -> Codestream:
    """Read the header of a JPEG 2000 codestream, raw or wrapped in JP2 boxes.

    Raises
    ------
    DecodeError
        When SIZ is missing, cut off or contradicts itself.
    """
    start = 0
    sycc = False
    if data[:12] == JP2_SIGNATURE:
        start, sycc = _find_jp2_codestream(data)
    if data[start : start + 4] != J2K_START:
        raise damaged("it does not begin like a JPEG 2000 image")
    size = int.from_bytes(data[start + 4 : start + 6], "big")
    siz = data[start + 6 : start + 4 + size]
    if len(siz) < _SIZ_FIXED - 2 or len(siz) != size - 2:
        raise damaged("its size marker is cut off")
    columns, rows, components = _image_size(siz)
    depths = {siz[36 + 3 * n] for n in range(components)}
    depth = siz[36]
    high_throughput, reversible, transformed = _walk_main_header(data, start + 4 + size)
    colour = GREY if components == 1 else (YBR if sycc else RGB if transformed else "")
    return Codestream(
        kind=HTJ2K if high_throughput else JPEG_2000,
        rows=rows,
        columns=columns,
        components=components,
        precision=(depth & 0x7F) + 1,
        signed=bool(depth & 0x80),
        process="reversible" if reversible else "irreversible",
        colour=colour,
        marker="colour box" if sycc else "MCT" if transformed else "",
        complete=data.rfind(EOI, max(start, len(data) - _TAIL_BYTES)) >= 0,
        start=start,
        warnings=("The components have different depths.",) if len(depths) > 1 else (),
    )


def _image_size(siz: bytes) -> tuple[int, int, int]:
    def number(at: int, width: int = 4) -> int:
        return int.from_bytes(siz[at : at + width], "big")

    columns = number(2) - number(10)
    rows = number(6) - number(14)
    tile_columns, tile_rows = number(18), number(22)
    components = number(34, 2)
    if columns < 1 or rows < 1 or tile_columns < 1 or tile_rows < 1:
        raise damaged("its size marker is impossible")
    if not 1 <= components <= 4 or len(siz) < 36 + 3 * components:
        raise damaged(f"it claims {components} components")
    tiles = -(-columns // tile_columns) * -(-rows // tile_rows)
    if tiles > _MAX_TILES:
        raise damaged(f"it claims {tiles} tiles")
    return columns, rows, components


def _walk_main_header(data: bytes, at: int) -> tuple[bool, bool, bool]:
    """Return (high throughput, reversible wavelet, component transform) from COD and CAP."""
    high_throughput = reversible = transformed = False
    for _ in range(_MAX_MARKERS):
        marker = int.from_bytes(data[at : at + 2], "big")
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SOT or marker < 0xFF00 or length < 2:
            break
        body = data[at + 4 : at + 2 + length]
        if marker == _COD and len(body) >= 10:
            transformed = body[4] == 1
            reversible = body[9] == 1
        elif marker == _CAP and len(body) >= 4:
            high_throughput = bool(int.from_bytes(body[:4], "big") & (1 << 17))  # Pcap15
        at += 2 + length
    return high_throughput, reversible, transformed


def _find_jp2_codestream(data: bytes) -> tuple[int, bool]:
    """Return the offset of the codestream in JP2 boxes, and whether colour is declared sYCC."""
    at = 0
    sycc = False
    for _ in range(_MAX_BOXES):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        header = 8
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
            header = 16
        if kind == b"jp2c":
            return at + header, sycc
        if kind == b"jp2h":
            sycc = _declares_sycc(data[at + header : at + max(length, header)])
        if length < header or at + length >= len(data):
            break
        at += length
    raise damaged("its JP2 boxes hold no image")


def _declares_sycc(boxes: bytes) -> bool:
    """Look for an enumerated colour space 18 (sYCC) in the colour specification box (I.5.3.3)."""
    at = boxes.find(b"colr\x01")
    return at >= 0 and int.from_bytes(boxes[at + 7 : at + 11], "big") == 18


@dataclass(slots=True)
class _Bits:
    """Read bits of JPEG XL headers, least significant first (ISO/IEC 18181-1 annex B)."""

    data: bytes
    at: int = 0

    def take(self, count: int) -> int:
        """Return the next ``count`` bits."""
        value = 0
        for n in range(count):
            index, bit = divmod(self.at, 8)
            if index >= len(self.data):
                raise damaged("it ends inside its header")
            value |= (self.data[index] >> bit & 1) << n
            self.at += 1
        return value

    def size(self) -> int:
        """Return a dimension coded with one of four widths."""
        return 1 + self.take((9, 13, 18, 30)[self.take(2)])


_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}


def read_jxl(data: bytes) -> Codestream:
    """Read the size of a JPEG XL image, bare or in boxes.

    Components and depth are not read (0): the decoder's answer is compared with the header.

    Raises
    ------
    DecodeError
        When there is no size header.
    """
    start = _find_jxl_codestream(data) if data[:12] == JXL_SIGNATURE else 0
    if data[start : start + 2] != JXL_START:
        raise damaged("it does not begin like a JPEG XL image")
    bits = _Bits(data[start + 2 : start + 34])
    small = bits.take(1)
    rows = 8 * (1 + bits.take(5)) if small else bits.size()
    ratio = bits.take(3)
    if ratio:
        numerator, denominator = _RATIOS[ratio]
        columns = rows * numerator // denominator
    else:
        columns = 8 * (1 + bits.take(5)) if small else bits.size()
    return Codestream(JPEG_XL, rows, columns, 0, 0, start=start)


def _find_jxl_codestream(data: bytes) -> int:
    at = 0
    for _ in range(_MAX_BOXES):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        header = 16 if length == 1 else 8
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if kind == b"jxlc":
            return at + header
        if kind == b"jxlp":
            return at + header + 4
        if length < header or at + length >= len(data):
            break
        at += length
    raise damaged("its boxes hold no image")
