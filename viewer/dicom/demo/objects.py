"""DICOM objects of the demo study: which attributes each kind carries.

The attributes follow the information object definitions of PS3.3 (CT A.3, MR A.4, US Multi-frame
A.7, Digital X-Ray A.26); `dciodvfy` finds no error in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

CT_IMAGE = UID("1.2.840.10008.5.1.4.1.1.2")
MR_IMAGE = UID("1.2.840.10008.5.1.4.1.1.4")
US_MULTIFRAME = UID("1.2.840.10008.5.1.4.1.1.3.1")
DX_FOR_PRESENTATION = UID("1.2.840.10008.5.1.4.1.1.1.1")


@dataclass(frozen=True, slots=True)
class Patient:
    """A person who does not exist."""

    name: str
    patient_id: str
    birth_date: str
    sex: str


@dataclass(frozen=True, slots=True)
class Study:
    """A visit of such a person; date and time are DICOM's DA and TM, age its AS."""

    patient: Patient
    key: str
    date: str
    time: str
    age: str
    description: str


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a study; `key` and the study's key make its UID."""

    study: Study
    key: str
    number: int
    modality: str
    sop_class: UID
    description: str
    image_type: tuple[str, ...]
    body_part: str
    protocol: str = ""


def fixed_uid(*parts: object) -> UID:
    """Return the UID that belongs to the given parts, the same on every machine (PS3.5 B.2)."""
    digest = hashlib.sha256("/".join(["lightbox demo", *map(str, parts)]).encode()).digest()
    return UID(f"2.25.{int.from_bytes(digest[:16], 'big')}")


def decimals(numbers: Sequence[float] | NDArray[Any]) -> list[str]:
    """Return numbers as Decimal Strings of at most 16 characters."""
    return [f"{round(float(number), 6) + 0.0:.10g}" for number in numbers]


def make_object(series: Series, instance: int, pixels: NDArray[Any]) -> Dataset:
    """Return an object with the modules that all kinds share, and its pixels.

    `pixels` is (rows, columns) of 8 or 16 bits, or (frames, rows, columns, 3) of 8 bits.
    """
    ds = _identity(series, instance)
    colour = pixels.ndim == 4
    ds.SamplesPerPixel = 3 if colour else 1
    ds.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        ds.PlanarConfiguration = 0
        ds.NumberOfFrames = pixels.shape[0]
    ds.Rows, ds.Columns = pixels.shape[1:3] if colour else pixels.shape
    ds.BitsAllocated = 8 * pixels.dtype.itemsize
    ds.BitsStored = 8 if colour else 12
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = 0
    data = pixels.astype(pixels.dtype.newbyteorder("<"), copy=False).tobytes()
    ds.add_new("PixelData", "OB" if colour else "OW", data)
    return ds


def _identity(series: Series, instance: int) -> Dataset:
    study = series.study
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = series.sop_class
    ds.SOPInstanceUID = fixed_uid(study.key, series.key, instance)
    ds.StudyInstanceUID = fixed_uid(study.key)
    ds.SeriesInstanceUID = fixed_uid(study.key, series.key)
    ds.PatientName = study.patient.name
    ds.PatientID = study.patient.patient_id
    ds.IssuerOfPatientID = "LIGHTBOX DEMO"
    ds.PatientBirthDate = study.patient.birth_date
    ds.PatientSex = study.patient.sex
    ds.PatientAge = study.age
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = study.date
    ds.StudyTime = ds.SeriesTime = ds.AcquisitionTime = ds.ContentTime = study.time
    ds.StudyID = study.key[:16].upper()
    ds.StudyDescription = study.description
    ds.AccessionNumber = ""
    ds.ReferringPhysicianName = ""
    ds.Modality = series.modality
    ds.SeriesNumber = series.number
    ds.SeriesDescription = series.description
    ds.ProtocolName = series.protocol or series.description
    ds.BodyPartExamined = series.body_part
    ds.InstanceNumber = instance
    ds.ImageType = list(series.image_type)
    ds.Manufacturer = "Lightbox"
    ds.ManufacturerModelName = "Demo recipe"
    ds.DeviceSerialNumber = "0"
    ds.SoftwareVersions = "1"
    ds.InstitutionName = "Lightbox demo"
    ds.BurnedInAnnotation = "NO"
    ds.LossyImageCompression = "00"
    return ds


