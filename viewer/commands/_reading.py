"""What the commands of the reading place share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from viewer.commands._asks import CommandContext, ReadingActions
from viewer.model.view_state import ViewState


def active_viewport(context: CommandContext) -> Any:
    """Return the active ``viewer.viewport.viewport.Viewport``; None outside a patient's tab."""
    return context.workspace.active if context.workspace is not None else None


def has_series(context: CommandContext) -> bool:
    """Tell whether the active pane shows images."""
    viewport = active_viewport(context)
    shown = viewport.display_set if viewport is not None else None
    return shown is not None and bool(shown.frames) and not shown.message


def has_several_images(context: CommandContext) -> bool:
    """Tell whether the active pane has more than one frame."""
    return has_series(context) and active_viewport(context).display_set.n_frames > 1


def has_grey_image(context: CommandContext) -> bool:
    """Tell whether a grey frame is in the active pane and decoded."""
    if not has_series(context):
        return False
    frame = active_viewport(context).frame
    return frame is not None and not frame.is_colour


def is_reading(context: CommandContext) -> bool:
    """Tell whether a patient's tab is in front."""
    return context.reading is not None and context.workspace is not None


def reading_of(context: CommandContext) -> ReadingActions:
    """Return the patient view in front; only for commands whose ``when`` asks for one."""
    assert context.reading is not None
    return context.reading


def change_state(context: CommandContext, title: str, **parts: object) -> None:
    """Replace parts of the active pane's state as one step of the history."""
    viewport = active_viewport(context)
    state: ViewState = viewport.state
    with context.workspace.history.gesture(title):
        viewport.set(replace(state, **parts))  # type: ignore[arg-type]
