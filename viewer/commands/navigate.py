"""Move through images, series and panes (IHE BIR keys, features.md 2.2)."""

from __future__ import annotations

from collections.abc import Callable

from viewer.base.text import N_
from viewer.commands._reading import (
    active_viewport,
    has_several_images,
    is_reading,
    reading_of,
)
from viewer.commands._spec import READING, CommandContext, CommandSpec
from viewer.model.view_state import at_index

PAGE = 10


def go_to(context: CommandContext, index: int) -> None:
    """Show a frame of the active pane, held inside the series."""
    viewport = active_viewport(context)
    last = viewport.display_set.n_frames - 1
    viewport.set(at_index(viewport.state, max(0, min(index, last))))


def step(n_images: int) -> Callable[[CommandContext], None]:
    """Return what moves by a number of images."""
    return lambda context: go_to(context, active_viewport(context).index + n_images)


def go_to_last(context: CommandContext) -> None:
    """Show the last image."""
    go_to(context, active_viewport(context).display_set.n_frames - 1)


def step_series(by: int) -> Callable[[CommandContext], None]:
    """Return what shows another series in the active pane."""

    def run(context: CommandContext) -> None:
        if not context.workspace.step_series(by):
            end = N_("This is the last series.") if by > 0 else N_("This is the first series.")
            context.window.notify(end)

    return run


def step_pane(by: int) -> Callable[[CommandContext], None]:
    """Return what makes another pane the active one."""

    def run(context: CommandContext) -> None:
        context.workspace.grid.step_active(by)
        reading_of(context).focus_active_pane()

    return run


def has_several_panes(context: CommandContext) -> bool:
    """Tell whether there is another pane to go to."""
    return is_reading(context) and len(context.workspace.viewports) > 1


def _image(
    name: str, title: str, keys: tuple[str, ...], run: Callable[[CommandContext], None], order: int
) -> CommandSpec:
    return CommandSpec(
        f"navigate.{name}",
        title,
        "Image",
        keys,
        run,
        when=has_several_images,
        place=READING,
        order=order,
    )


COMMANDS = (
    _image("next_image", N_("Next image"), ("Down", "Right"), step(1), 40),
    _image("previous_image", N_("Previous image"), ("Up", "Left"), step(-1), 41),
    _image("forward", N_("Forward 10 images"), ("Shift+Down",), step(PAGE), 42),
    _image("back", N_("Back 10 images"), ("Shift+Up",), step(-PAGE), 43),
    _image("first_image", N_("First image"), ("Home",), lambda c: go_to(c, 0), 44),
    _image("last_image", N_("Last image"), ("End",), go_to_last, 45),
    CommandSpec(
        "navigate.next_series",
        N_("Next series"),
        "View",
        ("PgDown",),
        step_series(1),
        when=is_reading,
        place=READING,
        order=70,
    ),
    CommandSpec(
        "navigate.previous_series",
        N_("Previous series"),
        "View",
        ("PgUp",),
        step_series(-1),
        when=is_reading,
        place=READING,
        order=71,
    ),
    CommandSpec(
        "navigate.next_pane",
        N_("Next pane"),
        "View",
        ("V",),
        step_pane(1),
        when=has_several_panes,
        place=READING,
        order=72,
    ),
    CommandSpec(
        "navigate.previous_pane",
        N_("Previous pane"),
        "View",
        ("Shift+V",),
        step_pane(-1),
        when=has_several_panes,
        place=READING,
        order=73,
    ),
)
