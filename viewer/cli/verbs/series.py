"""``lightbox series``: list the series of a study."""

from __future__ import annotations

from argparse import ArgumentParser

from viewer.base.errors import UsageError
from viewer.cli._spec import ALL_DONE, Call, VerbSpec, print_document, print_line


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("study_uid", metavar="STUDY_UID", help="Study Instance UID")


def _run(call: Call) -> int:
    from viewer.store.library import open_library  # noqa: PLC0415  loaded at first use

    library = open_library(call.home, purpose="series")
    try:
        rows = library.series_rows(call.arguments.study_uid)
    finally:
        library.close()
    if not rows:
        raise UsageError("There is no such study in the library.")
    documents = [
        {
            "SeriesInstanceUID": row.series_instance_uid,
            "StudyInstanceUID": row.study_instance_uid,
            "SeriesNumber": row.number,
            "Modality": row.modality,
            "SeriesDescription": row.description,
            "BodyPartExamined": row.body_part,
            "SeriesDate": row.date,
            "SeriesTime": row.time,
            "NumberOfSeriesRelatedInstances": row.n_instances,
            "images": row.n_images,
        }
        for row in rows
    ]
    if call.json:
        print_document(documents)
        return ALL_DONE
    for row in rows:
        number = "-" if row.number is None else str(row.number)
        size = f"{row.n_instances} objects, {row.n_images} images"
        print_line(f"{number:>5}  {row.modality:<4} {row.description}  {size}")
    return ALL_DONE


SPEC = VerbSpec("series", "list the series of a study", _add_arguments, _run)
