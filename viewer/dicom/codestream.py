"""What a compressed frame says about itself, read before any decoder sees it (R-002).

All readers here are bounded: they look at headers only, never trust a length past the end of
the bytes, and stop after a fixed number of markers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from viewer.base.errors import DecodeError

JPEG = "jpeg"
JPEG_LS = "jpegls"
JPEG_2000 = "jpeg2000"
HTJ2K = "htj2k"
JPEG_XL = "jpegxl"
RLE = "rle"

RGB = "RGB"
YBR = "YBR"
GREY = "GREY"

SOI = b"\xff\xd8"
EOI = b"\xff\xd9"
JP2_SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
J2K_START = b"\xff\x4f\xff\x51"
JXL_START = b"\xff\x0a"
JXL_SIGNATURE = b"\x00\x00\x00\x0cJXL \r\n\x87\n"


@dataclass(frozen=True, slots=True)
class Codestream:
    """The header of one compressed frame.

    Attributes
    ----------
    kind
        Which codec it really is, whatever the transfer syntax says.
    precision
        Bits of a sample; 0 when the codestream does not say (RLE).
    signed
        Samples are signed integers (JPEG 2000 only).
    process
        JPEG: ``baseline``, ``extended``, ``progressive``, ``lossless``, ``hierarchical`` or
        ``arithmetic``; JPEG 2000: ``reversible`` or ``irreversible``; JPEG-LS: ``lossless`` or
        ``near-lossless``; otherwise empty.
    colour
        ``RGB``, ``YBR`` (the decoder or we must convert), ``GREY``, or empty when it does not say.
    marker
        What ``colour`` was read from (``APP14``, ``JFIF``, ``component ids``, ``MCT``, ...).
    complete
        The end marker is there.
    start
        Offset of the codestream proper (after a JP2 wrapper).
    """

    kind: str
    rows: int
    columns: int
    components: int
    precision: int
    signed: bool = False
    process: str = ""
    colour: str = ""
    marker: str = ""
    complete: bool = True
    start: int = 0
    warnings: tuple[str, ...] = field(default=())


def kind_of(data: bytes | memoryview) -> str:
    """Tell from the first bytes which codec wrote them; empty when none of ours.

    JPEG and JPEG-LS share their start; both answer ``jpeg`` here.
    """
    head = bytes(data[:12])
    if head[:2] == SOI and head[2:3] == b"\xff":
        return JPEG
    if head[:4] == J2K_START or head == JP2_SIGNATURE:
        return JPEG_2000
    if head[:2] == JXL_START or head == JXL_SIGNATURE:
        return JPEG_XL
    return ""


def starts_image(data: bytes | memoryview) -> bool:
    """Tell whether a fragment begins a new JPEG-family image."""
    return bool(kind_of(data))


def ends_image(tail: bytes) -> bool:
    """Tell whether the last bytes of a fragment hold an end marker, padding aside."""
    return tail.rstrip(b"\x00\xff\x20").endswith(EOI[:2]) or EOI in tail[-8:]


def damaged(what: str) -> DecodeError:
    """Return the error for a codestream header that cannot be read."""
    return DecodeError(f"The compressed image is damaged: {what}. The file itself is kept.")
