"""``lightbox receipts``: list the imports, or show what became of every file of one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TYPE_CHECKING

from viewer.cli._spec import ALL_DONE, Call, VerbSpec, print_document, print_line

if TYPE_CHECKING:
    from viewer.store.receipts import ReceiptSummary

_MOST = 1_000


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", type=int, help="number of a receipt")
    parser.add_argument("--text", action="store_true", help="every file with its hash, as text")


def _run(call: Call) -> int:
    from viewer.store.library import open_library  # noqa: PLC0415  loaded at first use

    library = open_library(call.home, purpose="receipts")
    try:
        if call.arguments.id is None:
            return _list(call, library.receipts(_MOST))
        receipt = library.receipt(call.arguments.id)
    finally:
        library.close()
    from viewer.model.receipt import receipt_document  # noqa: PLC0415  loaded at first use
    from viewer.services.receipt_text import receipt_lines  # noqa: PLC0415  loaded at first use

    if call.json:
        print_document(receipt_document(receipt))
        return ALL_DONE
    for line in receipt_lines(receipt, every_file=call.arguments.text):
        print_line(line)
    return ALL_DONE


def _list(call: Call, summaries: list[ReceiptSummary]) -> int:
    from viewer.store.receipts import summary_document  # noqa: PLC0415  loaded at first use

    if call.json:
        print_document([summary_document(summary) for summary in summaries])
        return ALL_DONE
    for one in summaries:
        state = "running" if one.running else "complete" if one.complete else "NOT COMPLETE"
        counts = ", ".join(f"{n:,} {status}" for status, n in one.counts.items() if n)
        print_line(f"{one.id:>5}  {one.started}  {one.mode}  {state}  {counts or 'no files'}")
        print_line(f"       {one.source}")
    return ALL_DONE


SPEC = VerbSpec("receipts", "list the imports and what became of each file", _add_arguments, _run)
