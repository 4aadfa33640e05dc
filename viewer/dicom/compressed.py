"""Compressed frames: find the bytes, believe the codestream, check it against the header."""

from __future__ import annotations

import zlib

import numpy as np

from viewer.base.errors import DecodeError, LimitError, MismatchError, TruncatedError
from viewer.dicom.budgets import PixelLimits, check_ratio
from viewer.dicom.codecs import decode_codestream, decode_rle
from viewer.dicom.codestream import HTJ2K, JPEG, JPEG_2000, JPEG_XL, Codestream, damaged, kind_of
from viewer.dicom.colour import settle_colour
from viewer.dicom.fragments import index_fragments, read_frame_bytes
from viewer.dicom.j2k_header import read_j2k, read_jxl
from viewer.dicom.jpeg_header import read_jpeg
from viewer.dicom.native import arrange, stored_frame_bits
from viewer.dicom.raw_frame import RawFrame
from viewer.dicom.source import OpenObject
from viewer.dicom.syntaxes import DEFLATED_FRAME, NATIVE, RLE
from viewer.model.ids import TransferSyntax
from viewer.model.study import PixelFormat

_EXTENDED_OFFSETS = 0x7FE00001
_NAMES = {
    "jpeg": "JPEG",
    "jpegls": "JPEG-LS",
    "jpeg2000": "JPEG 2000",
    "htj2k": "High-Throughput JPEG 2000",
    "jpegxl": "JPEG XL",
}
_MAX_PRECISION = 16


def read_compressed(
    found: OpenObject, syntax: TransferSyntax, index: int, limits: PixelLimits
) -> RawFrame:
    """Decode frame ``index`` of an encapsulated object.

    Raises
    ------
    DecodeError
        When the bytes are damaged or of no known kind.
    LimitError
        When they claim too much.
    MismatchError
        When the codestream's size is not the header's.
    TruncatedError
        When the file ends before this frame.
    """
    data, warnings = _frame_bytes(found, index, limits)
    raw = _decode(data, syntax, found.pixels, limits)
    return RawFrame(
        raw.samples, raw.n_rows_complete, raw.decoder, raw.stream, (*warnings, *raw.warnings)
    )


def read_codestream(data: bytes) -> Codestream | None:
    """Read the header of a frame by its first bytes; None when it is of no kind that has one."""
    kind = kind_of(data)
    if kind == JPEG:
        return read_jpeg(data)
    if kind == JPEG_2000:
        return read_j2k(data)
    if kind == JPEG_XL:
        return read_jxl(data)
    return None


def _frame_bytes(
    found: OpenObject, index: int, limits: PixelLimits
) -> tuple[bytes, tuple[str, ...]]:
    if found.index is None:
        offsets = found.header.raw(_EXTENDED_OFFSETS) or b""
        found.index = index_fragments(
            found.stream,
            found.pixels.offset,
            found.pixels.n_frames,
            tuple(int(n) for n in np.frombuffer(offsets[: len(offsets) // 8 * 8], "<u8")),
        )
    frames = found.index.frames
    if index >= len(frames):
        raise TruncatedError(
            f"Image {index + 1} is not in the file; it holds {len(frames)} "
            f"of {found.pixels.n_frames}."
        )
    warnings = found.index.warnings
    stored = sum(length for _, length in frames[index])
    if stored > limits.plausible_bytes + 2 * found.pixels.frame_nbytes:
        raise LimitError(
            f"The compressed image takes {stored} bytes, far more than its pixels would. "
            "It was not decoded."
        )
    data = read_frame_bytes(found.stream, frames[index])
    if index == len(frames) - 1 and found.index.cut:
        warnings = (*warnings, "The last image is shorter than the file claims.")
    return data, warnings


def _decode(
    data: bytes, syntax: TransferSyntax, pixels: PixelFormat, limits: PixelLimits
) -> RawFrame:
    stream = read_codestream(data)
    if stream is not None and syntax.coding not in (RLE, DEFLATED_FRAME, NATIVE):
        return _decode_stream(data, stream, syntax, pixels, limits)
    if syntax.coding == RLE or (stream is None and syntax.coding != NATIVE):
        if syntax.coding == DEFLATED_FRAME:
            return _inflate(data, pixels)
        if syntax.coding != RLE:
            raise damaged(f"it does not begin like {syntax.name}")
        check_ratio(pixels.frame_nbytes, len(data), limits)
        width = -(-pixels.bits_allocated // 8)
        return decode_rle(data, (pixels.rows, pixels.columns, pixels.samples), width)
    if stream is not None and len(data) < stored_frame_bits(pixels) // 8:
        return _decode_stream(data, stream, syntax, pixels, limits)
    return arrange(data, pixels)


def _inflate(data: bytes, pixels: PixelFormat) -> RawFrame:
    """Inflate a frame of Deflated Image Frame Compression; never more than the frame needs."""
    needed = (stored_frame_bits(pixels) + 7) // 8
    try:
        plain = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, needed)
    except zlib.error as err:
        raise damaged("it cannot be inflated") from err
    return arrange(plain, pixels)


def _decode_stream(
    data: bytes,
    stream: Codestream,
    syntax: TransferSyntax,
    pixels: PixelFormat,
    limits: PixelLimits,
) -> RawFrame:
    warnings = _compare(stream, syntax, pixels)
    width = 1 if 0 < stream.precision <= 8 else 2
    claimed = stream.rows * stream.columns * max(stream.components, pixels.samples) * width
    if claimed > limits.frame_bytes:
        raise LimitError(
            f"One image claims {stream.columns} × {stream.rows} pixels, which is over the limit. "
            "It was not decoded."
        )
    check_ratio(claimed, len(data), limits)
    stream = settle_colour(stream, pixels.photometric)
    raw = decode_codestream(data, stream)
    return RawFrame(
        raw.samples, raw.n_rows_complete, raw.decoder, stream, (*warnings, *raw.warnings)
    )


def _compare(stream: Codestream, syntax: TransferSyntax, pixels: PixelFormat) -> list[str]:
    """Refuse a codestream of another size; tell of smaller lies, where the codestream wins."""
    if (stream.rows, stream.columns) != (pixels.rows, pixels.columns):
        raise MismatchError(
            f"The header says {pixels.columns} × {pixels.rows} pixels, the compressed image is "
            f"{stream.columns} × {stream.rows}. It was not decoded, because positions and "
            "distances in it would be wrong."
        )
    if stream.precision > _MAX_PRECISION:
        raise DecodeError(f"Compressed images of {stream.precision} bits are not supported.")
    warnings = []
    family = JPEG_2000 if stream.kind == HTJ2K and syntax.coding == JPEG_2000 else stream.kind
    if family != syntax.coding and not {family, syntax.coding} <= {JPEG_2000, HTJ2K}:
        warnings.append(f"The header names {syntax.name}, but the image is {_NAMES[stream.kind]}.")
    if stream.components and stream.components != pixels.samples:
        warnings.append(
            f"The header names {pixels.samples} sample(s) per pixel, the image has "
            f"{stream.components}."
        )
    if stream.kind in (JPEG_2000, HTJ2K) and stream.signed != pixels.signed:
        told = ("unsigned", "signed")
        warnings.append(
            f"The header says pixels are {told[pixels.signed]}, the compressed image says "
            f"{told[stream.signed]}; the header is followed. Values may be wrong."
        )
    return warnings
