"""Help and about."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.commands._spec import CommandSpec

COMMANDS = (
    CommandSpec(
        id="help.keys",
        title=N_("Keys and mouse"),
        menu="Help",
        keys=("F1",),
        run=lambda context: context.window.show_help(),
        order=10,
        icon="keyboard",
    ),
    CommandSpec(
        id="help.about",
        title=N_("About Lightbox"),
        menu="Help",
        keys=(),
        run=lambda context: context.window.show_about(),
        order=20,
        icon="info",
    ),
)
