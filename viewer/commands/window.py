"""Window presets: the file's own, the range of values, the usual ones of the modality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from viewer.base.text import N_
from viewer.commands._reading import active_viewport, change_state, has_grey_image
from viewer.commands._spec import READING, CommandContext, CommandSpec
from viewer.imaging.grey import SERIES_SCALE_MODALITIES, modality_values
from viewer.imaging.voi import full_range, padding_mask, spanning, voi_choices
from viewer.model.frame import Frame
from viewer.model.window import Window
from viewer.viewport.file_windows import file_appearance
from viewer.viewport.presets import WindowPreset, load_presets

TITLE = N_("Window")
_SAMPLES = 250_000
_TAILS_PERCENT = (1.0, 99.0)


def set_window(context: CommandContext, window: Window | None, voi_index: int = 0) -> None:
    """Use a window of the reader's, or (None) the file's choice of that number."""
    look = active_viewport(context).state.appearance
    new = replace(look, window=window, voi_index=voi_index)
    change_state(context, TITLE, appearance=new)


def automatic_window(frame: Frame) -> Window:
    """Return the window from the first to the 99th percentile of a frame's values.

    Padding is left out; large frames are sampled.
    """
    step = max(1, int(np.sqrt(frame.stored.size / _SAMPLES)))
    sampled = replace(frame, stored=frame.stored[::step, ::step])
    values = modality_values(sampled)[~padding_mask(sampled)]
    if not values.size:
        return full_range(frame)
    low, high = np.percentile(values, _TAILS_PERCENT)
    return replace(spanning(float(low), float(high)), explanation="")


def use_full_range(context: CommandContext) -> None:
    """Show every value of the image."""
    set_window(context, replace(full_range(active_viewport(context).frame), explanation=""))


def use_automatic(context: CommandContext) -> None:
    """Leave out the darkest and the brightest hundredth; emission series keep their one scale."""
    viewport = active_viewport(context)
    if viewport.display_set.modality in SERIES_SCALE_MODALITIES:
        set_window(context, context.workspace.plain_appearance().window)
    else:
        set_window(context, automatic_window(viewport.frame))


def use_file_window(context: CommandContext, number: int) -> None:
    """Use one of the file's windows, from 0."""
    viewport = active_viewport(context)
    change_state(context, TITLE, appearance=file_appearance(context.workspace, viewport, number))


def has_file_window(number: int) -> Callable[[CommandContext], bool]:
    """Return what tells whether the file brings so many windows."""
    return lambda context: (
        has_grey_image(context) and len(voi_choices(active_viewport(context).frame)) >= number
    )


def _file_spec(number: int, title: str) -> CommandSpec:
    return CommandSpec(
        f"window.file_{number}",
        title,
        "Image",
        (str(number),),
        lambda context: use_file_window(context, number - 1),
        when=has_file_window(number),
        place=READING,
        order=30 + number,
    )


def _preset_spec(place: int, preset: WindowPreset) -> CommandSpec:
    def applies(context: CommandContext) -> bool:
        if not has_grey_image(context):
            return False
        return bool(active_viewport(context).display_set.modality == preset.modality)

    return CommandSpec(
        f"window.{preset.id}",
        preset.title,
        "",
        (preset.key,) if preset.key else (),
        lambda context: set_window(context, replace(preset.window, explanation="")),
        when=applies,
        place=READING,
        order=40 + place,
        help=f"W {preset.window.width:g}  L {preset.window.center:g}",
    )


COMMANDS = (
    CommandSpec(
        "window.full_range",
        N_("Window: full range"),
        "Image",
        ("0",),
        use_full_range,
        when=has_grey_image,
        place=READING,
        order=30,
    ),
    _file_spec(1, N_("Window: first of the file")),
    _file_spec(2, N_("Window: second of the file")),
    CommandSpec(
        "window.automatic",
        N_("Window: automatic"),
        "Image",
        ("A",),
        use_automatic,
        when=has_grey_image,
        place=READING,
        order=33,
        help=N_(
            "Leaves out the darkest and the brightest hundredth of the values; PET and NM keep "
            "the one scale of their series."
        ),
    ),
    *(_preset_spec(place, preset) for place, preset in enumerate(load_presets())),
)
