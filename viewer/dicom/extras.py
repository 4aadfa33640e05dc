"""Attributes that lie deeper than a plain element: codes, private b-values, the PET tracer."""

from __future__ import annotations

from viewer.dicom.attributes import extract, make_plan
from viewer.dicom.dataset import DataSet
from viewer.model.study import Value

_CODE_MEANING = 0x00080104
_CODED: tuple[tuple[int, str], ...] = (
    (0x00540220, "ViewCodeSequence"),
    (0x00082218, "AnatomicRegionSequence"),
    (0x0040A043, "ConceptNameCodeSequence"),
    (0x00081032, "ProcedureCodeSequence"),
)
_TRACER = 0x00540016
_TRACER_PLAN = make_plan(
    [
        (0x00180031, "Radiopharmaceutical", "LO"),
        (0x00181072, "RadiopharmaceuticalStartTime", "TM"),
        (0x00181074, "RadionuclideTotalDose", "DS"),
        (0x00181075, "RadionuclideHalfLife", "DS"),
        (0x00181078, "RadiopharmaceuticalStartDateTime", "DT"),
    ]
)
_DIRECTIONS = 0x00189117
_B_VALUE = "DiffusionBValue"
_PRIVATE_B_VALUES: tuple[tuple[int, str, int, bytes], ...] = (
    (0x0043, "GEMS_PARM_01", 0x39, b"IS"),
    (0x0019, "SIEMENS MR HEADER", 0x0C, b"IS"),
    (0x2001, "Philips Imaging DD 001", 0x03, b"FL"),
)
"""Group, private creator, element within the block, VR."""

_GE_B_VALUE_MARK = 1_000_000_000
"""GE adds this to the b-values of some protocols."""


def extra_attributes(dataset: DataSet, found: dict[str, Value], warnings: list[str]) -> None:
    """Add attributes that are not elements of the data set itself, where they are missing.

    A code sequence becomes the meaning of its first code.
    """
    for tag, keyword in _CODED:
        item = dataset.item(tag)
        meaning = item.text(_CODE_MEANING) if item is not None else ""
        if meaning:
            found[keyword] = meaning
    tracer = dataset.item(_TRACER)
    if tracer is not None:
        found.update(extract(tracer, _TRACER_PLAN, warnings))
    if _B_VALUE not in found:
        b_value = _private_b_value(dataset)
        if b_value is not None:
            found[_B_VALUE] = b_value


def private_tag(dataset: DataSet, group: int, creator: str, element: int) -> int | None:
    """Return the tag of a private element, where its creator reserved a block (PS3.5 7.8.1)."""
    elements, first = dataset.elements, group << 16 | 0x10
    for reservation in range(first, first + 0x10):
        if reservation in elements and dataset.text(reservation) == creator:
            return group << 16 | (reservation & 0xFF) << 8 | element
    return None


def _private_b_value(dataset: DataSet) -> float | None:
    for group, creator, element, vr in _PRIVATE_B_VALUES:
        tag = private_tag(dataset, group, creator, element)
        number = dataset.number(tag, vr) if tag is not None else None
        if number is not None and number >= 0:
            return float(number % _GE_B_VALUE_MARK)
    return None
