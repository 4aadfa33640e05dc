"""`lightbox [PATH ...]`: the window; paths open as sources, read in place."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from viewer.base.errors import UsageError
from viewer.base.text import N_
from viewer.cli._spec import Call, VerbSpec

_LEAST_PX = 320
_MOST_PX = 16_384


def size(text: str) -> tuple[int, int]:
    """Return 'WxH' as (width, height).

    Raises
    ------
    ArgumentTypeError
        When it is no size a window can have.
    """
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        message = "a size is WxH, for instance 1920x1080"
        raise ArgumentTypeError(message)
    pair = int(width), int(height)
    if min(pair) < _LEAST_PX or max(pair) > _MOST_PX:
        message = f"a window has between {_LEAST_PX} and {_MOST_PX} pixels each way"
        raise ArgumentTypeError(message)
    return pair


def add_arguments(parser: ArgumentParser) -> None:
    """Declare paths and the picture."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="files and folders to open")
    add_picture_arguments(parser)


def add_picture_arguments(parser: ArgumentParser) -> None:
    """Declare what draws the window into a file; also without a display."""
    parser.add_argument(
        "--screenshot", metavar="FILE", type=Path, help="draw the window into FILE and end"
    )
    parser.add_argument("--size", metavar="WxH", type=size, help="size of the window")


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
        screenshot=call.arguments.screenshot,
        size=call.arguments.size,
    )
    return run_window(call.home, options)


SPEC = VerbSpec(
    id="open",
    help=N_("open the window; paths open as sources, read in place"),
    add_arguments=add_arguments,
    run=run,
)
