"""Archives: ZIP and tar, also compressed and one inside another, with bounds (R-009).

Members are extracted one at a time into a private spool under names of ours. Bytes are counted as
they are produced, never believed from a header. What points outside, is a link or a device, or
grows too much is refused and listed.
"""

from __future__ import annotations

import bz2
import functools
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import IO, Any

from viewer.base.errors import UnreadableError
from viewer.base.text import N_
from viewer.importers._spec import Find, ImporterSpec, Place, Refused, Walk
from viewer.model.receipt import SKIPPED, UNREADABLE
from viewer.store.reading import reason_of
from viewer.store.spool import open_new, write_all

MAX_MEMBERS = 100_000
MAX_DEPTH = 2
MAX_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 16 * 1024 * 1024
_BLOCK_BYTES = 256 * 1024
_ARCHIVE = "archive"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_HEAD_BYTES = 512
_IMPORT_FIRST = "inside an archive; import it to open it"
_PROGRAMS = frozenset(
    {".jar", ".war", ".ear", ".apk", ".ipa", ".xpi", ".whl", ".egg", ".nupkg", ".vsix", ".msix"}
    | {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".kmz", ".3mf", ".sketch"}
)
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, ValueError,
           RuntimeError, OSError)  # fmt: skip

Opener = Callable[[], IO[bytes]]

_STREAMS: Mapping[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}


class BoundError(UnreadableError):
    """A member or archive grows beyond what is allowed."""


@dataclass(slots=True)
class Bounds:
    """What one outermost archive has produced so far."""

    compressed_bytes: int
    produced_bytes: int = 0
    n_members: int = 0
    names: set[str] = field(default_factory=set)

    def count(self, n_bytes: int) -> None:
        """Add bytes that came out.

        Raises
        ------
        BoundError
            When more came out than a real archive of this size holds.
        """
        self.produced_bytes += n_bytes
        most = max(RATIO_COUNTS_FROM_BYTES, MAX_RATIO * self.compressed_bytes)
        if self.produced_bytes > most:
            raise BoundError(
                f"the archive unpacks to more than {MAX_RATIO} times its size; refused"
            )


def _accepts(path: Path, head: bytes) -> bool:
    if head.startswith((_ZIP, _EMPTY_ZIP)) or head[257:262] == b"ustar":
        return True
    return head.startswith(tuple(_STREAMS))


def _run(place: Place, walk: Walk) -> Iterator[Find]:
    if not place.chosen and PurePath(place.shown).suffix.casefold() in _PROGRAMS:
        yield Refused(place.shown, SKIPPED, "a program or document, no DICOM object")
        return
    if place.depth >= MAX_DEPTH:
        yield Refused(place.shown, UNREADABLE, "archives are nested too deeply; not opened")
        return
    bounds = Bounds(place.path.stat().st_size)
    try:
        yield from _members(place, walk, bounds)
    except BoundError as err:
        yield Refused(place.shown, UNREADABLE, str(err))
    except _BROKEN as err:
        known = isinstance(err, OSError) and err.errno is not None
        reason = reason_of(err) if known else "the archive is damaged; the rest is unread"
        yield Refused(place.shown, UNREADABLE, reason)


def _members(place: Place, walk: Walk, bounds: Bounds) -> Iterator[Find]:
    head = _head(place.path)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        yield from _zip(place, walk, bounds)
    elif not head.startswith(tuple(_STREAMS)):
        yield from _tar(place, place.path, walk, bounds)
    else:
        yield from _compressed(place, head, walk, bounds)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _compressed(place: Place, head: bytes, walk: Walk, bounds: Bounds) -> Iterator[Find]:
    """Unpack a compressed stream: a tar inside is read, anything else is its single member."""
    open_stream = next(opener for magic, opener in _STREAMS.items() if head.startswith(magic))
    inner = walk.new_file()
    if inner is None:
        yield Refused(place.shown, SKIPPED, _IMPORT_FIRST)
        return
    try:
        _extract(lambda: open_stream(place.path), inner, walk, bounds)
        if _head(inner)[257:262] == b"ustar":
            yield from _tar(place, inner, walk, Bounds(place.path.stat().st_size))
            return
        shown = f"{place.shown}!/{PurePath(place.shown).stem}"
        member, inner = inner, None
        yield from walk.enter(Place(member, shown, _ARCHIVE, depth=place.depth + 1, owned=True))
    finally:
        if inner is not None:
            inner.unlink(missing_ok=True)


