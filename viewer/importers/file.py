"""A single file that is neither archive nor directory: it is read for what it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from viewer.base.text import N_
from viewer.importers._spec import Find, Found, ImporterSpec, Place, Walk


def _accepts(path: Path, _head: bytes) -> bool:
    return path.is_file()


def _run(place: Place, _walk: Walk) -> Iterator[Find]:
    yield Found(place.path, place.shown, place.source, place.owned)


SPEC = ImporterSpec("file", N_("File"), 100, _accepts, _run)