def add_plane(ds: Dataset, axes: NDArray[Any], spacing: Sequence[float], frame: str) -> None:
    """Add where an image lies.

    `axes` is (3, 3): origin, direction along a row, direction down a column, LPS mm. `spacing` is
    between rows, between columns and the thickness, mm. `frame` names the frame of reference.
    """
    ds.FrameOfReferenceUID = fixed_uid("frame", frame)
    ds.PositionReferenceIndicator = ""
    ds.PatientPosition = "HFS"
    ds.ImagePositionPatient = decimals(axes[0])
    ds.ImageOrientationPatient = decimals(axes[1:].ravel())
    ds.PixelSpacing = decimals(spacing[:2])
    ds.SliceThickness = decimals(spacing[2:])[0]


def add_ct(
    ds: Dataset, window: tuple[Sequence[str], Sequence[str], Sequence[str]], units: str = "HU"
) -> None:
    """Add what a CT image needs; `window` is centres, widths and explanations."""
    ds.KVP = "120"
    ds.AcquisitionNumber = 1
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "-1024", "1", units
    ds.WindowCenter, ds.WindowWidth, ds.WindowCenterWidthExplanation = map(list, window)


def add_mr(ds: Dataset, spacing_between_slices: float) -> None:
    """Add what an MR image needs."""
    ds.ScanningSequence = ["SE", "IR"]
    ds.SequenceVariant = "SK"
    ds.ScanOptions = ""
    ds.MRAcquisitionType = "2D"
    ds.RepetitionTime, ds.EchoTime, ds.InversionTime = "9000", "120", "2500"
    ds.EchoTrainLength = 16
    ds.MagneticFieldStrength = "1.5"
    ds.AcquisitionNumber = 1
    ds.SpacingBetweenSlices = decimals([spacing_between_slices])[0]
    ds.WindowCenter, ds.WindowWidth = "450", "900"


def add_ultrasound(ds: Dataset, recipe: Mapping[str, Any]) -> None:
    """Add the cine module and the calibrated region of the sector."""
    apex_x, apex_y = (int(value) for value in recipe["apex_px"])
    frame_time = float(recipe["frame_time_ms"])
    ds.FrameIncrementPointer = 0x00181063
    ds.FrameTime = decimals([frame_time])[0]
    ds.CineRate = ds.RecommendedDisplayFrameRate = round(1000 / frame_time)
    ds.HeartRate = 60
    ds.PatientOrientation = ""
    region = Dataset()
    region.RegionSpatialFormat = 1  # 2D, PS3.3 C.8.5.5.1.1
    region.RegionDataType = 1  # tissue
    region.RegionFlags = 2  # scale of the region is protected
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 0, apex_y
    region.RegionLocationMaxX1 = int(recipe["columns"]) - 1
    region.RegionLocationMaxY1 = int(recipe["rows"]) - 1
    region.ReferencePixelX0, region.ReferencePixelY0 = apex_x, 0
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3  # cm
    region.ReferencePixelPhysicalValueX = region.ReferencePixelPhysicalValueY = 0.0
    region.PhysicalDeltaX = region.PhysicalDeltaY = float(recipe["mm_per_pixel"]) / 10
    ds.SequenceOfUltrasoundRegions = [region]


def add_radiograph(ds: Dataset, spacing: float) -> None:
    """Add what a digital radiograph for presentation needs: no geometry, only its detector's."""
    ds.PhotometricInterpretation = "MONOCHROME1"
    ds.PresentationLUTShape = "INVERSE"
    ds.PresentationIntentType = "FOR PRESENTATION"
    ds.PixelIntensityRelationship = "LOG"
    ds.PixelIntensityRelationshipSign = 1
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "0", "1", "US"
    ds.ImagerPixelSpacing = decimals([spacing, spacing])
    ds.PatientOrientation = ["L", "F"]
    ds.PositionerType = "NONE"
    ds.ViewPosition = "PA"
    ds.ImageLaterality = "U"
    ds.KVP = "125"
    ds.AcquisitionNumber = 1
    ds.DetectorType = "DIRECT"
    ds.WindowCenter, ds.WindowWidth = "1550", "2300"
    ds.AcquisitionContextSequence = []
    ds.AnatomicRegionSequence = [_code("51185008", "SCT", "Chest")]
    view = _code("272479007", "SCT", "postero-anterior")
    view.ViewModifierCodeSequence = []
    ds.ViewCodeSequence = [view]


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def save(ds: Dataset, path: Path) -> Path:
    """Write the object as a DICOM file (PS3.10), Explicit VR Little Endian."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ds.SOPClassUID
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = fixed_uid("implementation")
    meta.ImplementationVersionName = "LIGHTBOX_DEMO"
    ds.file_meta = meta
    ds.save_as(path, enforce_file_format=True)
    return path
