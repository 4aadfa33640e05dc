"""How the image lies in its pane: fit, actual pixels, enlarge, turn, mirror, reset."""

from __future__ import annotations

from collections.abc import Callable

from viewer.base.text import N_
from viewer.commands._reading import active_viewport, change_state, has_series
from viewer.commands._spec import READING, CommandContext, CommandSpec
from viewer.model.view_state import Framing
from viewer.viewport.projection import (
    Projection,
    at_actual_pixels,
    fitted,
    mirrored,
    rotated,
    zoomed_about,
)
from viewer.viewport.viewport import projection

_STEP = 1.25

Change = Callable[[Projection], Framing]


def framed(change: Change, title: str) -> Callable[[CommandContext], None]:
    """Return what gives the active pane the framing that ``change`` derives from its view."""

    def run(context: CommandContext) -> None:
        view = projection(active_viewport(context))
        if view is not None:
            change_state(context, title, framing=change(view))

    return run


def enlarged(factor: float) -> Change:
    """Return what enlarges about the middle of the pane."""

    def change(view: Projection) -> Framing:
        width, height = view.canvas_size
        return zoomed_about(view, factor, (width / 2, height / 2))

    return change


def reset(context: CommandContext) -> None:
    """Show the image as it was opened; the place in the series stays (IHE BIR)."""
    plain = context.workspace.plain_appearance()
    change_state(context, N_("Reset view"), framing=Framing(), appearance=plain)


def _spec(
    name: str, title: str, keys: tuple[str, ...], change: Change, look: tuple[int, str]
) -> CommandSpec:
    order, icon = look
    return CommandSpec(
        f"image.{name}",
        title,
        "Image",
        keys,
        framed(change, title),
        when=has_series,
        place=READING,
        order=order,
        icon=icon,
    )


COMMANDS = (
    _spec("fit", N_("Fit to pane"), ("Ctrl+0",), lambda v: fitted(v.framing), (10, "maximize")),
    CommandSpec(
        "image.actual_pixels",
        N_("Actual pixels (1:1)"),
        "Image",
        ("Ctrl+1",),
        framed(at_actual_pixels, N_("Actual pixels")),
        when=has_series,
        place=READING,
        order=11,
        icon="scan",
        help=N_("One pixel of the image is one pixel of the screen."),
    ),
    _spec("enlarge", N_("Enlarge"), ("+", "="), enlarged(_STEP), (12, "zoom-in")),
    _spec("reduce", N_("Reduce"), ("-",), enlarged(1 / _STEP), (13, "zoom-out")),
    _spec(
        "rotate_right",
        N_("Rotate right"),
        ("R",),
        lambda v: rotated(v.framing, 90),
        (20, "rotate-cw"),
    ),
    _spec(
        "rotate_left",
        N_("Rotate left"),
        ("Shift+R",),
        lambda v: rotated(v.framing, -90),
        (21, "rotate-ccw"),
    ),
    _spec(
        "flip_horizontal",
        N_("Flip left and right"),
        ("Alt+H",),
        lambda v: mirrored(v.framing, horizontally=True),
        (22, "flip-horizontal"),
    ),
    _spec(
        "flip_vertical",
        N_("Flip top and bottom"),
        ("Alt+V",),
        lambda v: mirrored(v.framing, horizontally=False),
        (23, "flip-vertical"),
    ),
    CommandSpec(
        "image.reset",
        N_("Reset view"),
        "Image",
        ("Esc",),
        reset,
        when=has_series,
        place=READING,
        order=14,
        icon="image",
        help=N_("Zoom, turn and window as opened; the place in the series stays."),
    ),
)
