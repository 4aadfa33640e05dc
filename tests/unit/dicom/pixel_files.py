"""Write DICOM files whose pixel bytes are exactly what a test says, with pydicom."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian

from viewer.dicom.records import read_instance
from viewer.model.study import Instance

JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.90"
HTJ2K = "1.2.840.10008.1.2.4.201"
RLE = "1.2.840.10008.1.2.5"
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def write_native(
    path: Path, data: bytes, syntax: str = ExplicitVRLittleEndian, **tags: Any
) -> Path:
    """Write an uncompressed object; `tags` are keywords and override the defaults."""
    ds = _dataset(syntax, tags)
    ds.add_new(0x7FE00010, "OW" if ds.BitsAllocated > 8 else "OB", data)
    return _save(ds, path, syntax)


def write_fragments(
    path: Path,
    fragments: Sequence[bytes],
    syntax: str,
    offset_table: Sequence[int] | None = (),
    **tags: Any,
) -> Path:
    """Write an encapsulated object with these very fragments and Basic Offset Table."""
    table = b"".join(entry.to_bytes(4, "little") for entry in offset_table or ())
    value = b"".join(item(part) for part in (table, *fragments)) + b"\xfe\xff\xdd\xe0" + bytes(4)
    known = syntax
    if not UID(syntax).is_transfer_syntax:  # pydicom 3.0 does not write it: renamed below
        known = JPEG_BASELINE if len(syntax) <= len(JPEG_BASELINE) else HTJ2K
    ds = _dataset(known, tags)
    ds.add_new(0x7FE00010, "OB", value)
    ds["PixelData"].is_undefined_length = True
    _save(ds, path, known)
    if known != syntax:
        name = syntax.encode().ljust(len(known), b"\0")
        path.write_bytes(path.read_bytes().replace(known.encode(), name, 1))
    return path


def item(part: bytes) -> bytes:
    """Return a fragment with its item header, padded to even length."""
    even = part + bytes(len(part) % 2)
    return b"\xfe\xff\x00\xe0" + len(even).to_bytes(4, "little") + even


def instance_of(path: Path) -> Instance:
    return read_instance(str(path))


def _dataset(syntax: str, tags: dict[str, Any]) -> Dataset:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = UID(syntax)
    ds.SOPClassUID = _CAPTURE
    ds.SOPInstanceUID = "2.25.4711"
    ds.PatientName = "Pixel^Test"
    ds.PatientID = "P-1"
    ds.PatientBirthDate = "19700101"
    ds.StudyInstanceUID = "2.25.1"
    ds.SeriesInstanceUID = "2.25.2"
    ds.Modality = "OT"
    defaults: dict[str, Any] = {
        "Rows": 4,
        "Columns": 4,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 8,
        "PixelRepresentation": 0,
    }
    for keyword, value in (defaults | tags).items():
        setattr(ds, keyword, value)
    for keyword, value in (("BitsStored", ds.BitsAllocated), ("HighBit", None)):
        if keyword not in ds:
            setattr(ds, keyword, ds.BitsStored - 1 if value is None else value)
    return ds


def _save(ds: Dataset, path: Path, syntax: str) -> Path:
    little = syntax != ExplicitVRBigEndian
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom points at what a test does on purpose
        ds.save_as(
            path,
            implicit_vr=syntax == "1.2.840.10008.1.2",
            little_endian=little,
            enforce_file_format=True,
        )
    return path


def gradient(rows: int, columns: int, dtype: str = "u2", top: int | None = None) -> Any:
    """Return a smooth image with texture that uses the whole range up to `top`."""
    high = np.iinfo(dtype).max if top is None else top
    row, column = np.indices((rows, columns))
    values = (row * 7 + column * 13 + (row * column) % 11) % 256
    return np.asarray(values * high // 255).astype(dtype)
