"""Open files in place."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.commands._spec import CommandSpec

COMMANDS = (
    CommandSpec(
        id="file.open_folder",
        title=N_("Open a folder in place …"),
        menu="File",
        keys=("Ctrl+O",),
        run=lambda context: context.window.open_folder(),
        order=10,
        icon="folder-open",
        help=N_("Read where it is; nothing is stored."),
    ),
    CommandSpec(
        id="file.open_files",
        title=N_("Open files in place …"),
        menu="File",
        keys=("Ctrl+Shift+O",),
        run=lambda context: context.window.open_files(),
        order=11,
    ),
)
