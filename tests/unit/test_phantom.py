"""The phantom's files say what the phantom says, as pydicom and SimpleITK read them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from pydicom.uid import UID, JPEGBaseline8Bit, JPEGLosslessSV1

from tests import phantom


@pytest.mark.parametrize("syntax", [*phantom.NATIVE, *phantom.LOSSLESS], ids=lambda uid: uid.name)
def test_lossless_syntax_keeps_values(tmp_path: Path, syntax: UID) -> None:
    geometry = phantom.AXIAL
    values = phantom.ramp(geometry).astype(np.uint16)

    paths = phantom.make_series(tmp_path, geometry, values, syntax)

    for path, expected in zip(paths, values, strict=True):
        ds = pydicom.dcmread(path)
        assert ds.file_meta.TransferSyntaxUID == syntax
        if syntax == JPEGLosslessSV1:  # pydicom alone has no decoder for it
            pixels = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))[0]
        else:
            pixels = ds.pixel_array
        np.testing.assert_array_equal(pixels, expected)


def test_signed_values_are_kept(tmp_path: Path) -> None:
    values = phantom.ramp(phantom.AXIAL, offset=-2000)

    path = phantom.make_series(tmp_path, values=values)[0]

    np.testing.assert_array_equal(pydicom.dcmread(path).pixel_array, values[0])


def test_lossy_syntax_is_readable(tmp_path: Path) -> None:
    pixels = np.full((16, 16), 77, np.uint8)

    path = phantom.make_image(tmp_path / "a", pixels, JPEGBaseline8Bit)

    np.testing.assert_allclose(pydicom.dcmread(path).pixel_array, pixels, atol=2)


@pytest.mark.parametrize("name", ["AXIAL", "CORONAL", "SAGITTAL", "OBLIQUE"])
def test_geometry_agrees_with_simpleitk(tmp_path: Path, name: str) -> None:
    geometry: phantom.Geometry = getattr(phantom, name)
    paths = phantom.make_series(tmp_path, geometry)

    image = sitk.ReadImage([str(path) for path in paths])

    for ijk in [(0, 0, 0), (3, 5, 2), (23, 19, 5)]:
        expected = geometry.affine @ np.array((*ijk, 1))
        point = image.TransformIndexToPhysicalPoint(ijk)
        np.testing.assert_allclose(point, expected[:3], atol=1e-6)


def test_gap_duplicate_and_shuffle_are_written(tmp_path: Path) -> None:
    paths = phantom.make_series(tmp_path, missing={2}, duplicated={4}, order="shuffled")

    datasets = [pydicom.dcmread(path) for path in paths]
    heights = [float(ds.ImagePositionPatient[2]) for ds in datasets]
    assert heights == [100, 103, 109, 112, 112, 115]
    assert len({ds.SOPInstanceUID for ds in datasets}) == len(paths)
    assert [ds.InstanceNumber for ds in datasets] != sorted(ds.InstanceNumber for ds in datasets)


def test_tilted_stack_steps_sideways(tmp_path: Path) -> None:
    paths = phantom.make_series(tmp_path, phantom.TILTED)

    first, second = (pydicom.dcmread(path).ImagePositionPatient for path in paths[:2])
    np.testing.assert_allclose(np.subtract(second, first), (0, 0.8, 3))


def test_mixed_orientations_share_a_series(tmp_path: Path) -> None:
    parts = phantom.make_mixed(tmp_path)

    datasets = [pydicom.dcmread(path) for part in parts for path in part]
    assert len({ds.SeriesInstanceUID for ds in datasets}) == 1
    assert len({tuple(ds.ImageOrientationPatient) for ds in datasets}) == 2


def test_colour_and_frames_are_kept(tmp_path: Path) -> None:
    pixels = np.random.default_rng(7).integers(0, 256, (3, 8, 10, 3), dtype=np.uint8)

    ds = pydicom.dcmread(phantom.make_image(tmp_path / "a", pixels))

    assert (ds.NumberOfFrames, ds.PhotometricInterpretation) == (3, "RGB")
    np.testing.assert_array_equal(ds.pixel_array, pixels)


def test_enhanced_object_places_each_frame(tmp_path: Path) -> None:
    geometry = phantom.OBLIQUE

    ds = pydicom.dcmread(phantom.make_enhanced(tmp_path / "a", geometry))

    groups = ds.PerFrameFunctionalGroupsSequence[4]
    expected = geometry.affine @ (0, 0, 4, 1)
    np.testing.assert_allclose(
        [float(x) for x in groups.PlanePositionSequence[0].ImagePositionPatient], expected[:3]
    )
    np.testing.assert_array_equal(ds.pixel_array, phantom.ramp(geometry))


def test_tags_are_set_and_removed(tmp_path: Path) -> None:
    tags = {"WindowCenter": "40", "SliceThickness": None}

    ds = pydicom.dcmread(phantom.make_series(tmp_path, tags=tags)[0])

    assert ds.WindowCenter == 40
    assert "SliceThickness" not in ds
