"""Tell whether two files hold the same image (design: the second grade of 'same UID')."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from viewer.base.errors import ViewerError
from viewer.dicom.frames import decode_frame
from viewer.dicom.records import read_instance
from viewer.model.frame import Frame
from viewer.model.study import Instance
from viewer.model.window import Lut

Decode = Callable[[Instance, int], Frame]

_GEOMETRY = (
    "FrameOfReferenceUID",
    "PixelSpacing",
    "ImagerPixelSpacing",
    "NominalScannedPixelSpacing",
    "PixelAspectRatio",
    "SliceThickness",
    "SpacingBetweenSlices",
    "PatientOrientation",
    "Laterality",
    "ImageLaterality",
)


def same_image(path_a: str, path_b: str, decode: Decode = decode_frame) -> bool:
    """Tell whether two files agree in patient, geometry, polarity and every stored value.

    Transfer syntax, group lengths, private elements and character set may differ.

    Parameters
    ----------
    decode
        Gives a frame; the application passes one that asks the decode pool, since the files may
        come from anywhere.

    Returns
    -------
    bool
        False also when one of them cannot be read or decoded: then nothing is known.
    """
    try:
        return not difference(read_instance(path_a), read_instance(path_b), decode)
    except ViewerError:
        return False


def difference(a: Instance, b: Instance, decode: Decode = decode_frame) -> str:
    """Return in words what the two differ in, empty when nothing; the cheapest is looked at first.

    Raises
    ------
    ViewerError
        When one of them cannot be decoded.
    """
    if _person(a) != _person(b):
        return "the patient differs"
    if (a.sop_class_uid, a.n_frames) != (b.sop_class_uid, b.n_frames):
        return "the kind of object differs"
    if a.pixels is None or b.pixels is None:
        return "" if a.pixels is b.pixels else "only one has an image"
    if (a.pixels.rows, a.pixels.columns) != (b.pixels.rows, b.pixels.columns):
        return "the size of the image differs"
    if any(_geometry(a, n) != _geometry(b, n) for n in range(a.n_frames)):
        return "the geometry differs"
    for index in range(a.n_frames):
        first, second = decode(a, index), decode(b, index)
        if not _equal(first, second):
            return f"the pixels of image {index + 1} differ"
        if _inverse(first) != _inverse(second):
            return f"the pixels of image {index + 1} are shown as a negative"
    return ""


def _person(instance: Instance) -> tuple[str, ...]:
    person = instance.identity
    return person.patient_id, person.issuer, person.name, person.birth_date, person.sex


def _geometry(instance: Instance, frame: int) -> tuple[object, ...]:
    values = [instance.get(keyword, frame) for keyword in _GEOMETRY]
    return (instance.facts(frame).plane, *values)


def _equal(a: Frame, b: Frame) -> bool:
    if a.is_colour != b.is_colour or a.n_rows_complete != b.n_rows_complete:
        return False
    return np.array_equal(a.stored, b.stored) and _transform(a) == _transform(b)


def _inverse(frame: Frame) -> bool:
    """Tell whether low values are shown white: what is air in one would be bone in the other."""
    return frame.grey is not None and frame.grey.inverse


def _transform(frame: Frame) -> object:
    modality = frame.grey.modality if frame.grey else None
    if isinstance(modality, Lut):
        return modality.first_mapped, modality.bits, modality.entries.tobytes()
    return modality
