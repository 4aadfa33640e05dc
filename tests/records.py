"""Records for tests that need no files: instances, display sets, frames and studies by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from viewer.model.displayset import DisplaySet, FrameRef, OpenStudy
from viewer.model.frame import Frame, GreyRules
from viewer.model.ids import EXPLICIT_LITTLE
from viewer.model.study import (
    FileRef,
    FrameFacts,
    Identity,
    ImagePlane,
    Instance,
    PixelFormat,
    Series,
    Study,
    Value,
    Vector,
)
from viewer.model.window import Window

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"

ALMA = Identity("4711", "", "Phantom^Alma", "19610409", "F", b"4711", b"Phantom^Alma")
BERT = Identity("4712", "", "Phantom^Bert", "19480101", "M", b"4712", b"Phantom^Bert")


def plane(
    position: Vector = (0.0, 0.0, 0.0),
    row: Vector = (1.0, 0.0, 0.0),
    column: Vector = (0.0, 1.0, 0.0),
    spacing: tuple[float, float] | None = (0.5, 0.5),
    thickness: float | None = None,
) -> ImagePlane:
    return ImagePlane(position, row, column, spacing, thickness)


def instance(
    uid: str = "1.2.3.1",
    *,
    size: tuple[int, int] = (24, 20),
    where: ImagePlane | None = None,
    modality: str = "CT",
    identity: Identity = ALMA,
    attributes: Mapping[str, Value] | None = None,
    n_frames: int = 1,
    sop_class: str = CT_IMAGE,
    syntax: str = EXPLICIT_LITTLE,
    study: str = "1.2.3",
) -> Instance:
    """Return an instance; ``size`` is (columns, rows)."""
    columns, rows = size
    pixels = PixelFormat(
        rows, columns, 1, "MONOCHROME2", 0, 16, 16, 15, True, n_frames, "integer", 1000, 100
    )
    facts = (FrameFacts(where),) if where is not None else (FrameFacts(),)
    return Instance(
        FileRef(f"/nowhere/{uid}", 1000, 100),
        sop_class,
        uid,
        study,
        f"{study}.9",
        syntax,
        modality,
        identity,
        dict(attributes or {}),
        pixels,
        facts,
    )


def display_set(instances: Sequence[Instance], ds_id: str = "set-1", **changes: Any) -> DisplaySet:
    """Return a display set with every frame of the instances, in their order."""
    first = instances[0]
    frames = tuple(FrameRef(one, k) for one in instances for k in range(one.n_frames))
    named: dict[str, Any] = {"title": "Chest 1.0", "series_number": 3, "spatially_ordered": True}
    return DisplaySet(
        ds_id,
        changes.pop("kind", "stack"),
        "stack",
        first.study_instance_uid,
        first.series_instance_uid,
        first.modality,
        frames=frames,
        **(named | changes),
    )


def stack(n_slices: int = 5, ds_id: str = "set-1", **changes: Any) -> DisplaySet:
    """Return an axial stack of single-frame instances, 2 mm apart."""
    prefix = changes.pop("prefix", "1.2.3.1")
    return display_set(
        [
            instance(f"{prefix}.{k}", where=plane((0.0, 0.0, 2.0 * k)), **changes)
            for k in range(n_slices)
        ],
        ds_id,
    )


def open_study(*sets: DisplaySet, identity: Identity = ALMA, in_library: bool = True) -> OpenStudy:
    """Return an open study of display sets that share a Study Instance UID."""
    uid = sets[0].study_instance_uid if sets else "1.2.3"
    members = tuple(one for ds in sets for one in ds.instances)
    series = Series(f"{uid}.9", uid, sets[0].modality if sets else "CT", 3, "", members)
    study = Study(uid, identity, "20240305", "1015", "CT chest", "88213", (series,), in_library)
    return OpenStudy(study, tuple(sets))


def frame(
    of: Instance, values: npt.NDArray[Any] | None = None, rules: GreyRules | None = None
) -> Frame:
    """Return a decoded frame of an instance: its values, else a ramp along the rows."""
    assert of.pixels is not None
    rows, columns = of.pixels.rows, of.pixels.columns
    if values is None:
        values = np.tile(np.arange(columns, dtype=np.int16), (rows, 1))
    colour = values.ndim == 3
    grey = None if colour else rules or GreyRules(voi=(Window(40.0, 400.0),))
    return Frame(values, grey, of.expected_identity(), values.shape[0], "native")


class Frames:
    """A frame source that has everything at once, unless ``missing`` holds the index."""

    def __init__(self, missing: frozenset[int] = frozenset()) -> None:
        self.missing = missing
        self.made: dict[tuple[str, int], Frame] = {}

    def frame(self, display_set: DisplaySet, index: int) -> Frame | None:
        if index in self.missing:
            return None
        key = (display_set.id, index)
        if key not in self.made:
            self.made[key] = frame(display_set.frames[index].instance)
        return self.made[key]

    def failure(self, _display_set: DisplaySet, index: int) -> str | None:
        return "The file is cut off." if index in self.missing else None

    def progress(self, _display_set_id: str) -> tuple[int, int]:
        return (1, 1)


class LetterMetrics:
    """Letters that are all equally wide: expected widths follow by counting."""

    def __init__(self, letter: float = 7.0, line_height: float = 16.0) -> None:
        self.letter = letter
        self._line_height = line_height

    @property
    def line_height(self) -> float:
        return self._line_height

    def width(self, text: str, style: str) -> float:
        return self.letter * len(text) * (1.1 if style == "strong" else 1.0)
