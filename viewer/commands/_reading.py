"""What a patient view can be asked for; implemented by ``viewer.ui.reading.patient_view``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from viewer.model.view_state import ViewState

if TYPE_CHECKING:
    from viewer.commands._spec import CommandContext


class ReadingActions(Protocol):
    """What commands may ask of the patient view in front, beyond changing its workspace."""

    def focus_active_pane(self) -> None:
        """Give the keyboard to the active pane."""

    def toggle_cine(self) -> None:
        """Play the active pane, or stop."""

    @property
    def cine_running(self) -> bool:
        """Whether cine plays."""

    def toggle_cine_sweep(self) -> None:
        """Change between beginning again after the last frame and running back."""

    @property
    def cine_sweeps(self) -> bool:
        """Whether cine runs back and forth."""

    def step_cine_rate(self, step: int) -> None:
        """Play one step faster, or slower for a negative step."""

    def toggle_strip(self) -> None:
        """Show or hide the series strip."""

    @property
    def strip_shown(self) -> bool:
        """Whether the series strip is shown."""

    def toggle_tags(self) -> None:
        """Show or hide the tag browser."""

    @property
    def tags_shown(self) -> bool:
        """Whether the tag browser is shown."""

    @property
    def is_source(self) -> bool:
        """Whether a study is read in place and not in the library."""

    def import_source(self) -> None:
        """Import what is read in place."""


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
