"""Run imports in a process of their own, one after the other, and tell the window about them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from viewer.base.text import tr
from viewer.ui.bridge import Bridge

if TYPE_CHECKING:
    from viewer.services.compose import Services
    from viewer.services.import_process import ImportProcess
    from viewer.services.importing import ImportProgress, ImportResult


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Paths to import, and whether to copy or to link."""

    paths: tuple[str, ...]
    mode: str


class ImportRunner(QObject):
    """The window's imports.

    ``changed`` tells that ``progress`` or ``n_waiting`` is another; ``finished`` gives the number
    of the receipt, 0 when there is none, and a sentence when something went wrong.
    """

    changed = Signal()
    finished = Signal(int, str)

    def __init__(self, services: Services, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._bridge = bridge
        self._waiting: deque[ImportOrder] = deque()
        self._process: ImportProcess | None = None
        self._stopping = False
        self.progress: ImportProgress | None = None

    @property
    def running(self) -> bool:
        """Whether an import is under way."""
        return self._process is not None

    @property
    def stopping(self) -> bool:
        """Whether the running import was asked to stop and is finishing its file."""
        return self._stopping

    @property
    def n_waiting(self) -> int:
        """How many imports wait for the running one."""
        return len(self._waiting)

    def start(self, paths: Sequence[str], mode: str = "") -> None:
        """Import paths, after those that run or wait already."""
        chosen = mode or self._services.settings.text("import.mode")
        self._waiting.append(ImportOrder(tuple(paths), chosen))
        self._next()

    def cancel(self) -> None:
        """Stop the running import and forget those that wait; what was stored stays."""
        self._waiting.clear()
        if self._process is not None:
            self._stopping = True
            self._process.cancel()
            self.changed.emit()

    def close(self) -> None:
        """Stop without telling anybody: the window is going away."""
        self.blockSignals(True)  # noqa: FBT003  Qt's signature
        self.cancel()

    def _next(self) -> None:
        if self._process is not None or not self._waiting:
            self.changed.emit()
            return
        from viewer.services.import_process import (  # noqa: PLC0415  loaded at first use
            ImportProcess,
        )

        order = self._waiting.popleft()
        self.progress = None
        self._stopping = False
        self._process = ImportProcess(self._services.home, order.paths, order.mode)
        try:
            self._process.start(self._progressed, self._ended, self._bridge.post)
        except OSError as err:
            self._process = None
            text = tr("The import could not be started: {why}. Nothing was stored.")
            self.finished.emit(0, text.format(why=err.strerror or type(err).__name__))
        self.changed.emit()

    def _progressed(self, progress: ImportProgress) -> None:
        self.progress = progress
        self.changed.emit()

    def _ended(self, result: ImportResult) -> None:
        self._process = None
        self.progress = None
        self._stopping = False
        self.finished.emit(result.receipt, result.problem)
        self._next()
