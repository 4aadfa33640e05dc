"""Generated series to measure on: a chest-like CT of 1,000 slices and a large mammogram.

They are written once into ``LIGHTBOX_BENCH_DATA`` or a folder of the system's temporary place.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

N_SLICES = 1000
CT_CLASS = "1.2.840.10008.5.1.4.1.1.2"
MG_CLASS = "1.2.840.10008.5.1.4.1.1.1.2"
_ROOT = "1.2.826.0.1.3680043.10.1081"


def folder() -> Path:
    """Return the folder that holds the samples; created when missing."""
    chosen = os.environ.get("LIGHTBOX_BENCH_DATA")
    place = Path(chosen) if chosen else Path(tempfile.gettempdir()) / "lightbox-bench"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def ct_folder(n_slices: int = N_SLICES) -> Path:
    """Return a folder of ``n_slices`` CT files, 512 x 512 int16, 1 mm apart."""
    place = folder() / f"ct-{n_slices}"
    if len(list(place.glob("*.dcm"))) == n_slices:
        return place
    place.mkdir(exist_ok=True)
    noise = np.random.default_rng(7).normal(0, 12, (8, 512, 512)).astype(np.int16)
    for index in range(n_slices):
        pixels = body_slice(index / n_slices) + noise[index % 8]
        dataset = base(CT_CLASS, "CT", f"{_ROOT}.1", index + 1)
        dataset.ImagePositionPatient = [-180.0, -180.0, float(index)]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.PixelSpacing = [0.703125, 0.703125]
        dataset.SliceThickness = 1.0
        dataset.FrameOfReferenceUID = f"{_ROOT}.1.9"
        dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
        dataset.WindowCenter, dataset.WindowWidth = 40, 400
        add_pixels(dataset, (pixels + 1024).astype(np.uint16), bits=12)
        save(dataset, place / f"{index:04d}.dcm")
    return place


def small_folder(n_slices: int) -> Path:
    """Return a folder of ``n_slices`` CT files whose headers are full and whose pixels are few."""
    place = folder() / f"small-{n_slices}"
    if place.is_dir() and len(list(place.iterdir())) == n_slices:
        return place
    place.mkdir(exist_ok=True)
    for index in range(n_slices):
        dataset = base(CT_CLASS, "CT", f"{_ROOT}.3", index + 1)
        dataset.ImagePositionPatient = [0.0, 0.0, float(index)]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.PixelSpacing = [1.0, 1.0]
        dataset.FrameOfReferenceUID = f"{_ROOT}.3.9"
        add_pixels(dataset, np.zeros((16, 16), np.uint16), bits=12)
        save(dataset, place / f"I{index:07d}")
    return place


def body_slice(height: float) -> NDArray[np.int16]:
    """Return an ellipse of soft tissue with lungs and spine in Hounsfield units (512, 512)."""
    rows, columns = np.mgrid[0:512, 0:512].astype(np.float32)
    x, y = (columns - 256) / 256, (rows - 256) / 256
    image = np.full((512, 512), -1000, np.int16)
    image[(x / 0.85) ** 2 + (y / 0.6) ** 2 < 1] = 40
    size = 0.25 + 0.1 * np.sin(height * np.pi)
    for side in (-0.4, 0.4):
        image[((x - side) / size) ** 2 + (y / 0.42) ** 2 < 1] = -850
    image[(x / 0.09) ** 2 + ((y - 0.42) / 0.09) ** 2 < 1] = 700
    return image


def mammogram() -> Path:
    """Return one mammogram, 3328 rows x 2560 columns, 12 bits in 16."""
    path = folder() / "mammogram.dcm"
    if path.exists():
        return path
    generator = np.random.default_rng(11)
    rows, columns = np.mgrid[0:3328, 0:2560].astype(np.float32)
    breast = (columns / 2000) ** 2 + ((rows - 1664) / 1500) ** 2 < 1
    pixels = np.where(breast, 1800 + 600 * np.sin(columns / 90) * np.cos(rows / 70), 60)
    pixels += generator.normal(0, 30, pixels.shape)
    dataset = base(MG_CLASS, "MG", f"{_ROOT}.2", 1)
    dataset.PatientOrientation = ["A", "F"]
    dataset.ImagerPixelSpacing = [0.07, 0.07]
    dataset.WindowCenter, dataset.WindowWidth = 2000, 2500
    add_pixels(dataset, np.clip(pixels, 0, 4095).astype(np.uint16), bits=12)
    save(dataset, path)
    return path


def base(sop_class: str, modality: str, study: str, number: int) -> Dataset:
    """Return a data set with identity and the attributes that real objects carry."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = f"{study}.2.{number}"
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = "20260301"
    dataset.StudyTime = dataset.SeriesTime = dataset.AcquisitionTime = "101500"
    dataset.AccessionNumber = "B1"
    dataset.Modality = modality
    dataset.Manufacturer = "Generated"
    dataset.StudyDescription = f"Benchmark {modality}"
    dataset.SeriesDescription = f"Generated {modality}"
    dataset.PatientName = "Bench^Mark"
    dataset.PatientID = "BENCH-1"
    dataset.PatientBirthDate = "19600101"
    dataset.PatientSex = "O"
    dataset.StudyInstanceUID = study
    dataset.SeriesInstanceUID = f"{study}.1"
    dataset.StudyID = "1"
    dataset.SeriesNumber = 1
    dataset.InstanceNumber = number
    block = dataset.private_block(0x0009, "LIGHTBOX BENCH", create=True)
    for element in range(0x10, 0x60):  # scanners write this many private elements
        block.add_new(element, "LO", f"private value {element}")
    return dataset


def add_pixels(dataset: Dataset, pixels: NDArray[np.uint16], *, bits: int) -> None:
    """Add the Image Pixel module for an unsigned image (rows, columns)."""
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, bits, bits - 1
    dataset.PixelRepresentation = 0
    dataset.PixelData = pixels.tobytes()


def save(dataset: Dataset, path: Path) -> None:
    """Write a conformant explicit little endian file."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta = meta
    dataset.save_as(path, enforce_file_format=True)
