"""The demo study holds what its recipe says, as pydicom, SimpleITK and dciodvfy see it."""

from __future__ import annotations

import shutil
import subprocess
from hashlib import sha256
from math import pi
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from pydicom.dataset import Dataset

from viewer.dicom.demo import read_recipe, write_demo
from viewer.dicom.demo.heart import SHORT_AXIS_MM


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_demo(tmp_path_factory.mktemp("demo") / "new folder")


@pytest.fixture(scope="module")
def datasets(paths: list[Path]) -> list[Dataset]:
    return [pydicom.dcmread(path) for path in paths]


@pytest.fixture(scope="module")
def volume(paths: list[Path]) -> sitk.Image:
    slices = sorted(path for path in paths if path.name.startswith("ct-0") or "ct-1" in path.name)
    return sitk.ReadImage([str(path) for path in reversed(slices)])


def one(datasets: list[Dataset], modality: str) -> Dataset:
    return next(ds for ds in datasets if ds.Modality == modality)


def voxel_centres(image: sitk.Image) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return [
        image.GetOrigin()[axis] + np.arange(image.GetSize()[axis]) * image.GetSpacing()[axis]
        for axis in range(3)
    ]


def test_two_patients_four_studies(datasets: list[Dataset]) -> None:
    assert len(datasets) == 120 + 1 + 1 + 24 + 1
    assert {str(ds.PatientName) for ds in datasets} == {"Phantom^Alma", "Phantom^Bert"}
    assert len({ds.StudyInstanceUID for ds in datasets}) == 4
    assert len({ds.SOPInstanceUID for ds in datasets}) == len(datasets)
    assert all(ds.SOPInstanceUID.startswith("2.25.") for ds in datasets)


def test_files_are_the_same_on_every_machine(paths: list[Path]) -> None:
    digest = sha256()
    for path in sorted(paths):
        digest.update(path.read_bytes())

    # Python 3.11 with NumPy 2.4 on Debian and 3.12 with NumPy 2.5 on Ubuntu wrote these bytes.
    # When the recipe changes on purpose, so does this number.
    assert digest.hexdigest() == "1541d3233c72d1d36bf6002fd2225b3e319a6f5fd29f2c77cb4cc18822096f31"


@pytest.mark.parametrize(
    "name", ["ct-001.dcm", "ct-localiser.dcm", "mr-01.dcm", "ultrasound.dcm", "radiograph.dcm"]
)
def test_dciodvfy_finds_no_error(paths: list[Path], name: str) -> None:
    program = shutil.which("dciodvfy")
    if program is None:
        pytest.skip("dciodvfy is absent (Debian: dicom3tools)")
    path = next(path for path in paths if path.name == name)

    result = subprocess.run(
        [program, "-new", str(path)], capture_output=True, text=True, check=False
    )

    complaints = [line for line in result.stderr.splitlines() if line.startswith("Error")]
    assert complaints == []


def test_lesions_have_size_place_and_density(volume: sitk.Image) -> None:
    values = sitk.GetArrayFromImage(volume).astype(float)
    x, y, z = voxel_centres(volume)
    for organ in read_recipe()["ct"]["organs"]:
        if "lesion" not in organ["name"] and "nodule" not in organ["name"]:
            continue
        (cx, cy, cz), radius, density = organ["centre"], organ["semi_axes"][0], organ["value"]
        distance = np.sqrt((z[:, None, None] - cz) ** 2 + (y[:, None] - cy) ** 2 + (x - cx) ** 2)
        core = values[distance < radius * 0.6]
        assert core.mean() == pytest.approx(density, abs=8), organ["name"]

        around = values[(distance > radius * 1.4) & (distance < radius * 1.8)]
        half = (density + np.median(around)) / 2
        inside = (values > half) if density > half else (values < half)
        n_voxels = (inside & (distance < radius * 1.3)).sum()
        size = n_voxels * np.prod(volume.GetSpacing())
        coarse = 0.12 if radius > 8 else 0.25  # slices are 3 mm apart
        assert size == pytest.approx(4 / 3 * pi * radius**3, rel=coarse), organ["name"]


def test_liver_is_right_and_heart_is_left(volume: sitk.Image) -> None:
    def at(point: tuple[float, float, float]) -> float:
        index = volume.TransformPhysicalPointToIndex(point)
        return float(volume[index])

    assert at((-90, -20, -60)) == pytest.approx(112, abs=60)
    assert at((46, -20, 24)) == pytest.approx(195, abs=60)
    assert at((-46, -20, 60)) < -700  # lung where the heart would be in a mirror


def test_localiser_shares_the_frame_of_reference(datasets: list[Dataset]) -> None:
    localiser = next(ds for ds in datasets if "LOCALIZER" in ds.ImageType)
    volume = next(ds for ds in datasets if "AXIAL" in ds.ImageType)

    assert localiser.FrameOfReferenceUID == volume.FrameOfReferenceUID
    assert localiser.SeriesInstanceUID != volume.SeriesInstanceUID
    assert list(localiser.ImageOrientationPatient) == [1, 0, 0, 0, 0, -1]


def test_head_is_oblique_and_evenly_spaced(datasets: list[Dataset]) -> None:
    head = sorted(
        (ds for ds in datasets if ds.Modality == "MR"), key=lambda ds: int(ds.InstanceNumber)
    )
    rows, columns = np.reshape(np.array(head[0].ImageOrientationPatient, float), (2, 3))
    normal = np.cross(rows, columns)

    assert np.linalg.norm(rows) == pytest.approx(1, abs=1e-5)
    assert rows @ columns == pytest.approx(0, abs=1e-5)
    assert (np.abs([*rows, *columns]) > 1e-3).sum() == 5
    positions = np.array([ds.ImagePositionPatient for ds in head], float)
    np.testing.assert_allclose(np.diff(positions @ normal), 5.5, atol=1e-4)


def test_loop_has_frame_time_region_and_a_beating_ventricle(datasets: list[Dataset]) -> None:
    loop = one(datasets, "US")
    frames = loop.pixel_array
    row = round(14 + (28 + 41) / 0.4)  # through the middle of the ventricle at rest

    dark = (frames[0, row, 260:400].max(axis=-1) < 30).sum()
    still_dark = (frames[14, row, 260:400].max(axis=-1) < 30).sum()

    assert (float(loop.FrameTime), loop.NumberOfFrames) == (25.0, 40)
    region = loop.SequenceOfUltrasoundRegions[0]
    assert region.PhysicalDeltaX * 10 == pytest.approx(0.4)
    assert dark * 0.4 == pytest.approx(2 * SHORT_AXIS_MM, abs=4)
    assert still_dark < 0.8 * dark


def test_radiograph_has_a_detector_and_dark_lungs(datasets: list[Dataset]) -> None:
    film = one(datasets, "DX")
    stored = film.pixel_array.astype(int)

    assert (film.PhotometricInterpretation, film.BitsStored) == ("MONOCHROME1", 12)
    assert list(film.ImagerPixelSpacing) == [0.175, 0.175]
    assert "PixelSpacing" not in film
    assert list(film.PatientOrientation) == ["L", "F"]
    lung, spine = stored[900:1000, 480:520].mean(), stored[900:1000, 990:1010].mean()
    assert lung > spine + 500  # high is dark
    assert stored[200, 1800] == 0  # the letter, on the patient's left
