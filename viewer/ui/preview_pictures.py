"""Thumbnails of the chosen study: from our cache, else made in jobs, one series after another."""

from __future__ import annotations

import functools
import hashlib
import logging
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from viewer.base.errors import ViewerError
from viewer.base.jobs import READ, Task
from viewer.base.platform import replace_file
from viewer.base.text import N_
from viewer.model.listing import SeriesRow

if TYPE_CHECKING:
    from viewer.model.displayset import DisplaySet, OpenStudy
    from viewer.services.compose import Services

log = logging.getLogger("viewer.ui.preview")

MOST_PICTURES = 24
_KEPT_FILES = 4000
_FORMAT = 2
_NO_PICTURE = N_("No picture")


class PreviewPictures(QObject):
    """Makes the pictures of one study at a time; asking for another study forgets the rest.

    ``ready`` gives (series UID, image or None, words to show where there is no image).
    """

    ready = Signal(str, object, str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._folder: Path = services.home.thumbnails
        self._waiting: deque[SeriesRow] = deque()
        self._opened: tuple[str, OpenStudy] | None = None
        self._task: Task | None = None
        self._turn = 0

    def show(self, series: tuple[SeriesRow, ...]) -> None:
        """Begin with the pictures of these series of one study."""
        self.stop()
        self._waiting = deque(series[:MOST_PICTURES])
        self._next()

    def stop(self) -> None:
        """Forget what waits."""
        self._turn += 1
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @property
    def busy(self) -> bool:
        """Whether pictures are still to come."""
        return self._task is not None

    def _next(self) -> None:
        if not self._waiting:
            self._task = None
            return
        row = self._waiting.popleft()
        turn = self._turn
        self._task = self._services.jobs.run(
            READ,
            lambda task: self._make(row, task),
            done=functools.partial(self._arrived, turn, row.series_instance_uid),
            failed=functools.partial(self._failed, turn, row.series_instance_uid),
        )

    def _arrived(self, turn: int, uid: str, answer: tuple[QImage | None, str]) -> None:
        if turn == self._turn:
            self.ready.emit(uid, *answer)
            self._next()

    def _failed(self, turn: int, uid: str, error: Exception) -> None:
        known = isinstance(error, ViewerError)
        if not known:
            log.error("a thumbnail failed: %s", type(error).__name__)
        self._arrived(turn, uid, (None, str(error) if known else _NO_PICTURE))

    # ------------------------------------------------------------------ in the job

    def _make(self, row: SeriesRow, task: Task) -> tuple[QImage | None, str]:
        path = self._folder / cache_name(row)
        image = QImage(str(path))
        if not image.isNull():
            return image, ""
        display_set, words = self._display_set(row, task)
        if display_set is None:
            return None, words
        from viewer.ui.reading.thumbnails import (  # noqa: PLC0415  loaded at first use
            make_thumbnail,
            to_image,
        )

        image = to_image(make_thumbnail(self._services.pool, display_set))
        self._keep(path, image)
        return image, ""

    def _display_set(self, row: SeriesRow, task: Task) -> tuple[DisplaySet | None, str]:
        library = self._services.library
        if library is None:
            return None, _NO_PICTURE
        from viewer.displays import open_study  # noqa: PLC0415  loaded at first use

        if self._opened is None or self._opened[0] != row.study_instance_uid:
            study = library.load_study(row.study_instance_uid)
            task.check()
            self._opened = (row.study_instance_uid, open_study(study))
        for display_set in self._opened[1].display_sets:
            if display_set.series_instance_uid == row.series_instance_uid:
                if display_set.message or not display_set.n_frames:
                    return None, display_set.message or _NO_PICTURE
                return display_set, ""
        return None, _NO_PICTURE

    def _keep(self, path: Path, image: QImage) -> None:
        draft = path.with_name(f"draft-{threading.get_ident()}.png")
        try:
            self._services.home.ensure(self._folder)
            if image.save(str(draft)):
                replace_file(draft, path)
        except OSError:  # a full or read-only disk costs the cache, not the picture
            draft.unlink(missing_ok=True)


def cache_name(row: SeriesRow) -> str:
    """Return the cache file of a series: hexadecimal, another one once instances were added."""
    what = f"{_FORMAT} {row.series_instance_uid} {row.n_instances}"
    return f"{hashlib.sha256(what.encode()).hexdigest()}.png"


def prune(folder: Path, keep: int = _KEPT_FILES) -> int:
    """Delete the oldest cached pictures beyond ``keep``; return how many went."""
    try:
        files = sorted(folder.glob("*.png"), key=lambda path: path.stat().st_mtime)
    except OSError:
        return 0
    surplus = files[:-keep] if len(files) > keep else []
    for path in surplus:
        path.unlink(missing_ok=True)
    return len(surplus)
