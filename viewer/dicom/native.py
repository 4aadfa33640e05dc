"""Read uncompressed pixels straight from the file by offset (PS3.5 8, annex D)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import DecodeError, TruncatedError
from viewer.dicom.raw_frame import RawFrame, incomplete
from viewer.dicom.streams import Stream
from viewer.model.study import PixelFormat

Array = NDArray[Any]


def container_dtype(pixels: PixelFormat) -> np.dtype[Any]:
    """Return the type in which one sample is stored in the file.

    Raises
    ------
    DecodeError
        For a number of bits that no image has.
    """
    order = ">" if pixels.big_endian else "<"
    if pixels.kind == "float":
        return np.dtype(f"{order}f4")
    if pixels.kind == "double":
        return np.dtype(f"{order}f8")
    if pixels.bits_allocated == 1:
        return np.dtype(np.uint8)
    if pixels.bits_allocated in (8, 16, 32, 64):
        return np.dtype(f"{order}u{pixels.bits_allocated // 8}")
    if pixels.bits_allocated == 12:
        return np.dtype(np.uint16)
    raise DecodeError(f"Pixels of {pixels.bits_allocated} bits are not supported.")


def stored_frame_bits(pixels: PixelFormat) -> int:
    """Return the bits one frame takes in the file; frames need not begin on a byte (1 bit)."""
    samples = 2 if is_422(pixels) else pixels.samples
    return pixels.rows * pixels.columns * samples * pixels.bits_allocated


def is_422(pixels: PixelFormat) -> bool:
    """Tell whether native pixels are YBR_FULL_422: two luminance samples share their colour.

    The standard wants an even number of columns (PS3.3 C.7.6.3.1.2). With an odd one, as some
    writers have it, pairs run on into the next row, unless there are bytes enough for a colour
    of its own for each pixel.
    """
    n_pixels = pixels.rows * pixels.columns
    own_colours = pixels.length >= n_pixels * 3 * pixels.n_frames
    return (
        pixels.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422")
        and pixels.samples == 3
        and not pixels.encapsulated
        and (pixels.columns % 2 == 0 or (n_pixels % 2 == 0 and not own_colours))
    )


def frame_offset(pixels: PixelFormat, index: int) -> tuple[int, int]:
    """Return (byte, bit) at which a frame begins in the value of the pixel element."""
    return divmod(stored_frame_bits(pixels) * index, 8)


def read_rows(stream: Stream, pixels: PixelFormat, index: int, *, words: bool = False) -> RawFrame:
    """Read frame ``index`` of a native object.

    Parameters
    ----------
    words
        The element's VR is OW: in big endian, pixels of up to 8 bits are swapped in pairs
        (PS3.5 A.3, annex D).

    Raises
    ------
    TruncatedError
        When not a single row is in the file.
    """
    byte, bit = frame_offset(pixels, index)
    needed = (bit + stored_frame_bits(pixels) + 7) // 8
    start = pixels.offset + byte
    held = min(stream.size - start, needed)
    if pixels.length >= 0:
        held = min(held, pixels.length - byte)
    if held <= 0:
        raise TruncatedError(
            f"The file ends before image {index + 1} of {pixels.n_frames}; nothing to show."
        )
    if words and pixels.big_endian and pixels.bits_allocated <= 8:
        return arrange(_read_swapped(stream, pixels.offset, byte, held), pixels, bit)
    return arrange(stream.read_at(start, held), pixels, bit)


def _read_swapped(stream: Stream, offset: int, byte: int, count: int) -> bytes:
    """Read ``count`` bytes of a value that is written in big-endian words."""
    first = byte & ~1
    data = stream.read_at(offset + first, (byte - first + count + 1) & ~1)
    pairs = np.frombuffer(data[: len(data) & ~1], np.uint8).reshape(-1, 2)[:, ::-1]
    return pairs.tobytes()[byte - first : byte - first + count]


def arrange(data: bytes, pixels: PixelFormat, bit: int = 0) -> RawFrame:
    """Give the bytes of one frame their type and shape.

    Parameters
    ----------
    data
        Of the frame; what is missing at its end becomes zero, what is too much is ignored.
    bit
        At which the frame begins in the first byte.

    Raises
    ------
    TruncatedError
        When not a single row is there.
    """
    needed = (bit + stored_frame_bits(pixels) + 7) // 8
    filled = min(len(data), needed)
    raw = np.frombuffer(data, np.uint8, filled)
    if filled < needed:
        raw = np.zeros(needed, np.uint8)
        raw[:filled] = np.frombuffer(data, np.uint8, filled)
    rows = _complete_rows(raw.size, filled, pixels)
    if rows == 0:
        raise TruncatedError(
            "The file ends before the first row of this image. There is nothing to show."
        )
    per_pixel = 2 if is_422(pixels) else pixels.samples
    count = pixels.rows * pixels.columns * per_pixel
    if pixels.bits_allocated == 1:
        samples: Array = np.unpackbits(raw, bitorder="little")[bit : bit + count]
    elif pixels.bits_allocated == 12 and pixels.kind == "integer":
        samples = _unpack_12(raw, bit, count)
    else:
        samples = raw.view(container_dtype(pixels))[:count]
    if not samples.dtype.isnative:
        samples = samples.astype(samples.dtype.newbyteorder("="))
    warnings: tuple[str, ...] = ()
    if rows < pixels.rows:
        warnings = (incomplete(rows, pixels.rows),)
    return RawFrame(_shape(samples, pixels), rows, "native", warnings=warnings)


def _shape(samples: Array, pixels: PixelFormat) -> Array:
    rows, columns = pixels.rows, pixels.columns
    if pixels.samples == 1:
        return samples.reshape(rows, columns)
    if is_422(pixels):
        return samples.reshape(rows, columns * 2)
    if pixels.planar == 1:
        return np.moveaxis(samples.reshape(pixels.samples, rows, columns), 0, 2)
    return samples.reshape(rows, columns, pixels.samples)


def _complete_rows(needed: int, filled: int, pixels: PixelFormat) -> int:
    if filled >= needed:
        return pixels.rows
    if pixels.planar == 1 and pixels.samples > 1:  # every plane must reach the row
        plane = needed // pixels.samples
        filled = max(0, filled - (pixels.samples - 1) * plane)
        needed = plane
    return filled * pixels.rows // needed


def _unpack_12(raw: NDArray[np.uint8], bit: int, count: int) -> Array:
    """Unpack 12-bit samples that are stored without gaps in little-endian words (PS3.5 8.1.1)."""
    bits = np.unpackbits(raw, bitorder="little")[bit : bit + count * 12]
    weights = (1 << np.arange(12)).astype(np.uint16)
    return np.asarray(bits.reshape(count, 12).astype(np.uint16) @ weights)


def mask_to_stored(samples: Array, pixels: PixelFormat) -> Array:
    """Cut samples to Bits Stored below High Bit and sign-extend them (R-063, R-069).

    Returns the input itself where nothing needs to change.

    Parameters
    ----------
    samples
        Unsigned or signed integers of the container's width.
    """
    bits = samples.dtype.itemsize * 8
    stored = pixels.bits_stored if 0 < pixels.bits_stored <= bits else bits
    low = max(0, pixels.high_bit - stored + 1)
    if low + stored > bits:
        low = 0
    return cut_bits(samples, stored, low, signed=pixels.signed)


def cut_bits(
    samples: Array, stored: int, low: int, *, signed: bool, out: Array | None = None
) -> Array:
    """Keep ``stored`` bits from bit ``low`` up, as signed or unsigned integers of equal width.

    Parameters
    ----------
    out
        Where to write, for instance ``samples`` itself; without it the input is returned when
        nothing needs to change, else a new array.
    """
    bits = samples.dtype.itemsize * 8
    as_signed = samples.view(f"i{bits // 8}")
    as_unsigned = samples.view(f"u{bits // 8}")
    if stored == bits:
        return as_signed if signed else as_unsigned
    if signed:
        target = None if out is None else out.view(as_signed.dtype)
        work = np.left_shift(as_signed, bits - stored - low, out=target)
        return np.asarray(np.right_shift(work, bits - stored, out=work))
    top = as_unsigned.dtype.type((1 << stored) - 1)
    if not low and out is None and as_unsigned.max(initial=0) <= top:
        return as_unsigned
    target = None if out is None else out.view(as_unsigned.dtype)
    shifted = np.right_shift(as_unsigned, low, out=target) if low else as_unsigned
    return np.asarray(np.bitwise_and(shifted, top, out=target))
