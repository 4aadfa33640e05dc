"""Records of what was found: an instance with its header facts, grouped to series and studies.

All text is decoded with the object's own Specific Character Set; the raw bytes of the identity
stay beside it. Nothing here knows a file format, a database or a window.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int | float | tuple[str, ...] | tuple[int, ...] | tuple[float, ...]
"""A header value: text, number or several of one kind. Absent or empty elements are left out."""

Vector = tuple[float, float, float]
"""Three numbers in the patient coordinate system (LPS: left, posterior, head), millimetres."""


@dataclass(frozen=True, slots=True)
class FileRef:
    """Where the bytes of an object lie.

    Attributes
    ----------
    path
        Absolute path of the file.
    size
        Bytes of the whole file when it was scanned.
    dataset_offset
        Where the data set begins: after preamble and file meta information (PS3.10 7.1).
    digest
        SHA-256 of the data set, hexadecimal; without preamble and group 0002. Empty while unknown.
    """

    path: str
    size: int
    dataset_offset: int
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an object's own header says the patient is (PS3.3 C.7.1.1).

    ``raw_name`` and ``raw_patient_id`` are the bytes as stored: they are what identity checks
    compare, since decoded text depends on a character set that may be corrected for display.
    ``name`` keeps the carets and the ``=`` between alphabetic, ideographic and phonetic groups.
    """

    patient_id: str = ""
    issuer: str = ""
    name: str = ""
    birth_date: str = ""
    sex: str = ""
    raw_patient_id: bytes = b""
    raw_name: bytes = b""


@dataclass(frozen=True, slots=True)
class ObjectIdentity:
    """What is compared at paint time (R-054): the object that is on the screen, by itself."""

    sop_instance_uid: str
    raw_patient_id: bytes
    raw_name: bytes
    raw_birth_date: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ImagePlane:
    """Image Plane of one frame (PS3.3 C.7.6.2).

    Attributes
    ----------
    position_lps
        Centre of the first (upper left) pixel, mm.
    row_lps
        Unit vector along a row: the direction in which the column index rises.
    column_lps
        Unit vector down a column: the direction in which the row index rises.
    spacing_mm
        (between rows, between columns), as in Pixel Spacing; None when the header has none.
    thickness_mm
        Slice Thickness, or None.
    """

    position_lps: Vector
    row_lps: Vector
    column_lps: Vector
    spacing_mm: tuple[float, float] | None = None
    thickness_mm: float | None = None


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """Image Pixel module and where the pixel element lies (PS3.3 C.7.6.3).

    Attributes
    ----------
    kind
        ``integer`` (7FE0,0010), ``float`` (7FE0,0008) or ``double`` (7FE0,0009).
    offset
        Of the first byte of the element's value in the file; -1 when the data set is deflated.
    length
        Bytes of the value; -1 for undefined length (encapsulated).
    big_endian
        True for Explicit VR Big Endian.
    """

    rows: int
    columns: int
    samples: int
    photometric: str
    planar: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    n_frames: int
    kind: str
    offset: int
    length: int
    big_endian: bool = False

    @property
    def encapsulated(self) -> bool:
        """Tell whether the pixel data is a sequence of fragments (PS3.5 A.4)."""
        return self.length < 0

    @property
    def frame_nbytes(self) -> int:
        """Bytes of one native frame, as the tags claim (may be fractional bytes rounded up)."""
        return (self.rows * self.columns * self.samples * self.bits_allocated + 7) // 8


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What differs between frames: the plane and the functional group values (PS3.3 C.7.6.16).

    ``attributes`` overrides the instance's own attributes of the same keyword.
    """

    plane: ImagePlane | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """One SOP instance: where it lies and what its header says.

    Attributes
    ----------
    attributes
        Decoded header values by DICOM keyword (``StudyDescription``, ``WindowCenter``, ...):
        every element that listing, splitting, ordering or the corner texts need.
    pixels
        None for an object without pixel data.
    frames
        One for each frame when the frames have functional groups of their own; otherwise
        exactly one, which holds for all frames. Empty without pixel data.
    warnings
        Sentences about what was tolerated while reading; free of patient data.
    """

    file: FileRef
    sop_class_uid: str
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    transfer_syntax_uid: str
    modality: str
    identity: Identity
    attributes: Mapping[str, Value]
    pixels: PixelFormat | None
    frames: tuple[FrameFacts, ...]
    warnings: tuple[str, ...] = ()

    @property
    def n_frames(self) -> int:
        """Return the number of frames; 0 without pixel data."""
        return self.pixels.n_frames if self.pixels else 0

    def facts(self, frame: int) -> FrameFacts:
        """Return the facts of frame ``frame`` (from 0)."""
        if len(self.frames) > 1:
            return self.frames[frame]
        return self.frames[0] if self.frames else FrameFacts()

    def get(self, keyword: str, frame: int = 0) -> Value | None:
        """Return a header value, the frame's own one first; None when absent."""
        own = self.facts(frame).attributes.get(keyword)
        return own if own is not None else self.attributes.get(keyword)

    def text(self, keyword: str, frame: int = 0) -> str:
        """Return a header value as text, several joined by a backslash; empty when absent."""
        value = self.get(keyword, frame)
        if value is None:
            return ""
        if isinstance(value, tuple):
            return "\\".join(str(part) for part in value)
        return str(value)

    def number(self, keyword: str, frame: int = 0) -> float | None:
        """Return the first value as a number; None when absent or not a number."""
        value = self.get(keyword, frame)
        if isinstance(value, tuple):
            value = value[0] if value else None
        try:
            return None if value is None else float(value)
        except ValueError:
            return None

    def numbers(self, keyword: str, frame: int = 0) -> tuple[float, ...]:
        """Return all values as numbers; empty when absent or when one is not a number."""
        value = self.get(keyword, frame)
        if value is None:
            return ()
        parts = value if isinstance(value, tuple) else (value,)
        try:
            return tuple(float(part) for part in parts)
        except ValueError:
            return ()

    def expected_identity(self) -> ObjectIdentity:
        """Return what the paint-time check must find in the displayed object."""
        return ObjectIdentity(
            self.sop_instance_uid,
            self.identity.raw_patient_id,
            self.identity.raw_name,
            self.identity.birth_date,
            self.file.digest,
        )


@dataclass(frozen=True, slots=True)
class Series:
    """The instances of one series, in the order in which they were met."""

    series_instance_uid: str
    study_instance_uid: str
    modality: str
    number: int | None
    description: str
    instances: tuple[Instance, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """One study as it is opened, from the library or from a source.

    Attributes
    ----------
    in_library
        False for a source that is read in place; panes then say 'not in the library'.
    n_expected
        Instances that are known to exist (Number of Study Related Instances, a directory);
        None when unknown.
    """

    study_instance_uid: str
    identity: Identity
    date: str
    time: str
    description: str
    accession_number: str
    series: tuple[Series, ...]
    in_library: bool = False
    n_expected: int | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)
