"""Expected labels: PS3.3 10.7.1.3 and the table of R-088."""

from __future__ import annotations

import pytest

from tests import records
from viewer.model.spacing import spacing_of
from viewer.model.study import Value

IMAGER = "ImagerPixelSpacing"
PIXEL = "PixelSpacing"
NOMINAL = "NominalScannedPixelSpacing"
MAGNIFICATION = "EstimatedRadiographicMagnificationFactor"
KIND = "PixelSpacingCalibrationType"

CASES: tuple[tuple[str, dict[str, Value], float, str], ...] = (
    ("CT", {PIXEL: (0.5, 0.5)}, 0.5, "mm"),
    ("CT", {}, 1.0, "px"),
    ("DX", {IMAGER: (0.2, 0.2)}, 0.2, "mm at detector"),
    ("DX", {PIXEL: (0.2, 0.2), IMAGER: (0.2, 0.2)}, 0.2, "mm at detector"),
    ("DX", {PIXEL: (0.16, 0.16), IMAGER: (0.2, 0.2)}, 0.16, "mm calibrated"),
    (
        "DX",
        {PIXEL: (0.16, 0.16), IMAGER: (0.2, 0.2), KIND: "FIDUCIAL"},
        0.16,
        "mm calibrated FIDUCIAL",
    ),
    (
        "XA",
        {PIXEL: (0.2, 0.2), IMAGER: (0.2, 0.2), KIND: "GEOMETRY"},
        0.2,
        "mm calibrated GEOMETRY",
    ),
    ("MG", {IMAGER: (0.115, 0.115), MAGNIFICATION: 1.15}, 0.1, "mm (est. mag 1.15)"),
    ("CR", {PIXEL: (0.15, 0.15)}, 0.15, "mm at detector"),
    ("OT", {NOMINAL: (0.1, 0.1)}, 0.1, "mm at detector"),
    ("OT", {PIXEL: (0.1, 0.1), NOMINAL: (0.1, 0.1)}, 0.1, "mm at detector"),
    ("US", {}, 1.0, "px"),
    ("DX", {IMAGER: (0.0, 0.2)}, 1.0, "px"),
    ("CT", {PIXEL: (0.5,)}, 1.0, "px"),
)


@pytest.mark.parametrize(("modality", "attributes", "value", "label"), CASES)
def test_label_says_what_a_millimetre_is_worth(
    modality: str, attributes: dict[str, Value], value: float, label: str
) -> None:
    spacing = spacing_of(records.instance(modality=modality, attributes=attributes))

    assert spacing.label == label
    assert spacing.between_rows == pytest.approx(value)
    assert spacing.is_metric == label.startswith("mm")


def test_aspect_ratio_without_spacing_is_vertical_to_horizontal() -> None:
    # PS3.3 C.7.6.3.1.7: the first value is the vertical size of a pixel.
    spacing = spacing_of(records.instance(attributes={"PixelAspectRatio": (2, 1)}))

    assert spacing.between_rows / spacing.between_columns == 2.0
    assert spacing.unit == "px"
    assert not spacing.is_square


def test_spacing_of_the_plane_holds_for_enhanced_frames() -> None:
    where = records.plane(spacing=(0.7, 0.6))

    spacing = spacing_of(records.instance(where=where))

    assert (spacing.between_rows, spacing.between_columns, spacing.label) == (0.7, 0.6, "mm")
