"""Size budgets, checked with 64-bit integers before anything is allocated (R-001).

All figures come from tags or codestream headers, whatever they claim; nothing here trusts them.
"""

from __future__ import annotations

from dataclasses import dataclass

from viewer.base.errors import DecodeError, LimitError
from viewer.model.study import PixelFormat

MIB = 1 << 20
_MAX_SIDE = 1 << 17
_MAX_FRAMES = 1 << 24
_ITEM_BYTES = 8


@dataclass(frozen=True, slots=True)
class PixelLimits:
    """How much an image may claim.

    Attributes
    ----------
    frame_bytes
        One decoded frame.
    object_bytes
        All frames together, when the file does not hold them as they are.
    plausible_bytes
        Frames up to this size are decoded (or shown in part) whatever their compression ratio.
    max_ratio
        Decoded to stored bytes of larger frames. Diagnostic images reach 3:1, lossy ones 50:1,
        an empty background some hundreds.
    """

    frame_bytes: int = 512 * MIB
    object_bytes: int = 2048 * MIB
    plausible_bytes: int = 64 * MIB
    max_ratio: int = 1000


DEFAULT_LIMITS = PixelLimits()


def check_claims(pixels: PixelFormat, file_size: int, limits: PixelLimits) -> None:
    """Refuse an image whose tags claim more than the budgets or more than its file can hold.

    Parameters
    ----------
    file_size
        Bytes of the file (of the inflated data set for deflated syntaxes).

    Raises
    ------
    DecodeError
        When the Image Pixel module has no usable size.
    LimitError
        When the claim is beyond a budget.
    """
    _check_module(pixels)
    frame = pixels.frame_nbytes
    if frame > limits.frame_bytes:
        raise LimitError(
            f"One image claims {_mib(frame)} ({pixels.columns} × {pixels.rows} pixels); the limit "
            f"is {_mib(limits.frame_bytes)}. It was not opened."
        )
    total = frame * pixels.n_frames
    if pixels.encapsulated:
        held = file_size // _ITEM_BYTES  # each frame needs at least one item header
        if total > limits.object_bytes and pixels.n_frames > held:
            raise LimitError(_claims_frames(pixels, file_size))
        return
    held = max(0, file_size - max(0, pixels.offset))
    if total > limits.object_bytes and total > held:
        raise LimitError(_claims_frames(pixels, file_size))
    if frame > limits.plausible_bytes and held * 100 < frame:
        raise LimitError(
            f"One image claims {_mib(frame)}, but the file holds {_mib(held)}. It was not opened."
        )


def check_ratio(frame_bytes: int, stored_bytes: int, limits: PixelLimits) -> None:
    """Refuse a large frame that a tiny codestream claims to expand to.

    Raises
    ------
    LimitError
        When the frame is large and the ratio implausible.
    """
    if frame_bytes > limits.plausible_bytes and frame_bytes > limits.max_ratio * stored_bytes:
        raise LimitError(
            f"{stored_bytes} compressed bytes claim to expand to {_mib(frame_bytes)}. "
            "The image was not decoded."
        )


def _check_module(pixels: PixelFormat) -> None:
    sides = (pixels.rows, pixels.columns)
    if min(sides) < 1 or max(sides) > _MAX_SIDE:
        raise DecodeError(
            f"The header says {pixels.columns} × {pixels.rows} pixels; that is no image."
        )
    if pixels.samples not in (1, 3, 4) or not 1 <= pixels.bits_allocated <= 64:
        raise DecodeError(
            f"The header says {pixels.samples} samples of {pixels.bits_allocated} bits; "
            "that is no image Lightbox knows."
        )
    if not 1 <= pixels.n_frames <= _MAX_FRAMES:
        raise LimitError(f"The header claims {pixels.n_frames} frames. The object was not opened.")


def _claims_frames(pixels: PixelFormat, file_size: int) -> str:
    total = pixels.frame_nbytes * pixels.n_frames
    return (
        f"The header claims {pixels.n_frames} frames ({_mib(total)}), but the file has "
        f"{_mib(file_size)}. The object was not opened."
    )


def _mib(n_bytes: int) -> str:
    return f"{round(n_bytes / MIB)} MiB" if n_bytes >= MIB else f"{n_bytes} bytes"
