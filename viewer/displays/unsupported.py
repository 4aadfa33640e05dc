"""Every other object: a tile that says what it is, never noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewer.base.text import N_, count
from viewer.displays._build import Stack, display_set
from viewer.displays._spec import TILE_PANE, DisplaySpec
from viewer.displays._split import Part
from viewer.model.displayset import DisplaySet, FrameRef
from viewer.model.ids import transfer_syntax
from viewer.model.sop_classes import IMAGE_KINDS, UNKNOWN, sop_class, sop_class_name
from viewer.model.study import Instance, Series
from viewer.model.wording import date_text

_ID = "unsupported"

_WHAT = {
    "report": N_("A structured report: text and measurements, no image."),
    "presentation state": N_("A presentation state: how other images were displayed, no image."),
    "document": N_("A document inside a DICOM object, no image."),
    "waveform": N_("A recording of signals over time, no image."),
    "radiotherapy": N_("A radiotherapy object: structures, plan or record, no image."),
    "video": N_("A video."),
    "raw": N_("Raw or private data of the machine, no image."),
    "spectroscopy": N_("Spectra, no image."),
    "surface": N_("A surface or other geometry, no image."),
    "registration": N_("A registration or mapping between images, no image itself."),
    "measurements": N_("Measurements, no image."),
    "protocol": N_("A protocol, template or palette, no image."),
    "legacy": N_("Data in a form that the standard has retired, no image."),
    UNKNOWN: N_("A private or new kind of object."),
}
_NO_PIXELS = N_("An image object without pixel data: its file holds only the header.")
_REFERENCED = N_("An image whose pixels are not in the file: they lie on a server.")
_DATES = ("ContentDate", "AcquisitionDate", "InstanceCreationDate", "SeriesDate", "StudyDate")


def _accepts(_instance: Instance) -> bool:
    return True


def _split(instances: Sequence[Instance]) -> Sequence[Part]:
    classes: dict[str, list[Instance]] = {}
    for instance in instances:
        classes.setdefault(instance.sop_class_uid, []).append(instance)
    return [
        Part(
            frames=tuple(FrameRef(instance) for instance in members),
            rule=_ID,
            key=uid,
            words=sop_class_name(uid) if len(classes) > 1 else "",
        )
        for uid, members in classes.items()
    ]


def _open(series: Series, part: Part) -> DisplaySet:
    opened = display_set(series, part, Stack(part.frames), _ID, _ID)
    return replace(opened, message=describe([ref.instance for ref in part.frames]))


def describe(instances: Sequence[Instance]) -> str:
    """Return what objects of one class are: the class, words about it, their date."""
    first = instances[0]
    dates = [date_text(text) for text in (first.text(keyword) for keyword in _DATES) if text]
    name = sop_class_name(first.sop_class_uid)
    lines = [name[:1].upper() + name[1:], _what(first)]
    if len(instances) > 1:
        lines.append(count(len(instances), "object", "objects"))
    return "\n".join((*lines, *dates[:1]))


def _what(instance: Instance) -> str:
    kind = sop_class(instance.sop_class_uid).kind
    syntax = transfer_syntax(instance.transfer_syntax_uid)
    if syntax is not None and syntax.coding == "video" and instance.pixels is not None:
        return f"A video ({syntax.name})."
    if syntax is not None and syntax.coding == "referenced":
        return _REFERENCED
    return _NO_PIXELS if kind in IMAGE_KINDS else _WHAT[kind]


SPEC = DisplaySpec(_ID, 0, frozenset(), _accepts, _split, _open, TILE_PANE)
