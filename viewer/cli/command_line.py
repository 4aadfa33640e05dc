"""Parse the command line and run a verb, or open the window."""

from __future__ import annotations

import io
import re
import sys
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import NoReturn

from viewer.base.disclaimer import DISCLAIMER
from viewer.base.errors import UsageError, ViewerError
from viewer.base.features import load_features
from viewer.base.log import log_nowhere, note_unexpected, start_log
from viewer.base.paths import Home, find_home
from viewer.base.platform import set_private_umask
from viewer.cli._spec import COULD_NOT_RUN, Call, VerbSpec, filled

_DESCRIPTION = f"Lightbox, a DICOM workstation. {DISCLAIMER}"
_EPILOGUE = """\
lightbox [PATH ...]          open the window; paths open as sources, read in place
lightbox VERB --help         what a verb does and takes

exit status: 0 all done, 1 done in part, 2 could not run
"""
_OPEN = "open"
_NUMBERS = re.compile(r"-[\d.]+(?:[eE][+-]?\d+)?(?:,[-+\d.eE]+)+(?:,[A-Za-z_]+)?")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status.

    Parameters
    ----------
    argv
        Arguments without the program's name; None takes the process's own.
    """
    set_private_umask()
    survive_odd_names()
    verbs = {spec.id: spec for spec in load_features("viewer.cli.verbs", VerbSpec)}
    arguments = join_numbers(sys.argv[1:] if argv is None else argv)
    options = build_parser(verbs).parse_args(with_verb(arguments, verbs))
    spec = verbs[options.verb]
    try:
        return run_verb(spec, Call(find_home(options.home), options.json, options))
    except ViewerError as err:
        problem = str(err)
    except OSError as err:
        problem = f"the system refused: {err.strerror or type(err).__name__}."
    except KeyboardInterrupt:
        problem = "stopped."
    except Exception as err:  # noqa: BLE001  the edge of the program: one line, then the status
        problem = f"an unexpected error ({note_unexpected(err)}). What was acknowledged is kept."
    sys.stderr.write(f"lightbox {spec.id}: {one_line(problem)}\n")
    return COULD_NOT_RUN


def run_verb(spec: VerbSpec, call: Call) -> int:
    """Run one verb and return its exit status; tell of a log that cannot be written, if it ran.

    Raises
    ------
    UsageError
        When the data folder is no folder.
    """
    root = call.home.root
    if root.exists() and not root.is_dir():
        raise UsageError(f"The data folder {root} is a file. Choose a folder with --home.")
    logged = begin_log(spec, call.home)
    status = spec.run(call)
    if not logged and status != COULD_NOT_RUN:
        sys.stderr.write("The log cannot be written; Lightbox went on without it.\n")
    return status


def survive_odd_names() -> None:
    """Let a file name that the terminal's character set lacks be printed as its code.

    Names on a disc are bytes; Python keeps those that are no text as lone surrogates.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def join_numbers(arguments: Sequence[str]) -> list[str]:
    """Tie ``--window -600,1500`` together, whose value would look like an option of its own."""
    joined: list[str] = []
    for argument in arguments:
        before = joined[-1] if joined else ""
        if _NUMBERS.fullmatch(argument) and before.startswith("--") and "=" not in before:
            joined[-1] = f"{before}={argument}"
        else:
            joined.append(argument)
    return joined


def begin_log(spec: VerbSpec, home: Home) -> bool:
    """Start the home's log, or none for a verb that leaves the home alone; tell if it went well."""
    if spec.leaves_home:
        log_nowhere()
        return True
    try:
        start_log(home)
    except OSError:
        log_nowhere()
        return False
    return True


def with_verb(arguments: list[str], verbs: dict[str, VerbSpec]) -> list[str]:
    """Put the verb ``open`` in front of the first argument that is no global option."""
    index = 0
    while index < len(arguments):
        option = arguments[index]
        if option in ("--help", "-h"):
            return arguments
        if option == "--json" or option.startswith("--home="):
            index += 1
        elif option == "--home":
            index += 2
        else:
            break
    if index < len(arguments) and arguments[index] in verbs:
        return arguments
    return [*arguments[:index], _OPEN, *arguments[index:]]


def build_parser(verbs: dict[str, VerbSpec]) -> ArgumentParser:
    """Return the parser with all verbs; global options may stand before or behind the verb."""
    parser = OneLineParser(
        "lightbox",
        description=_DESCRIPTION,
        epilog=_EPILOGUE,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--home", metavar="DIR", type=filled, help="data folder (default: LIGHTBOX_HOME)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document on stdout")
    subparsers = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for spec in verbs.values():
        child = subparsers.add_parser(spec.id, help=spec.help, description=spec.help)
        child.add_argument("--json", action="store_true", default=SUPPRESS, help="print JSON")
        child.add_argument(
            "--home", metavar="DIR", type=filled, default=SUPPRESS, help="data folder"
        )
        spec.add_arguments(child)
    return parser


def one_line(text: str) -> str:
    """Return a message on one line."""
    return " ".join(text.split())


class OneLineParser(ArgumentParser):
    """Says what is wrong with the arguments in one line on stderr, without the usage."""

    def error(self, message: str) -> NoReturn:
        """End with status 2 and one line."""
        self.exit(COULD_NOT_RUN, f"{self.prog}: {one_line(message)}; see {self.prog} --help\n")
