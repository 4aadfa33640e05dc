"""What the Studies place says when there is no list to show, and the steps it offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from viewer.base.text import N_, tr
from viewer.model.listing import StudyPage
from viewer.ui.host import Host
from viewer.ui.library_client import (
    BUSY,
    DAMAGED,
    FULL,
    NEWER,
    PROBLEM,
    READ_ONLY,
    READY,
    WITHOUT,
    LibraryClient,
    LibraryProblem,
)
from viewer.ui.message_view import Message, Step

_HEADINGS = {
    BUSY: N_("The library is in use"),
    DAMAGED: N_("The index of the library is damaged"),
    READ_ONLY: N_("The library may not be written"),
    NEWER: N_("The library was written by a newer Lightbox"),
    FULL: N_("There is no space left"),
}


@dataclass(frozen=True, slots=True)
class LibraryHelp:
    """What the buttons of a message can do, and whether the deleted studies are asked for."""

    host: Host
    client: LibraryClient
    clear_filters: Callable[[], None]
    lists_deleted: bool = False

    def step(self, title: str, command_id: str) -> Step:
        """Return a button that runs a command."""
        return Step(title, lambda: self.host.run_command(command_id))


def message_for(
    client: LibraryClient, page: StudyPage | None, steps: LibraryHelp, *, importing: bool
) -> Message | None:
    """Return what to show instead of the list; None when there is a list, or will be soon."""
    if client.state == PROBLEM and client.problem is not None:
        return problem_message(client.problem, steps)
    if client.state == WITHOUT:
        return without_message(steps)
    if client.state != READY or page is None or page.n_matching:
        return None
    if steps.lists_deleted and not page.n_total:
        return Message(
            "trash-2",
            tr("Nothing is deleted"),
            tr("Deleted studies stay here, and can be restored, until the trash is emptied."),
            (Step(tr("Back to all studies"), steps.clear_filters),),
        )
    if page.n_total:
        return Message(
            "search",
            tr("No study matches"),
            tr("Try fewer letters, or clear the filters."),
            (Step(tr("Clear filters"), steps.clear_filters),),
        )
    if importing:
        return None
    return empty_message(steps)


def empty_message(steps: LibraryHelp) -> Message:
    """Return what a library without studies says."""
    return Message(
        "lightbox",
        tr("The library is empty"),
        tr(
            "Drop files, folders or a disc here, or import a folder. Lightbox finds the DICOM "
            "files in it whatever their names are, and shows what became of each file."
        ),
        (
            steps.step(tr("Import a folder …"), "file.import_folder"),
            steps.step(tr("Open in place …"), "file.open_folder"),
        ),
        tone="accent",
    )


def without_message(steps: LibraryHelp) -> Message:
    """Return what the place says when the reader goes on without a library."""
    return Message(
        "folder-open",
        tr("Working without a library"),
        tr("Files and folders can be opened in place. Nothing is stored."),
        (
            steps.step(tr("Open a folder …"), "file.open_folder"),
            Step(tr("Try the library again"), steps.client.open),
        ),
    )


def problem_message(problem: LibraryProblem, steps: LibraryHelp) -> Message:
    """Return why the library could not be opened and what can be done about it."""
    retry = Step(tr("Try again"), steps.client.open)
    without = Step(tr("Continue without library"), steps.client.go_without)
    other = steps.step(tr("Choose another folder …"), "file.choose_home")
    rebuild = Step(tr("Rebuild the index"), steps.client.rebuild)
    first = {DAMAGED: (rebuild, retry), BUSY: (retry,), NEWER: (other,)}
    chosen = first.get(problem.kind, (retry, other))
    sign = "lock" if problem.kind in (BUSY, READ_ONLY) else "triangle-alert"
    heading = tr(_HEADINGS.get(problem.kind, N_("The library cannot be opened")))
    return Message(sign, heading, problem.sentence, (*chosen, without), tone="warning")
