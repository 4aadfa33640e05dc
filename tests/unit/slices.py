"""Make records of images in memory: planes and attributes that tests choose, no files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from viewer.model.displayset import FrameRef
from viewer.model.grouping import group_studies
from viewer.model.ids import EXPLICIT_LITTLE
from viewer.model.study import (
    FileRef,
    FrameFacts,
    Identity,
    ImagePlane,
    Instance,
    PixelFormat,
    Study,
    Value,
    Vector,
)

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
AXIAL: tuple[Vector, Vector] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
CORONAL: tuple[Vector, Vector] = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
SAGITTAL: tuple[Vector, Vector] = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))
SPACING = (0.8, 0.6)
ROWS, COLUMNS = 20, 30


def vector(values: Iterable[float]) -> Vector:
    x, y, z = (float(value) for value in values)
    return (x, y, z)


def plane(
    position: Sequence[float],
    axes: tuple[Vector, Vector] = AXIAL,
    spacing: tuple[float, float] | None = SPACING,
) -> ImagePlane:
    return ImagePlane(vector(position), axes[0], axes[1], spacing, 5.0)


def pixel_format(
    rows: int = ROWS, columns: int = COLUMNS, n_frames: int = 1, photometric: str = "MONOCHROME2"
) -> PixelFormat:
    samples = 1 if photometric.startswith("MONO") else 3
    length = rows * columns * samples * 2 * n_frames
    return PixelFormat(
        rows, columns, samples, photometric, 0, 16, 16, 15, True, n_frames, "integer", 1000, length
    )


def instance(
    uid: str,
    at: ImagePlane | None,
    attributes: Mapping[str, Value] | None = None,
    *,
    sop_class: str = CT,
    modality: str = "CT",
    pixels: PixelFormat | None = None,
    frames: Sequence[FrameFacts] | None = None,
    patient: str = "A",
    series: str = "1.2.3",
) -> Instance:
    return Instance(
        file=FileRef(f"/made/{uid}", 10_000, 140),
        sop_class_uid=sop_class,
        sop_instance_uid=uid,
        study_instance_uid="1.2",
        series_instance_uid=series,
        transfer_syntax_uid=EXPLICIT_LITTLE,
        modality=modality,
        identity=Identity(patient, "", f"Doe^{patient}", "19700101", "O", patient.encode(), b"Doe"),
        attributes={"FrameOfReferenceUID": "1.9", **(attributes or {})},
        pixels=pixels or pixel_format(),
        frames=tuple(frames) if frames is not None else (FrameFacts(at),),
    )


def stack_of(
    n: int,
    attributes: Mapping[str, Value] | None = None,
    *,
    first: Sequence[float] = (0.0, 0.0, 0.0),
    step: Sequence[float] = (0.0, 0.0, 2.0),
    name: str = "s",
    number: int = 1,
    modality: str = "CT",
) -> list[Instance]:
    """Return ``n`` slices; Instance Numbers rise with the step, from ``number`` on."""
    found = []
    for k in range(n):
        position = np.asarray(first) + k * np.asarray(step)
        own: dict[str, Value] = {"InstanceNumber": number + k, **(attributes or {})}
        found.append(instance(f"{name}.{k}", plane(vector(position)), own, modality=modality))
    return found


def study_of(instances: Sequence[Instance]) -> Study:
    (study,) = group_studies(instances)
    return study


def refs(instances: Sequence[Instance]) -> list[FrameRef]:
    return [FrameRef(one, frame) for one in instances for frame in range(one.n_frames)]
