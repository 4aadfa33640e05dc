"""The table of SOP classes, against pydicom's dictionary of PS3.6."""

from __future__ import annotations

from pydicom._uid_dict import UID_dictionary

from viewer.model.sop_classes import (
    BY_UID,
    IMAGE_KINDS,
    SOP_CLASSES,
    UNKNOWN,
    sop_class,
    sop_class_name,
    uids_of,
)


def test_every_storage_class_of_the_standard_is_known() -> None:
    in_standard = {
        uid: entry[0]
        for uid, entry in UID_dictionary.items()
        if entry[1] == "SOP Class"
        and " Storage" in entry[0]
        and not entry[0].startswith(("Storage Commitment", "Media Storage", "Stored Print"))
    }

    unknown = {uid: name for uid, name in in_standard.items() if uid not in BY_UID}

    assert len(in_standard) > 150
    assert not unknown


def test_names_are_those_of_the_standard() -> None:
    differing = [
        known
        for known in SOP_CLASSES
        if known.uid in UID_dictionary
        and UID_dictionary[known.uid][0].replace(" - Trial", " (trial)").removesuffix(" SOP Class")
        != known.name
    ]

    assert not differing


def test_no_class_is_listed_twice() -> None:
    assert len({known.uid for known in SOP_CLASSES}) == len(SOP_CLASSES)


def test_what_the_standard_calls_an_image_is_shown_as_one() -> None:
    images = [known for known in SOP_CLASSES if "Image Storage" in known.name]
    stills = [known for known in images if "Video" not in known.name]

    assert len(stills) > 60
    assert not [known for known in stills if known.kind not in IMAGE_KINDS]
    assert {known.kind for known in images} - IMAGE_KINDS == {"video"}


def test_reports_documents_waveforms_and_plans_are_no_images() -> None:
    words = (" SR ", "Encapsulated", "Waveform", "RT Plan", "Raw Data", "Presentation State")
    others = [known for known in SOP_CLASSES if any(word in known.name for word in words)]

    assert len(others) > 60
    assert not [known for known in others if known.kind in IMAGE_KINDS]


def test_unlisted_class_is_unknown_and_named_by_its_uid() -> None:
    assert sop_class("1.2.3.4").kind == UNKNOWN
    assert "1.2.3.4" in sop_class_name("1.2.3.4")
    assert sop_class_name("1.2.840.10008.5.1.4.1.1.2") == "CT Image"
    assert uids_of("dose") == {"1.2.840.10008.5.1.4.1.1.481.2"}
