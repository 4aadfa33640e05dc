"""``lightbox stacks``: how files split into display sets."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import TYPE_CHECKING, Any

from viewer.base.errors import UsageError
from viewer.base.text import count
from viewer.cli._spec import (
    ALL_DONE,
    DONE_IN_PART,
    Call,
    VerbSpec,
    filled,
    print_document,
    print_line,
)

if TYPE_CHECKING:
    from viewer.model.displayset import DisplaySet, OpenStudy
    from viewer.model.receipt import Entry


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "paths", metavar="PATH", nargs="+", type=filled, help="file, folder or DICOMDIR"
    )


def _run(call: Call) -> int:
    from pathlib import Path  # noqa: PLC0415  loaded at first use

    from viewer.base.jobs import Task  # noqa: PLC0415  loaded at first use
    from viewer.displays import open_study  # noqa: PLC0415  loaded at first use
    from viewer.importers import scan_source  # noqa: PLC0415  loaded at first use
    from viewer.model.grouping import group_studies  # noqa: PLC0415  loaded at first use
    from viewer.model.receipt import UNREADABLE  # noqa: PLC0415  loaded at first use
    from viewer.model.study import Instance  # noqa: PLC0415  loaded at first use

    paths = [Path(path) for path in call.arguments.paths]
    absent = [path for path in paths if not path.exists()]
    if absent:
        raise UsageError(f"There is no file or folder {absent[0]}.")
    found: list[Instance] = []
    report = scan_source(paths, Task("read"), found.extend)
    opened = [open_study(study) for study in group_studies(found)]
    unmatched = _unmatched(opened, report.refused)
    if call.json:
        sets = [display_set_document(one) for study in opened for one in study.display_sets]
        print_document({"display_sets": sets, "unmatched": unmatched})
    else:
        _print(opened, unmatched)
    left_out = any(study.unmatched for study in opened)
    unreadable = any(entry.status == UNREADABLE for entry in report.refused)
    return DONE_IN_PART if left_out or unreadable or report.missing else ALL_DONE


def display_set_document(display_set: DisplaySet) -> dict[str, Any]:
    """Return a display set as the JSON that scripts rely on.

    ``sop_uids`` and ``frames`` (from 0) name each image in reading order.
    """
    geometry = display_set.geometry
    return {
        "id": display_set.id,
        "kind": display_set.kind,
        "modality": display_set.modality,
        "study_uid": display_set.study_instance_uid,
        "series_uid": display_set.series_instance_uid,
        "series_number": display_set.series_number,
        "title": display_set.title,
        "split": display_set.split,
        "n_images": display_set.n_frames,
        "sop_uids": [ref.instance.sop_instance_uid for ref in display_set.frames],
        "frames": [ref.frame for ref in display_set.frames],
        "paths": [instance.file.path for instance in display_set.instances],
        "spatially_ordered": display_set.spatially_ordered,
        "affine": geometry.affine.tolist() if geometry else None,
        "spacing_mm": list(geometry.spacing_mm) if geometry else None,
        "tilt_deg": geometry.tilt_deg if geometry else None,
        "gaps": [list(gap) for gap in display_set.gaps],
        "warnings": _warnings(display_set),
        "message": display_set.message,
    }


def _warnings(display_set: DisplaySet) -> list[str]:
    """Return what is to be said of the set, then once what was tolerated in its files."""
    instances = display_set.instances
    tolerated = Counter(text for one in instances for text in dict.fromkeys(one.warnings))
    told = [
        text if n == len(instances) else f"{text} ({n:,} of {len(instances):,} files)"
        for text, n in tolerated.items()
    ]
    return [*display_set.warnings, *told]


def _unmatched(opened: list[OpenStudy], refused: tuple[Entry, ...]) -> list[dict[str, str]]:
    left = [
        {"path": one.instance.file.path, "reason": one.reason}
        for study in opened
        for one in study.unmatched
    ]
    return left + [{"path": entry.path, "reason": entry.reason} for entry in refused]


def _print(opened: list[OpenStudy], unmatched: list[dict[str, str]]) -> None:
    for study in opened:
        for display_set in study.display_sets:
            n_images = count(display_set.n_frames, "image", "images")
            what = display_set.message.partition("\n")[0] or n_images
            print_line(f"{display_set.modality:4} {display_set.title} · {what}")
            for warning in _warnings(display_set):
                print_line(f"     {warning}")
    for left in unmatched:
        print_line(f"not shown: {left['path']}: {left['reason']}")


SPEC = VerbSpec(
    "stacks", "show how files split into display sets", _add_arguments, _run, leaves_home=True
)
