"""Folders: every file below, whatever its name; the files of one folder before its folders.

So the first series of a disc is complete early. Links to files are read. Links to folders are
followed only inside the folder that was chosen, and no folder is entered twice.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator
from pathlib import Path

from viewer.base.text import N_
from viewer.importers._spec import Find, ImporterSpec, Place, Refused, Walk
from viewer.model.receipt import SKIPPED, UNREADABLE
from viewer.store.reading import read_patiently, reason_of

_NUMBERS = re.compile(r"(\d+)")
_MAX_DEPTH = 100


def _accepts(path: Path, _head: bytes) -> bool:
    return path.is_dir()


def _run(place: Place, walk: Walk) -> Iterator[Find]:
    root = Path(os.path.realpath(place.path))
    seen: set[tuple[int, int]] = set()
    waiting = [(place.path, place.shown, 0)]
    while waiting:
        walk.check()
        path, shown, depth = waiting.pop()
        try:
            status = path.stat()
            entries = read_patiently(functools.partial(_list, path))
        except OSError as err:
            yield Refused(shown, UNREADABLE, f"the folder cannot be opened: {reason_of(err)}")
            continue
        identity = (status.st_dev, status.st_ino)
        if identity == walk.own_folder:
            yield Refused(shown, SKIPPED, "the library itself; it was not imported")
        if identity == walk.own_folder or identity in seen:
            continue
        seen.add(identity)
        folders = []
        for entry in entries:
            walk.check()
            inside = os.path.join(shown, entry.name)
            if not _is_folder(entry):
                member = Place(Path(entry.path), inside, place.source, depth=place.depth)
                yield from walk.enter(member)
            elif depth >= _MAX_DEPTH:
                yield Refused(inside, UNREADABLE, "the folders are nested too deeply")
            elif entry.is_symlink() and not _leads_inside(entry.path, root):
                yield Refused(inside, SKIPPED, "a link to a folder elsewhere; it was not followed")
            else:
                folders.append((Path(entry.path), inside, depth + 1))
        waiting += reversed(folders)


def _list(path: Path) -> list[os.DirEntry[str]]:
    with os.scandir(path) as entries:
        return sorted(entries, key=_natural)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _leads_inside(path: str, root: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(root)


def _natural(entry: os.DirEntry[str]) -> list[tuple[int, int, str]]:
    """Return a key that puts ``IM2`` before ``IM10``."""
    parts = _NUMBERS.split(entry.name.casefold())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


SPEC = ImporterSpec("folder", N_("Folder"), 10, _accepts, _run)
