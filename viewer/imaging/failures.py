"""Sentences for a tile that cannot show its image: what happened, what was kept, what to do."""

from __future__ import annotations

from viewer.base.errors import ViewerError, reading_sentence
from viewer.dicom.digest import hash_file
from viewer.model.study import Instance, ObjectIdentity

NO_IMAGE = "This object has no image."
NO_MEMORY = (
    "There is not enough memory for this image. Close other studies, or give the image cache "
    "more memory in the settings."
)
OTHER_OBJECT = (
    "Not shown: the file now holds another object than the one that was listed. Nothing was "
    "changed; open or import it again."
)
OTHER_PATIENT = (
    "Not shown: the patient in this file is not the one it was listed for. Nothing was changed; "
    "open or import it again."
)
WRONG_CONTENT = (
    "Not shown any more: the file's content is not what the library recorded. The file was kept; "
    "verify the library."
)
UNEXPECTED = "This image cannot be shown because of an unexpected fault. The file was kept."


def failure_sentence(error: BaseException) -> str:
    """Return the sentence of one of our errors; a general one for any other."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, OSError):
        return reading_sentence(error)
    text = str(error) if isinstance(error, ViewerError) else ""
    return text or UNEXPECTED


def identity_problem(instance: Instance, found: ObjectIdentity) -> str:
    """Compare what was decoded with what was listed; return a sentence, empty when they agree."""
    expected = instance.expected_identity()
    if expected.sop_instance_uid != found.sop_instance_uid:
        return OTHER_OBJECT
    if expected.digest and found.digest and expected.digest != found.digest:
        return WRONG_CONTENT
    if (expected.raw_patient_id, expected.raw_name, expected.raw_birth_date) != (
        found.raw_patient_id,
        found.raw_name,
        found.raw_birth_date,
    ):
        return OTHER_PATIENT
    return ""


def content_problem(instance: Instance) -> str:
    """Hash an object's data set and compare it with the index; return a sentence, or nothing."""
    try:
        found = hash_file(instance.file.path, instance.file.dataset_offset)
    except ViewerError as err:
        return failure_sentence(err)
    return "" if found.digest == instance.file.digest else WRONG_CONTENT
