"""Who an object says it is, read from the very bytes that are decoded (R-054)."""

from __future__ import annotations

import re

from viewer.base.errors import IdentityError
from viewer.dicom.header import Header
from viewer.dicom.records import object_identity
from viewer.dicom.values import date_text
from viewer.model.study import Instance, ObjectIdentity

_SOP_INSTANCE_UID = 0x00080018
_PATIENT_NAME = 0x00100010
_PATIENT_ID = 0x00100020
_BIRTH_DATE = 0x00100030
_PLAIN_UID = re.compile(r"[0-9.]{1,64}")


def identity_of(header: Header, path: str) -> ObjectIdentity:
    """Return the identity in a header, as ``Instance.expected_identity`` has it.

    An object that names itself is read directly; one without a proper SOP Instance UID goes
    through the rules that gave it one when it was listed.
    """
    dataset = header.dataset
    uid = dataset.plain(_SOP_INSTANCE_UID)
    if not _PLAIN_UID.fullmatch(uid):
        return object_identity(header, path)
    return ObjectIdentity(
        sop_instance_uid=uid,
        raw_patient_id=dataset.raw(_PATIENT_ID) or b"",
        raw_name=dataset.raw(_PATIENT_NAME) or b"",
        raw_birth_date=date_text(dataset.raw(_BIRTH_DATE) or b""),
    )


def require_same_object(instance: Instance, found: ObjectIdentity) -> None:
    """Refuse to decode when the file now holds another object than the one that was listed.

    The offsets of the listing would then cut another object's bytes into an image.

    Raises
    ------
    IdentityError
        When the SOP Instance UIDs differ.
    """
    if instance.sop_instance_uid != found.sop_instance_uid:
        raise IdentityError(
            "The file has been replaced by another object since it was listed. "
            "It is not shown; open or import it again."
        )
