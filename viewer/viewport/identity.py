"""Is the picture on the screen the object that the pane names, and whose is it? (R-052, R-054)."""

from __future__ import annotations

import unicodedata

from viewer.model.displayset import DisplaySet, frame_at
from viewer.model.frame import Frame
from viewer.model.study import Identity, ObjectIdentity

WRONG_OBJECT = (
    "This image is not the one that was asked for, so it is not shown. "
    "Reload the series; if it happens again, verify the library."
)
WRONG_PATIENT = (
    "The patient in this image is not the one named here, so it is not shown. "
    "Reload the series; if it happens again, verify the library."
)
CHANGED_OBJECT = (
    "The file of this image has changed since it was indexed, so it is not shown. "
    "Verify the library, or import the file again."
)

_PLACEHOLDERS = frozenset({"", "0", "UNKNOWN", "ANON", "ANONYMOUS", "NONE", "TEST"})


def identity_problem(frame: Frame, display_set: DisplaySet, index: int) -> str:
    """Compare the decoded object with the one the pane is meant to show, by raw header values.

    Returns
    -------
    str
        A sentence to show instead of the image; empty when both are the same object.
    """
    expected = frame_at(display_set, index).instance.expected_identity()
    return _difference(frame.identity, expected)


def _difference(shown: ObjectIdentity, expected: ObjectIdentity) -> str:
    if shown.sop_instance_uid != expected.sop_instance_uid:
        return WRONG_OBJECT
    same_patient = (
        shown.raw_patient_id == expected.raw_patient_id
        and shown.raw_name == expected.raw_name
        and shown.raw_birth_date == expected.raw_birth_date
    )
    if not same_patient:
        return WRONG_PATIENT
    if shown.digest and expected.digest and shown.digest != expected.digest:
        return CHANGED_OBJECT
    return ""


def same_person(first: Identity, second: Identity) -> bool:
    """Tell whether two headers name one patient: ID, issuer, name and birth date agree (R-052).

    Case, spaces, a trailing caret and an absent middle name are tolerated. An ID that stands for
    'unknown' agrees with nothing but the very same header.
    """
    if first == second:
        return True
    patient_id = first.patient_id.strip().upper()
    if patient_id in _PLACEHOLDERS or set(patient_id) == {"9"}:
        return False
    return (
        patient_id == second.patient_id.strip().upper()
        and first.issuer.strip() == second.issuer.strip()
        and first.birth_date.strip() == second.birth_date.strip()
        and _names_agree(first.name, second.name)
    )


def _names_agree(first: str, second: str) -> bool:
    pairs = zip(_name_parts(first), _name_parts(second), strict=True)
    for position, (one, other) in enumerate(pairs):
        middle_absent = position == 2 and not (one and other)
        if one != other and not middle_absent:
            return False
    return True


def _name_parts(name: str) -> tuple[str, ...]:
    """Return the five components of the first group that is not empty, comparable."""
    group = next((part for part in name.split("=") if part.strip(" ^")), "")
    folded = unicodedata.normalize("NFKC", group).casefold()
    parts = [" ".join(part.split()) for part in folded.split("^")]
    return tuple((parts + [""] * 5)[:5])
