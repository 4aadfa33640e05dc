"""Turn a header into the record of an instance: identity, attributes, pixel format, frames."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace

from viewer.dicom.attributes import WRONG_CHARACTER_SET, extract, make_plan
from viewer.dicom.charset import declared_sets, decode_text
from viewer.dicom.dataset import DataSet
from viewer.dicom.digest import hash_file
from viewer.dicom.extras import extra_attributes
from viewer.dicom.functional_groups import FunctionalGroups
from viewer.dicom.header import MEDIA_STORAGE_DIRECTORY, Header, read_header
from viewer.dicom.keywords import KEYWORDS
from viewer.dicom.planes import make_plane
from viewer.dicom.values import date_text
from viewer.model.study import (
    FileRef,
    Identity,
    Instance,
    ObjectIdentity,
    PixelFormat,
    Value,
)

_SOP_INSTANCE_UID = 0x00080018
_STUDY_INSTANCE_UID = 0x0020000D
_SERIES_INSTANCE_UID = 0x0020000E
_MODALITY = 0x00080060
_META_SOP_INSTANCE_UID = 0x00020003
_PATIENT_NAME = 0x00100010
_PATIENT_ID = 0x00100020
_ISSUER = 0x00100021
_BIRTH_DATE = 0x00100030
_SEX = 0x00100040
_LONGEST_UID = 128

_PLAN = make_plan(KEYWORDS)


def read_instance(path: str, *, character_set: str = "") -> Instance:
    r"""Read the header of a file into a record; no pixel is read.

    Parameters
    ----------
    character_set
        A correction that a person chose, as one would write it into Specific Character Set
        (``ISO_IR 192``, ``\ISO 2022 IR 149``); empty to believe the file.

    Raises
    ------
    NotDicomError
        When it is no DICOM file.
    UnreadableError
        When it is one but cannot be read (``TruncatedError``, ``LimitError``).
    """
    absolute = os.path.abspath(path)
    header = read_header(absolute)
    if character_set:
        header.dataset.character_sets = declared_sets(character_set.encode())
    return make_instance(header, absolute)


def make_instance(header: Header, path: str, digest: str = "") -> Instance:
    """Make the record of an object whose header was read.

    Parameters
    ----------
    path
        Absolute path of its file.
    digest
        Of its data set, where it is known already.
    """
    dataset = header.dataset
    warnings = list(header.warnings)
    attributes = extract(dataset, _PLAN, warnings)
    extra_attributes(dataset, attributes, warnings)
    pixels = _pixel_format(header, attributes, warnings)
    groups = FunctionalGroups(dataset, warnings)
    for keyword, value in groups.shared.items():
        attributes.setdefault(keyword, value)
    plane = make_plane(attributes, warnings) if pixels else None
    frames = groups.for_frames(pixels.n_frames, plane) if pixels else ()
    identity = read_identity(dataset, warnings)
    uids = _uids(header, path, identity, attributes, warnings)
    return Instance(
        file=FileRef(path, header.size, header.dataset_offset, digest),
        sop_class_uid=header.sop_class_uid,
        sop_instance_uid=uids[0],
        study_instance_uid=uids[1],
        series_instance_uid=uids[2],
        transfer_syntax_uid=header.transfer_syntax_uid,
        modality=dataset.plain(_MODALITY).partition("\\")[0],
        identity=identity,
        attributes=attributes,
        pixels=pixels,
        frames=frames,
        warnings=tuple(warnings),
    )


def read_identity(dataset: DataSet, warnings: list[str] | None = None) -> Identity:
    """Return who a data set says the patient is, decoded and as stored."""
    raw_name = dataset.raw(_PATIENT_NAME) or b""
    raw_id = dataset.raw(_PATIENT_ID) or b""
    sets = dataset.character_sets
    name, doubtful = decode_text(raw_name, sets, b"PN")
    patient_id, id_doubtful = decode_text(raw_id, sets, b"LO")
    if warnings is not None and (doubtful or id_doubtful) and WRONG_CHARACTER_SET not in warnings:
        warnings.append(WRONG_CHARACTER_SET)
    return Identity(
        patient_id=patient_id,
        issuer=dataset.text(_ISSUER),
        name=name,
        birth_date=date_text(dataset.raw(_BIRTH_DATE) or b""),
        sex=dataset.plain(_SEX),
        raw_patient_id=raw_id,
        raw_name=raw_name,
    )


def corrected_identity(identity: Identity, character_set: str) -> Identity:
    """Decode name and ID again with the character set that a person chose; raw bytes stay."""
    sets = declared_sets(character_set.encode())
    return replace(
        identity,
        name=decode_text(identity.raw_name, sets, b"PN").text,
        patient_id=decode_text(identity.raw_patient_id, sets, b"LO").text,
    )


def object_identity(header: Header, path: str, digest: str = "") -> ObjectIdentity:
    """Return what the paint-time check compares, from the very header that was read (R-054)."""
    return make_instance(header, path, digest).expected_identity()


def _pixel_format(
    header: Header, attributes: dict[str, Value], warnings: list[str]
) -> PixelFormat | None:
    element = header.pixels
    if element is None:
        return None
    n_frames = _count(attributes, "NumberOfFrames", 1)
    if n_frames < 1:
        warnings.append("Number of Frames is invalid; one frame is assumed.")
        n_frames = 1
    rows, columns = _count(attributes, "Rows", 0), _count(attributes, "Columns", 0)
    if rows < 1 or columns < 1:
        warnings.append("Rows or Columns are missing; there is no image to show.")
    samples = _count(attributes, "SamplesPerPixel", 1)
    photometric = attributes.get("PhotometricInterpretation")
    if not isinstance(photometric, str):
        photometric = "MONOCHROME2" if samples == 1 else "RGB"
        warnings.append(f"No Photometric Interpretation; {photometric} is assumed.")
    allocated = _count(attributes, "BitsAllocated", _natural_bits(element.kind))
    stored = _count(attributes, "BitsStored", allocated)
    return PixelFormat(
        rows=rows,
        columns=columns,
        samples=samples,
        photometric=photometric,
        planar=_count(attributes, "PlanarConfiguration", 0),
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=_count(attributes, "HighBit", stored - 1),
        signed=_count(attributes, "PixelRepresentation", 0) == 1,
        n_frames=n_frames,
        kind=element.kind,
        offset=-1 if header.deflated else element.offset,
        length=element.length,
        big_endian=element.big_endian,
    )


def _natural_bits(kind: str) -> int:
    return {"float": 32, "double": 64}.get(kind, 16)


def _count(attributes: dict[str, Value], keyword: str, default: int) -> int:
    value = attributes.get(keyword)
    if isinstance(value, tuple):
        value = value[0]
    return default if value is None or isinstance(value, str) else int(value)


def _uids(
    header: Header,
    path: str,
    identity: Identity,
    attributes: dict[str, Value],
    warnings: list[str],
) -> tuple[str, str, str]:
    """Return SOP, Study and Series Instance UID; missing ones are derived from what is there.

    Derived UIDs (PS3.5 B.2 form) are the same for the same bytes, in every process; the file
    keeps its own.
    """
    dataset = header.dataset
    sop, study, series = (
        _uid(dataset.plain(tag))
        for tag in (_SOP_INSTANCE_UID, _STUDY_INSTANCE_UID, _SERIES_INSTANCE_UID)
    )
    sop = sop or _uid(header.meta.plain(_META_SOP_INSTANCE_UID))
    if (sop and study and series) or header.sop_class_uid == MEDIA_STORAGE_DIRECTORY:
        return sop, study, series
    warnings.append("Identifiers are missing from the header; Lightbox made some of its own.")
    digest = "" if sop and study else hash_file(path, header.dataset_offset).digest
    exam = (identity.raw_patient_id, identity.raw_name, identity.birth_date.encode())
    when = [str(attributes.get(key, "")) for key in ("StudyDate", "StudyID", "AccessionNumber")]
    facts = b"\\".join((*exam, *(text.encode() for text in when)))
    study = study or derived_uid("study", facts if facts.strip(b"\\") else digest.encode())
    kind = f"{dataset.plain(_MODALITY)}\\{attributes.get('SeriesNumber', '')}"
    series = series or derived_uid("series", f"{study}\\{kind}".encode())
    return sop or derived_uid("instance", digest.encode()), study, series


def _uid(text: str) -> str:
    first = text.partition("\\")[0].strip()
    return first if len(first) <= _LONGEST_UID else ""


def derived_uid(role: str, facts: bytes) -> str:
    """Return a UID that follows from ``facts``: 2.25 and a 128-bit number (PS3.5 B.2)."""
    number = hashlib.sha256(role.encode() + b"\0" + facts).digest()[:16]
    return f"2.25.{int.from_bytes(number, 'big')}"
