"""Multi-frame images with functional groups: each frame has its own plane and values (R-093).

The frames of one object, or of the objects of one concatenation, are parted and ordered like the
single-frame images of a series; the order in which they are stored does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewer.displays._build import (
    Stack,
    display_set,
    frames_of,
    has_frames,
    in_number_order,
    instance_word,
    stack_part,
)
from viewer.displays._spec import DisplaySpec
from viewer.displays._split import Part, has_plane, split_frames
from viewer.model.displayset import DisplaySet
from viewer.model.sop_classes import ENHANCED, PARAMETRIC_MAP, UNKNOWN, sop_class
from viewer.model.study import Instance, Series

_ID = "enhanced"


def _accepts(instance: Instance) -> bool:
    if not has_frames(instance) or instance.n_frames < 2:
        return False
    known = sop_class(instance.sop_class_uid).kind
    return known in (ENHANCED, PARAMETRIC_MAP) or (known == UNKNOWN and len(instance.frames) > 1)


def _split(instances: Sequence[Instance]) -> Sequence[Part]:
    objects: dict[str, list[Instance]] = {}
    for instance in instances:
        whole = instance.text("ConcatenationUID") or instance.sop_instance_uid
        objects.setdefault(whole, []).append(instance)
    parts: list[Part] = []
    for uid, members in objects.items():
        word = instance_word(members[0]) if len(objects) > 1 else ""
        for part in split_frames(frames_of(members)):
            words = ", ".join(text for text in (word, part.words) if text)
            parts.append(replace(part, key=f"{uid}|{part.key}", words=words))
    return parts


def _open(series: Series, part: Part) -> DisplaySet:
    if all(map(has_plane, part.frames)):
        stack = stack_part(part)
    else:
        stack = Stack(in_number_order(part.frames))
    return display_set(series, part, stack, _ID, _ID)


SPEC = DisplaySpec(_ID, 30, frozenset(), _accepts, _split, _open)
