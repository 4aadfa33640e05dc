"""The bytes of one object: its header and its pixels from one opening of the file."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from viewer.base.errors import DecodeError, TruncatedError
from viewer.dicom.dataset import DataSet
from viewer.dicom.fragments import FragmentIndex
from viewer.dicom.header import parse_header
from viewer.dicom.identity import identity_of, require_same_object
from viewer.dicom.inflate import InflatedStream
from viewer.dicom.palette import Palette
from viewer.dicom.streams import BytesStream, FileStream, Stream
from viewer.dicom.syntaxes import is_deflated
from viewer.model.study import Instance, ObjectIdentity, PixelFormat

_LARGEST_HEADER = 16 << 20
_KEPT_OBJECTS = 8
_KEPT_BYTES = 32 << 20

Signature = tuple[int, int, int]


@dataclass(slots=True)
class OpenObject:
    """One object while its frames are decoded.

    Attributes
    ----------
    stream
        The file, or its inflated data set.
    pixels
        Where the pixel element lies in ``stream``.
    pixel_vr
        VR of the pixel element, empty in an implicit data set.
    index, palette
        Of the fragments and of the colours, once somebody needed them.
    """

    stream: Stream
    header: DataSet
    identity: ObjectIdentity
    pixels: PixelFormat
    pixel_vr: bytes
    header_bytes: bytes = b""
    signature: Signature = (0, 0, 0)
    index: FragmentIndex | None = None
    palette: Palette | None = None


@dataclass(slots=True)
class ObjectCache:
    """What is known of the last few objects, so that a cine loop parses its header once.

    The header's bytes are read and compared each time: what is reused is the parsing only.
    """

    _objects: OrderedDict[str, OpenObject] = field(default_factory=OrderedDict)

    def find(self, path: str) -> OpenObject | None:
        """Return what is kept of a file."""
        return self._objects.get(path)

    def keep(self, path: str, found: OpenObject) -> None:
        """Remember an object and forget the oldest."""
        if not found.header_bytes:
            return
        self._objects[path] = found
        self._objects.move_to_end(path)
        while len(self._objects) > 1 and self._too_much():
            self._objects.popitem(last=False)

    def _too_much(self) -> bool:
        held = sum(len(kept.header_bytes) for kept in tuple(self._objects.values()))
        return len(self._objects) > _KEPT_OBJECTS or held > _KEPT_BYTES


@contextmanager
def open_object(instance: Instance, cache: ObjectCache) -> Iterator[OpenObject]:
    """Open the file of an instance, read its header and its identity.

    Raises
    ------
    DecodeError
        When the instance has no pixels.
    IdentityError
        When the file now holds another object.
    UnreadableError
        When the file cannot be read, or inflates past the limits.
    """
    if instance.pixels is None:
        raise DecodeError("This object has no image.")
    file = FileStream(instance.file.path)
    try:
        found = _open(file, instance, instance.pixels, cache)
        require_same_object(instance, found.identity)
        yield found
        cache.keep(instance.file.path, replace(found, stream=BytesStream(b"")))
    finally:
        file.close()


def _open(
    file: FileStream, instance: Instance, pixels: PixelFormat, cache: ObjectCache
) -> OpenObject:
    path = instance.file.path
    if pixels.offset < 0 and is_deflated(instance.transfer_syntax_uid):
        return _open_deflated(file, path, pixels)
    if not 0 < pixels.offset <= file.size:
        raise TruncatedError("The file ends before its pixel data. There is nothing to show.")
    facts = os.stat(path)
    signature = (facts.st_size, facts.st_mtime_ns, facts.st_ino)
    stream: Stream = file
    header_bytes = b""
    if pixels.offset <= _LARGEST_HEADER:
        header_bytes = file.read_at(0, pixels.offset)
        known = cache.find(path)
        if known and known.signature == signature and known.header_bytes == header_bytes:
            return replace(known, stream=file)
        stream = BytesStream(header_bytes)
    header = parse_header(stream)
    return OpenObject(
        stream=file,
        header=header.dataset,
        identity=identity_of(header, path),
        pixels=pixels,
        pixel_vr=header.pixels.vr if header.pixels else b"",
        header_bytes=header_bytes,
        signature=signature,
    )


def _open_deflated(file: FileStream, path: str, pixels: PixelFormat) -> OpenObject:
    """Open a deflated data set: what is not asked for is not inflated."""
    header = parse_header(file)
    if header.pixels is None:
        raise TruncatedError("The file ends before its pixel data. There is nothing to show.")
    stream = InflatedStream(file, header.dataset_offset)
    located = replace(pixels, offset=header.pixels.offset, length=header.pixels.length)
    identity = identity_of(header, path)
    return OpenObject(stream, header.dataset, identity, located, header.pixels.vr)
