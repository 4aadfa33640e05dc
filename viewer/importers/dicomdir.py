"""DICOMDIR: the directory of a disc (PS3.10 8). It is listed, never trusted.

Met inside a folder that is read as a whole, it only tells what should be there. Chosen by itself,
the files it refers to are read. Referenced names are looked for without regard to case inside the
folder of the directory and nowhere else (R-008).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from viewer.base.errors import UnreadableError
from viewer.base.text import N_
from viewer.dicom.directory import FileSet, read_directory
from viewer.importers._spec import (
    DIRECTORY_REASON,
    Find,
    ImporterSpec,
    Listed,
    Missing,
    Place,
    Refused,
    Walk,
)
from viewer.model.receipt import SKIPPED, UNREADABLE
from viewer.store.reading import read_patiently, reason_of

_CLASS = b"1.2.840.10008.1.3.10"
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)}
)
_DISC = "disc"


def _accepts(path: Path, head: bytes) -> bool:
    return _CLASS in head or path.name.casefold() == "dicomdir"


def _run(place: Place, walk: Walk) -> Iterator[Find]:
    if place.owned:  # extracted alone: what it refers to are other members of its archive
        yield Refused(place.shown, SKIPPED, DIRECTORY_REASON)
        return
    try:
        file_set = read_patiently(lambda: read_directory(str(place.path)))
    except (OSError, UnreadableError) as err:
        yield Refused(place.shown, UNREADABLE, f"{DIRECTORY_REASON}: {reason_of(err)}")
        return
    yield Refused(place.shown, SKIPPED, DIRECTORY_REASON)
    if file_set.counts:
        yield Listed(file_set.counts)
    yield from _referenced(place, walk, file_set)


def _referenced(place: Place, walk: Walk, file_set: FileSet) -> Iterator[Find]:
    finder = _Finder(place.path.parent)
    shown_root = place.shown[: -len(place.path.name)]
    met: set[Path] = set()
    for parts in file_set.references:
        walk.check()
        shown = shown_root + os.sep.join(parts)
        refusal = refused_name(parts)
        if refusal:
            yield Missing(f"{shown} (refused: {refusal})")
            continue
        path = finder.find(parts)
        if path is None:
            yield Missing(shown)
        elif place.chosen and path not in met and path != place.path:
            met.add(path)
            real = shown_root + str(path.relative_to(place.path.parent))
            yield from walk.enter(Place(path, real, _DISC, depth=place.depth))


def refused_name(parts: tuple[str, ...]) -> str:
    """Return why a referenced name is not followed; empty when it may be."""
    if not parts:
        return "the name is empty"
    for part in parts:
        if part in ("", ".", "..") or any(sign in part for sign in "/\\:\0"):
            return "the name leads out of the disc"
        if part.split(".")[0].casefold() in _DEVICES:
            return "the name is that of a device"
    return ""


class _Finder:
    """Finds names below a folder, blind to case; each folder is listed once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._real_root = Path(os.path.realpath(root))
        self._listings: dict[Path, dict[str, str]] = {}

    def find(self, parts: tuple[str, ...]) -> Path | None:
        """Return the path of a name, or None when it is not there or leads outside."""
        path = self._root
        for part in parts:
            listing = self._listing(path)
            name = part if part in listing.values() else listing.get(part.casefold())
            if name is None and part is parts[-1]:
                name = _with_suffix(listing, part)
            if name is None:
                return None
            path = path / name
        inside = Path(os.path.realpath(path)).is_relative_to(self._real_root)
        return path if inside and path.is_file() else None

    def _listing(self, folder: Path) -> dict[str, str]:
        found = self._listings.get(folder)
        if found is None:
            try:
                found = {name.casefold(): name for name in sorted(os.listdir(folder))}
            except OSError:
                found = {}
            self._listings[folder] = found
        return found


def _with_suffix(listing: dict[str, str], part: str) -> str | None:
    """Return the file that got the extension ``.dcm``, or a version (``;1``), on the way."""
    for suffix in (".dcm", ";1", ".;1", "."):
        name = listing.get(part.casefold() + suffix)
        if name is not None:
            return name
    return None


SPEC = ImporterSpec("dicomdir", N_("Disc directory (DICOMDIR)"), 20, _accepts, _run)
