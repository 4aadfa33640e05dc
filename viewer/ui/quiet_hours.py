"""What a library needs now and then: old trash leaves the disk, linked files get their digests."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from viewer.base.jobs import WRITE
from viewer.base.settings import Settings
from viewer.ui.library_client import READY, LibraryClient

_BEGIN_MS = 20_000
_PAUSE_MS = 1_500
_FILES_AT_ONCE = 20


class QuietHours(QObject):
    """Does a little at a time, so that no lane is taken for long.

    Trash older than ``store.trash_days`` is purged once, when nobody else uses the library. Then
    linked files are hashed, some each second or two, so that what is shown can be compared with
    what was linked (R-036, R-054).
    """

    def __init__(self, client: LibraryClient, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._after = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)
        client.state_changed.connect(self._begin)
        client.changed.connect(self._begin)
        self._purged = False

    def _begin(self) -> None:
        if self._client.state == READY and not self._timer.isActive():
            self._timer.start(_BEGIN_MS)

    def close(self) -> None:
        """Begin nothing more."""
        self._timer.stop()

    def _next(self) -> None:
        if not self._purged:
            self._purged = True
            days = self._settings.number("store.trash_days")
            self._ask_purge(days)
            return
        self._client.ask(
            lambda library: library.hash_linked(self._after, _FILES_AT_ONCE),
            self._went_on,
            key="hash-linked",
            failed=lambda _sentence: None,
        )

    def _ask_purge(self, days: int) -> None:
        self._client.ask(
            lambda library: library.purge_trash(days),
            lambda _n_purged: self._timer.start(_PAUSE_MS),
            key="purge-trash",
            lane=WRITE,
            failed=lambda _sentence: None,
        )

    def _went_on(self, place: int) -> None:
        self._after = place
        if place:
            self._timer.start(_PAUSE_MS)
