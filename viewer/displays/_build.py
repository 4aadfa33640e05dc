"""Make a display set of a part: reading order, geometry, words and a stable id (R-082 to R-085)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from viewer.base.text import N_
from viewer.displays._keys import class_label, sort_token
from viewer.displays._split import Part, has_plane, number_of, plane_of
from viewer.model.displayset import DisplaySet, FrameRef
from viewer.model.ids import transfer_syntax
from viewer.model.sop_classes import UNKNOWN, sop_class
from viewer.model.stacking import (
    Grid,
    distances_mm,
    fit_grid,
    group_positions,
    reading_sign,
)
from viewer.model.study import Instance, Series

NO_POSITIONS = "Not ordered by position: the images have none; Instance Number gives the order."
DUPLICATES = (
    "Duplicate positions that nothing in the headers explains: in the order of Instance Number, "
    "no volume."
)
LOCALISER = "Localiser: projections, not slices; no volume."

NO_GRID = Grid()

MOST_FRAMES = 1_000_000
"""An object that announces more is taken to have so many."""

_FRAGMENT_HEADER_BYTES = 8
_ID_LENGTH = 16


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Frames in reading order with what their positions form."""

    frames: tuple[FrameRef, ...]
    grid: Grid = NO_GRID
    spatially_ordered: bool = False
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def has_frames(instance: Instance) -> bool:
    """Tell whether an instance holds frames that a still-image decoder may be given."""
    pixels = instance.pixels
    if pixels is None or pixels.rows < 1 or pixels.columns < 1 or pixels.n_frames < 1:
        return False
    syntax = transfer_syntax(instance.transfer_syntax_uid)
    return syntax is None or syntax.coding not in ("video", "referenced")


def is_kind(instance: Instance, *kinds: str) -> bool:
    """Tell whether the SOP class is of one of these kinds; unlisted classes count as any."""
    return sop_class(instance.sop_class_uid).kind in (*kinds, UNKNOWN)


