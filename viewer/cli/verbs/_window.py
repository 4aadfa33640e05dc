"""Arguments of the verbs that show the window."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from viewer.base.errors import UsageError
from viewer.cli._spec import COULD_NOT_RUN, Call, filled, print_document

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
    if not (width.isdecimal() and height.isdecimal()):
        message = "a size is WxH, for instance 1920x1080"
        raise ArgumentTypeError(message)
    pair = int(width), int(height)
    if min(pair) < _LEAST_PX or max(pair) > _MOST_PX:
        message = f"a window has between {_LEAST_PX} and {_MOST_PX} pixels each way"
        raise ArgumentTypeError(message)
    return pair


def add_picture_arguments(parser: ArgumentParser) -> None:
    """Declare what draws the window into a file; also without a display."""
    parser.add_argument(
        "--screenshot", metavar="FILE", type=filled, help="draw the window into FILE and end"
    )
    parser.add_argument("--size", metavar="WxH", type=size, help="size of the window")


def picture_path(call: Call) -> Path | None:
    """Return where the window is to be drawn; None when it is to be shown."""
    path = call.arguments.screenshot
    return Path(path) if path else None


def finish(call: Call, status: int) -> int:
    """Return the window's exit status, after the JSON document if one was asked for.

    Raises
    ------
    UsageError
        When the picture was not written.
    """
    path = picture_path(call)
    if path is not None and status == COULD_NOT_RUN:
        raise UsageError(f"The picture {path} cannot be written.")
    if call.json and status != COULD_NOT_RUN:
        print_document({"screenshot": str(path) if path else None})
    return status
