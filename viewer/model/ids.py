"""Transfer syntaxes by UID: names, and which are lossy (PS3.6 A-1)."""

from __future__ import annotations

from dataclasses import dataclass

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """A transfer syntax: its UID, its name, how pixel data is coded, and whether that can lose.

    ``coding`` is ``native``, ``jpeg``, ``jpegls``, ``jpeg2000``, ``htj2k``, ``jpegxl``, ``rle``,
    ``deflated-frame``, ``video`` or ``referenced``.
    """

    uid: str
    name: str
    coding: str
    lossy: bool = False


TRANSFER_SYNTAXES: tuple[TransferSyntax, ...] = (
    TransferSyntax(IMPLICIT_LITTLE, "Implicit VR little endian", "native"),
    TransferSyntax(EXPLICIT_LITTLE, "Explicit VR little endian", "native"),
    TransferSyntax("1.2.840.10008.1.2.1.98", "Encapsulated uncompressed", "native"),
    TransferSyntax(DEFLATED, "Deflated explicit VR little endian", "native"),
    TransferSyntax(EXPLICIT_BIG, "Explicit VR big endian", "native"),
    TransferSyntax("1.2.840.113619.5.2", "GE implicit VR, big endian pixels", "native"),
    TransferSyntax("1.2.840.10008.1.2.4.50", "JPEG baseline", "jpeg", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.51", "JPEG extended", "jpeg", lossy=True),
    TransferSyntax(
        "1.2.840.10008.1.2.4.52", "JPEG extended, processes 3 and 5", "jpeg", lossy=True
    ),
    TransferSyntax("1.2.840.10008.1.2.4.53", "JPEG spectral selection", "jpeg", lossy=True),
    TransferSyntax(
        "1.2.840.10008.1.2.4.54", "JPEG spectral selection, 7 and 9", "jpeg", lossy=True
    ),
    TransferSyntax("1.2.840.10008.1.2.4.55", "JPEG full progression", "jpeg", lossy=True),
    TransferSyntax(
        "1.2.840.10008.1.2.4.56", "JPEG full progression, 11 and 13", "jpeg", lossy=True
    ),
    TransferSyntax("1.2.840.10008.1.2.4.57", "JPEG lossless", "jpeg"),
    TransferSyntax("1.2.840.10008.1.2.4.58", "JPEG lossless, process 15", "jpeg"),
    TransferSyntax("1.2.840.10008.1.2.4.59", "JPEG hierarchical, 16 and 18", "jpeg", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.60", "JPEG hierarchical, 17 and 19", "jpeg", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.61", "JPEG hierarchical, 20 and 22", "jpeg", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.62", "JPEG hierarchical, 21 and 23", "jpeg", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.63", "JPEG hierarchical, 24 and 26", "jpeg", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.64", "JPEG hierarchical, 25 and 27", "jpeg", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.65", "JPEG hierarchical lossless, 28", "jpeg"),
    TransferSyntax("1.2.840.10008.1.2.4.66", "JPEG hierarchical lossless, 29", "jpeg"),
    TransferSyntax("1.2.840.10008.1.2.4.70", "JPEG lossless, first order", "jpeg"),
    TransferSyntax("1.2.840.10008.1.2.4.80", "JPEG-LS lossless", "jpegls"),
    TransferSyntax("1.2.840.10008.1.2.4.81", "JPEG-LS near-lossless", "jpegls", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.90", "JPEG 2000 lossless", "jpeg2000"),
    TransferSyntax("1.2.840.10008.1.2.4.91", "JPEG 2000", "jpeg2000", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.92", "JPEG 2000 part 2 lossless", "jpeg2000"),
    TransferSyntax("1.2.840.10008.1.2.4.93", "JPEG 2000 part 2", "jpeg2000", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.94", "JPIP referenced", "referenced"),
    TransferSyntax("1.2.840.10008.1.2.4.95", "JPIP referenced deflated", "referenced"),
    TransferSyntax("1.2.840.10008.1.2.4.100", "MPEG-2 main profile", "video", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.101", "MPEG-2 high profile", "video", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.102", "MPEG-4 AVC high profile", "video", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.103", "MPEG-4 AVC BD-compatible", "video", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.104", "MPEG-4 AVC for 2D video", "video", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.105", "MPEG-4 AVC for 3D video", "video", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.106", "MPEG-4 AVC stereo", "video", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.107", "HEVC main profile", "video", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.108", "HEVC main 10 profile", "video", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.110", "JPEG XL lossless", "jpegxl"),
    TransferSyntax("1.2.840.10008.1.2.4.111", "JPEG XL recompression", "jpegxl", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.112", "JPEG XL", "jpegxl", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.201", "High-throughput JPEG 2000 lossless", "htj2k"),
    TransferSyntax("1.2.840.10008.1.2.4.202", "High-throughput JPEG 2000 RPCL", "htj2k"),
    TransferSyntax("1.2.840.10008.1.2.4.203", "High-throughput JPEG 2000", "htj2k", lossy=True),
    TransferSyntax("1.2.840.10008.1.2.4.204", "JPIP HTJ2K referenced", "referenced"),
    TransferSyntax("1.2.840.10008.1.2.4.205", "JPIP HTJ2K referenced deflated", "referenced"),
    TransferSyntax("1.2.840.10008.1.2.5", "RLE lossless", "rle"),
    TransferSyntax("1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20 progressive", "video"),
    TransferSyntax("1.2.840.10008.1.2.7.2", "SMPTE ST 2110-20 interlaced", "video"),
    TransferSyntax("1.2.840.10008.1.2.7.3", "SMPTE ST 2110-30 audio", "video"),
    TransferSyntax("1.2.840.10008.1.2.8.1", "Deflated image frame", "deflated-frame"),
)

BY_UID = {syntax.uid: syntax for syntax in TRANSFER_SYNTAXES}


def transfer_syntax(uid: str) -> TransferSyntax | None:
    """Return the transfer syntax of a UID, or None when it is not known."""
    return BY_UID.get(uid)


def syntax_name(uid: str) -> str:
    """Return a name people can read; the UID itself when it is not known."""
    known = BY_UID.get(uid)
    return known.name if known else f"unknown transfer syntax {uid}"
