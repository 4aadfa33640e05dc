"""Whole-slide images: their tiles as plain frames, and said so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewer.displays._build import Stack, display_set, each_instance, has_frames
from viewer.displays._spec import DisplaySpec
from viewer.displays._split import Part
from viewer.model.displayset import DisplaySet
from viewer.model.sop_classes import TILED, uids_of
from viewer.model.study import Instance, Series

_ID = "tiled"


def _split(instances: Sequence[Instance]) -> Sequence[Part]:
    return each_instance(instances, _ID)


def _open(series: Series, part: Part) -> DisplaySet:
    opened = display_set(series, part, Stack(part.frames), _ID, _ID)
    instance = part.frames[0].instance
    columns = instance.number("TotalPixelMatrixColumns")
    rows = instance.number("TotalPixelMatrixRows")
    size = f" of {columns:,.0f} × {rows:,.0f} pixels" if columns and rows else ""
    note = f"Whole slide{size}: its tiles are shown one by one, not put together."
    return replace(opened, notes=(note,))


SPEC = DisplaySpec(_ID, 40, uids_of(TILED), has_frames, _split, _open)
