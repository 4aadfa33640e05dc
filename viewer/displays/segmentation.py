"""Segmentations: their frames as stored, and said so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewer.displays._build import Stack, display_set, each_instance, has_frames
from viewer.displays._spec import DisplaySpec
from viewer.displays._split import Part
from viewer.model.displayset import DisplaySet
from viewer.model.sop_classes import SEGMENTATION, uids_of
from viewer.model.study import Instance, Series

_ID = "segmentation"
_NOTE = "Segmentation: its frames as stored, not laid over the images it belongs to."


def _split(instances: Sequence[Instance]) -> Sequence[Part]:
    return each_instance(instances, _ID)


def _open(series: Series, part: Part) -> DisplaySet:
    opened = display_set(series, part, Stack(part.frames), _ID, _ID)
    return replace(opened, notes=(_NOTE,))


SPEC = DisplaySpec(_ID, 40, uids_of(SEGMENTATION), has_frames, _split, _open)
