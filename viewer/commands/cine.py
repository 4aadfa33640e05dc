"""Play images in time."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.commands._reading import has_several_images, reading_of
from viewer.commands._spec import READING, CommandSpec

COMMANDS = (
    CommandSpec(
        "cine.toggle",
        N_("Cine"),
        "Image",
        ("C", "Space"),
        lambda context: reading_of(context).toggle_cine(),
        when=has_several_images,
        place=READING,
        order=50,
        icon="play",
        checked=lambda context: reading_of(context).cine_running,
        help=N_("Play the images at the rate of the file."),
    ),
    CommandSpec(
        "cine.sweep",
        N_("Cine back and forth"),
        "Image",
        ("Shift+C",),
        lambda context: reading_of(context).toggle_cine_sweep(),
        when=has_several_images,
        place=READING,
        order=51,
        icon="repeat",
        checked=lambda context: reading_of(context).cine_sweeps,
        help=N_("Off: begin again after the last image."),
    ),
    CommandSpec(
        "cine.faster",
        N_("Cine faster"),
        "Image",
        ("Ctrl+Up",),
        lambda context: reading_of(context).step_cine_rate(1),
        when=has_several_images,
        place=READING,
        order=52,
    ),
    CommandSpec(
        "cine.slower",
        N_("Cine slower"),
        "Image",
        ("Ctrl+Down",),
        lambda context: reading_of(context).step_cine_rate(-1),
        when=has_several_images,
        place=READING,
        order=53,
    ),
)
