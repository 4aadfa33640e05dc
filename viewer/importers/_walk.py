"""Go through what a person chose, with whichever importer accepts each thing that is met."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from viewer.base.errors import CancelledError, StoreError
from viewer.base.features import load_features
from viewer.importers._spec import Find, ImporterSpec, Listed, Place, Refused
from viewer.model.receipt import SKIPPED, UNREADABLE
from viewer.store.reading import read_patiently, reason_of

_HEAD_BYTES = 512
_FOLDER = "folder"
_FILE = "file"

Check = Callable[[], None]


class SourceWalk:
    """One walk over chosen paths; implements ``Walk`` for the importers.

    Parameters
    ----------
    check
        Raises ``CancelledError`` when a person stopped the work.
    new_file
        Returns a new name in a private spool; None when nothing may be extracted.
    allow_bytes
        Counts extracted bytes against the space that is left.
    own_folder
        The home of the library that is imported into, if there is one.
    """

    def __init__(
        self,
        check: Check,
        new_file: Callable[[], Path] | None = None,
        allow_bytes: Callable[[int], None] | None = None,
        own_folder: Path | None = None,
    ) -> None:
        self.check = check
        self.own_folder: tuple[int, int] | None = None
        if own_folder is not None:
            status = own_folder.stat()
            self.own_folder = (status.st_dev, status.st_ino)
        self._new_file = new_file
        self._allow_bytes = allow_bytes
        specs = load_features("viewer.importers", ImporterSpec)
        self._specs = sorted(specs, key=lambda spec: spec.priority)

    def new_file(self) -> Path | None:
        """Return a new name in the spool, or None when nothing may be extracted."""
        return self._new_file() if self._new_file else None

    def allow_bytes(self, n_bytes: int) -> None:
        """Count extracted bytes against the space that is left."""
        if self._allow_bytes is not None:
            self._allow_bytes(n_bytes)

    def find(self, paths: Sequence[str | Path]) -> Iterator[Find]:
        """Yield everything below the chosen paths, in the order in which it should be read."""
        for chosen in paths:
            path = Path(os.path.abspath(chosen))
            source = _FOLDER if path.is_dir() else _FILE
            for find in self.enter(Place(path, str(chosen), source, chosen=True)):
                yield _printable_find(find)

    def enter(self, place: Place) -> Iterator[Find]:
        """Look into one thing."""
        self.check()
        try:
            refusal, head = read_patiently(lambda: _look(place.path))
        except OSError as err:
            yield Refused(place.shown, UNREADABLE, reason_of(err))
            return
        if refusal:
            yield Refused(place.shown, SKIPPED, refusal)
            return
        spec = next(spec for spec in self._specs if spec.accepts(place.path, head))
        handed_on = spec.id == "file"
        try:
            yield from spec.run(place, self)
        except (CancelledError, StoreError):
            raise
        except Exception as err:  # noqa: BLE001  one archive or disc never ends the walk
            yield Refused(place.shown, UNREADABLE, reason_of(err))
        finally:
            if place.owned and not handed_on:
                place.path.unlink(missing_ok=True)


def printable(path: str) -> str:
    r"""Return a path for reading: bytes that are no text are shown as ``\xNN``."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "backslashreplace")


def _printable_find(find: Find) -> Find:
    if isinstance(find, Listed) or find.shown.isascii():
        return find
    return replace(find, shown=printable(find.shown))


def _look(path: Path) -> tuple[str, bytes]:
    """Return why a thing is not looked into (else empty) and its first bytes."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return "", b""
    if not stat.S_ISREG(mode):
        return "a device or pipe, no file", b""
    with path.open("rb", buffering=0) as file:
        return "", file.read(_HEAD_BYTES)
