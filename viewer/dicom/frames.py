"""Decode one frame of one object: the one entrance to everything below (R-001, R-002, R-063).

``decode_frame`` runs anywhere: in a worker of the decode pool, which is where files of unknown
origin belong, or on the command line.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import DecodeError
from viewer.dicom.budgets import DEFAULT_LIMITS, PixelLimits, check_claims
from viewer.dicom.colour import expand_422, to_rgb
from viewer.dicom.compressed import read_compressed
from viewer.dicom.luts import grey_rules
from viewer.dicom.native import cut_bits, is_422, mask_to_stored, read_rows
from viewer.dicom.overlay_planes import overlay_groups, read_overlays, whole_samples
from viewer.dicom.palette import apply_palette, read_palette
from viewer.dicom.raw_frame import RawFrame
from viewer.dicom.source import ObjectCache, OpenObject, open_object
from viewer.dicom.syntaxes import require_decodable
from viewer.model.frame import Frame, OverlayPlane
from viewer.model.study import Instance, PixelFormat

Array = NDArray[Any]


def decode_frame(
    instance: Instance,
    index: int,
    limits: PixelLimits = DEFAULT_LIMITS,
    cache: ObjectCache | None = None,
) -> Frame:
    """Decode frame ``index`` (from 0) of an instance and find the rules that display it.

    Sizes are checked before anything is allocated; the identity in the result is read from the
    same opening of the file as the pixels.

    Parameters
    ----------
    cache
        Kept between calls, it saves parsing the header and indexing the fragments again.

    Raises
    ------
    DecodeError
        When the pixels cannot be decoded; ``UnsupportedSyntaxError`` when their transfer syntax
        is refused by name, ``MismatchError`` when the codestream contradicts the header.
    IdentityError
        When the file now holds another object.
    UnreadableError
        When the file cannot be read, is cut off before the frame, or claims too much
        (``LimitError``).
    """
    pixels = instance.pixels
    if pixels is None:
        raise DecodeError("This object has no image.")
    syntax = require_decodable(instance.transfer_syntax_uid)
    check_claims(pixels, instance.file.size, limits)
    if not 0 <= index < pixels.n_frames:
        raise DecodeError(f"Image {index + 1} does not exist; there are {pixels.n_frames}.")
    with open_object(instance, cache or ObjectCache()) as found:
        check_claims(found.pixels, found.stream.size, limits)
        if found.pixels.encapsulated:
            raw = read_compressed(found, syntax, index, limits)
        else:
            raw = read_rows(found.stream, found.pixels, index, words=found.pixel_vr == b"OW")
        return _finish(instance, index, found, raw)


def _finish(instance: Instance, index: int, found: OpenObject, raw: RawFrame) -> Frame:
    pixels = found.pixels
    samples, bits, told = stored_values(raw, pixels)
    warnings = [*raw.warnings, *told]
    overlays: tuple[OverlayPlane, ...] = ()
    if overlay_groups(found.header):
        overlays, left_out = read_overlays(found.header, pixels, index, whole_samples(raw))
        warnings += left_out
    grey = None
    if samples.ndim == 3 or is_422(pixels):
        samples = _colour(samples, bits, raw, pixels)
    elif pixels.photometric == "PALETTE COLOR":
        if found.palette is None:
            found.palette = read_palette(found.header, signed=pixels.signed)
        warnings += found.palette.warnings
        samples = apply_palette(samples, found.palette)
        bits = 8 if samples.dtype == np.uint8 else 16
    else:
        grey, left_out = grey_rules(instance, found.header, index)
        warnings += left_out
    samples = np.ascontiguousarray(samples)
    samples.setflags(write=False)
    return Frame(
        stored=samples,
        grey=grey,
        identity=found.identity,
        n_rows_complete=raw.n_rows_complete,
        decoder=raw.decoder,
        bits_stored=bits,
        warnings=tuple(dict.fromkeys(warnings)),
        overlays=overlays,
    )


def stored_values(raw: RawFrame, pixels: PixelFormat) -> tuple[Array, int, list[str]]:
    """Return stored values, masked and with their sign, how many bits of them count, and warnings.

    A codestream's own precision wins over Bits Stored where they differ: its sign bit is the
    highest bit it has, and a lossy one may pass the range that the header names. A difference
    that changes no value is not worth a word.
    """
    samples = raw.samples
    width = samples.dtype.itemsize * 8
    if samples.dtype.kind == "f":
        return samples, width, []
    stream = raw.stream
    if stream is None:
        return mask_to_stored(samples, pixels), min(pixels.bits_stored, width) or width, []
    precision = min(stream.precision or width, width)
    if samples.dtype.kind == "i":
        return _signed_codestream(samples, precision, pixels)
    stored = min(pixels.bits_stored, precision) if pixels.bits_stored > 0 else precision
    beyond = int(samples.max(initial=0)) - (1 << stored) + 1
    exact = pixels.signed or stream.process in ("lossless", "reversible")
    if stored == precision or beyond <= 0 or exact:
        return cut_bits(samples, stored, 0, signed=pixels.signed), stored, []
    if beyond <= (1 << stored) >> 3:  # lossy overshoot: masking would turn white into black
        return np.minimum(samples, samples.dtype.type((1 << stored) - 1)), stored, []
    told = f"The header says {stored} bits are stored; the compressed image uses {precision}."
    return samples, precision, [told]


def _signed_codestream(
    samples: Array, precision: int, pixels: PixelFormat
) -> tuple[Array, int, list[str]]:
    """Follow the header where only the codestream is signed: bits are kept, not their meaning.

    GDCM and pydicom do the same; which of the two is right cannot be told from the file.
    """
    if pixels.signed:
        return samples, precision, []
    bytes_allocated = max(samples.dtype.itemsize, min(pixels.bits_allocated, 16) // 8)
    wide = samples.astype(f"i{bytes_allocated}")
    stored = min(pixels.bits_stored, 8 * bytes_allocated) or 8 * bytes_allocated
    return cut_bits(wide, stored, 0, signed=False), stored, []


def _colour(samples: Array, bits: int, raw: RawFrame, pixels: PixelFormat) -> Array:
    if samples.dtype.itemsize > 2 or samples.dtype.kind == "f":
        raise DecodeError("Colour images of more than 16 bits per sample are not supported.")
    plain = samples.view(f"u{samples.dtype.itemsize}")
    if raw.stream is None and is_422(pixels):
        plain = expand_422(plain)
    return to_rgb(plain, pixels.photometric, bits, raw.stream)
