"""What a verb of the command line declares."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from viewer.base.paths import Home

ALL_DONE = 0
DONE_IN_PART = 1
COULD_NOT_RUN = 2


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


def print_document(document: object) -> None:
    """Print one JSON document on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


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
