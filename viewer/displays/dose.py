"""RT Dose grids: each frame in its own plane (PS3.3 C.8.8.3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from viewer.displays._build import display_set, each_instance, has_frames, stack_part
from viewer.displays._spec import DisplaySpec
from viewer.displays._split import Part
from viewer.model.displayset import DisplaySet, FrameRef
from viewer.model.geometry import array, normal_lps
from viewer.model.stacking import is_sound
from viewer.model.study import FrameFacts, ImagePlane, Instance, Series

_ID = "dose"


def _accepts(instance: Instance) -> bool:
    offsets = instance.numbers("GridFrameOffsetVector")
    return has_frames(instance) and instance.n_frames == len(offsets) > 1


def _split(instances: Sequence[Instance]) -> Sequence[Part]:
    return each_instance(instances, _ID)


def _open(series: Series, part: Part) -> DisplaySet:
    placed = with_planes(part.frames[0].instance)
    frames = tuple(FrameRef(placed, ref.frame) for ref in part.frames)
    placed_part = replace(part, frames=frames)
    return display_set(series, placed_part, stack_part(placed_part), _ID, _ID)


def with_planes(instance: Instance) -> Instance:
    """Return the instance with a plane for each frame, from Grid Frame Offset Vector.

    Offsets that begin with 0 are distances from the first frame along the normal; others are
    the frames' z coordinates, which only axial grids have.
    """
    first = instance.facts(0).plane
    offsets = np.array(instance.numbers("GridFrameOffsetVector"))
    if first is None or not is_sound(first) or not np.isfinite(offsets).all():
        return instance
    normal = normal_lps(first)
    if offsets[0] != 0:
        offsets = (offsets - first.position_lps[2]) * np.sign(normal[2])
    facts = tuple(
        FrameFacts(_moved(first, normal * offset), instance.facts(0).attributes)
        for offset in offsets
    )
    return replace(instance, frames=facts)


def _moved(plane: ImagePlane, shift: np.ndarray[tuple[int], np.dtype[np.float64]]) -> ImagePlane:
    x, y, z = (float(value) for value in array(plane.position_lps) + shift)
    return replace(plane, position_lps=(x, y, z))


SPEC = DisplaySpec(_ID, 50, frozenset(), _accepts, _split, _open)
