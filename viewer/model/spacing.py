"""How large a pixel is, and what that number may be called (R-088; PS3.3 10.7)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from viewer.model.study import Instance

PIXELS = "px"
MILLIMETRES = "mm"
AT_DETECTOR = "mm at detector"

PROJECTION_MODALITIES = frozenset({"CR", "DX", "MG", "IO", "PX", "RG", "XA", "RF", "TG"})
"""Modalities whose pixel sizes hold in the detector plane, not in the patient."""

_EQUAL_RELATIVE = 1e-3


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distance between pixel centres, with the words that say what it is worth.

    Attributes
    ----------
    between_rows, between_columns
        In ``unit``. Without a known size they are pixels, so that their ratio is still the
        pixel's aspect ratio.
    unit
        ``mm`` or ``px``.
    label
        What to write behind a distance: ``mm``, ``mm at detector``, ``mm (est. mag 1.15)``,
        ``mm calibrated FIDUCIAL``, ``px``.
    """

    between_rows: float = 1.0
    between_columns: float = 1.0
    unit: str = PIXELS
    label: str = PIXELS

    @property
    def is_metric(self) -> bool:
        """Tell whether the spacing is in millimetres."""
        return self.unit == MILLIMETRES

    @property
    def is_square(self) -> bool:
        """Tell whether a pixel is as high as it is wide."""
        return math.isclose(self.between_rows, self.between_columns, rel_tol=_EQUAL_RELATIVE)


Pair = tuple[float, float]


def spacing_of(instance: Instance, frame: int = 0) -> Spacing:
    """Return the pixel spacing of a frame and its label.

    Pixel Spacing of a cross-section is a distance in the patient. Of a projection it is one
    only when it was calibrated: it differs from Imager Pixel Spacing, or Pixel Spacing
    Calibration Type says how (PS3.3 10.7.1.3).
    """
    pixel = _pixel_spacing(instance, frame)
    at_detector = _pair(instance, "ImagerPixelSpacing", frame)
    at_detector = at_detector or _pair(instance, "NominalScannedPixelSpacing", frame)
    calibration = instance.text("PixelSpacingCalibrationType", frame).strip()
    projection = instance.modality in PROJECTION_MODALITIES or at_detector is not None
    if pixel and not projection:
        return _metric(pixel, MILLIMETRES)
    if pixel and (calibration or (at_detector and not _same(pixel, at_detector))):
        return _metric(pixel, f"mm calibrated {calibration}".rstrip())
    uncorrected = at_detector or pixel
    if uncorrected:
        return _at_detector(uncorrected, instance, frame)
    return _aspect_only(instance, frame)


def _pixel_spacing(instance: Instance, frame: int) -> Pair | None:
    plane = instance.facts(frame).plane
    if plane is not None and plane.spacing_mm is not None and _usable(plane.spacing_mm):
        return plane.spacing_mm
    return _pair(instance, "PixelSpacing", frame)


def _at_detector(spacing: Pair, instance: Instance, frame: int) -> Spacing:
    magnification = instance.number("EstimatedRadiographicMagnificationFactor", frame)
    if magnification is None or not math.isfinite(magnification) or magnification < 1:
        return _metric(spacing, AT_DETECTOR)
    in_patient = (spacing[0] / magnification, spacing[1] / magnification)
    return _metric(in_patient, f"mm (est. mag {magnification:.2f})")


def _aspect_only(instance: Instance, frame: int) -> Spacing:
    """Return pixels whose ratio follows Pixel Aspect Ratio, vertical to horizontal."""
    aspect = _pair(instance, "PixelAspectRatio", frame)
    return Spacing(between_rows=aspect[0] / aspect[1]) if aspect else Spacing()


def _metric(spacing: Pair, label: str) -> Spacing:
    return Spacing(spacing[0], spacing[1], MILLIMETRES, label)


def _pair(instance: Instance, keyword: str, frame: int) -> Pair | None:
    numbers = instance.numbers(keyword, frame)
    if len(numbers) != 2:
        return None
    pair = (numbers[0], numbers[1])
    return pair if _usable(pair) else None


def _usable(pair: Pair) -> bool:
    return all(math.isfinite(value) and value > 0 for value in pair)


def _same(first: Pair, second: Pair) -> bool:
    pairs = zip(first, second, strict=True)
    return all(math.isclose(a, b, rel_tol=_EQUAL_RELATIVE) for a, b in pairs)
