"""What the preview tells about one study beside its pictures: its import, its conflicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from viewer.base.text import count, tr
from viewer.model.listing import StudyRow
from viewer.ui.import_card import BAD, WARN
from viewer.ui.library_client import LibraryClient

if TYPE_CHECKING:
    from viewer.store.library import Library
    from viewer.store.receipts import ReceiptSummary

_RECEIPTS = 200
_MOST_CONFLICTS = 3


@dataclass(frozen=True, slots=True)
class Story:
    """What the library knows about how a study came.

    Attributes
    ----------
    receipt
        The one import during which the study was added; None when there is none or several ran.
    conflicts
        (what, why) of the objects that are kept apart.
    """

    uid: str
    receipt: ReceiptSummary | None
    conflicts: tuple[str, ...]


def ask_story(client: LibraryClient, study: StudyRow, tell: Callable[[Story], None]) -> None:
    """Ask the library for a study's story."""
    client.ask(lambda library: _story(library, study), tell, key="story")


def _story(library: Library, study: StudyRow) -> Story:
    receipt = receipt_of(study, library.receipts(_RECEIPTS))
    found = library.conflicts(study.study_instance_uid) if study.n_conflicts else ()
    return Story(study.study_instance_uid, receipt, tuple(one.reason for one in found))


def receipt_of(study: StudyRow, receipts: Sequence[ReceiptSummary]) -> ReceiptSummary | None:
    """Return the import that was running when a study was added; None unless it is the only one.

    Moments are ISO 8601 in UTC of one form, so that they compare as text.
    """
    running = [
        receipt
        for receipt in receipts
        if receipt.started <= study.added and (not receipt.ended or study.added <= receipt.ended)
    ]
    return running[0] if len(running) == 1 else None


def warning_lines(study: StudyRow, conflicts: Sequence[str]) -> list[tuple[str, str]]:
    """Return (tone, sentence) of what the reader must know about a study."""
    lines = [(WARN, flag) for flag in study.flags]
    if study.n_conflicts:
        text = tr("{n} kept apart: they contradict this study. Nothing here was changed.")
        lines.append((BAD, text.format(n=count(study.n_conflicts, "object", "objects"))))
        reasons = list(dict.fromkeys(conflicts))
        lines += [(BAD, reason[:1].upper() + reason[1:]) for reason in reasons[:_MOST_CONFLICTS]]
    if study.n_expected is not None and study.n_expected > study.n_instances:
        missing = study.n_expected - study.n_instances
        text = tr("{n} known to exist, not here").format(n=count(missing, "object", "objects"))
        lines.append((WARN, text))
    return lines
