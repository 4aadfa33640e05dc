"""What was done in the list and how to take it back, the newest first."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from viewer.base.text import count, tr
from viewer.model.listing import NEW, OPENED, READ, StudyRow
from viewer.ui.library_client import LibraryClient

if TYPE_CHECKING:
    from viewer.store.library import Library

_MOST = 50


def _set_state(uids: tuple[str, ...], state: str, library: Library) -> None:
    library.set_state(uids, state)


@dataclass(frozen=True, slots=True)
class Deed:
    """One change: the sentence that says it, and what takes it back.

    A ``quiet`` one is not announced: the reader sees it done.
    """

    sentence: str
    take_back: Callable[[], None]
    quiet: bool = False


class StudyChanges:
    """Makes changes to studies and remembers how to take them back.

    Parameters
    ----------
    announce
        Called with each deed once it is durable.
    """

    def __init__(self, client: LibraryClient, announce: Callable[[Deed], None]) -> None:
        self._client = client
        self._announce = announce
        self._deeds: list[Deed] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._deeds)

    def undo(self) -> None:
        """Take back the newest change."""
        if self._deeds:
            self._deeds.pop().take_back()

    def take_back(self, deed: Deed) -> None:
        """Take back one certain change, if it is still there."""
        if deed in self._deeds:
            self._deeds.remove(deed)
            deed.take_back()

    def _done(self, deed: Deed) -> None:
        self._deeds = [*self._deeds[-_MOST + 1 :], deed]
        if not deed.quiet:
            self._announce(deed)

    def delete(self, studies: tuple[StudyRow, ...]) -> None:
        """Delete studies; their files stay until the trash is emptied."""
        uids = tuple(study.study_instance_uid for study in studies)
        n = len(uids)
        deed = Deed(
            tr("Study deleted") if n == 1 else tr("{n} studies deleted").format(n=n),
            lambda: self._client.write(lambda library: library.restore(uids)),
        )
        self._client.write(lambda library: library.delete(uids), lambda _answer: self._done(deed))

    def restore(self, studies: tuple[StudyRow, ...]) -> None:
        """Bring deleted studies back."""
        uids = tuple(study.study_instance_uid for study in studies)
        what = count(len(uids), "study", "studies")
        deed = Deed(
            tr("{what} restored").format(what=what),
            lambda: self._client.write(lambda library: library.delete(uids)),
        )
        self._client.write(lambda library: library.restore(uids), lambda _answer: self._done(deed))

    def toggle_read(self, studies: tuple[StudyRow, ...]) -> None:
        """Mark studies as read; as unread when all of them are read."""
        all_read = all(study.state == READ for study in studies)
        self.set_state(studies, OPENED if all_read else READ)

    def set_state(self, studies: tuple[StudyRow, ...], state: str) -> None:
        """Give studies a reading state."""
        uids = tuple(study.study_instance_uid for study in studies)
        earlier: dict[str, list[str]] = {}
        for study in studies:
            earlier.setdefault(study.state, []).append(study.study_instance_uid)

        def take_back() -> None:
            for old, changed in earlier.items():
                self._client.write(functools.partial(_set_state, tuple(changed), old))

        what = count(len(uids), "study", "studies")
        words = {READ: tr("{what} marked as read"), NEW: tr("{what} marked as new")}
        sentence = words.get(state, tr("{what} marked as unread")).format(what=what)
        deed = Deed(sentence, take_back)
        self._client.write(
            lambda library: library.set_state(uids, state), lambda _answer: self._done(deed)
        )

    def set_comment(self, uid: str, text: str, earlier: str) -> None:
        """Keep a comment."""
        deed = Deed(
            tr("Comment saved"),
            lambda: self._client.write(lambda library: library.set_comment(uid, earlier)),
            quiet=True,
        )
        self._client.write(
            lambda library: library.set_comment(uid, text), lambda _answer: self._done(deed)
        )

    def mark_opened(self, studies: tuple[StudyRow, ...]) -> None:
        """Turn new studies into opened ones; nothing to take back."""
        uids = tuple(study.study_instance_uid for study in studies if study.state == NEW)
        if uids:
            self._client.write(lambda library: library.set_state(uids, OPENED))
