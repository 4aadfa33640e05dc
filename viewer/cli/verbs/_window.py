"""Arguments of the verbs that show the window."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

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
        "--screenshot", metavar="FILE", type=Path, help="draw the window into FILE and end"
    )
    parser.add_argument("--size", metavar="WxH", type=size, help="size of the window")
