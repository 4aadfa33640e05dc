"""Part the frames of one series into what is read together (R-082, R-083).

``RULES`` is an ordered table; the first rule that matches a frame says which keys separate it
from the others. Frames that still share a position afterwards are parted by what explains that,
never interleaved.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from viewer.base.text import N_
from viewer.displays._explain import (
    MOST_PARTS_AT_ONE_POSITION,
    Explanation,
    explain,
    repeats,
)
from viewer.displays._keys import (
    FLAVOUR,
    FRAME_OF_REFERENCE,
    PIXEL_SPACING,
    SAME_KIND,
    STACK_ID,
    VIEW,
    SplitKey,
    is_localizer,
    sort_token,
)
from viewer.model.displayset import FrameRef
from viewer.model.geometry import normal_lps
from viewer.model.spacing import PROJECTION_MODALITIES
from viewer.model.stacking import distances_mm, group_orientations, group_positions, is_sound
from viewer.model.study import ImagePlane

NAMING_ORDER = (
    "class",
    "image-type",
    "view",
    "stack",
    "matrix",
    "colour",
    "pixel-spacing",
    "frame-of-reference",
)
"""Which key names a part first; the orientation comes after the image type."""

FEWEST_FOR_MEANINGLESS = 3
"""From so many images on, a Frame of Reference UID of its own in each says nothing."""

PLAIN = "plain"

_WITHOUT_POSITION = N_("without position")
_VIEWS = ("sagittal", "coronal", "axial")
_OBLIQUE_BELOW = 0.98


@dataclass(frozen=True, slots=True)
class SplitRule:
    """How a kind of frames is parted.

    Attributes
    ----------
    each_alone
        Every frame is a part of its own.
    by_orientation
        Frames of different orientation are parted.
    explain
        Repeated positions are parted by what explains them.
    """

    id: str
    matches: Callable[[FrameRef], bool]
    keys: tuple[SplitKey, ...]
    each_alone: bool = False
    by_orientation: bool = False
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Frames that belong together, not yet in reading order.

    Attributes
    ----------
    rule
        Id of the rule that took them.
    key
        What identifies the part within its series, as text, for the display set's id.
    words
        What separates it from the other parts, in words; empty when nothing does.
    sequence
        Frames at one position in an order that the headers explain; empty where positions order.
    ordered_by
        Name of what gives ``sequence``.
    duplicates
        True when frames share positions and nothing explains it.
    """

    frames: tuple[FrameRef, ...]
    rule: str
    key: str = ""
    words: str = ""
    sequence: tuple[FrameRef, ...] = ()
    ordered_by: str = ""
    duplicates: bool = False


@dataclass(slots=True)
class _Group:
    frames: list[FrameRef]
    rule: SplitRule
    values: tuple[Hashable | None, ...]
    words: list[str] = field(default_factory=list)


def plane_of(ref: FrameRef) -> ImagePlane | None:
    """Return where a frame lies; None without a sound plane."""
    plane = ref.instance.facts(ref.frame).plane
    return plane if plane is not None and is_sound(plane) else None


def has_plane(ref: FrameRef) -> bool:
    """Tell whether a frame has a sound plane."""
    return plane_of(ref) is not None


def is_projection(ref: FrameRef) -> bool:
    """Tell whether a single-frame image is a projection that is read by itself."""
    modality = ref.instance.modality
    return modality in PROJECTION_MODALITIES - {"XA", "RF"} and not has_plane(ref)


def is_topogram(ref: FrameRef) -> bool:
    """Tell whether a frame is a CT localiser: a projection that has a plane."""
    return ref.instance.modality == "CT" and is_localizer(ref)


RULES: tuple[SplitRule, ...] = (
    SplitRule("projection", is_projection, (*SAME_KIND, FLAVOUR, VIEW), each_alone=True),
    SplitRule(
        "localiser",
        is_topogram,
        (*SAME_KIND, FRAME_OF_REFERENCE, FLAVOUR),
        by_orientation=True,
    ),
    SplitRule(
        "positions",
        has_plane,
        (*SAME_KIND, FRAME_OF_REFERENCE, STACK_ID, PIXEL_SPACING, FLAVOUR),
        by_orientation=True,
        explain=True,
    ),
    SplitRule(PLAIN, lambda _: True, SAME_KIND),
)
"""First match wins."""


