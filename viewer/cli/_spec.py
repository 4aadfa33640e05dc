"""What a verb of the command line declares."""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from viewer.base.paths import Home

ALL_DONE = 0
DONE_IN_PART = 1
COULD_NOT_RUN = 2

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a verb: the data folder, whether JSON was asked for, and the arguments."""

    home: Home
    json: bool
    arguments: Namespace


@dataclass(frozen=True, slots=True)
class VerbSpec:
    """A verb: its name, one line of help, its arguments and what it does.

    ``run`` returns the exit status: 0 all done, 1 done in part, 2 could not run. A
    ``ViewerError`` that it lets through ends the program with 2 and the error's sentence on
    stderr. Verb modules import what is slow inside ``run``, so that ``--help`` stays quick.
    A verb that ``leaves_home`` alone writes nothing below the data folder, not even a log.
    """

    id: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Call], int]
    leaves_home: bool = False


def filled(text: str) -> str:
    """Return a path as it was given.

    Raises
    ------
    ArgumentTypeError
        When it is empty, as a shell's unset variable is: Python would take the working folder.
    """
    if not text:
        message = "a path cannot be empty"
        raise ArgumentTypeError(message)
    return text


def print_document(document: object) -> None:
    """Print one whole JSON document on stdout; in ASCII where stdout has another set than UTF-8.

    A lone surrogate, which stands for a byte of a file name that is no text, is printed as its
    escape.
    """
    encoding = (sys.stdout.encoding or "").replace("-", "").lower()
    text = json.dumps(document, ensure_ascii=encoding != "utf8", indent=1)
    sys.stdout.write(_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def print_line(text: str) -> None:
    """Print one line for people on stdout."""
    sys.stdout.write(text + "\n")


def print_progress(text: str) -> None:
    """Show a line of progress on stderr, over itself on a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def end_progress() -> None:
    """Clear the line of progress."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
