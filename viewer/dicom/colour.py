"""Colour spaces of decoded frames, to RGB (PS3.3 C.7.6.3.1.2).

The codestream's own word beats the header's: which colour space a JPEG image is in is told by its
Adobe or JFIF marker and component identifiers; JPEG 2000 tells whether its components were
transformed. Only where it says nothing does Photometric Interpretation decide.

==================  ==========================================  ==============================
Codec               Evidence, in this order                     Otherwise
==================  ==========================================  ==============================
JPEG lossy          Adobe transform, JFIF, component ids 'RGB', header: RGB stays, others convert
                    subsampled chrominance (all: the decoder
                    converts)
JPEG lossless       Adobe transform                             header: RGB stays, YBR converts
JPEG-LS             none exists                                 header: RGB stays, YBR converts
JPEG 2000, HTJ2K    component transform (the decoder undoes     header YBR_FULL converts; RGB,
                    it), sYCC colour box (converts)             YBR_RCT and YBR_ICT stay
JPEG XL             the decoder gives RGB                       stays
RLE, native         none exists                                 header
==================  ==========================================  ==============================
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import DecodeError
from viewer.dicom.codestream import JPEG, JPEG_XL, RGB, YBR, Codestream

Array = NDArray[Any]

_FULL = ("YBR_FULL", "YBR_FULL_422")
_PARTIAL = ("YBR_PARTIAL_422", "YBR_PARTIAL_420")
_TRANSFORMED = ("YBR_RCT", "YBR_ICT")
_RGB_NAMES = ("RGB", *_TRANSFORMED)


def settle_colour(stream: Codestream, photometric: str) -> Codestream:
    """Let the header decide what a lossy JPEG image of three components does not say itself."""
    if stream.kind != JPEG or stream.components != 3 or stream.colour or _is_lossless(stream):
        return stream
    return replace(stream, colour=RGB if photometric == "RGB" else YBR, marker="header")


def to_rgb(samples: Array, photometric: str, bits: int, stream: Codestream | None) -> Array:
    """Convert a decoded colour frame to RGB.

    Parameters
    ----------
    samples
        (rows, columns, 3) unsigned integers, as the decoder gave them.
    bits
        Bits of a sample that count (Bits Stored).
    stream
        Header of the codestream; None for native and RLE frames.

    Raises
    ------
    DecodeError
        For colour models that Lightbox does not know (CMYK, ARGB, HSV).
    """
    if samples.ndim != 3 or samples.shape[2] != 3:
        raise DecodeError(f"The colour model {photometric or 'of this image'} is not supported.")
    if stream is not None and (stream.kind == JPEG_XL or stream.colour == RGB):
        return samples
    if stream is not None and stream.colour == YBR:
        converted = stream.kind == JPEG and not _is_lossless(stream)
        return samples if converted else ybr_full_to_rgb(samples, bits)
    if photometric in _RGB_NAMES:
        return samples
    if photometric in _FULL:
        return ybr_full_to_rgb(samples, bits)
    if photometric in _PARTIAL:
        return ybr_partial_to_rgb(samples, bits)
    if photometric in ("", "MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"):
        return samples  # three samples whatever the header calls them
    raise DecodeError(f"The colour model {photometric} is not supported.")


def _is_lossless(stream: Codestream) -> bool:
    return stream.process == "lossless"


def expand_422(samples: Array) -> Array:
    """Give each pixel of native YBR_FULL_422 its colour (PS3.3 C.7.6.3.1.2).

    Two pixels are stored as Y1 Y2 Cb Cr, without regard to where rows end.

    Parameters
    ----------
    samples
        (rows, columns * 2).

    Returns
    -------
    array
        (rows, columns, 3).
    """
    rows, width = samples.shape
    pairs = samples.reshape(-1, 4)
    out = np.empty((len(pairs), 2, 3), samples.dtype)
    out[..., 0] = pairs[..., :2]
    out[..., 1] = pairs[..., 2:3]
    out[..., 2] = pairs[..., 3:4]
    return out.reshape(rows, width // 2, 3)


def ybr_full_to_rgb(samples: Array, bits: int = 8) -> Array:
    """Convert full-range luminance and chrominance (CCIR 601) to RGB, rounded and clipped."""
    if samples.dtype == np.uint8 and bits == 8:
        return _bytes_to_rgb(samples)
    half = float(1 << (bits - 1))
    y, cb, cr = (samples[..., n].astype(np.float32) for n in range(3))
    cb -= half
    cr -= half
    red = y + 1.402 * cr
    green = y - 0.344136 * cb - 0.714136 * cr
    blue = y + 1.772 * cb
    return _pack((red, green, blue), samples.dtype, bits)


def _bytes_to_rgb(samples: Array) -> Array:
    """Convert 8-bit YBR_FULL by tables: red and blue exactly, green to 16 fractional bits."""
    chroma = np.arange(256) - 128
    red = np.rint(1.402 * chroma).astype(np.int16)
    blue = np.rint(1.772 * chroma).astype(np.int16)
    green_b = np.rint(-0.344136 * 65_536 * chroma + 32_768).astype(np.int32)
    green_r = np.rint(-0.714136 * 65_536 * chroma).astype(np.int32)
    y, cb, cr = (np.ascontiguousarray(samples[..., n]) for n in range(3))
    luminance = y.astype(np.int16)
    green = np.take(green_b, cb)
    green += np.take(green_r, cr)
    green >>= 16
    out = np.empty(samples.shape, np.uint8)
    channels = (np.take(red, cr), green.astype(np.int16), np.take(blue, cb))
    for n, channel in enumerate(channels):
        channel += luminance
        out[..., n] = np.clip(channel, 0, 255, out=channel)
    return out


def ybr_partial_to_rgb(samples: Array, bits: int = 8) -> Array:
    """Convert studio-range luminance (16 to 235) and chrominance to RGB, rounded and clipped."""
    scale = float(1 << bits) / 256
    y, cb, cr = (samples[..., n].astype(np.float32) for n in range(3))
    y = 1.1644 * (y - 16 * scale)
    cb -= 128 * scale
    cr -= 128 * scale
    red = y + 1.5960 * cr
    green = y - 0.3917 * cb - 0.8129 * cr
    blue = y + 2.0173 * cb
    return _pack((red, green, blue), samples.dtype, bits)


def _pack(channels: tuple[Array, ...], dtype: np.dtype[Any], bits: int) -> Array:
    out = np.empty((*channels[0].shape, 3), dtype)
    top = (1 << bits) - 1
    for n, channel in enumerate(channels):
        np.rint(channel, out=channel)
        out[..., n] = np.clip(channel, 0, top)
    return out