def split_frames(
    frames: Sequence[FrameRef], rules: Sequence[SplitRule] = RULES
) -> tuple[Part, ...]:
    """Return the parts of one series' frames, in the order in which they should be offered.

    The order in which frames are met does not count.
    """
    always = sorted(frames, key=lambda ref: (ref.instance.sop_instance_uid, ref.frame))
    groups: list[_Group] = []
    for rule, members in _matched(always, rules):
        groups += (
            _orientations(_grouped(members, rule))
            if rule.by_orientation
            else _grouped(members, rule)
        )
    _name_groups(groups)
    groups.sort(key=_first_number)
    parts: list[Part] = []
    for group in groups:
        parts += _parts(group)
    return _with_unique_keys(parts)


def _matched(
    frames: Sequence[FrameRef], rules: Sequence[SplitRule]
) -> Iterable[tuple[SplitRule, list[FrameRef]]]:
    taken: dict[str, list[FrameRef]] = {}
    for ref in frames:
        rule = next(rule for rule in rules if rule.matches(ref))
        taken.setdefault(rule.id, []).append(ref)
    return [(rule, taken[rule.id]) for rule in rules if rule.id in taken]


def _grouped(frames: Sequence[FrameRef], rule: SplitRule) -> list[_Group]:
    groups: dict[tuple[Hashable | None, ...], _Group] = {}
    pointless = _meaningless_reference(frames) and FRAME_OF_REFERENCE in rule.keys
    for number, ref in enumerate(frames):
        values: tuple[Hashable | None, ...] = tuple(
            None if pointless and key is FRAME_OF_REFERENCE else key.value(ref) for key in rule.keys
        )
        label = (*values, number) if rule.each_alone else values
        groups.setdefault(label, _Group([], rule, values)).frames.append(ref)
    return list(groups.values())


def _meaningless_reference(frames: Sequence[FrameRef]) -> bool:
    """Tell whether every image names a frame of reference of its own, as some anonymisers do."""
    found = {FRAME_OF_REFERENCE.value(ref) for ref in frames}
    return len(frames) >= FEWEST_FOR_MEANINGLESS and len(found) == len(frames)


def _orientations(groups: Iterable[_Group]) -> list[_Group]:
    parted: list[_Group] = []
    for group in groups:
        planes = [plane for plane in map(plane_of, group.frames) if plane is not None]
        if len(planes) < len(group.frames):
            parted.append(group)
            continue
        by_label: dict[int, _Group] = {}
        for label, plane, ref in zip(group_orientations(planes), planes, group.frames, strict=True):
            values = (*group.values, _orientation_text(plane))
            by_label.setdefault(label, _Group([], group.rule, values)).frames.append(ref)
        parted += by_label.values()
    return parted


def _orientation_text(plane: ImagePlane) -> str:
    return " ".join(f"{value:.2f}" for value in (*plane.row_lps, *plane.column_lps))


def view_name(plane: ImagePlane) -> str:
    """Return 'axial', 'sagittal', 'coronal', or 'oblique' with the nearest of them."""
    normal = [abs(float(value)) for value in normal_lps(plane)]
    axis = normal.index(max(normal))
    return _VIEWS[axis] if normal[axis] >= _OBLIQUE_BELOW else f"{_VIEWS[axis]} oblique"


def _name_groups(groups: Sequence[_Group]) -> None:
    """Say what separates the groups; a key that separates nothing further is not named."""
    keys: dict[str, SplitKey] = {}
    for group in groups:
        keys |= {key.id: key for key in group.rule.keys}
    for key in sorted(keys.values(), key=lambda key: NAMING_ORDER.index(key.id)):
        found = {id(group): _value(group, key) for group in groups if key in group.rule.keys}
        values = sorted(set(found.values()), key=sort_token)
        if len(values) > 1:
            words = {name: key.label(value, values) for name, value in found.items()}
            _add_words(groups, words)
        if key.id == "image-type":
            _add_words(groups, {id(group): _view(group) for group in groups})
    _number_alike(groups)


