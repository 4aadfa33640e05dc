"""The pixel pipeline: stored → modality → VOI → presentation → 8-bit display (PS3.4 N.2).

Every step is exact to float64; only the last one makes bytes, by cutting off what follows the
point, as DCMTK does. A display table is this very pipeline, run once over all stored values that
an image can hold.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.colour_maps import GREY, colour_map
from viewer.imaging.voi import (
    Rule,
    VoiChoice,
    apply_modality,
    apply_voi,
    effective_voi,
    full_range,
    modality_range,
    padding_mask,
    spanning,
    voi_choices,
    voi_problem,
)
from viewer.model.displayset import DisplaySet
from viewer.model.frame import Frame, GreyRules
from viewer.model.view_state import Appearance
from viewer.model.window import Window

__all__ = [
    "VoiChoice",
    "apply_table",
    "default_voi",
    "display",
    "display_table",
    "effective_voi",
    "full_range",
    "modality_range",
    "modality_values",
    "padding_mask",
    "voi_choices",
    "voi_problem",
]

Bytes = NDArray[np.uint8]

WHITE = 255.0
_JUST_BELOW = 1e-7
"""Levels nearer than this below a whole number are that number: float64's own error."""

LARGEST_TABLE = 1 << 17
"""Entries of a table that is still worth making; wider values go through the pipeline itself."""

SERIES_SCALE_MODALITIES = frozenset({"PT", "NM"})
"""Modalities whose grey must mean the same in every slice (R-081)."""

_ROWS_AT_ONCE_BYTES = 1 << 19


def modality_values(frame: Frame) -> NDArray[np.float32]:
    """Return values in the units of the modality, (rows, columns) float32.

    Raises
    ------
    ValueError
        For a colour frame, which has none.
    """
    return apply_modality(frame.stored, _rules(frame).modality).astype(np.float32)


def display(frame: Frame, appearance: Appearance) -> Bytes:
    """Return the picture: (rows, columns) uint8, or (rows, columns, 3) for colour."""
    if frame.grey is None:
        return _colour(frame, inverted=appearance.inverted)
    levels = _levels(frame, frame.stored, appearance, effective_voi(frame, appearance))
    return _coloured(levels, padding_mask(frame), appearance)


def display_table(frame: Frame, appearance: Appearance) -> tuple[Bytes, int] | None:
    """Return the whole pipeline as one table, or None where there can be none.

    Returns
    -------
    tuple or None
        ``(table, lowest)``: ``table[stored - lowest]`` is what ``display`` gives, (n,) or (n, 3)
        uint8. None for colour, floats, and integers of more values than ``LARGEST_TABLE``.
    """
    if frame.grey is None or frame.stored.dtype.kind not in "iu":
        return None
    lowest, highest = _stored_limits(frame)
    if highest - lowest >= LARGEST_TABLE:
        return None
    stored = np.arange(lowest, highest + 1)
    levels = _levels(frame, stored, appearance, effective_voi(frame, appearance))
    return _coloured(levels, padding_mask(frame, stored), appearance), lowest


