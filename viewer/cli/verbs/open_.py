"""`lightbox [PATH ...]`: the window; paths open as sources, read in place."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from viewer.base.errors import UsageError
from viewer.base.text import N_
from viewer.cli._spec import Call, VerbSpec, filled
from viewer.cli.verbs._window import add_picture_arguments, finish, picture_path


def add_arguments(parser: ArgumentParser) -> None:
    """Declare paths and the picture."""
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", type=filled, help="files and folders to open"
    )
    add_picture_arguments(parser)


def run(call: Call) -> int:
    """Show the window."""
    paths = [Path(text).expanduser() for text in call.arguments.paths]
    for path in paths:
        if not path.exists():
            message = f"There is nothing at '{path}'."
            raise UsageError(message)
    from viewer.ui.application import (  # noqa: PLC0415  Qt is loaded only for the window
        WindowOptions,
        run_window,
    )

    options = WindowOptions(
        paths=tuple(str(path.absolute()) for path in paths),
        screenshot=picture_path(call),
        size=call.arguments.size,
    )
    return finish(call, run_window(call.home, options))


SPEC = VerbSpec(
    id="open",
    help=N_("open the window; paths open as sources, read in place"),
    add_arguments=add_arguments,
    run=run,
)
