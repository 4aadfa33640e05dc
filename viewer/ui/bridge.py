"""Bring results of jobs to the window's thread through a queued signal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Bridge(QObject):
    """Gives ``Jobs`` its ``post``: a closure posted from any thread runs on this one's thread."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._open = True
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, closure: Callable[[], None]) -> None:
        """Run ``closure`` in the window's event loop, soon; dropped once the bridge is closed."""
        self._posted.emit(closure)

    def close(self) -> None:
        """Drop everything that still arrives: the window is going away."""
        self._open = False

    @Slot(object)
    def _run(self, closure: Callable[[], None]) -> None:
        if self._open:
            closure()
