"""What one pane can show at a time: frames of one series in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from viewer.model.study import Instance, Study


@dataclass(frozen=True, slots=True)
class FrameRef:
    """One frame of one instance; ``frame`` counts from 0."""

    instance: Instance
    frame: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class StackGeometry:
    """Frames that lie on a regular grid (R-082 to R-085).

    Attributes
    ----------
    affine
        (4, 4) float64: (column, row, slice, 1) to LPS mm; (0, 0, 0) is the centre of the first
        voxel; sheared when the gantry was tilted.
    spacing_mm
        (slice, row, column): distance between slices along the normal, Pixel Spacing.
    tilt_deg
        Angle between the slice normal and the direction in which the slices advance; 0 when
        upright.
    """

    affine: NDArray[np.float64]
    spacing_mm: tuple[float, float, float]
    tilt_deg: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class DisplaySet:
    """Frames that are read together, in reading order.

    Attributes
    ----------
    id
        Stable text: the same files give the same id in every process.
    kind
        ``stack``, ``multiframe``, ``enhanced``, ``unsupported``, ...: the displayer's word.
    displayer
        Id of the ``DisplaySpec`` that made and opens it.
    title
        Series description with the split key, if the series was split.
    split
        What separated it from its series' other display sets ('echo 2 of 3'); empty if nothing.
    geometry
        None when the frames do not form a regular grid or have no positions.
    spatially_ordered
        True when positions gave the order, False when Instance Number or time did.
    warnings
        Sentences to show: gaps, duplicates, tilt, no positions.
    gaps
        (index before the gap, number of missing slices), counted from 0 in reading order.
    message
        For a display set that cannot be shown as images: what it is, in words.
    notes
        Sentences on what the frames are, where nothing is wrong: a localiser, a whole slide.
    """

    id: str
    kind: str
    displayer: str
    study_instance_uid: str
    series_instance_uid: str
    modality: str
    title: str
    frames: tuple[FrameRef, ...]
    series_number: int | None = None
    split: str = ""
    geometry: StackGeometry | None = None
    spatially_ordered: bool = False
    warnings: tuple[str, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()
    message: str = ""
    notes: tuple[str, ...] = ()

    @property
    def n_frames(self) -> int:
        """Return the number of frames in reading order."""
        return len(self.frames)

    @property
    def instances(self) -> tuple[Instance, ...]:
        """Return the instances in the order of their first frame, each once."""
        seen = {ref.instance.sop_instance_uid: ref.instance for ref in self.frames}
        return tuple(seen.values())


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An instance that no display set took, and why."""

    instance: Instance
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class OpenStudy:
    """A study with its display sets, ready for panes."""

    study: Study
    display_sets: tuple[DisplaySet, ...]
    unmatched: tuple[Unmatched, ...] = field(default=())

    def find(self, display_set_id: str) -> DisplaySet | None:
        """Return the display set of this id."""
        return next((ds for ds in self.display_sets if ds.id == display_set_id), None)


def frame_at(display_set: DisplaySet, index: int) -> FrameRef:
    """Return the frame at ``index``, held inside the stack."""
    return display_set.frames[max(0, min(index, display_set.n_frames - 1))]


def total_frames(display_sets: Sequence[DisplaySet]) -> int:
    """Return the frames of all display sets together."""
    return sum(ds.n_frames for ds in display_sets)
