"""Small pictures of display sets, made away from the window, one at a time."""

from __future__ import annotations

from collections import deque
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from viewer.base.events import Event
from viewer.base.jobs import READ, Jobs, Task
from viewer.dicom.pool import DecodePool
from viewer.imaging.thumbnails import thumbnail
from viewer.model.displayset import DisplaySet

SIZE_PX = 320
"""The longer side of a thumbnail before the strip scales it: enough for 160 px at 200 %."""


def make_thumbnail(pool: DecodePool, display_set: DisplaySet) -> NDArray[np.uint8]:
    """Return the middle frame, small, (rows, columns) or (rows, columns, 3)."""
    return thumbnail(pool, display_set, SIZE_PX)


def to_image(picture: NDArray[np.uint8]) -> QImage:
    """Return a picture as a QImage that owns its bytes."""
    picture = np.ascontiguousarray(picture)
    rows, columns = picture.shape[:2]
    colour = picture.ndim == 3
    layout = QImage.Format.Format_RGB888 if colour else QImage.Format.Format_Grayscale8
    stride = columns * (3 if colour else 1)
    return QImage(picture.data, columns, rows, stride, layout).copy()


class Thumbnailer:
    """Makes thumbnails one after the other, so that they never hold up the picture.

    ``ready`` gives (display set id, image, or None when it could not be made).
    """

    def __init__(self, jobs: Jobs, pool: DecodePool) -> None:
        self.ready: Event[tuple[str, QImage | None]] = Event()
        self._jobs = jobs
        self._pool = pool
        self._waiting: deque[DisplaySet] = deque()
        self._running: Task | None = None
        self._held = True

    def request(self, display_set: DisplaySet) -> None:
        """Ask for a thumbnail; asking twice makes it twice."""
        self._waiting.append(display_set)
        self._next()

    def release(self) -> None:
        """Begin with the work: the first picture is on the screen."""
        self._held = False
        self._next()

    def close(self) -> None:
        """Forget what waits and stop what runs."""
        self._waiting.clear()
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def _next(self) -> None:
        if self._held or self._running is not None or not self._waiting:
            return
        display_set = self._waiting.popleft()
        self._running = self._jobs.run(
            READ,
            lambda _task: make_thumbnail(self._pool, display_set),
            done=partial(self._arrived, display_set.id),
            failed=partial(self._failed, display_set.id),
        )

    def _arrived(self, display_set_id: str, picture: NDArray[np.uint8]) -> None:
        self._running = None
        self.ready.emit((display_set_id, to_image(picture)))
        self._next()

    def _failed(self, display_set_id: str, _error: Exception) -> None:
        self._running = None
        self.ready.emit((display_set_id, None))
        self._next()
