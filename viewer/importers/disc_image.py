"""Images of whole discs are named, not opened: the system can mount them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from viewer.base.text import N_
from viewer.importers._spec import Find, ImporterSpec, Place, Refused, Walk
from viewer.model.receipt import SKIPPED

_SUFFIXES = frozenset({".iso", ".img", ".udf", ".nrg", ".mdf", ".bin"})
_DESCRIPTOR_OFFSET = 32_769
_IDENTIFIERS = (b"CD001", b"BEA01", b"NSR02", b"NSR03")
_REASON = "a disc image; open it with the system and import its folder"


def _accepts(path: Path, _head: bytes) -> bool:
    if path.suffix.casefold() not in _SUFFIXES:
        return False
    with path.open("rb") as file:
        file.seek(_DESCRIPTOR_OFFSET)
        return file.read(5) in _IDENTIFIERS


def _run(place: Place, _walk: Walk) -> Iterator[Find]:
    yield Refused(place.shown, SKIPPED, _REASON)


SPEC = ImporterSpec("disc_image", N_("Disc image"), 25, _accepts, _run)
