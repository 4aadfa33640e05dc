"""``lightbox studies``: list the studies of the library."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TYPE_CHECKING

from viewer.cli._spec import ALL_DONE, Call, VerbSpec, print_document, print_line

if TYPE_CHECKING:
    from viewer.model.listing import StudyRow

_EVERYTHING = 1_000_000


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "text", metavar="TEXT", nargs="*", help="words that begin words of name, ID, description"
    )


def _run(call: Call) -> int:
    from viewer.model.listing import StudyQuery  # noqa: PLC0415  loaded at first use
    from viewer.store.library import open_library  # noqa: PLC0415  loaded at first use

    query = StudyQuery(text=" ".join(call.arguments.text), limit=_EVERYTHING)
    library = open_library(call.home, purpose="studies")
    try:
        page = library.search(query)
    finally:
        library.close()
    if call.json:
        print_document([study_document(row) for row in page.rows])
        return ALL_DONE
    for row in page.rows:
        print_line(_line(row))
    print_line(f"{page.n_matching:,} of {page.n_total:,} studies")
    return ALL_DONE


def study_document(row: StudyRow) -> dict[str, object]:
    """Return a study keyed by DICOM keyword; what DICOM has no word for is in lower case."""
    return {
        "StudyInstanceUID": row.study_instance_uid,
        "PatientName": row.patient_name,
        "PatientID": row.patient_id,
        "IssuerOfPatientID": row.issuer,
        "PatientBirthDate": row.birth_date,
        "PatientSex": row.sex,
        "StudyDate": row.date,
        "StudyTime": row.time,
        "StudyDescription": row.description,
        "AccessionNumber": row.accession_number,
        "InstitutionName": row.institution,
        "ModalitiesInStudy": list(row.modalities),
        "NumberOfStudyRelatedSeries": row.n_series,
        "NumberOfStudyRelatedInstances": row.n_instances,
        "images": row.n_images,
        "expected": row.n_expected,
        "age": row.age,
        "state": row.state,
        "comment": row.comment,
        "source": row.source,
        "added": row.added,
        "conflicts": row.n_conflicts,
        "flags": list(row.flags),
        "arriving": row.arriving,
        "person_note": row.person_note,
    }


def _line(row: StudyRow) -> str:
    from viewer.model.wording import name_text  # noqa: PLC0415  loaded at first use

    who = f"{name_text(row.patient_name) or '(no name)'} [{row.patient_id or 'no ID'}]"
    what = f"{'/'.join(row.modalities)} {row.description}".strip()
    size = f"{row.n_series} series, {row.n_images} images"
    return f"{row.date or '--------'}  {who}  {what}  {size}  {row.study_instance_uid}"


SPEC = VerbSpec("studies", "list the studies of the library", _add_arguments, _run)
