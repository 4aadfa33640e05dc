"""Classic multi-frame images (ultrasound, angiography, nuclear medicine, captures).

Frames are shown in stored order: that is the order of time, or of the vectors that Frame
Increment Pointer names (PS3.3 C.7.6.6.1).
"""

from __future__ import annotations

from collections.abc import Sequence

from viewer.displays._build import (
    Stack,
    display_set,
    each_instance,
    has_frames,
    is_kind,
)
from viewer.displays._spec import DisplaySpec
from viewer.displays._split import Part
from viewer.model.displayset import DisplaySet
from viewer.model.sop_classes import DOSE, IMAGE, MULTIFRAME
from viewer.model.study import Instance, Series

_ID = "multiframe"


def _accepts(instance: Instance) -> bool:
    many = has_frames(instance) and instance.n_frames > 1
    return many and is_kind(instance, MULTIFRAME, IMAGE, DOSE)


def _split(instances: Sequence[Instance]) -> Sequence[Part]:
    return each_instance(instances, _ID)


def _open(series: Series, part: Part) -> DisplaySet:
    return display_set(series, part, Stack(part.frames), _ID, _ID)


SPEC = DisplaySpec(_ID, 20, frozenset(), _accepts, _split, _open)
