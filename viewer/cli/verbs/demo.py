"""`lightbox demo`: the window on the built-in demo study, in a library of its own."""

from __future__ import annotations

from argparse import ArgumentParser

from viewer.base.jobs import Task
from viewer.base.paths import Home
from viewer.base.text import N_
from viewer.cli._spec import Call, VerbSpec, end_progress, print_progress
from viewer.cli.verbs._window import add_picture_arguments, finish, picture_path

_FOLDER = "demo"
_FILES = "files"


def demo_home(home: Home) -> Home:
    """Return the demo's own data folder, below the reader's one and apart from it."""
    return Home(home.root / _FOLDER)


def prepare(home: Home) -> bool:
    """Write the demo files and import them, the first time; tell whether that was needed.

    Raises
    ------
    StoreError
        When the demo's library cannot be written.
    """
    from viewer.dicom.demo import write_demo  # noqa: PLC0415  loaded at first use
    from viewer.services.compose import Services  # noqa: PLC0415  loaded at first use
    from viewer.services.importing import LINK, Importer  # noqa: PLC0415  loaded at first use

    services = Services(home)
    try:
        library = services.open_library()
        if library.counts()["studies"]:
            return False
        folder = home.ensure(home.root) / _FILES
        print_progress("Making the demo study …")
        write_demo(folder)
        task = Task("write")
        Importer(library, LINK, task.check).run([folder])
    finally:
        services.close()
        end_progress()
    return True


def run(call: Call) -> int:
    """Prepare the demo's library and show the window on it."""
    home = demo_home(call.home)
    prepare(home)
    from viewer.ui.application import (  # noqa: PLC0415  Qt is loaded only for the window
        WindowOptions,
        run_window,
    )

    options = WindowOptions(
        screenshot=picture_path(call),
        size=call.arguments.size,
        open_first=not call.arguments.list,
    )
    return finish(call, run_window(home, options))


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what draws the window into a file."""
    add_picture_arguments(parser)
    parser.add_argument("--list", action="store_true", help="stay in the list of studies")


SPEC = VerbSpec(
    id="demo",
    help=N_("open the window on the built-in demo study"),
    add_arguments=add_arguments,
    run=run,
)