def apply_table(stored: NDArray[Any], table: Bytes, lowest: int) -> Bytes:
    """Look stored values up, a band of rows at a time; what lies outside takes the end entries."""
    out = np.empty((*stored.shape, *table.shape[1:]), np.uint8)
    step = max(1, _ROWS_AT_ONCE_BYTES // max(1, stored.shape[1] * 8))
    for top in range(0, stored.shape[0], step):
        place = stored[top : top + step].astype(np.intp)
        if lowest:
            place -= lowest
        np.take(table, place, axis=0, out=out[top : top + step], mode="clip")
    return out


def default_voi(display_set: DisplaySet, frames: tuple[Frame, ...]) -> Window | None:
    """Return the window to begin with when each frame's own choice would not do.

    Emission images (PET, NM) get one window for the whole series, from 0 up to the highest end
    of any slice's window, so that equal activity is equally grey in every slice (R-081). Other
    images without a window get the full range of ``frames`` together, found once and kept.

    Parameters
    ----------
    frames
        Frames of the display set that are loaded already, at least one.

    Returns
    -------
    Window or None
        None when every frame has a window or LUT of its own to follow.
    """
    grey = [frame for frame in frames if frame.grey is not None]
    if not grey:
        return None
    if display_set.modality in SERIES_SCALE_MODALITIES:
        return _series_window(display_set, grey)
    if all(voi_choices(frame) for frame in grey):
        return None
    ranges = [modality_range(frame) for frame in grey]
    return spanning(min(low for low, _ in ranges), max(high for _, high in ranges))


def _series_window(display_set: DisplaySet, frames: list[Frame]) -> Window | None:
    windows = set()
    for ref in display_set.frames:
        center = ref.instance.number("WindowCenter", ref.frame)
        width = ref.instance.number("WindowWidth", ref.frame)
        if center is not None and width is not None and width >= 1:
            windows.add((center, width))
    if len(windows) == 1 and voi_choices(frames[0]):
        return None
    ranges = [modality_range(frame) for frame in frames]
    ends = [center - 0.5 + (width - 1) / 2 for center, width in windows]
    highest = _highest_in_headers(display_set) or max(high for _, high in ranges)
    high = max(ends) if ends else highest
    return spanning(0.0, high) if high > 0 else spanning(min(low for low, _ in ranges), high)


def _highest_in_headers(display_set: DisplaySet) -> float | None:
    """Return the highest modality value that the headers name; None unless all of them do."""
    found = []
    for instance in display_set.instances:
        largest = instance.number("LargestImagePixelValue")
        if largest is None:
            return None
        slope, intercept = instance.number("RescaleSlope"), instance.number("RescaleIntercept")
        found.append(largest * (1.0 if slope is None else slope) + (intercept or 0.0))
    return max(found, default=None)


def _rules(frame: Frame) -> GreyRules:
    if frame.grey is None:
        raise ValueError("A colour image has no modality values.")
    return frame.grey


def _stored_limits(frame: Frame) -> tuple[int, int]:
    """Return the lowest and highest value that the stored type, cut to its bits, can hold."""
    signed = frame.stored.dtype.kind == "i"
    width = frame.stored.dtype.itemsize * 8
    bits = frame.bits_stored if 0 < frame.bits_stored <= width else width
    if bits > 16:
        return int(frame.stored.min()), int(frame.stored.max())
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)


def _levels(frame: Frame, stored: NDArray[Any], appearance: Appearance, rule: Rule) -> Bytes:
    """Run the pipeline over stored values of any shape, without padding and colour map."""
    rules = _rules(frame)
    if stored.dtype.kind == "f":
        stored = np.nan_to_num(stored, nan=0.0, posinf=0.0, neginf=0.0)
    fractions = apply_voi(apply_modality(stored, rules.modality), rule)
    return to_bytes(fractions, inverse=rules.inverse != appearance.inverted)


def to_bytes(fractions: NDArray[np.float64], *, inverse: bool) -> Bytes:
    """Turn fractions into grey levels: presentation (turned or not), then the floor."""
    levels = fractions * WHITE
    if inverse:
        levels = WHITE - levels
    levels += _JUST_BELOW
    return levels.astype(np.uint8)


def _coloured(levels: Bytes, padding: NDArray[np.bool_], appearance: Appearance) -> Bytes:
    """Give grey levels their colours; padding is black whatever the levels mean."""
    if appearance.colour_map != GREY:
        levels = colour_map(appearance.colour_map).table[levels]
    if padding.any():
        levels[padding] = 0
    return levels


def _colour(frame: Frame, *, inverted: bool) -> Bytes:
    stored: NDArray[Any] = frame.stored
    if stored.dtype == np.uint8:
        picture = stored
    else:
        picture = (stored >> max(0, frame.bits_stored - 8)).astype(np.uint8)
    return np.asarray(255 - picture if inverted else picture, dtype=np.uint8)
