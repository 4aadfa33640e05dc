"""Read a DICOMDIR: which files it refers to and how many objects of each study it lists.

Directory records are read as a flat sequence (PS3.3 F.3.2.2), bounded like any header. The
offsets that link them are not followed, so cycles and wild pointers do no harm; a record belongs
to the study record that precedes it, which is how directories are written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from viewer.base.errors import NotDicomError
from viewer.dicom.header import MEDIA_STORAGE_DIRECTORY, read_header

_RECORDS = 0x00041220
_RECORD_TYPE = 0x00041430
_FILE_ID = 0x00041500
_IN_USE = 0x00041410
_STUDY_UID = 0x0020000D
_NOT_IN_USE = 0
_MOST_RECORDS = 1_000_000


@dataclass(frozen=True, slots=True)
class FileSet:
    """What a directory says.

    Attributes
    ----------
    references
        Components of each Referenced File ID (PS3.10 8.2), as written, in order, each once.
    counts
        Referenced files by Study Instance UID; without those of no study.
    """

    references: tuple[tuple[str, ...], ...]
    counts: dict[str, int]


def read_directory(path: str) -> FileSet:
    """Read a DICOMDIR.

    Raises
    ------
    NotDicomError
        When it is no DICOM file, or none of directory records.
    UnreadableError
        When it cannot be read.
    """
    header = read_header(path)
    if header.sop_class_uid != MEDIA_STORAGE_DIRECTORY and _RECORDS not in header.dataset:
        raise NotDicomError("It is named like a directory but holds no directory records.")
    references: dict[tuple[str, ...], None] = {}
    counts: Counter[str] = Counter()
    study = ""
    for number, record in enumerate(header.dataset.items(_RECORDS)):
        if number >= _MOST_RECORDS:
            break
        kind = record.plain(_RECORD_TYPE)
        if kind == "PATIENT":
            study = ""
        elif kind == "STUDY":
            study = record.plain(_STUDY_UID)
        name = record.plain(_FILE_ID)
        if not name or record.number(_IN_USE, b"US") == _NOT_IN_USE:
            continue
        parts = tuple(part.strip() for part in name.split("\\"))
        if parts not in references:
            references[parts] = None
            if study:
                counts[study] += 1
    return FileSet(tuple(references), dict(counts))
