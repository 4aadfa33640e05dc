"""The value of one pixel: stored, modality value with unit, place in the patient."""

from __future__ import annotations

from dataclasses import dataclass, replace

from viewer.imaging.grey import modality_values
from viewer.model.frame import Frame
from viewer.model.wording import number_text, significant_text
from viewer.viewport.scene import Point
from viewer.viewport.viewport import Viewport, projection


@dataclass(frozen=True, slots=True)
class PixelReading:
    """What lies under a point.

    Attributes
    ----------
    column, row
        Zero-based.
    stored
        Stored value, or (red, green, blue).
    value
        Modality value (PS3.3 C.11.1); None for colour and for padding.
    unit
        Of ``value``; empty when unknown.
    point_lps
        LPS mm, or None without positions.
    """

    column: int
    row: int
    stored: float | tuple[int, ...]
    value: float | None
    unit: str
    point_lps: tuple[float, float, float] | None


def read_pixel(viewport: Viewport, point_canvas: Point) -> PixelReading | None:
    """Return what lies under a point of the canvas; None outside the image or what is missing."""
    frame, view = viewport.frame, projection(viewport)
    if frame is None or view is None or viewport.identity_problem():
        return None
    pixel = view.pixel_at(point_canvas)
    if pixel is None or pixel[1] >= frame.n_rows_complete:
        return None
    lps = view.to_lps(point_canvas)
    point = (float(lps[0]), float(lps[1]), float(lps[2])) if lps is not None else None
    return _reading(frame, pixel, point)


def _reading(
    frame: Frame, pixel: tuple[int, int], point: tuple[float, float, float] | None
) -> PixelReading:
    column, row = pixel
    if frame.grey is None:
        colour = tuple(int(sample) for sample in frame.stored[row, column])
        return PixelReading(column, row, colour, None, "", point)
    one = replace(frame, stored=frame.stored[row : row + 1, column : column + 1])
    stored = float(one.stored[0, 0])
    padding = frame.grey.padding
    padded = padding is not None and padding[0] <= stored <= padding[1]
    value = None if padded else float(modality_values(one)[0, 0])
    return PixelReading(column, row, stored, value, frame.grey.units, point)


def reading_text(reading: PixelReading) -> str:
    """Return 'HU 47 at 231, 288': value with unit, then column and row."""
    if isinstance(reading.stored, tuple):
        value = "RGB " + " ".join(str(sample) for sample in reading.stored)
    elif reading.value is None:
        value = "padding"
    else:
        whole = reading.unit == "HU"
        number = number_text(reading.value, 0) if whole else significant_text(reading.value, 5)
        value = f"{reading.unit} {number}".strip()
    return f"{value} at {reading.column}, {reading.row}"


def place_text(point_lps: tuple[float, float, float]) -> str:
    """Return a patient point as 'L 12.3  P 4.0  H 112.4 mm'."""
    sides = (("L", "R"), ("P", "A"), ("H", "F"))
    parts = [
        f"{names[0] if value >= 0 else names[1]} {number_text(abs(value))}"
        for names, value in zip(sides, point_lps, strict=True)
    ]
    return "  ".join(parts) + " mm"