def n_held(instance: Instance) -> int:
    """Return how many of the announced frames the file can hold at all.

    What a header claims is bounded by the bytes that are there, before anything is made for it
    (R-001). Fragments take eight bytes each; the last native frame may be cut off.
    """
    pixels = instance.pixels
    if pixels is None:
        return 0
    if pixels.encapsulated:
        bound = instance.file.size // _FRAGMENT_HEADER_BYTES
    elif pixels.offset < 0:
        bound = MOST_FRAMES
    else:
        bits = pixels.rows * pixels.columns * pixels.samples * pixels.bits_allocated
        bits = bits * 2 // 3 if pixels.photometric.endswith("422") else bits
        held = 8 * max(0, min(pixels.length, instance.file.size - pixels.offset))
        bound = -(-held // max(1, bits))
    return min(pixels.n_frames, max(1, bound), MOST_FRAMES)


def frames_of(instances: Iterable[Instance]) -> tuple[FrameRef, ...]:
    """Return all frames of instances, instance by instance, in stored order."""
    return tuple(
        FrameRef(instance, frame) for instance in instances for frame in range(n_held(instance))
    )


def each_instance(instances: Sequence[Instance], rule: str) -> tuple[Part, ...]:
    """Return one part for each instance, its frames in stored order, by Instance Number."""
    ordered = sorted(
        instances,
        key=lambda one: (sort_token(one.number("InstanceNumber")), one.sop_instance_uid),
    )
    return tuple(
        Part(
            frames=frames_of([instance]),
            rule=rule,
            key=instance.sop_instance_uid,
            words=instance_word(instance) if len(ordered) > 1 else "",
        )
        for instance in ordered
    )


def instance_word(instance: Instance) -> str:
    """Return '#12', the Instance Number; empty without one."""
    number = instance.number("InstanceNumber")
    return "" if number is None else f"#{number:.0f}"


def stack_part(part: Part) -> Stack:
    """Order a part's frames by position, or say why that cannot be."""
    if part.sequence:
        note = (
            f"{len(part.sequence)} images at one position, in the order of {part.ordered_by}: "
            "no volume."
        )
        return Stack(part.sequence, spatially_ordered=False, warnings=(note,))
    if len(part.frames) == 1 and not has_plane(part.frames[0]):
        return Stack(part.frames)
    if not all(has_plane(ref) for ref in part.frames):
        return Stack(in_number_order(part.frames), warnings=(NO_POSITIONS,))
    if part.rule == "localiser":
        return Stack(in_number_order(part.frames), notes=(LOCALISER,))
    if part.duplicates:
        return Stack(_passes(part.frames), warnings=(DUPLICATES,))
    return _spatial(part.frames)


def _spatial(frames: Sequence[FrameRef]) -> Stack:
    planes = [plane for plane in map(plane_of, frames) if plane is not None]
    distances = distances_mm(planes)
    sign = reading_sign(distances, stack_numbers(frames), planes[0])
    order = sorted(
        range(len(frames)), key=lambda i: (sign * float(distances[i]), _tie_break(frames[i]))
    )
    ordered = tuple(frames[i] for i in order)
    grid = fit_grid([planes[i] for i in order], _shape(ordered[0]), _single_step(ordered[0]))
    return Stack(ordered, grid, spatially_ordered=True, warnings=grid.warnings)


def stack_numbers(frames: Sequence[FrameRef]) -> list[float | None]:
    """Return what numbers the slices: In-Stack Position, place in the object, Instance Number."""
    in_stack = [ref.instance.number("InStackPositionNumber", ref.frame) for ref in frames]
    if len(set(in_stack)) > 1:
        return in_stack
    if any(ref.instance.n_frames > 1 for ref in frames):
        return [float(ref.frame) for ref in frames]
    return [number_of(ref) for ref in frames]


def in_number_order(frames: Sequence[FrameRef]) -> tuple[FrameRef, ...]:
    """Return frames by Instance Number, then acquisition time, then UID and frame."""
    return tuple(sorted(frames, key=_tie_break))


def _tie_break(ref: FrameRef) -> tuple[object, ...]:
    instance = ref.instance
    return (
        sort_token(number_of(ref)),
        instance.text("AcquisitionDateTime", ref.frame),
        instance.text("AcquisitionDate", ref.frame),
        instance.text("AcquisitionTime", ref.frame),
        instance.sop_instance_uid,
        ref.frame,
    )


def _passes(frames: Sequence[FrameRef]) -> tuple[FrameRef, ...]:
    """Return frames with repeated positions pass by pass, so that passes are not interleaved.

    The n-th frame at each position, counted in the order of Instance Number, is in the n-th pass.
    """
    numbered = in_number_order(frames)
    planes = [plane for plane in map(plane_of, numbered) if plane is not None]
    distances = distances_mm(planes)
    labels = group_positions(distances)
    counts: dict[int, int] = {}
    turns = []
    for label in labels:
        counts[label] = counts.get(label, -1) + 1
        turns.append(counts[label])
    first = [index for index, turn in enumerate(turns) if turn == 0]
    numbers = [number_of(numbered[index]) for index in first]
    sign = reading_sign(distances[first], numbers, planes[0])
    order = sorted(range(len(numbered)), key=lambda i: (turns[i], sign * float(distances[i])))
    return tuple(numbered[index] for index in order)


def _shape(ref: FrameRef) -> tuple[int, int]:
    pixels = ref.instance.pixels
    return (pixels.rows, pixels.columns) if pixels else (0, 0)


def _single_step(ref: FrameRef) -> float | None:
    """Return the slice distance of a slice that is alone: between slices, else its thickness."""
    spacing = ref.instance.number("SpacingBetweenSlices", ref.frame)
    plane = plane_of(ref)
    return spacing or (plane.thickness_mm if plane else None)


def display_set(
    series: Series,
    part: Part,
    stack: Stack,
    kind: str,
    displayer: str,
) -> DisplaySet:
    """Put a display set together."""
    first = stack.frames[0].instance
    return DisplaySet(
        id=display_set_id(series, displayer, part, first),
        kind=kind,
        displayer=displayer,
        study_instance_uid=series.study_instance_uid,
        series_instance_uid=series.series_instance_uid,
        modality=first.modality or series.modality,
        title=title_of(series, part.words, first),
        frames=stack.frames,
        series_number=series.number,
        split=part.words,
        geometry=stack.grid.geometry,
        spatially_ordered=stack.spatially_ordered,
        warnings=(*stack.warnings, *_incomplete(stack.frames)),
        gaps=stack.grid.gaps,
        notes=stack.notes,
    )


def _incomplete(frames: Sequence[FrameRef]) -> tuple[str, ...]:
    """Return a sentence when files hold fewer frames than they announce (R-073)."""
    found = {ref.instance.sop_instance_uid: ref.instance for ref in frames}
    cut = [one for one in found.values() if n_held(one) < one.n_frames]
    if not cut:
        return ()
    held, announced = sum(map(n_held, cut)), sum(one.n_frames for one in cut)
    return (f"Incomplete: {held:,} of {announced:,} announced images are in the file.",)


def display_set_id(series: Series, displayer: str, part: Part, first: Instance) -> str:
    """Return a short text that the same files give in every process; free of header values."""
    identity = first.identity
    parts = (
        series.study_instance_uid,
        series.series_instance_uid,
        displayer,
        part.key,
        identity.raw_patient_id.hex(),
        identity.raw_name.hex(),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_ID_LENGTH]


def title_of(series: Series, words: str, first: Instance) -> str:
    """Return the series description, else what the object is, with what sets the part apart."""
    name = series.description.strip()
    if not name and sop_class(first.sop_class_uid).kind != UNKNOWN:
        name = class_label(first.sop_class_uid, ())
    name = name or first.modality or N_("Series without a description")
    return f"{name} · {words}" if words else name
