"""Is the picture on the screen the object that the pane names, and whose is it? (R-054)."""

from __future__ import annotations

from viewer.model.displayset import DisplaySet, frame_at
from viewer.model.frame import Frame
from viewer.model.study import ObjectIdentity

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
