"""What a displayer declares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from viewer.displays._split import Part
from viewer.model.displayset import DisplaySet
from viewer.model.study import Instance, Series

IMAGE_PANE = "image"
TILE_PANE = "tile"


@dataclass(frozen=True, slots=True)
class DisplaySpec:
    """A displayer of one kind of object.

    Attributes
    ----------
    id
        Kept in each display set that it makes.
    priority
        Higher ones are asked first.
    sop_classes
        Storage SOP classes it knows; empty for any.
    accepts
        Has the last word on one instance.
    split
        Parts the accepted instances of one series into what is read together.
    open
        Makes the display set of one part.
    pane
        ``image`` for frames, ``tile`` for a display set that only says what it is.
    """

    id: str
    priority: int
    sop_classes: frozenset[str]
    accepts: Callable[[Instance], bool]
    split: Callable[[Sequence[Instance]], Sequence[Part]]
    open: Callable[[Series, Part], DisplaySet]
    pane: str = IMAGE_PANE


def takes(spec: DisplaySpec, instance: Instance) -> bool:
    """Tell whether a displayer takes an instance."""
    known = not spec.sop_classes or instance.sop_class_uid in spec.sop_classes
    return known and spec.accepts(instance)
