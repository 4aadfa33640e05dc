"""What is to be said about a study on each of its images."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.model.displayset import OpenStudy

NOT_IN_LIBRARY = N_("not in the library")

OTHER_PATIENT = N_(
    "This series belongs to another patient, so it was not put beside the open one. "
    "Open it in a tab of its own."
)


def study_notes(study: OpenStudy | None) -> tuple[str, ...]:
    """Return sentences for a study: read in place, or known to be incomplete (R-049)."""
    if study is None:
        return ()
    notes = [] if study.study.in_library else [NOT_IN_LIBRARY]
    expected = study.study.n_expected
    present = sum(len(series.instances) for series in study.study.series)
    if expected is not None and present < expected:
        notes.append(f"incomplete: {present} of {expected} objects are here")
    return tuple(notes)
