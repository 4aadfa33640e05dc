"""The patient's tab: pointer tools, undo, panels, overlays, import of what is read in place."""

from __future__ import annotations

from dataclasses import replace

from viewer.base.text import N_
from viewer.commands._reading import (
    active_viewport,
    has_series,
    is_reading,
    reading_of,
)
from viewer.commands._spec import READING, CommandContext, CommandSpec
from viewer.model.view_state import (
    ANNOTATIONS_FULL,
    ANNOTATIONS_MINIMAL,
    ANNOTATIONS_OFF,
    LINEAR_INTERPOLATION,
    NEAREST,
)
from viewer.tools._spec import ToolSpec, load_tools

_LEVELS = (ANNOTATIONS_FULL, ANNOTATIONS_MINIMAL, ANNOTATIONS_OFF)


def cycle_annotations(context: CommandContext) -> None:
    """Show all corner texts, then few, then none, in every pane."""
    now = active_viewport(context).state.visibility.annotations
    following = _LEVELS[(_LEVELS.index(now) + 1) % len(_LEVELS)]
    for viewport in context.workspace.grid.every:
        visibility = replace(viewport.state.visibility, annotations=following)
        viewport.set(replace(viewport.state, visibility=visibility))


def toggle_interpolation(context: CommandContext) -> None:
    """Draw enlarged pixels smoothly, or as squares."""
    viewport = active_viewport(context)
    smooth = viewport.state.appearance.interpolation != NEAREST
    look = replace(
        viewport.state.appearance, interpolation=NEAREST if smooth else LINEAR_INTERPOLATION
    )
    viewport.set(replace(viewport.state, appearance=look))


def is_smooth(context: CommandContext) -> bool:
    """Tell whether enlarged pixels are drawn smoothly."""
    return bool(active_viewport(context).state.appearance.interpolation != NEAREST)


def invert(context: CommandContext) -> None:
    """Turn black into white."""
    viewport = active_viewport(context)
    look = viewport.state.appearance
    with context.workspace.history.gesture(N_("Invert")):
        viewport.set(replace(viewport.state, appearance=replace(look, inverted=not look.inverted)))


def _tool_spec(tool: ToolSpec) -> CommandSpec:
    def run(context: CommandContext) -> None:
        context.workspace.tool_id = tool.id

    def checked(context: CommandContext) -> bool:
        return bool(context.workspace.tool_id == tool.id)

    return CommandSpec(
        f"tool.{tool.id}",
        tool.title,
        "Tools",
        (tool.key,) if tool.key else (),
        run,
        when=is_reading,
        place=READING,
        order=10 + min(tool.order // 10, 9),
        icon=tool.icon,
        checked=checked,
        help=tool.help,
    )


COMMANDS = (
    *(_tool_spec(tool) for tool in load_tools()),
    CommandSpec(
        "reading.undo",
        N_("Undo"),
        "Image",
        ("Ctrl+Z",),
        lambda context: context.workspace.history.undo(),
        when=lambda context: is_reading(context) and context.workspace.history.can_undo,
        place=READING,
        order=1,
        icon="undo-2",
    ),
    CommandSpec(
        "reading.redo",
        N_("Redo"),
        "Image",
        ("Ctrl+Y", "Ctrl+Shift+Z"),
        lambda context: context.workspace.history.redo(),
        when=lambda context: is_reading(context) and context.workspace.history.can_redo,
        place=READING,
        order=2,
        icon="redo-2",
    ),
    CommandSpec(
        "image.invert",
        N_("Invert"),
        "Image",
        ("N",),
        invert,
        when=has_series,
        place=READING,
        order=24,
        icon="eclipse",
        checked=lambda context: active_viewport(context).state.appearance.inverted,
    ),
    CommandSpec(
        "view.interpolation",
        N_("Smooth enlarged pixels"),
        "View",
        ("Shift+I",),
        toggle_interpolation,
        when=has_series,
        place=READING,
        order=81,
        icon="blend",
        checked=is_smooth,
    ),
    CommandSpec(
        "view.annotations",
        N_("Texts: all, few, none"),
        "View",
        ("I",),
        cycle_annotations,
        when=is_reading,
        place=READING,
        order=80,
        icon="type",
        help=N_("Patient, orientation and warnings always stay."),
    ),
    CommandSpec(
        "view.strip",
        N_("Series strip"),
        "View",
        ("Ctrl+B",),
        lambda context: reading_of(context).toggle_strip(),
        when=is_reading,
        place=READING,
        order=90,
        icon="panel-left",
        checked=lambda context: reading_of(context).strip_shown,
    ),
    CommandSpec(
        "view.tags",
        N_("Tags"),
        "View",
        ("Ctrl+T",),
        lambda context: reading_of(context).toggle_tags(),
        when=is_reading,
        place=READING,
        order=91,
        icon="panel-right",
        checked=lambda context: reading_of(context).tags_shown,
        help=N_("Every element of the object in the active pane."),
    ),
    CommandSpec(
        "reading.import_source",
        N_("Import this study"),
        "File",
        ("Ctrl+Shift+S",),
        lambda context: reading_of(context).import_source(),
        when=lambda context: is_reading(context) and reading_of(context).is_source,
        place=READING,
        order=30,
        icon="import",
        help=N_("Put what is read in place into the library."),
    ),
)
