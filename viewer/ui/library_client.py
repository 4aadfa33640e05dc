"""Everything the window asks of the library: always in a job, always an answer at home.

One place knows which lane a question goes to and what happens while there is no library.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from viewer.base.errors import (
    StoreBusyError,
    StoreDamagedError,
    StoreFullError,
    StoreReadOnlyError,
    StoreVersionError,
    ViewerError,
)
from viewer.base.jobs import READ, WRITE, Task
from viewer.base.text import N_, tr
from viewer.model.listing import SeriesRow, StudyPage, StudyQuery
from viewer.model.receipt import Receipt

if TYPE_CHECKING:
    from viewer.services.compose import Services
    from viewer.store.library import Library
    from viewer.store.receipts import ReceiptSummary

OPENING = "opening"
READY = "ready"
PROBLEM = "problem"
WITHOUT = "without"

BUSY = "busy"
DAMAGED = "damaged"
READ_ONLY = "read-only"
NEWER = "newer"
FULL = "full"
OTHER = "other"

_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (StoreBusyError, BUSY),
    (StoreDamagedError, DAMAGED),
    (StoreReadOnlyError, READ_ONLY),
    (StoreVersionError, NEWER),
    (StoreFullError, FULL),
)
_POLL_MS = 500
_REFUSED = N_("The system refused to open the library's folder.")

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class LibraryProblem:
    """Why there is no library: its kind, and the sentence for people."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """What the filters offer."""

    modalities: tuple[str, ...]
    sources: tuple[str, ...]


def problem_of(error: Exception) -> LibraryProblem:
    """Return what an error of opening the library means to the reader."""
    kind = next((word for kind, word in _KINDS if isinstance(error, kind)), OTHER)
    known = isinstance(error, ViewerError)
    return LibraryProblem(kind, str(error) if known else tr(_REFUSED))


class LibraryClient(QObject):
    """Asks the library on the job lanes.

    ``state_changed`` tells that ``state`` has another value, ``changed`` that this or another
    process wrote to the library, ``studies_changed`` which studies (a set of UIDs), ``failed``
    gives a sentence about a question that failed.
    """

    state_changed = Signal()
    changed = Signal()
    studies_changed = Signal(object)
    failed = Signal(str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._sequence = -1
        self.state = WITHOUT
        self.problem: LibraryProblem | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._look_for_changes)

    # ------------------------------------------------------------------ opening

    def open(self, after_ms: int = 0) -> None:
        """Open the library in a job; ``state_changed`` tells how that went.

        Parameters
        ----------
        after_ms
            How long to wait before that, for what must be on the screen first.
        """
        self.state = OPENING
        self.problem = None
        self.state_changed.emit()
        if after_ms:
            QTimer.singleShot(after_ms, self, self._open_now)
        else:
            self._open_now()

    def _open_now(self) -> None:
        self._services.jobs.run(
            READ,
            lambda _task: self._services.open_library(),
            done=self._opened,
            failed=self._not_opened,
            key="open-library",
        )

    def rebuild(self) -> None:
        """Build the index again from the stored objects and the journal, then open it."""
        self.state = OPENING
        self.problem = None
        self.state_changed.emit()
        self._services.jobs.run(
            READ,
            self._rebuild,
            done=lambda _report: self.open(),
            failed=self._not_opened,
            key="open-library",
        )

    def _rebuild(self, task: Task) -> object:
        from viewer.store.upkeep import rebuild_library  # noqa: PLC0415  loaded at first use

        return rebuild_library(self._services.home, task.check)

    def go_without(self) -> None:
        """Go on without a library: files can still be opened in place."""
        self.state = WITHOUT
        self.state_changed.emit()

    def _opened(self, library: Library) -> None:
        self.state = READY
        self._services.jobs.run(
            READ, lambda _task: library.latest_change(), done=self._start_watching
        )
        self.state_changed.emit()

    def _not_opened(self, error: Exception) -> None:
        self.problem = problem_of(error)
        self.state = PROBLEM
        self.state_changed.emit()

    def close(self) -> None:
        """Stop looking for changes."""
        self._poll.stop()

    # ------------------------------------------------------------------ changes

    def _start_watching(self, sequence: int) -> None:
        self._sequence = sequence
        self._poll.start()

    def _look_for_changes(self) -> None:
        self.ask(
            lambda library: library.changes_since(self._sequence),
            self._note_changes,
            key="changes",
            failed=lambda _sentence: None,
        )

    def _note_changes(self, answer: tuple[int, frozenset[tuple[str, str]]]) -> None:
        sequence, keys = answer
        moved = sequence != self._sequence
        self._sequence = sequence
        if moved and keys:
            self.changed.emit()
            self.studies_changed.emit(frozenset(key for kind, key in keys if kind == "study"))

    # ------------------------------------------------------------------ questions

    def ask(
        self,
        question: Callable[[Library], Answer],
        done: Callable[[Answer], None],
        *,
        key: str | None = None,
        lane: str = READ,
        failed: Callable[[str], None] | None = None,
    ) -> Task | None:
        """Put any question to the library; newest wins among questions of one key."""
        library = self._services.library
        if library is None or self.state != READY:
            return None
        return self._services.jobs.run(
            lane,
            lambda _task: question(library),
            done=done,
            failed=functools.partial(self._tell, failed or self.failed.emit),
            key=key,
        )

    def _tell(self, failed: Callable[[str], None], error: Exception) -> None:
        if isinstance(error, StoreDamagedError):
            self._not_opened(error)
            return
        sentence = str(error) if isinstance(error, ViewerError) else ""
        failed(sentence or tr("The library could not answer. Nothing was changed."))

    def search(
        self,
        query: StudyQuery,
        done: Callable[[StudyPage], None],
        key: str = "search",
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Ask for one page of studies."""
        self.ask(lambda library: library.search(query), done, key=key, failed=failed)

    def series(self, uid: str, done: Callable[[tuple[SeriesRow, ...]], None]) -> None:
        """Ask for the series of a study."""
        self.ask(lambda library: library.series_rows(uid), done, key=f"series {uid}")

    def facts(self, done: Callable[[LibraryFacts], None]) -> None:
        """Ask which modalities and sources there are."""
        self.ask(
            lambda library: LibraryFacts(library.modalities(), library.sources()),
            done,
            key="facts",
        )

    def receipts(self, limit: int, done: Callable[[tuple[ReceiptSummary, ...]], None]) -> None:
        """Ask for the latest receipts."""
        self.ask(lambda library: tuple(library.receipts(limit)), done, key="receipts")

    def receipt(self, number: int, done: Callable[[Receipt], None]) -> None:
        """Ask for one receipt with all its entries."""
        self.ask(lambda library: library.receipt(number), done, key="receipt")

    # ------------------------------------------------------------------ changes we make

    def write(
        self, change: Callable[[Library], Answer], done: Callable[[Answer], None] | None = None
    ) -> None:
        """Change something in the library, one change after the other."""

        def home(answer: Answer) -> None:
            if done is not None:
                done(answer)
            self.changed.emit()

        self.ask(change, home, lane=WRITE)
