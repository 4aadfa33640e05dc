"""Rows and columns of panes, and one pane alone."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.commands._reading import is_reading
from viewer.commands._spec import READING, CommandContext, CommandSpec
from viewer.viewport.grid import Layout

_LAYOUTS = (
    (1, 1, N_("One pane"), "Alt+1", "square"),
    (1, 2, N_("Two panes side by side"), "Alt+2", "columns-2"),
    (2, 1, N_("Two panes, one below the other"), "Alt+3", "rows-2"),
    (2, 2, N_("Four panes"), "Alt+4", "grid-2x2"),
    (2, 3, N_("Six panes"), "Alt+6", "layout-grid"),
    (3, 3, N_("Nine panes"), "Alt+9", "grid-3x3"),
)


def has_several_panes(context: CommandContext) -> bool:
    """Tell whether one of several panes could fill the window."""
    return is_reading(context) and context.workspace.layout.n_panes > 1


def clear_pane(context: CommandContext) -> None:
    """Make the active pane empty."""
    context.workspace.clear_pane(context.workspace.active)


def is_filled(context: CommandContext) -> bool:
    """Tell whether the active pane shows something."""
    return is_reading(context) and context.workspace.active.display_set is not None


def _layout_spec(place: int, row: tuple[int, int, str, str, str]) -> CommandSpec:
    rows, columns, title, key, icon = row

    def run(context: CommandContext) -> None:
        context.workspace.set_layout(rows, columns)

    def checked(context: CommandContext) -> bool:
        return bool(context.workspace.layout == Layout(rows, columns))

    return CommandSpec(
        f"layout.{rows}x{columns}",
        title,
        "View",
        (key,),
        run,
        when=is_reading,
        place=READING,
        order=60 + place,
        icon=icon,
        checked=checked,
    )


COMMANDS = (
    *(_layout_spec(place, row) for place, row in enumerate(_LAYOUTS)),
    CommandSpec(
        "layout.maximise",
        N_("Maximise pane"),
        "View",
        ("M",),
        lambda context: context.workspace.toggle_maximised(),
        when=has_several_panes,
        place=READING,
        order=68,
        icon="maximize-2",
        checked=lambda context: context.workspace.maximised,
        help=N_("A double click in the pane does the same."),
    ),
    CommandSpec(
        "layout.clear_pane",
        N_("Empty pane"),
        "View",
        ("Del",),
        clear_pane,
        when=is_filled,
        place=READING,
        order=69,
        icon="x",
    ),
)
