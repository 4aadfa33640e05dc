"""Make image planes from header numbers; what is no valid plane stays none (PS3.3 C.7.6.2)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from viewer.model.geometry import UNIT_TOLERANCE
from viewer.model.study import ImagePlane, Value, Vector

NO_ORIENTATION = "The orientation is invalid; positions are not used."
NO_SPACING = "Pixel Spacing is invalid and is not used."

POSITION = "ImagePositionPatient"
ORIENTATION = "ImageOrientationPatient"


def make_plane(values: Mapping[str, Value], warnings: list[str]) -> ImagePlane | None:
    """Return the plane that a frame's values describe.

    Parameters
    ----------
    values
        By keyword: Image Position, Image Orientation, Pixel Spacing, Slice Thickness.

    Returns
    -------
    ImagePlane or None
        None without position or orientation, or when the direction cosines are further from
        orthogonal unit vectors than ``UNIT_TOLERANCE``.
    """
    position = _floats(values.get(POSITION))
    orientation = _floats(values.get(ORIENTATION))
    if not position or not orientation:
        return None
    axes = unit_axes(orientation) if len(position) == 3 else None
    if axes is None:
        _warn(warnings, NO_ORIENTATION)
        return None
    spacing = _spacing(_floats(values.get("PixelSpacing")), warnings)
    thickness = _floats(values.get("SliceThickness"))
    return ImagePlane(
        position_lps=(position[0], position[1], position[2]),
        row_lps=axes[0],
        column_lps=axes[1],
        spacing_mm=spacing,
        thickness_mm=thickness[0] if thickness and thickness[0] > 0 else None,
    )


def unit_axes(cosines: Sequence[float]) -> tuple[Vector, Vector] | None:
    """Return row and column direction as unit vectors, or None when they are not nearly that."""
    if len(cosines) != 6:
        return None
    row, column = tuple(cosines[:3]), tuple(cosines[3:])
    lengths = math.hypot(*row), math.hypot(*column)
    if any(abs(length - 1.0) > UNIT_TOLERANCE for length in lengths):
        return None
    if abs(sum(a * b for a, b in zip(row, column, strict=True))) > UNIT_TOLERANCE:
        return None
    return _divided(row, lengths[0]), _divided(column, lengths[1])


def _divided(vector: Sequence[float], length: float) -> Vector:
    return vector[0] / length, vector[1] / length, vector[2] / length


def _spacing(spacing: Sequence[float], warnings: list[str]) -> tuple[float, float] | None:
    if not spacing:
        return None
    if len(spacing) != 2 or min(spacing) <= 0:
        _warn(warnings, NO_SPACING)
        return None
    return spacing[0], spacing[1]


def _floats(value: Value | None) -> tuple[float, ...]:
    if value is None or isinstance(value, str):
        return ()
    parts = value if isinstance(value, tuple) else (value,)
    return tuple(float(part) for part in parts if not isinstance(part, str))


def _warn(warnings: list[str], sentence: str) -> None:
    if sentence not in warnings:
        warnings.append(sentence)
