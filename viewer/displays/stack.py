"""Single-frame images: slices in the order of their positions, projections one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewer.displays._build import display_set, frames_of, has_frames, is_kind, stack_part
from viewer.displays._keys import image_type
from viewer.displays._spec import DisplaySpec
from viewer.displays._split import Part, split_frames
from viewer.model.displayset import DisplaySet
from viewer.model.sop_classes import DOSE, ENHANCED, IMAGE, MULTIFRAME, PARAMETRIC_MAP
from viewer.model.study import Instance, Series

_ID = "stack"
_MOSAIC = "Mosaic: each image holds all slices of one moment, side by side; no volume."


def _accepts(instance: Instance) -> bool:
    kinds = (IMAGE, MULTIFRAME, ENHANCED, PARAMETRIC_MAP, DOSE)
    return has_frames(instance) and instance.n_frames == 1 and is_kind(instance, *kinds)


def _split(instances: Sequence[Instance]) -> Sequence[Part]:
    return split_frames(frames_of(instances))


def _open(series: Series, part: Part) -> DisplaySet:
    opened = display_set(series, part, stack_part(part), _ID, _ID)
    if "MOSAIC" not in image_type(part.frames[0]):
        return opened
    return replace(opened, geometry=None, gaps=(), warnings=(), notes=(_MOSAIC,))


SPEC = DisplaySpec(_ID, 10, frozenset(), _accepts, _split, _open)
