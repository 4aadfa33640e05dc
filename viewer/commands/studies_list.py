"""What can be done with the studies in the list."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.commands._spec import STUDIES, CommandContext, CommandSpec


def _chosen(context: CommandContext) -> bool:
    return bool(context.studies.selected)


def _one_chosen(context: CommandContext) -> bool:
    return len(context.studies.selected) == 1


COMMANDS = (
    CommandSpec(
        id="studies.open",
        title=N_("Open the study"),
        menu="Studies",
        keys=("Return", "Enter"),
        run=lambda context: context.studies.open_selected(),
        when=_chosen,
        place=STUDIES,
        order=10,
        icon="eye",
    ),
    CommandSpec(
        id="studies.toggle_read",
        title=N_("Mark as read or unread"),
        menu="Studies",
        keys=("R",),
        run=lambda context: context.studies.toggle_read(),
        when=_chosen,
        place=STUDIES,
        order=20,
        icon="check",
    ),
    CommandSpec(
        id="studies.comment",
        title=N_("Write a comment"),
        menu="Studies",
        keys=("C",),
        run=lambda context: context.studies.edit_comment(),
        when=_one_chosen,
        place=STUDIES,
        order=21,
        icon="message-square",
    ),
    CommandSpec(
        id="studies.delete",
        title=N_("Delete or restore the study"),
        menu="Studies",
        keys=("Del",),
        run=lambda context: context.studies.delete_selected(),
        when=_chosen,
        place=STUDIES,
        order=30,
        icon="trash-2",
        help=N_("Undo brings it back; its files stay until the trash is emptied."),
    ),
    CommandSpec(
        id="studies.undo",
        title=N_("Undo in the list"),
        menu="Studies",
        keys=("Ctrl+Z",),
        run=lambda context: context.studies.undo(),
        when=lambda context: context.studies.can_undo,
        place=STUDIES,
        order=31,
        icon="undo-2",
    ),
)
