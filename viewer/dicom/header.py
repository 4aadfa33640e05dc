"""Read the header of a DICOM file: everything before its pixels, bounded and without recursion.

Written for speed and for files as they are: with or without preamble and file meta information,
in every encoding, also in one that contradicts the meta information, deflated, cut off, or with
elements that break the rules. No pixel is read; the pixel element is only located.
"""

from __future__ import annotations

from dataclasses import dataclass

from viewer.base.errors import NotDicomError, TruncatedError, UnreadableError
from viewer.dicom.dataset import DataSet
from viewer.dicom.detect import guess_encoding, has_prefix, looks_like_dataset, matches
from viewer.dicom.elements import (
    DAMAGED,
    DOUBLE_PIXELS,
    ENDS_EARLY,
    EXPLICIT_BE,
    EXPLICIT_LE,
    FLOAT_PIXELS,
    HEADER_BYTES,
    IMPLICIT_LE,
    LONG_HEADER,
    PIXELS,
    SHORT_HEADER,
    UNDEFINED,
    CutError,
    Element,
    Encoding,
    Level,
    Limits,
    Scan,
)
from viewer.dicom.forms import long_form
from viewer.dicom.inflate import InflatedStream
from viewer.dicom.streams import BytesStream, FileStream, Stream, View
from viewer.dicom.walk import walk
from viewer.model import ids

GE_BIG_ENDIAN_PIXELS = "1.2.840.113619.5.2"
MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"

_DEFLATED = frozenset({ids.DEFLATED, "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"})
_CLAIMS = {
    ids.IMPLICIT_LITTLE: IMPLICIT_LE,
    GE_BIG_ENDIAN_PIXELS: IMPLICIT_LE,
    ids.EXPLICIT_BIG: EXPLICIT_BE,
}
_KINDS = {PIXELS: "integer", FLOAT_PIXELS: "float", DOUBLE_PIXELS: "double"}
_NATIVE_UIDS = {
    (True, True): ids.EXPLICIT_LITTLE,
    (False, True): ids.IMPLICIT_LITTLE,
    (True, False): ids.EXPLICIT_BIG,
    (False, False): ids.EXPLICIT_BIG,
}
_SOP_CLASS = 0x00080016
_SOP_INSTANCE = 0x00080018
_STUDY = 0x0020000D
_META_SOP_CLASS = 0x00020002
_META_SYNTAX = 0x00020010
_SEQUENCE_END = b"\xfe\xff\xdd\xe0\x00\x00\x00\x00"
_ITEM_LITTLE = b"\xfe\xff\x00\xe0"
_MOST_FRAGMENTS = 200_000
_MOST_META = 256
_GROUP_LENGTH = b"\x02\x00\x00\x00UL\x04\x00"


