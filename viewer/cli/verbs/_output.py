"""Where a verb writes what it was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from viewer.base.errors import UsageError


def refuse_to_replace(output: Path, sources: Iterable[str]) -> None:
    """Refuse an output that would be written over one of the files it is made from.

    Raises
    ------
    UsageError
        When it is one of them, under this name or another.
    """
    if not output.is_file():
        return
    for source in sources:
        if Path(source).is_file() and output.samefile(source):
            raise UsageError(f"{output} is the image itself; choose another name with -o.")


def write_output(output: Path, content: bytes) -> None:
    """Write a whole file.

    Raises
    ------
    UsageError
        When the system refuses; the message names the file and the reason.
    """
    try:
        output.write_bytes(content)
    except OSError as err:
        reason = err.strerror or type(err).__name__
        raise UsageError(f"{output} cannot be written: {reason}.") from err
