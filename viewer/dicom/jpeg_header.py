"""Read JPEG and JPEG-LS headers (ISO/IEC 10918-1 annex B, 14495-1 annex C)."""

from __future__ import annotations

from dataclasses import dataclass, field

from viewer.dicom.codestream import EOI, GREY, JPEG, JPEG_LS, RGB, SOI, YBR, Codestream, damaged

_MAX_SEGMENTS = 2000
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_SOF_PROCESS = {
    0xC0: "baseline",
    0xC1: "extended",
    0xC2: "progressive",
    0xC3: "lossless",
    0xC5: "hierarchical",
    0xC6: "hierarchical",
    0xC7: "hierarchical",
    0xC9: "arithmetic",
    0xCA: "arithmetic",
    0xCB: "arithmetic",
    0xCD: "hierarchical",
    0xCE: "hierarchical",
    0xCF: "hierarchical",
}
_SOF_JPEG_LS = 0xF7
_LSE = 0xF8
_DHP = 0xDE
_SOS = 0xDA
_EOI_CODE = 0xD9
_APP0 = 0xE0
_APP14 = 0xEE
_RGB_IDS = (0x52, 0x47, 0x42)


@dataclass(slots=True)
class _Seen:
    """What the markers have told so far."""

    process: str = ""
    jpeg_ls: bool = False
    precision: int = 0
    rows: int = 0
    columns: int = 0
    component_ids: tuple[int, ...] = ()
    subsampled: bool = False
    jfif: bool = False
    adobe: int | None = None
    near: int = 0
    scan_start: int = 0
    transform: bool = False
    warnings: list[str] = field(default_factory=list)


def read_jpeg(data: bytes) -> Codestream:
    """Read the header of a JPEG or JPEG-LS codestream.

    Raises
    ------
    DecodeError
        When there is no frame header, or a segment runs past the end.
    """
    seen = _walk(data)
    if not seen.process and not seen.jpeg_ls:
        raise damaged("it has no frame header")
    if seen.rows == 0 or seen.columns == 0:
        raise damaged("its size is given after the image, which is not supported")
    colour, marker = _colour(seen)
    process = seen.process
    if seen.jpeg_ls:
        process = "near-lossless" if seen.near else "lossless"
    return Codestream(
        kind=JPEG_LS if seen.jpeg_ls else JPEG,
        rows=seen.rows,
        columns=seen.columns,
        components=len(seen.component_ids),
        precision=seen.precision,
        process=process,
        colour=colour,
        marker=marker,
        complete=seen.scan_start > 0 and data.rfind(EOI, seen.scan_start) >= 0,
        warnings=tuple(seen.warnings),
    )


def _walk(data: bytes) -> _Seen:
    if data[:2] != SOI:
        raise damaged("it does not begin like a JPEG image")
    seen = _Seen()
    at = 2
    for _ in range(_MAX_SEGMENTS):
        code, at = _next_marker(data, at)
        if code in _STANDALONE:
            continue
        if code == _EOI_CODE:
            break
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):
            raise damaged("a header segment runs past its end")
        _take(seen, code, data[at + 2 : at + length])
        at += length
        if code == _SOS:
            seen.scan_start = at
            break
    return seen


def _next_marker(data: bytes, at: int) -> tuple[int, int]:
    """Return the code of the marker at ``at`` (fill bytes skipped) and the offset behind it."""
    if data[at : at + 1] != b"\xff":
        raise damaged("a header segment is missing")
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data):
        raise damaged("it ends inside its header")
    return data[at], at + 1


def _take(seen: _Seen, code: int, body: bytes) -> None:
    if code in _SOF_PROCESS or code == _SOF_JPEG_LS:
        _take_frame(seen, code, body)
    elif code == _DHP:
        seen.process = "hierarchical"
    elif code == _APP0 and body[:5] == b"JFIF\x00":
        seen.jfif = True
    elif code == _APP14 and body[:5] == b"Adobe" and len(body) >= 12:
        seen.adobe = body[11]
    elif code == _LSE:
        _take_extension(seen, body)
    elif code == _SOS and len(body) >= 4:
        seen.near = body[-3]


def _take_frame(seen: _Seen, code: int, body: bytes) -> None:
    count = body[5] if len(body) > 5 else 0
    if len(body) < 6 + 3 * count or count == 0:
        raise damaged("its frame header is too short")
    if seen.process != "hierarchical":
        seen.process = _SOF_PROCESS.get(code, "")
    seen.jpeg_ls = code == _SOF_JPEG_LS
    seen.precision = body[0]
    seen.rows = int.from_bytes(body[1:3], "big") or seen.rows
    seen.columns = int.from_bytes(body[3:5], "big") or seen.columns
    seen.component_ids = tuple(body[6 + 3 * n] for n in range(count))
    factors = {body[7 + 3 * n] for n in range(count)}
    seen.subsampled = len(factors) > 1


def _take_extension(seen: _Seen, body: bytes) -> None:
    """Read an LSE segment: type 4 gives the size of images over 65535 (14495-1 C.2.4.1.4)."""
    if body[:1] == b"\x04" and len(body) >= 2:
        width = body[1]
        if width in (2, 3, 4) and len(body) >= 2 + 2 * width:
            seen.rows = int.from_bytes(body[2 : 2 + width], "big")
            seen.columns = int.from_bytes(body[2 + width : 2 + 2 * width], "big")
    elif body[:1] == b"\x0d":  # HP colour transform, an extension of one vendor
        seen.transform = True


def _colour(seen: _Seen) -> tuple[str, str]:
    """Tell the colour space, most telling evidence first; empty when nothing tells it.

    Lossless JPEG and JPEG-LS know no colour transform; only an Adobe marker may name one.
    Component identifiers 1, 2, 3 are no evidence: encoders write them for RGB as well.
    """
    if len(seen.component_ids) == 1:
        return GREY, ""
    if len(seen.component_ids) != 3:
        return "", ""
    if seen.adobe is not None:
        return (YBR if seen.adobe == 1 else RGB), "APP14"
    if seen.jpeg_ls or seen.process == "lossless":
        return "", ""
    if seen.jfif:
        return YBR, "JFIF"
    if seen.component_ids == _RGB_IDS:
        return RGB, "component ids"
    if seen.subsampled:
        return YBR, "subsampling"
    return "", ""
