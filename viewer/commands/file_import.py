"""Import files into the library."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.commands._spec import CommandContext, CommandSpec


def _can_import(context: CommandContext) -> bool:
    return context.window.can_import


COMMANDS = (
    CommandSpec(
        id="file.import_folder",
        title=N_("Import a folder …"),
        menu="File",
        keys=("Ctrl+I",),
        run=lambda context: context.window.import_folder(),
        when=_can_import,
        order=20,
        icon="import",
    ),
    CommandSpec(
        id="file.import_files",
        title=N_("Import files …"),
        menu="File",
        keys=("Ctrl+Shift+I",),
        run=lambda context: context.window.import_files(),
        when=_can_import,
        order=21,
    ),
    CommandSpec(
        id="file.cancel_import",
        title=N_("Stop the import"),
        menu="File",
        keys=(),
        run=lambda context: context.window.cancel_import(),
        when=lambda context: context.window.importing,
        order=22,
        help=N_("What was stored stays."),
    ),
    CommandSpec(
        id="file.receipts",
        title=N_("Show import receipts"),
        menu="File",
        keys=("Ctrl+E",),
        run=lambda context: context.studies.show_receipt(),
        when=_can_import,
        order=23,
        icon="file-text",
    ),
)
