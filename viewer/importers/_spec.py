"""What an importer declares, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

DIRECTORY_REASON = "directory"


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file to be read.

    Attributes
    ----------
    path
        Where its bytes lie.
    shown
        Path as met; members of an archive as ``a.zip!/dir/file``.
    source
        Word for where it came from ('folder', 'archive', 'disc').
    owned
        True for a member that was extracted into our spool: it may be taken, and vanishes.
    """

    path: Path
    shown: str
    source: str
    owned: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was met and is not read, with its status on the receipt and the reason."""

    shown: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A path that a directory refers to and that is not there."""

    shown: str


@dataclass(frozen=True, slots=True)
class Listed:
    """How many objects of each study a directory lists, by Study Instance UID."""

    counts: Mapping[str, int]


Find = Found | Refused | Missing | Listed


@dataclass(frozen=True, slots=True)
class Place:
    """Something to look into.

    Attributes
    ----------
    chosen
        True when a person named it; False when it was met inside something else.
    depth
        Archives around it.
    owned
        True when it lies in our spool.
    """

    path: Path
    shown: str
    source: str
    chosen: bool = False
    depth: int = 0
    owned: bool = False


class Walk(Protocol):
    """What an importer may ask for while it looks.

    Attributes
    ----------
    own_folder
        (device, inode) of the library itself, which is not imported into itself; None without one.
    """

    own_folder: tuple[int, int] | None

    def check(self) -> None:
        """Raise ``CancelledError`` when a person stopped the work."""

    def enter(self, place: Place) -> Iterator[Find]:
        """Look into something that was met inside, with whichever importer accepts it."""

    def new_file(self) -> Path | None:
        """Return a new name in a private spool, or None when nothing may be extracted."""

    def allow_bytes(self, n_bytes: int) -> None:
        """Count bytes that were extracted; raise ``StoreFullError`` before space runs out."""


@dataclass(frozen=True, slots=True)
class ImporterSpec:
    """A way in.

    Attributes
    ----------
    priority
        The importer with the lowest number that accepts a place gets it.
    accepts
        From the path and the first bytes of the file (none for a folder).
    run
        Yields what it finds, in the order in which it should be read.
    """

    id: str
    title: str
    priority: int
    accepts: Callable[[Path, bytes], bool]
    run: Callable[[Place, Walk], Iterator[Find]]
