"""Decode one compressed frame: an ordered list of decoders for each codec.

The first decoder of a list is the fastest that is right; the next ones are asked when it refuses.
Each returns samples as the codestream stores them: (rows, columns) or (rows, columns, 3), unsigned
unless JPEG 2000 says signed. Lossy JPEG and transformed JPEG 2000 come out as RGB, all others in
the colour space they were coded in.
HTJ2K goes to OpenJPEG, which takes twice the time of OpenJPH: imagecodecs' OpenJPH binding drops
the errors of a damaged codestream and returns what lay in memory, and lets lossy values that pass
the range wrap around.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import DecodeError, MismatchError, UnsupportedSyntaxError
from viewer.dicom import rle
from viewer.dicom.codestream import (
    HTJ2K,
    JPEG,
    JPEG_2000,
    JPEG_LS,
    JPEG_XL,
    YBR,
    Codestream,
    damaged,
)
from viewer.dicom.raw_frame import RawFrame, incomplete
from viewer.dicom.syntaxes import require_decodable
from viewer.model.ids import TRANSFER_SYNTAXES, TransferSyntax

Array = NDArray[Any]
Decoder = Callable[[bytes, Codestream], Array]


def decode_codestream(data: bytes, stream: Codestream) -> RawFrame:
    """Decode one frame with the first decoder of its list that can.

    Raises
    ------
    DecodeError
        When all of them refuse or give another size than the codestream's own header, or the
        codestream lacks its end and its codec needs it.
    UnsupportedSyntaxError
        For processes that no decoder here knows.
    """
    _refuse_known_traps(stream)
    tried: list[str] = []
    last: Exception | None = None
    for name, decode in _decoders(stream):
        try:
            samples = decode(data, stream)
            _check_shape(samples, stream)
        except MemoryError:
            raise
        except Exception as err:  # noqa: BLE001  codecs raise anything; the next one may know better
            tried.append(name)
            last = err
            continue
        rows = stream.rows if stream.complete else _rows_before_the_break(samples, stream)
        warnings = () if stream.complete else (_INCOMPLETE,)
        return RawFrame(samples, rows, name, stream, warnings + stream.warnings)
    raise DecodeError(
        f"The compressed image is damaged or of a kind that no decoder here knows "
        f"(tried {', '.join(tried)}). The file is kept."
    ) from last


def decoder_names() -> dict[str, str]:
    """Return for each transfer syntax, by name, which decoder is asked first, or its refusal."""
    return {syntax.name: _first_decoder(syntax) for syntax in TRANSFER_SYNTAXES}


def _first_decoder(syntax: TransferSyntax) -> str:
    try:
        require_decodable(syntax.uid)
    except UnsupportedSyntaxError:
        return f"refused: {syntax.coding}"
    if "hierarchical" in syntax.name:
        return "refused: hierarchical JPEG"
    if syntax.uid in _ARITHMETIC:
        return "refused: arithmetic JPEG"
    fixed = {"native": "native", "rle": _RLE_DECODER, "deflated-frame": "zlib"}
    if syntax.coding in fixed:
        return fixed[syntax.coding]
    return (_BASELINE if syntax.coding == JPEG else _BY_KIND[syntax.coding])[0][0]


def decode_rle(data: bytes, shape: tuple[int, int, int], width: int) -> RawFrame:
    """Decode an RLE frame.

    Parameters
    ----------
    shape
        (rows, columns, samples).
    width
        Bytes of one sample.

    Returns
    -------
    RawFrame
        Unsigned samples (rows, columns) or (rows, columns, samples).

    Raises
    ------
    DecodeError
        When the segment table is wrong, or nothing is in it.
    MismatchError
        When the number of segments is not samples × bytes.
    """
    rows, columns, n_samples = shape
    parts = rle.segments(data)
    if len(parts) != n_samples * width:
        raise MismatchError(
            f"The compressed image has {len(parts)} byte planes, the header calls for "
            f"{n_samples * width}. It was not decoded."
        )
    size = rows * columns
    planes = np.zeros((n_samples, size, width), np.uint8)
    least = size
    for number, part in enumerate(parts):
        plane, filled = _unpack(part, size)
        sample, byte = divmod(number, width)
        planes[sample, :, width - 1 - byte] = plane
        least = min(least, filled)
    if least == 0:
        raise damaged("a byte plane is empty")
    samples = planes.view(f"<u{width}").reshape(n_samples, rows, columns)
    image = samples[0] if n_samples == 1 else np.moveaxis(samples, 0, 2)
    found = least // columns
    warnings = () if found == rows else (incomplete(found, rows),)
    return RawFrame(image, found, _RLE_DECODER, None, warnings)


_ARITHMETIC = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (52, 54, 56, 58))
_RLE_DECODER = "imagecodecs.packbits"
_INCOMPLETE = "The compressed image has no end marker; its lower part may be missing or wrong."


def _unpack(part: memoryview, size: int) -> tuple[Array, int]:
    from imagecodecs import packbits_decode  # noqa: PLC0415  loaded at first use

    try:
        plane = np.frombuffer(packbits_decode(bytes(part)), np.uint8)
    except Exception:  # noqa: BLE001  damaged or padded oddly: take what is there
        return rle.unpack(part, size)
    if plane.size < size:
        return rle.unpack(part, size)
    return plane[:size], size


def _rows_before_the_break(samples: Array, stream: Codestream) -> int:
    """Return how many rows of a broken JPEG image carry something.

    After the break a JPEG decoder repeats what it had last, so that all rows below are equal.
    JPEG 2000 loses detail everywhere instead, and no rows.
    """
    if stream.kind != JPEG:
        return stream.rows
    differs = np.flatnonzero((samples != samples[-1]).reshape(stream.rows, -1).any(axis=1))
    return min(stream.rows - 1, int(differs[-1]) + 1) if differs.size else 0


def _refuse_known_traps(stream: Codestream) -> None:
    if stream.process in ("hierarchical", "arithmetic"):
        raise UnsupportedSyntaxError(
            f"This is a {stream.process} JPEG image (retired from DICOM), which Lightbox cannot "
            "decode. The file is kept; ask its sender for another transfer syntax."
        )
    if stream.kind == JPEG_LS and not stream.complete:
        raise damaged("the JPEG-LS image ends early, without its end marker")


def _check_shape(samples: Array, stream: Codestream) -> None:
    if samples.shape[:2] != (stream.rows, stream.columns):
        raise DecodeError(
            f"The decoder gave {samples.shape[1]} × {samples.shape[0]} pixels where the "
            f"compressed image promised {stream.columns} × {stream.rows}."
        )


def _decoders(stream: Codestream) -> tuple[tuple[str, Decoder], ...]:
    if stream.kind == JPEG:
        if stream.process == "lossless":
            return _LOSSLESS
        return _BASELINE if stream.precision == 8 else _EXTENDED
    return _BY_KIND[stream.kind]


def _turbojpeg(data: bytes, stream: Codestream) -> Array:
    from imagecodecs import jpeg8_decode  # noqa: PLC0415  loaded at first use

    if stream.components != 3:
        return np.asarray(jpeg8_decode(data))
    space = "YCBCR" if stream.colour == YBR else "RGB"
    wanted = space if stream.process == "lossless" else "RGB"  # lossless: it cannot convert
    return np.asarray(jpeg8_decode(data, colorspace=space, outcolorspace=wanted))


def _ljpeg(data: bytes, stream: Codestream) -> Array:
    from imagecodecs import ljpeg_decode  # noqa: PLC0415  loaded at first use

    return np.asarray(ljpeg_decode(data))


def _jpegsof3(data: bytes, stream: Codestream) -> Array:
    from imagecodecs import jpegsof3_decode  # noqa: PLC0415  loaded at first use

    return np.asarray(jpegsof3_decode(data))


def _charls(data: bytes, stream: Codestream) -> Array:
    from imagecodecs import jpegls_decode  # noqa: PLC0415  loaded at first use

    return np.asarray(jpegls_decode(data))


def _pyjpegls(data: bytes, stream: Codestream) -> Array:
    import jpeg_ls  # noqa: PLC0415  loaded at first use

    return np.asarray(jpeg_ls.decode(np.frombuffer(data, np.uint8)))


def _openjpeg(data: bytes, stream: Codestream) -> Array:
    from imagecodecs import jpeg2k_decode  # noqa: PLC0415  loaded at first use

    return np.asarray(jpeg2k_decode(data[stream.start :], numthreads=1))


def _pylibjpeg_openjpeg(data: bytes, stream: Codestream) -> Array:
    from openjpeg.utils import decode  # noqa: PLC0415  loaded at first use

    return np.asarray(decode(data[stream.start :]))


def _libjxl(data: bytes, stream: Codestream) -> Array:
    from imagecodecs import jpegxl_decode  # noqa: PLC0415  loaded at first use

    return np.asarray(jpegxl_decode(data, numthreads=1))


def _pillow(data: bytes, stream: Codestream) -> Array:
    from PIL import Image  # noqa: PLC0415  loaded at first use

    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        if image.size != (stream.columns, stream.rows):
            raise damaged("its size changed")
        return np.asarray(image)


_BASELINE: tuple[tuple[str, Decoder], ...] = (
    ("imagecodecs.jpeg8", _turbojpeg),
    ("pillow", _pillow),
)
_EXTENDED: tuple[tuple[str, Decoder], ...] = (("imagecodecs.jpeg8", _turbojpeg),)
_LOSSLESS: tuple[tuple[str, Decoder], ...] = (
    ("imagecodecs.jpeg8", _turbojpeg),
    ("imagecodecs.ljpeg", _ljpeg),
    ("imagecodecs.jpegsof3", _jpegsof3),
)
_JPEG_2000: tuple[tuple[str, Decoder], ...] = (
    ("imagecodecs.jpeg2k", _openjpeg),
    ("pylibjpeg-openjpeg", _pylibjpeg_openjpeg),
)
_BY_KIND: dict[str, tuple[tuple[str, Decoder], ...]] = {
    JPEG_LS: (("imagecodecs.jpegls", _charls), ("pyjpegls", _pyjpegls)),
    JPEG_2000: _JPEG_2000,
    HTJ2K: _JPEG_2000,
    JPEG_XL: (("imagecodecs.jpegxl", _libjxl),),
}
