"""Parse the command line and run a verb, or open the window."""

from __future__ import annotations

import re
import sys
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence

from viewer.base.disclaimer import DISCLAIMER
from viewer.base.errors import ViewerError
from viewer.base.features import load_features
from viewer.base.log import log_nowhere, start_log
from viewer.base.paths import Home, find_home
from viewer.base.platform import set_private_umask
from viewer.cli._spec import COULD_NOT_RUN, Call, VerbSpec

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
    verbs = {spec.id: spec for spec in load_features("viewer.cli.verbs", VerbSpec)}
    arguments = join_numbers(sys.argv[1:] if argv is None else argv)
    options = build_parser(verbs).parse_args(with_verb(arguments, verbs))
    home = find_home(options.home)
    spec = verbs[options.verb]
    begin_log(spec, home)
    try:
        return spec.run(Call(home, options.json, options))
    except ViewerError as err:
        sys.stderr.write(f"lightbox {spec.id}: {one_line(str(err))}\n")
        return COULD_NOT_RUN
    except OSError as err:
        reason = err.strerror or type(err).__name__
        sys.stderr.write(f"lightbox {spec.id}: the system refused: {reason}.\n")
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        sys.stderr.write(f"lightbox {spec.id}: stopped.\n")
        return COULD_NOT_RUN


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


def begin_log(spec: VerbSpec, home: Home) -> None:
    """Start the home's log, or none for a verb that leaves the home alone."""
    if spec.leaves_home:
        log_nowhere()
        return
    try:
        start_log(home)
    except OSError:
        log_nowhere()
        sys.stderr.write("The log cannot be written; Lightbox goes on without it.\n")


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
    parser = ArgumentParser(
        "lightbox",
        description=_DESCRIPTION,
        epilog=_EPILOGUE,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--home", metavar="DIR", help="data folder (default: LIGHTBOX_HOME)")
    parser.add_argument("--json", action="store_true", help="print one JSON document on stdout")
    subparsers = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for spec in verbs.values():
        child = subparsers.add_parser(spec.id, help=spec.help, description=spec.help)
        child.add_argument("--json", action="store_true", default=SUPPRESS, help="print JSON")
        child.add_argument("--home", metavar="DIR", default=SUPPRESS, help="data folder")
        spec.add_arguments(child)
    return parser


def one_line(text: str) -> str:
    """Return a message on one line."""
    return " ".join(text.split())
