"""Get ready for the first study while the reader looks at the list."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from viewer.base.jobs import PREFETCH, Task
from viewer.ui.member_room import sweep
from viewer.ui.preview_pictures import prune

if TYPE_CHECKING:
    from viewer.services.compose import Services

_AFTER_MS = 250
_PARTS = (
    "viewer.displays",
    "viewer.imaging.loader",
    "viewer.render.slice_view",
    "viewer.ui.reading.patient_view",
)


class WarmUp(QObject):
    """Clears up, imports what a pane needs and starts the decoding processes: one job, once."""

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._begin)
        self._begun = False

    def start(self) -> None:
        """Begin soon: the list has been drawn."""
        if not self._begun:
            self._begun = True
            self._timer.start()

    def close(self) -> None:
        """Begin no more."""
        self._timer.stop()

    def _begin(self) -> None:
        self._services.jobs.run(PREFETCH, self._work, failed=lambda _error: None)

    def _work(self, task: Task) -> None:
        sweep(self._services.home)
        prune(self._services.home.thumbnails)
        for part in _PARTS:
            task.check()
            importlib.import_module(part)
        task.check()
        self._services.pool.warm_up()