def _number_alike(groups: Sequence[_Group]) -> None:
    """Count groups that no words tell apart: '2 of 3'."""
    alike: dict[tuple[str, ...], list[_Group]] = {}
    for group in sorted(groups, key=_first_number):
        alike.setdefault(tuple(group.words), []).append(group)
    for members in alike.values():
        for place, group in enumerate(members):
            if len(members) > 1:
                group.words.append(f"{place + 1} of {len(members)}")


def _add_words(groups: Sequence[_Group], words: dict[int, str]) -> None:
    """Give groups a further word when it tells apart some that had the same words so far."""
    told: dict[tuple[str, ...], set[str]] = {}
    for group in groups:
        told.setdefault(tuple(group.words), set()).add(words.get(id(group), ""))
    for group in groups:
        if id(group) in words and len(told[tuple(group.words)]) > 1:
            group.words.append(words[id(group)])


def _value(group: _Group, key: SplitKey) -> Hashable | None:
    return group.values[group.rule.keys.index(key)]


def _view(group: _Group) -> str:
    plane = plane_of(group.frames[0]) if group.rule.by_orientation else None
    if plane is not None:
        return view_name(plane)
    return _WITHOUT_POSITION if group.rule.id == PLAIN else ""


def _first_number(group: _Group) -> tuple[float, str]:
    numbers = [number for ref in group.frames if (number := number_of(ref)) is not None]
    first = min(ref.instance.sop_instance_uid for ref in group.frames)
    return (min(numbers, default=float("inf")), first)


def number_of(ref: FrameRef) -> float | None:
    """Return Instance Number."""
    return ref.instance.number("InstanceNumber")


def _parts(group: _Group) -> list[Part]:
    words = ", ".join(dict.fromkeys(word for word in group.words if word))
    key = "|".join((group.rule.id, *(repr(value) for value in group.values)))
    if group.rule.each_alone:
        key += "|" + group.frames[0].instance.sop_instance_uid
    whole = Part(tuple(group.frames), group.rule.id, key, words)
    planes = [plane for plane in map(plane_of, group.frames) if plane is not None]
    if not group.rule.explain or len(planes) < len(group.frames):
        return [whole]
    labels = group_positions(distances_mm(planes))
    if not repeats(labels):
        return [whole]
    found = explain(group.frames, labels)
    if found is None:
        return [replace(whole, duplicates=True)]
    if len(set(labels)) == 1 and (
        found.is_time or len(set(found.values)) > MOST_PARTS_AT_ONE_POSITION
    ):
        return [_sequence(whole, found)]
    return _explained(whole, found)


def _sequence(whole: Part, found: Explanation) -> Part:
    """Return a part whose frames, all at one position, follow each other by the explanation."""
    pairs = sorted(
        zip(found.values, whole.frames, strict=True),
        key=lambda pair: [sort_token(value) for value in pair[0]],
    )
    return replace(whole, sequence=tuple(ref for _, ref in pairs), ordered_by=found.title)


def _explained(whole: Part, found: Explanation) -> list[Part]:
    members: dict[tuple[Hashable | None, ...], list[FrameRef]] = {}
    for values, ref in zip(found.values, whole.frames, strict=True):
        members.setdefault(values, []).append(ref)
    columns = [
        sorted({values[place] for values in members}, key=sort_token)
        for place in range(len(found.keys))
    ]
    ordered = sorted(members, key=lambda values: [sort_token(value) for value in values])
    parts = []
    for values in ordered:
        words = [whole.words] if whole.words else []
        for key, value, column in zip(found.keys, values, columns, strict=True):
            if len(column) > 1:
                words.append(key.label(value, column))
        ids = [f"{key.id}={value!r}" for key, value in zip(found.keys, values, strict=True)]
        parts.append(
            replace(
                whole,
                frames=tuple(members[values]),
                key="|".join((whole.key, *ids)),
                words=", ".join(words),
            )
        )
    return parts


def _with_unique_keys(parts: Sequence[Part]) -> tuple[Part, ...]:
    seen: dict[str, int] = {}
    unique = []
    for part in parts:
        count = seen[part.key] = seen.get(part.key, 0) + 1
        unique.append(part if count == 1 else replace(part, key=f"{part.key}|{count}"))
    return tuple(unique)
