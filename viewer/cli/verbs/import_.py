"""``lightbox import``: take files, folders, disc directories and archives into the library."""

from __future__ import annotations

import os
import sys
import threading
from argparse import SUPPRESS, ArgumentParser
from typing import TYPE_CHECKING

from viewer.base.errors import CancelledError, UsageError
from viewer.base.settings import open_settings
from viewer.cli._spec import (
    ALL_DONE,
    COULD_NOT_RUN,
    DONE_IN_PART,
    Call,
    VerbSpec,
    end_progress,
    filled,
    print_document,
    print_line,
    print_progress,
)

if TYPE_CHECKING:
    from viewer.model.receipt import Receipt
    from viewer.services.importing import ImportProgress

_MB = 1_000_000


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", type=filled, help="file, folder, DICOMDIR, archive"
    )
    parser.add_argument("--link", action="store_true", help="leave the files where they are")
    parser.add_argument("--child", action="store_true", help=SUPPRESS)  # spoken to by the window


def _run(call: Call) -> int:
    from viewer.model.receipt import all_done, receipt_document  # noqa: PLC0415  loaded at first use
    from viewer.services.importing import COPY, LINK, Importer  # noqa: PLC0415  loaded at first use
    from viewer.store.library import open_library  # noqa: PLC0415  loaded at first use

    reserve = open_settings(call.home).number("store.reserve_mb") * _MB
    if call.arguments.child:
        from viewer.services.import_process import run_child  # noqa: PLC0415  loaded at first use

        return run_child(call.home, reserve)
    paths = call.arguments.paths
    absent = [path for path in paths if not os.path.exists(path)]
    if len(absent) == len(paths):
        raise UsageError("There is nothing to import: name a file or folder that exists.")
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise CancelledError("Stopped.")

    library = open_library(call.home, reserve_bytes=reserve, purpose="import")
    try:
        importer = Importer(library, LINK if call.arguments.link else COPY, check, _show)
        result = importer.run(paths)
        receipt = library.receipt(result.receipt)
    finally:
        library.close()
    end_progress()
    if call.json:
        print_document(receipt_document(receipt))
    else:
        _print_receipt(receipt)
    if result.problem:
        sys.stderr.write(f"lightbox import: {result.problem}\n")
        if not receipt.entries:
            return COULD_NOT_RUN
    return ALL_DONE if all_done(receipt) else DONE_IN_PART


def _show(progress: ImportProgress) -> None:
    print_progress(progress.text)


def _print_receipt(receipt: Receipt) -> None:
    from viewer.services.receipt_text import receipt_lines  # noqa: PLC0415  loaded at first use

    for line in receipt_lines(receipt):
        print_line(line)


SPEC = VerbSpec("import", "take files, folders and discs into the library", _add_arguments, _run)