@dataclass(frozen=True, slots=True)
class PixelElement:
    """Where the pixel element lies.

    Attributes
    ----------
    kind
        ``integer`` (7FE0,0010), ``float`` (7FE0,0008) or ``double`` (7FE0,0009).
    offset
        Of the first byte of the value: in the file, or in the inflated data set.
    length
        Bytes the header claims; -1 for undefined length.
    n_present
        Bytes that are there; -1 where it was not looked at (encapsulated, deflated).
    """

    kind: str
    vr: bytes
    offset: int
    length: int
    n_present: int
    big_endian: bool


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the pixels of one object.

    Attributes
    ----------
    size
        Bytes of the file.
    dataset_offset
        Where the data set begins in the file; behind preamble and file meta information.
    meta, dataset
        File meta information (group 0002) and data set.
    transfer_syntax_uid
        As declared; when none is, that of the encoding which was found.
    deflated
        True when offsets are those in the inflated data set.
    cut
        True when the header itself is cut off or damaged.
    warnings
        Sentences about what was tolerated.
    """

    size: int
    dataset_offset: int
    meta: DataSet
    dataset: DataSet
    transfer_syntax_uid: str
    deflated: bool
    pixels: PixelElement | None
    cut: bool
    warnings: tuple[str, ...]

    @property
    def is_directory(self) -> bool:
        """Tell whether this is a DICOMDIR (PS3.10 8)."""
        return self.sop_class_uid == MEDIA_STORAGE_DIRECTORY

    @property
    def sop_class_uid(self) -> str:
        """Return SOP Class UID, from the meta information when the data set has none."""
        return self.dataset.plain(_SOP_CLASS) or self.meta.plain(_META_SOP_CLASS)


def read_header(path: str, *, limits: Limits | None = None) -> Header:
    """Read the header of a file.

    Raises
    ------
    NotDicomError
        When it is no DICOM file.
    TruncatedError
        When it ends before anything that identifies an object.
    LimitError
        When it claims more than the limits allow.
    UnreadableError
        When the system refuses to read it, or nothing in it makes sense.
    """
    stream = FileStream(path)
    try:
        return parse_header(stream, limits=limits)
    finally:
        stream.close()


def parse_header(source: Stream | bytes, *, limits: Limits | None = None) -> Header:
    """Read the header of an object in memory or in any stream; raises as ``read_header``."""
    stream = BytesStream(source) if isinstance(source, bytes) else source
    if not stream.size:
        raise NotDicomError("The file is empty.")
    scan = Scan(View(stream), limits or Limits())
    meta_offset = has_prefix(scan.view)
    if not meta_offset and not looks_like_dataset(scan.view):
        raise NotDicomError("This is no DICOM file.")
    meta, dataset_offset = _read_meta(scan, meta_offset)
    syntax = meta.plain(_META_SYNTAX)
    deflated = syntax in _DEFLATED and not _is_plain(scan.view, dataset_offset)
    start = dataset_offset
    inflated = InflatedStream(stream, dataset_offset) if deflated else None
    if inflated is not None:
        scan = Scan(View(inflated), scan.limits, warnings=scan.warnings)
        start = 0
    encoding = _encoding(scan, start, syntax)
    level = walk(scan, (start, scan.view.size, 0), encoding)
    dataset = DataSet(scan, level.elements, encoding)
    if inflated is not None and inflated.damaged:
        scan.warn("The deflated data are damaged or cut off.")
    _judge(scan, level, dataset, bare=not meta_offset)
    return Header(
        size=stream.size,
        dataset_offset=dataset_offset,
        meta=meta,
        dataset=dataset,
        transfer_syntax_uid=syntax or _NATIVE_UIDS[encoding.explicit, encoding.little],
        deflated=deflated,
        pixels=_locate_pixels(scan, level, encoding, syntax),
        cut=bool(level.cut),
        warnings=tuple(scan.warnings),
    )


def _read_meta(scan: Scan, position: int) -> tuple[DataSet, int]:
    """Read group 0002 and return where the data set begins; the group length is not believed."""
    level = _regular_meta(scan, position)
    if level is not None:
        return DataSet(scan, level.elements, EXPLICIT_LE), level.position
    view, elements = scan.view, dict[int, Element]()
    encoding = EXPLICIT_LE
    if view.bytes_at(position, 2) == b"\x00\x02":
        encoding = EXPLICIT_BE
        scan.warn("The file meta information is written big endian.")
    elif view.bytes_at(position, 2) == b"\x02\x00" and not matches(view, position, encoding):
        encoding = IMPLICIT_LE
        scan.warn("The file meta information is written with implicit VR.")
    for _ in range(_MOST_META):
        if not view.load(position, SHORT_HEADER):
            break
        group, number, _ = encoding.tag_length.unpack_from(view.data, position - view.base)
        if group != 0x0002:
            break
        vr, offset, length = _element_at(scan, position, view.size, encoding)
        if offset + length > view.size:
            raise TruncatedError("The file ends inside its file meta information.")
        elements[group << 16 | number] = (vr, offset, length)
        position = offset + length
    return DataSet(scan, elements, encoding), position


def _regular_meta(scan: Scan, position: int) -> Level | None:
    """Read group 0002 in one go where its length is true, as it nearly always is."""
    view = scan.view
    if view.data[position : position + SHORT_HEADER] != _GROUP_LENGTH:
        return None
    first = position + SHORT_HEADER
    end = first + 4 + int.from_bytes(view.data[first : first + 4], "little")
    if end > view.stop or view.data[end : end + 2] == b"\x02\x00":
        return None
    level = walk(scan, (position, end, 0), EXPLICIT_LE)
    whole = not level.cut and level.position == end
    return level if whole and all(tag >> 16 == 0x0002 for tag in level.elements) else None


def _element_at(scan: Scan, position: int, end: int, encoding: Encoding) -> Element:
    """Read one element header in full; raises CutError as a sentence of its own."""
    data = scan.view.bytes_at(position, LONG_HEADER)
    if not encoding.explicit:
        return b"", position + SHORT_HEADER, encoding.tag_length.unpack_from(data)[2]
    vr, length = encoding.short.unpack_from(data, 4)
    if HEADER_BYTES.get(vr) == SHORT_HEADER:
        return vr, position + SHORT_HEADER, length
    try:
        return long_form(scan, position, end, encoding)
    except CutError as err:
        raise TruncatedError("The file ends inside an element's header.") from err


def _is_plain(view: View, position: int) -> bool:
    """Tell whether data that are declared deflated are not."""
    guess = guess_encoding(view, position)
    return guess is not None and guess.n_elements > 3


def _encoding(scan: Scan, position: int, syntax: str) -> Encoding:
    claimed = _CLAIMS.get(syntax, EXPLICIT_LE)
    if matches(scan.view, position, claimed) and syntax:
        return claimed
    guess = guess_encoding(scan.view, position)
    if guess is None or guess.encoding is claimed:
        if not syntax:
            scan.warn("No transfer syntax is declared; the data set is read as it is written.")
        return claimed
    if syntax:
        scan.warn("The data set is written otherwise than its transfer syntax says.")
    else:
        scan.warn("No transfer syntax is declared; the data set is read as it is written.")
    return guess.encoding


def _judge(scan: Scan, level: Level, dataset: DataSet, *, bare: bool) -> None:
    """Decide whether what was read is an object worth showing."""
    if level.n_met > len(level.elements):
        scan.warn("Elements occur more than once; the last one counts.")
    identified = bool(dataset.raw(_SOP_INSTANCE))
    if level.cut and not identified:
        if level.cut == DAMAGED:
            raise UnreadableError("The header is damaged; nothing in it identifies an object.")
        raise TruncatedError("The file ends before anything that identifies an object.")
    if not level.elements and not scan.view.load(level.position, SHORT_HEADER):
        raise TruncatedError("The file holds no data set.")
    if level.cut == ENDS_EARLY:
        scan.warn("The file ends inside its header; what was read is kept.")
    elif level.cut:
        scan.warn("The header is damaged; what could be read is kept.")
    named = any(dataset.raw(tag) for tag in (_SOP_INSTANCE, _SOP_CLASS, _STUDY))
    if bare and not named and not scan.view.load(level.position, SHORT_HEADER):
        raise UnreadableError("The file holds DICOM elements, but nothing that names an object.")


def _locate_pixels(
    scan: Scan, level: Level, encoding: Encoding, syntax: str
) -> PixelElement | None:
    view, position = scan.view, level.position
    if level.cut or not view.load(position, SHORT_HEADER):
        return None
    group, number, _ = encoding.tag_length.unpack_from(view.data, position - view.base)
    kind = _KINDS.get(group << 16 | number)
    if kind is None:
        scan.warn("The data set ends with something that is no element.")
        return None
    try:
        vr, offset, length = _element_at(scan, position, 1 << 62, encoding)
    except TruncatedError:
        scan.warn("The file ends where its pixel data begin.")
        return None
    big_endian = not encoding.little or syntax == GE_BIG_ENDIAN_PIXELS
    deflated = isinstance(view.stream, InflatedStream)
    n_present = -1
    if length == UNDEFINED:
        length = -1
        if not deflated and not _fragments_end(view.stream, offset, encoding):
            scan.warn("The pixel data end early: the last frames may be missing.")
    elif not deflated:
        n_present = min(length, max(view.size - offset, 0))
        if n_present < length:
            scan.warn(f"The pixel data end early: {n_present} of {length} bytes are there.")
    return PixelElement(kind, vr, offset, length, n_present, big_endian)


def _fragments_end(stream: Stream, position: int, encoding: Encoding) -> bool:
    """Tell whether encapsulated pixel data are closed by their delimiter (PS3.5 A.4)."""
    if stream.read_at(stream.size - SHORT_HEADER, SHORT_HEADER) == _SEQUENCE_END:
        return True
    for _ in range(_MOST_FRAGMENTS):
        data = stream.read_at(position, SHORT_HEADER)
        if data == _SEQUENCE_END:
            return True
        if data[:4] != _ITEM_LITTLE or len(data) < SHORT_HEADER:
            return False
        position += SHORT_HEADER + int.from_bytes(data[4:], "little")
    return True