def _zip(place: Place, walk: Walk, bounds: Bounds) -> Iterator[Find]:
    with zipfile.ZipFile(place.path) as archive:
        for member in archive.infolist():
            walk.check()
            if member.is_dir():
                continue
            shown = f"{place.shown}!/{member.filename}"
            refusal = _refusal(member.filename, bounds)
            if refusal or (member.external_attr >> 16) & 0o170000 == 0o120000:
                yield _refused(shown, refusal)
            elif member.flag_bits & 1:
                yield Refused(shown, UNREADABLE, "it is encrypted; unpack it with its password")
            else:
                opener = functools.partial(archive.open, member)
                yield from _member(opener, shown, place, walk, bounds)


def _tar(place: Place, path: Path, walk: Walk, bounds: Bounds) -> Iterator[Find]:
    with tarfile.open(path, mode="r:", errorlevel=1) as archive:
        for member in archive:
            walk.check()
            if member.isdir():
                continue
            shown = f"{place.shown}!/{member.name}"
            refusal = _refusal(member.name, bounds)
            if refusal or not member.isreg():
                yield _refused(shown, refusal)
            else:
                opener = functools.partial(_tar_member, archive, member)
                yield from _member(opener, shown, place, walk, bounds)


def _tar_member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(member)
    if stream is None:
        raise tarfile.ReadError("no file")
    return stream


def _refused(shown: str, refusal: str) -> Refused:
    if refusal:
        return Refused(shown, UNREADABLE, f"refused: {refusal}")
    return Refused(shown, SKIPPED, "a link or device, no file")


def _refusal(name: str, bounds: Bounds) -> str:
    """Return why a member is not extracted; empty when it may be.

    Raises
    ------
    BoundError
        When the archive has too many members.
    """
    bounds.n_members += 1
    if bounds.n_members > MAX_MEMBERS:
        raise BoundError(f"the archive has more than {MAX_MEMBERS:,} members; the rest is unread")
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ":" in parts[0] or ".." in parts or "\0" in name:
        return "its name leads out of the archive"
    folded = "/".join(part for part in parts if part not in ("", ".")).casefold()
    if folded in bounds.names:
        return "another member has the same name"
    bounds.names.add(folded)
    return ""


def _member(opener: Opener, shown: str, place: Place, walk: Walk, bounds: Bounds) -> Iterator[Find]:
    target = walk.new_file()
    if target is None:
        yield Refused(shown, SKIPPED, _IMPORT_FIRST)
        return
    try:
        _extract(opener, target, walk, bounds)
    except BoundError:
        target.unlink(missing_ok=True)
        raise
    except _BROKEN as err:
        target.unlink(missing_ok=True)
        yield Refused(shown, UNREADABLE, f"it cannot be unpacked ({type(err).__name__})")
        return
    yield from walk.enter(Place(target, shown, _ARCHIVE, depth=place.depth + 1, owned=True))


def _extract(opener: Opener, target: Path, walk: Walk, bounds: Bounds) -> None:
    """Write what a member holds to a spool file, counting what comes out."""
    with opener() as source, open_new(target) as out:
        while block := source.read(_BLOCK_BYTES):
            walk.check()
            bounds.count(len(block))
            walk.allow_bytes(len(block))
            write_all(out, block)


SPEC = ImporterSpec("archive", N_("Archive (ZIP, tar)"), 30, _accepts, _run)
