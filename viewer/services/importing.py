"""Import paths into the library: the engine of the command line and of the window's child process.

Files are read in the order of the walk, judged and taken in by the store in groups; each group is
durable before it is reported. One file that cannot be read is one line on the receipt, never the
end of the import.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from viewer.base.errors import CancelledError, StoreError
from viewer.base.jobs import blocking
from viewer.base.text import count
from viewer.importers import Find, Listed, Missing, Refused, SourceWalk, printable, read_found
from viewer.model.receipt import ALREADY, CONFLICT, SKIPPED, UNREADABLE, Entry
from viewer.store.committing import Offer
from viewer.store.intake import Intake, Progress
from viewer.store.library import Library

COPY = "copy"
LINK = "link"
MEMBER_COPIED = "copied: a member of an archive cannot be linked"

_BATCH = 32
_BATCH_SECONDS = 0.25
_RATE_SECONDS = 5.0
_MOST_SHOWN_STUDIES = 50


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """Where an import stands.

    Attributes
    ----------
    n_found
        Files met so far.
    n_done
        Files whose fate is durable.
    n_bytes
        Bytes copied and durable.
    rate
        Files a second, over the last seconds.
    counts
        Durable entries by status.
    current_study_uids
        Studies that objects went into, the newest last.
    text
        One sentence for people.
    receipt
        Number of the receipt that is being written.
    """

    n_found: int
    n_done: int
    n_bytes: int
    rate: float
    counts: dict[str, int]
    current_study_uids: tuple[str, ...]
    text: str
    receipt: int = 0


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How an import ended.

    Attributes
    ----------
    receipt
        Its number in the library.
    complete
        False when it was cancelled or the library could not go on.
    problem
        The sentence that says why it could not go on; empty otherwise.
    """

    receipt: int
    complete: bool
    problem: str = ""


@dataclass(slots=True)
class _Run:
    """What one import gathers on its way."""

    n_found: int = 0
    offers: list[Offer] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)
    missing: list[str] = field(default_factory=list)
    expected: dict[str, int] = field(default_factory=dict)


class Importer:
    """One import.

    Parameters
    ----------
    check
        Raises ``CancelledError`` when a person stopped it.
    on_progress
        Called after each durable group, from the committing thread.
    """

    def __init__(
        self,
        library: Library,
        mode: str,
        check: Callable[[], None],
        on_progress: Callable[[ImportProgress], None] | None = None,
    ) -> None:
        self._library = library
        self._mode = mode
        self._check = check
        self._on_progress = on_progress
        self._run = _Run()
        self._rate = _Rate()

    @blocking
    def run(self, paths: Sequence[str | Path]) -> ImportResult:
        """Import everything below the paths and close the receipt.

        Raises
        ------
        StoreError
            When the library could not even open a receipt.
        """
        source = ", ".join(printable(str(path)) for path in paths)
        intake = self._library.start_import(source, self._mode, self._committed)
        problem = ""
        complete = False
        try:
            self._go_through(intake, paths)
            complete = True
        except CancelledError:
            problem = "Stopped. What had arrived is kept; the receipt says what is missing."
        except StoreError as err:
            problem = str(err)
        try:
            self._finish(intake, complete=complete, problem=problem)
        except StoreError as err:
            problem, complete = problem or str(err), False
        finally:
            intake.close()
        return ImportResult(intake.receipt, complete, problem)

    def _go_through(self, intake: Intake, paths: Sequence[str | Path]) -> None:
        new_file, allow_bytes = self._library.spool_for_members()
        walk = SourceWalk(self._check, new_file, allow_bytes, self._library.home.root)
        for find in walk.find(paths):
            self._meet(intake, find)
            if len(self._run.offers) >= _BATCH or self._is_late():
                self._hand_over(intake)
        self._hand_over(intake)
        intake.expect(self._run.expected)

    def _meet(self, intake: Intake, find: Find) -> None:
        run = self._run
        if isinstance(find, Missing):
            run.missing.append(find.shown)
            return
        if isinstance(find, Listed):
            run.expected.update(find.counts)
            return
        run.n_found += 1
        if isinstance(find, Refused):
            intake.note_entry(Entry(find.shown, find.status, find.reason))
            return
        read = read_found(find)
        if isinstance(read, Entry):
            if find.owned:
                find.path.unlink(missing_ok=True)
            intake.note_entry(read)
        else:
            copy = self._mode == COPY or find.owned
            reason = MEMBER_COPIED if copy and self._mode == LINK else ""
            run.offers.append(Offer(read, find.shown, find.source, copy, find.owned, reason))

    def _is_late(self) -> bool:
        return bool(self._run.offers) and time.monotonic() - self._run.since > _BATCH_SECONDS

    def _hand_over(self, intake: Intake) -> None:
        offers, self._run.offers = self._run.offers, []
        self._run.since = time.monotonic()
        if offers:
            intake.take(offers, self._check)

    def _finish(self, intake: Intake, *, complete: bool, problem: str) -> None:
        notes = [problem] if problem else []
        intake.finish(complete=complete, missing=self._run.missing, notes=notes)

    def _committed(self, durable: Progress) -> None:
        if self._on_progress is None:
            return
        n_done = sum(durable.counts.values())
        rate = self._rate.at(n_done)
        self._on_progress(
            ImportProgress(
                n_found=self._run.n_found,
                n_done=n_done,
                n_bytes=durable.n_bytes,
                rate=rate,
                counts=dict(durable.counts),
                current_study_uids=durable.study_uids[-_MOST_SHOWN_STUDIES:],
                text=progress_text(n_done, rate, durable.counts),
                receipt=durable.receipt,
            )
        )


class _Rate:
    """Files a second over the last few seconds."""

    def __init__(self) -> None:
        self._points = [(time.monotonic(), 0)]

    def at(self, n_done: int) -> float:
        """Add a point and return the rate up to it."""
        moment = time.monotonic()
        self._points.append((moment, n_done))
        while len(self._points) > 2 and moment - self._points[1][0] > _RATE_SECONDS:
            self._points.pop(0)
        start, n_then = self._points[0]
        return (n_done - n_then) / max(moment - start, 1e-3)


def progress_text(n_done: int, rate: float, counts: Counter[str]) -> str:
    """Return the sentence that says where an import stands."""
    parts = [count(n_done, "file", "files"), f"{counts['stored']:,} stored"]
    others = (ALREADY, SKIPPED, UNREADABLE, CONFLICT)
    parts += [f"{counts[status]:,} {status}" for status in others if counts[status]]
    return f"{', '.join(parts)} · {rate:,.0f}/s"
