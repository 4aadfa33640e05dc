"""``lightbox verify``: check every stored object; ``--rebuild`` makes the index from the files."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from typing import TYPE_CHECKING

from viewer.cli._spec import (
    ALL_DONE,
    DONE_IN_PART,
    Call,
    VerbSpec,
    end_progress,
    print_document,
    print_line,
    print_progress,
)

if TYPE_CHECKING:
    from viewer.store.rebuild import RebuildReport
    from viewer.store.verify import VerifyReport


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--rebuild",
        action="store_true",
        help="build the index again from the stored files and the journal",
    )


def _run(call: Call) -> int:
    if call.arguments.rebuild:
        return _rebuild(call)
    from viewer.store.library import open_library  # noqa: PLC0415  loaded at first use

    library = open_library(call.home, purpose="verify")
    try:
        report = library.verify(lambda: None, _tell_verified)
    finally:
        library.close()
        end_progress()
    if call.json:
        print_document({**asdict(report), "all_well": report.all_well})
    else:
        _print_verified(report)
    return ALL_DONE if report.all_well else DONE_IN_PART


def _tell_verified(n_done: int) -> None:
    print_progress(f"{n_done:,} files checked")


def _print_verified(report: VerifyReport) -> None:
    print_line(f"{report.n_checked:,} files checked")
    if report.n_hashed:
        print_line(f"{report.n_hashed:,} linked files were hashed for the first time")
    if report.n_adopted:
        print_line(f"{report.n_adopted:,} stored files were taken back into the index")
    if report.n_put_aside:
        print_line(f"{report.n_put_aside:,} stored files are no whole objects: in quarantine")
    findings = (
        ("damaged, moved to quarantine", report.damaged),
        ("gone", report.gone),
        ("changed since it was linked", report.changed),
        ("not readable", report.unreadable),
    )
    for title, paths in findings:
        for path in paths:
            print_line(f"  [{title}] {path}")
    print_line("All is well." if report.all_well else "Import what is damaged or gone once more.")


def _rebuild(call: Call) -> int:
    from viewer.store.upkeep import rebuild_library  # noqa: PLC0415  loaded at first use

    report = rebuild_library(call.home, tell=_tell_rebuilt)
    end_progress()
    if call.json:
        print_document(asdict(report))
    else:
        _print_rebuilt(report)
    return DONE_IN_PART if report.lost_links or report.n_put_aside else ALL_DONE


def _tell_rebuilt(n_done: int) -> None:
    print_progress(f"{n_done:,} objects indexed")


def _print_rebuilt(report: RebuildReport) -> None:
    print_line(f"{report.n_objects:,} stored and {report.n_linked:,} linked objects are indexed")
    print_line(f"{report.n_acts:,} entries of people were brought back")
    if report.n_put_aside:
        print_line(f"{report.n_put_aside:,} stored files are no whole objects: in quarantine")
    for path in report.lost_links:
        print_line(f"  [gone] {path}")
    if report.old_index:
        print_line(f"The old index is kept in {report.old_index}")


SPEC = VerbSpec("verify", "check every stored object, or rebuild the index", _add_arguments, _run)
