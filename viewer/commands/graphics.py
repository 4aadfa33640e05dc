"""Switch the graphics that files lay over their images, in every pane at once."""

from __future__ import annotations

from dataclasses import replace

from viewer.base.text import N_
from viewer.commands._reading import active_viewport, is_reading
from viewer.commands._spec import READING, CommandContext, CommandSpec
from viewer.overlays._spec import PLANES


def are_shown(context: CommandContext) -> bool:
    """Tell whether overlay planes are drawn."""
    return PLANES not in active_viewport(context).state.visibility.hidden


def toggle(context: CommandContext) -> None:
    """Show or hide overlay planes in every pane."""
    hide = are_shown(context)
    for viewport in context.workspace.grid.every:
        visibility = viewport.state.visibility
        hidden = visibility.hidden | {PLANES} if hide else visibility.hidden - {PLANES}
        viewport.set(replace(viewport.state, visibility=replace(visibility, hidden=hidden)))


COMMANDS = (
    CommandSpec(
        "view.graphics",
        N_("Graphics of the file"),
        "View",
        ("Shift+G",),
        toggle,
        when=is_reading,
        place=READING,
        order=82,
        checked=are_shown,
        help=N_("Marks and texts that a file lays over its image (overlay planes)."),
    ),
)
