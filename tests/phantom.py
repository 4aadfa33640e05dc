"""Make DICOM files whose geometry and values are known exactly, for tests.

Everything is written with pydicom, not with our own code. Values come from a formula of patient
coordinates (LPS, mm), so that any picture of them can be computed without reading a file.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    EnhancedCTImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
    RLELossless,
    SecondaryCaptureImageStorage,
)

Vector = tuple[float, float, float]
Array = npt.NDArray[Any]
Order = Literal["reading", "reversed", "shuffled"]

NATIVE = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
)
LOSSLESS = (RLELossless, JPEGLSLossless, JPEG2000Lossless, JPEGLosslessSV1, HTJ2KLossless)


@dataclass(frozen=True)
class Geometry:
    """Where the voxels of a stack lie; no pixels.

    `shape` is (slices, rows, columns), `spacing` (slice, row, column) in mm. `row_lps` is the
    direction along a row (the column index grows), `column_lps` down a column, as in Image
    Orientation (Patient). `shear_lps` is added to each step between slices (gantry tilt).
    """

    shape: tuple[int, int, int] = (6, 20, 24)
    spacing: Vector = (3.0, 0.75, 0.5)
    origin_lps: Vector = (-6.0, -7.5, 100.0)
    row_lps: Vector = (1.0, 0.0, 0.0)
    column_lps: Vector = (0.0, 1.0, 0.0)
    shear_lps: Vector = (0.0, 0.0, 0.0)
    frame_of_reference: str = "phantom"

    @property
    def step_lps(self) -> Array:
        """The vector from one slice to the next, mm."""
        normal = np.cross(self.row_lps, self.column_lps)
        return np.asarray(normal * self.spacing[0] + np.asarray(self.shear_lps))

    @property
    def affine(self) -> Array:
        """The 4x4 matrix from (column, row, slice, 1) to LPS mm."""
        matrix = np.eye(4)
        matrix[:3, 0] = np.multiply(self.row_lps, self.spacing[2])
        matrix[:3, 1] = np.multiply(self.column_lps, self.spacing[1])
        matrix[:3, 2] = self.step_lps
        matrix[:3, 3] = self.origin_lps
        return matrix

    def points_lps(self) -> Array:
        """Return the centre of each voxel, (slices, rows, columns, 3) in LPS mm."""
        k, j, i = np.indices(self.shape)
        ijk = np.stack((i, j, k, np.ones_like(i)), axis=-1)
        return np.asarray((ijk @ self.affine.T)[..., :3])


AXIAL = Geometry()
CORONAL = replace(AXIAL, column_lps=(0.0, 0.0, -1.0), origin_lps=(-6.0, -9.0, 115.0))
SAGITTAL = replace(
    AXIAL, row_lps=(0.0, 1.0, 0.0), column_lps=(0.0, 0.0, -1.0), origin_lps=(9.0, -6.0, 115.0)
)
TILTED = replace(AXIAL, shear_lps=(0.0, 0.8, 0.0))
OBLIQUE = replace(AXIAL, row_lps=(0.8, 0.6, 0.0), column_lps=(-0.48, 0.64, 0.6))


def ramp(geometry: Geometry, gradient_lps: Vector = (5.0, 7.0, 11.0), offset: float = 0) -> Array:
    """Return values that rise evenly in the patient, (slices, rows, columns) int16."""
    values = geometry.points_lps() @ np.asarray(gradient_lps) + offset
    return np.asarray(np.rint(values).astype(np.int16))


def uid(*parts: object) -> UID:
    """Return the UID that belongs to the given names, the same each time."""
    digest = hashlib.sha256("/".join(str(part) for part in parts).encode()).digest()
    return UID(f"2.25.{int.from_bytes(digest[:15], 'big')}")


def make_series(
    folder: Path,
    geometry: Geometry = AXIAL,
    values: Array | None = None,
    transfer_syntax: UID = ExplicitVRLittleEndian,
    *,
    seed: str = "phantom",
    order: Order = "reading",
    missing: Collection[int] = (),
    duplicated: Collection[int] = (),
    tags: Mapping[str, Any] | None = None,
    slice_tags: Sequence[Mapping[str, Any]] | None = None,
) -> list[Path]:
    """Write a CT series, one file per slice, and return the paths in the order of the slices.

    `values` are stored values, (slices, rows, columns), by default a `ramp`. `order` says how
    file names and Instance Numbers follow the slices. `missing` slices are not written (a gap);
    `duplicated` ones twice, under two SOP Instance UIDs. `tags` are set on every object,
    `slice_tags` on the object of each slice; a value of None removes the element.
    """
    stored = ramp(geometry) if values is None else values
    indices = [k for k in range(geometry.shape[0]) if k not in missing]
    ranks = list(range(len(indices)))
    if order == "reversed":
        ranks.reverse()
    elif order == "shuffled":
        random.Random(seed).shuffle(ranks)
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for rank, k in zip(ranks, indices, strict=True):
        own = dict(tags or {}) | dict(slice_tags[k] if slice_tags else {})
        for copy in range(2 if k in duplicated else 1):
            ds = _slice(geometry, k, seed)
            ds.InstanceNumber = rank + 1
            ds.SOPInstanceUID = uid(seed, "instance", geometry, k, copy)
            _set_pixels(ds, stored[k], transfer_syntax)
            name = f"{rank:04d}" + (f"-{copy}" if copy else "")
            paths.append(_write(ds, folder / name, transfer_syntax, own))
    return paths


def make_mixed(
    folder: Path, geometries: Sequence[Geometry] = (AXIAL, CORONAL), **options: Any
) -> list[list[Path]]:
    """Write one series that holds several orientations (a localiser); paths per geometry."""
    return [make_series(folder / f"part{i}", g, **options) for i, g in enumerate(geometries)]


def make_image(
    path: Path,
    pixels: Array,
    transfer_syntax: UID = ExplicitVRLittleEndian,
    *,
    photometric: str | None = None,
    seed: str = "phantom",
    tags: Mapping[str, Any] | None = None,
) -> Path:
    """Write one Secondary Capture without geometry: (rows, columns[, 3]) or with frames first.

    Four dimensions, or three whose last is not 3, are a multi-frame object.
    """
    colour = pixels.ndim > 2 and pixels.shape[-1] == 3
    multiframe = pixels.ndim == (4 if colour else 3)
    ds = _common(seed, "OT")
    ds.SOPInstanceUID = uid(seed, "image", path.name)
    ds.SOPClassUID = _capture_class(pixels, colour=colour, multiframe=multiframe)
    ds.InstanceNumber = 1
    ds.ConversionType = "SYN"
    if multiframe:
        ds.NumberOfFrames = pixels.shape[0]
        ds.FrameTime = 40.0
        ds.FrameIncrementPointer = 0x00181063
    _set_pixels(ds, pixels, transfer_syntax, photometric)
    path.parent.mkdir(parents=True, exist_ok=True)
    return _write(ds, path, transfer_syntax, tags or {})


def make_enhanced(
    path: Path,
    geometry: Geometry = AXIAL,
    values: Array | None = None,
    transfer_syntax: UID = ExplicitVRLittleEndian,
    *,
    seed: str = "phantom",
    tags: Mapping[str, Any] | None = None,
) -> Path:
    """Write the stack as one Enhanced CT object, frames in the order of the slices."""
    stored = ramp(geometry) if values is None else values
    ds = _common(seed, "CT")
    ds.SOPClassUID = EnhancedCTImageStorage
    ds.SOPInstanceUID = uid(seed, "enhanced", geometry)
    ds.FrameOfReferenceUID = uid(geometry.frame_of_reference)
    ds.InstanceNumber = 1
    ds.NumberOfFrames = geometry.shape[0]
    ds.SharedFunctionalGroupsSequence = [_shared_groups(geometry)]
    ds.PerFrameFunctionalGroupsSequence = [
        _frame_groups(geometry, k) for k in range(geometry.shape[0])
    ]
    _set_pixels(ds, stored, transfer_syntax)
    path.parent.mkdir(parents=True, exist_ok=True)
    return _write(ds, path, transfer_syntax, tags or {})


def _common(seed: str, modality: str) -> Dataset:
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName = f"Phantom^{seed}"
    ds.PatientID = f"ID-{seed}"
    ds.PatientBirthDate = "19700101"
    ds.PatientSex = "O"
    ds.StudyInstanceUID = uid(seed, "study")
    ds.SeriesInstanceUID = uid(seed, "series")
    ds.StudyID = "1"
    ds.StudyDate = "20240229"
    ds.StudyTime = "123456"
    ds.AccessionNumber = ""
    ds.ReferringPhysicianName = ""
    ds.StudyDescription = "Phantom"
    ds.SeriesDescription = "Known values"
    ds.SeriesNumber = 1
    ds.Manufacturer = "Phantom"
    ds.Modality = modality
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    return ds


def _slice(geometry: Geometry, k: int, seed: str) -> Dataset:
    ds = _common(seed, "CT")
    ds.SOPClassUID = CTImageStorage
    ds.FrameOfReferenceUID = uid(geometry.frame_of_reference)
    ds.PositionReferenceIndicator = ""
    ds.ImageOrientationPatient = _decimals((*geometry.row_lps, *geometry.column_lps))
    ds.ImagePositionPatient = _decimals(geometry.affine[:3, 3] + k * geometry.step_lps)
    ds.PixelSpacing = _decimals(geometry.spacing[1:])
    ds.SliceThickness = _decimals(geometry.spacing[:1])
    ds.RescaleSlope = "1"
    ds.RescaleIntercept = "0"
    ds.RescaleType = "HU"
    ds.KVP = "120"
    ds.AcquisitionNumber = 1
    return ds


def _shared_groups(geometry: Geometry) -> Dataset:
    orientation, measures, transform = Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = _decimals((*geometry.row_lps, *geometry.column_lps))
    measures.PixelSpacing = _decimals(geometry.spacing[1:])
    measures.SliceThickness = _decimals(geometry.spacing[:1])
    transform.RescaleSlope, transform.RescaleIntercept, transform.RescaleType = "1", "0", "HU"
    groups = Dataset()
    groups.PlaneOrientationSequence = [orientation]
    groups.PixelMeasuresSequence = [measures]
    groups.PixelValueTransformationSequence = [transform]
    return groups


def _frame_groups(geometry: Geometry, k: int) -> Dataset:
    position, content = Dataset(), Dataset()
    position.ImagePositionPatient = _decimals(geometry.affine[:3, 3] + k * geometry.step_lps)
    content.StackID = "1"
    content.InStackPositionNumber = k + 1
    content.DimensionIndexValues = [1, k + 1]
    groups = Dataset()
    groups.PlanePositionSequence = [position]
    groups.FrameContentSequence = [content]
    return groups


def _decimals(numbers: Sequence[float] | Array) -> Any:
    """Return DS text of at most 16 characters; one number alone is no list."""
    texts = [f"{float(number):.10g}" for number in numbers]
    return texts[0] if len(texts) == 1 else texts


def _capture_class(pixels: Array, *, colour: bool, multiframe: bool) -> UID:
    if not multiframe:
        return SecondaryCaptureImageStorage
    if colour:
        return MultiFrameTrueColorSecondaryCaptureImageStorage
    if pixels.dtype.itemsize == 1:
        return MultiFrameGrayscaleByteSecondaryCaptureImageStorage
    return MultiFrameGrayscaleWordSecondaryCaptureImageStorage


def _set_pixels(ds: Dataset, pixels: Array, syntax: UID, photometric: str | None = None) -> None:
    colour = pixels.ndim > 2 and pixels.shape[-1] == 3
    rows, columns = pixels.shape[-3:-1] if colour else pixels.shape[-2:]
    bits = 8 * pixels.dtype.itemsize
    ds.Rows, ds.Columns = rows, columns
    ds.SamplesPerPixel = 3 if colour else 1
    if colour:
        ds.PlanarConfiguration = 0
    ds.PhotometricInterpretation = photometric or ("RGB" if colour else "MONOCHROME2")
    ds.BitsAllocated = ds.BitsStored = bits
    ds.HighBit = bits - 1
    ds.PixelRepresentation = int(pixels.dtype.kind == "i")
    frames = pixels.reshape(-1, rows, columns, *([3] if colour else []))
    if syntax in NATIVE:
        order: Literal[">", "<"] = ">" if syntax == ExplicitVRBigEndian else "<"
        data = frames.astype(pixels.dtype.newbyteorder(order)).tobytes()
        ds.PixelData = data + b"\0" * (len(data) % 2)
        ds["PixelData"].VR = "OB" if bits == 8 and syntax != ImplicitVRLittleEndian else "OW"
    else:
        ds.PixelData = encapsulate([_encode(ds, frame, syntax) for frame in frames])
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True


def _encode(ds: Dataset, frame: Array, syntax: UID) -> bytes:
    """Return one frame as a codestream, by libraries other than those that will read it."""
    contiguous = np.ascontiguousarray(frame)
    if syntax == JPEGLosslessSV1:
        unsigned = contiguous.view(f"u{frame.dtype.itemsize}")
        return bytes(imagecodecs.ljpeg_encode(unsigned, bitspersample=8 * frame.dtype.itemsize))
    if syntax == JPEGBaseline8Bit:
        return bytes(imagecodecs.jpeg8_encode(contiguous, level=95))
    if syntax == JPEGLSLossless:
        return bytes(imagecodecs.jpegls_encode(contiguous.view(f"u{frame.dtype.itemsize}")))
    if syntax == JPEG2000Lossless:
        return bytes(imagecodecs.jpeg2k_encode(contiguous, codecformat="j2k", reversible=True))
    if syntax == HTJ2KLossless:
        return bytes(imagecodecs.htj2k_encode(contiguous, reversible=True))
    if syntax == RLELossless:
        return _rle(contiguous)
    raise ValueError(f"phantom cannot write {UID(syntax).name}")


def _rle(frame: Array) -> bytes:
    """Return one RLE frame of literal runs only (PS3.5 G.4), most significant plane first."""
    samples = frame.reshape(*frame.shape[:2], -1)
    n_bytes = frame.dtype.itemsize
    planes = np.ascontiguousarray(samples).view(np.uint8).reshape(*samples.shape, n_bytes)
    segments: list[bytes] = []
    for sample in range(samples.shape[2]):
        for byte in reversed(range(n_bytes)):
            rows = [row.tobytes() for row in np.ascontiguousarray(planes[:, :, sample, byte])]
            runs = [row[at : at + 128] for row in rows for at in range(0, len(row), 128)]
            segment = b"".join(bytes([len(run) - 1]) + run for run in runs)
            segments.append(segment + b"\0" * (len(segment) % 2))
    offsets, at = [], 64
    for segment in segments:
        offsets.append(at)
        at += len(segment)
    header = np.array([len(segments), *offsets] + [0] * (15 - len(segments)), "<u4")
    return header.tobytes() + b"".join(segments)


def _write(ds: Dataset, path: Path, syntax: UID, tags: Mapping[str, Any]) -> Path:
    for keyword, value in tags.items():
        if value is None:
            if keyword in ds:
                delattr(ds, keyword)
        else:
            setattr(ds, keyword, value)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.save_as(path, enforce_file_format=True)
    return path
