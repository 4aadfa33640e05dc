"""Series are parted by what separates their images (R-082, R-083); made in memory."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest

from tests.unit.slices import (
    CORONAL,
    SAGITTAL,
    instance,
    pixel_format,
    plane,
    refs,
    stack_of,
    study_of,
)
from viewer.displays import open_study
from viewer.model.displayset import DisplaySet
from viewer.model.study import FileRef, FrameFacts, Instance, Value

Attributes = dict[str, Value]
GRADIENTS: list[Value] = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]


def display_sets(instances: list[Instance]) -> tuple[DisplaySet, ...]:
    opened = open_study(study_of(instances))
    assert not opened.unmatched
    return opened.display_sets


def z_of(display_set: DisplaySet) -> list[float]:
    planes = [ref.instance.facts(ref.frame).plane for ref in display_set.frames]
    return [one.position_lps[2] for one in planes if one is not None]


def phases(kinds: list[Attributes], n: int = 6, modality: str = "MR") -> list[Instance]:
    """Return one stack of ``n`` slices for each kind, all at the same positions, shuffled."""
    made = []
    for place, kind in enumerate(kinds):
        made += stack_of(n, kind, name=f"p{place}", number=1 + place * n, modality=modality)
    random.Random(0).shuffle(made)
    return made


MULTI_PHASE: dict[str, tuple[list[Attributes], list[str]]] = {
    "temporal position": (
        [{"TemporalPositionIdentifier": t} for t in (1, 2, 3)],
        ["phase 1 of 3", "phase 2 of 3", "phase 3 of 3"],
    ),
    "acquisition number": (
        [{"AcquisitionNumber": a} for a in (4, 9)],
        ["acquisition 4", "acquisition 9"],
    ),
    "acquisition time": (
        [{"AcquisitionTime": t} for t in ("101500", "101530", "101600")],
        ["phase 1 of 3", "phase 2 of 3", "phase 3 of 3"],
    ),
    "echo": (
        [{"EchoTime": 90.0, "EchoNumbers": 2}, {"EchoTime": 15.0, "EchoNumbers": 1}],
        ["echo 1 of 2, TE 15 ms", "echo 2 of 2, TE 90 ms"],
    ),
    "b-value": (
        [{"DiffusionBValue": b} for b in (0.0, 500.0, 1000.0)],
        ["b 0 s/mm²", "b 500 s/mm²", "b 1000 s/mm²"],
    ),
    "b-value and gradient": (
        [
            {"DiffusionBValue": 0.0},
            *[{"DiffusionBValue": 800.0, "DiffusionGradientOrientation": g} for g in GRADIENTS],
        ],
        ["b 0 s/mm²", *[f"b 800 s/mm², direction {k} of 3" for k in (1, 2, 3)]],
    ),
    "trigger time": (
        [{"TriggerTime": t} for t in (0.0, 40.0, 80.0)],
        ["phase 1 of 3", "phase 2 of 3", "phase 3 of 3"],
    ),
    "image type": (
        [{"ImageType": ("ORIGINAL", "PRIMARY", part, "FFE")} for part in ("M", "P", "R", "I")],
        ["imaginary, ffe", "magnitude, ffe", "phase, ffe", "real, ffe"],
    ),
    "kernel": (
        [{"ConvolutionKernel": kernel} for kernel in ("B30f", "B70f")],
        ["kernel B30f", "kernel B70f"],
    ),
    "inversion time": (
        [{"InversionTime": ti} for ti in (100.0, 400.0)],
        ["TI 100 ms", "TI 400 ms"],
    ),
    "echo and image type": (
        [
            {"EchoTime": te, "ImageType": ("ORIGINAL", "PRIMARY", part)}
            for te, part in itertools.product((10.0, 20.0), ("M", "P"))
        ],
        [
            f"{part}, echo {k} of 2, TE {10 * k} ms"
            for part, k in itertools.product(("magnitude", "phase"), (1, 2))
        ],
    ),
}


@pytest.mark.parametrize("name", MULTI_PHASE)
def test_repeated_positions_are_parted_by_what_explains_them(name: str) -> None:
    kinds, words = MULTI_PHASE[name]

    found = display_sets(phases(kinds))

    assert sorted(one.split for one in found) == sorted(words)
    for one in found:
        assert one.n_frames == 6
        assert len(set(z_of(one))) == 6
        assert one.geometry is not None
        assert one.warnings == ()
        assert one.split in one.title
        shared = [
            {repr(ref.instance.attributes.get(key)) for ref in one.frames} for key in kinds[0]
        ]
        assert all(len(values) == 1 for values in shared)
    assert len({one.id for one in found}) == len(found)


def test_trigger_times_that_differ_from_slice_to_slice_still_give_phases() -> None:
    made = []
    for place in range(4):
        for k, one in enumerate(stack_of(5, name=f"t{place}", number=1 + place * 5)):
            own = {**one.attributes, "TriggerTime": place * 100.0 + k * 7.0}
            made.append(replace(one, attributes=own))

    found = display_sets(made)

    assert [one.split for one in found] == [f"phase {k} of 4" for k in (1, 2, 3, 4)]
    assert all(one.geometry is not None for one in found)


def test_two_gradient_volumes_repeated_over_time_are_parted_by_both() -> None:
    kinds: list[Attributes] = [
        {"DiffusionBValue": b, "AcquisitionTime": time}
        for b, time in (
            (0.0, "100000"),
            (1000.0, "100100"),
            (0.0, "100200"),
            (1000.0, "100300"),
            (1000.0, "100400"),
        )
    ]

    found = display_sets(phases(kinds))

    assert len(found) == 5
    assert all(one.geometry is not None for one in found)


@pytest.mark.parametrize("keyword", ["AcquisitionTime", "ContentTime", "AcquisitionNumber"])
def test_ordinary_stack_whose_times_differ_stays_one(keyword: str) -> None:
    made = [
        replace(one, attributes={**one.attributes, keyword: 101500 + k})
        for k, one in enumerate(stack_of(30))
    ]

    (found,) = display_sets(made)

    assert found.n_frames == 30
    assert found.geometry is not None
    assert found.split == ""


def test_true_duplicates_are_told_and_form_no_volume() -> None:
    made = stack_of(6) + [
        replace(one, sop_instance_uid=f"{one.sop_instance_uid}.copy") for one in stack_of(6)
    ]

    (found,) = display_sets(made)

    assert found.geometry is None
    assert "Duplicate positions" in found.warnings[0]
    assert z_of(found) == [0, 2, 4, 6, 8, 10] * 2  # pass by pass, not interleaved


def test_one_duplicated_slice_is_told() -> None:
    made = stack_of(6)
    made.append(replace(made[2], sop_instance_uid="copy"))

    (found,) = display_sets(made)

    assert found.geometry is None
    assert "Duplicate positions" in found.warnings[0]


def one_position(kinds: list[Attributes]) -> list[Instance]:
    return [
        instance(f"e{place}", plane((0, 0, 5)), {"InstanceNumber": 9 - place, **kind})
        for place, kind in enumerate(kinds)
    ]


def test_moments_at_one_position_are_one_set_in_the_order_of_time() -> None:
    found = display_sets(one_position([{"TriggerTime": 40.0 * t} for t in (2, 0, 1)]))

    assert [one.n_frames for one in found] == [3]
    assert [ref.instance.sop_instance_uid for ref in found[0].frames] == ["e1", "e2", "e0"]
    assert found[0].geometry is None
    assert "in the order of trigger time" in found[0].warnings[0]


@pytest.mark.parametrize(("n", "n_sets"), [(2, 2), (7, 7), (8, 1), (16, 1)])
def test_few_contrasts_at_one_position_are_parted_and_many_scrolled(n: int, n_sets: int) -> None:
    found = display_sets(one_position([{"EchoTime": 10.0 * (k + 1)} for k in range(n)]))

    assert len(found) == n_sets
    assert sum(one.n_frames for one in found) == n


def test_orientations_are_parted_and_named() -> None:
    made = [
        instance(f"{name}{k}", plane((k, k, k), axes), {"InstanceNumber": number + k})
        for number, (name, axes) in enumerate(
            (("a", ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))), ("c", CORONAL), ("s", SAGITTAL))
        )
        for k in range(3)
    ]

    found = display_sets(made)

    assert [one.split for one in found] == ["axial", "coronal", "sagittal"]
    assert [one.n_frames for one in found] == [3, 3, 3]


def test_localiser_is_parted_from_the_slices_it_shows() -> None:
    slices = stack_of(5, {"ImageType": ("ORIGINAL", "PRIMARY", "AXIAL")}, number=3)
    scouts = [
        instance(
            f"scout{k}",
            plane((0, -300, 5), SAGITTAL),
            {"ImageType": ("ORIGINAL", "PRIMARY", "LOCALIZER"), "InstanceNumber": k + 1},
        )
        for k in range(2)
    ]

    localiser, stack = display_sets(slices + scouts)

    assert "localiser" in localiser.split
    assert localiser.geometry is None
    assert "Localiser" in localiser.notes[0]
    assert localiser.warnings == ()
    assert stack.geometry is not None


def test_frames_of_reference_are_never_mixed() -> None:
    made = stack_of(4, {"FrameOfReferenceUID": "1.1"}, name="a") + stack_of(
        4, {"FrameOfReferenceUID": "1.2"}, name="b", first=(0, 0, 8), number=5
    )

    found = display_sets(made)

    assert [one.n_frames for one in found] == [4, 4]
    assert found[0].split == "frame of reference 1 of 2"


def test_frame_of_reference_of_its_own_in_each_image_means_nothing() -> None:
    made = [
        replace(one, attributes={**one.attributes, "FrameOfReferenceUID": f"1.{k}"})
        for k, one in enumerate(stack_of(8))
    ]

    (found,) = display_sets(made)

    assert found.geometry is not None


def test_matrix_and_colour_part_images() -> None:
    made = [
        instance("1", None, {"InstanceNumber": 1}),
        instance("2", None, {"InstanceNumber": 2}, pixels=pixel_format(columns=64)),
        instance("3", None, {"InstanceNumber": 3}, pixels=pixel_format(photometric="RGB")),
    ]

    found = display_sets(made)

    assert [one.split for one in found] == ["30 × 20, grey", "64 × 20", "30 × 20, colour"]


def test_projections_stand_alone() -> None:
    made = [
        instance(str(k), None, {"InstanceNumber": k}, modality="MG", sop_class=sop)
        for k in range(4)
        for sop in ["1.2.840.10008.5.1.4.1.1.1.2"]
    ]

    assert [one.n_frames for one in display_sets(made)] == [1, 1, 1, 1]


def test_images_without_positions_follow_their_numbers_and_say_so() -> None:
    made = [instance(f"n{k}", None, {"InstanceNumber": k}) for k in (3, 1, 2)]

    (found,) = display_sets(made)

    assert [ref.instance.number("InstanceNumber") for ref in found.frames] == [1, 2, 3]
    assert not found.spatially_ordered
    assert "Not ordered by position" in found.warnings[0]


def test_slice_location_and_numbers_do_not_decide_the_order() -> None:
    made = []
    for k, number in enumerate((5, 2, 9, 1, 4, 8)):
        own: Attributes = {"InstanceNumber": number, "SliceLocation": -3.0 * number}
        made.append(instance(f"i{k}", plane((0, 0, 2.5 * k)), own))

    (found,) = display_sets(made)

    assert z_of(found) in ([0, 2.5, 5, 7.5, 10, 12.5], [12.5, 10, 7.5, 5, 2.5, 0])
    assert found.spatially_ordered


def test_frames_of_an_enhanced_object_are_ordered_by_place_not_by_storage() -> None:
    order = [3, 0, 4, 1, 2]
    frames = [FrameFacts(plane((0, 0, 2.0 * k)), {"InStackPositionNumber": k + 1}) for k in order]
    made = instance(
        "e",
        None,
        sop_class="1.2.840.10008.5.1.4.1.1.4.1",
        modality="MR",
        pixels=pixel_format(n_frames=5),
        frames=frames,
    )

    (found,) = display_sets([made])

    assert found.kind == "enhanced"
    assert [ref.frame for ref in found.frames] == [order.index(k) for k in range(5)]
    assert found.geometry is not None


def test_dimensions_explain_what_no_other_attribute_does() -> None:
    frames = [
        FrameFacts(plane((0, 0, 2.0 * k)), {"DimensionIndexValues": (1, k + 1, part)})
        for part in (1, 2)
        for k in range(4)
    ]
    made = instance(
        "e",
        None,
        sop_class="1.2.840.10008.5.1.4.1.1.4.1",
        modality="MR",
        pixels=pixel_format(n_frames=8),
        frames=frames,
    )

    found = display_sets([made])

    assert [one.split for one in found] == ["part 1 of 2", "part 2 of 2"]
    assert all(one.geometry is not None for one in found)


def test_same_object_twice_is_listed_not_shown_twice() -> None:
    made = stack_of(3)
    copied = replace(made[1], file=FileRef("/made/copy", 10_000, 140))
    opened = open_study(study_of([*made, copied]))

    assert [one.n_frames for one in opened.display_sets] == [3]
    assert [left.instance.sop_instance_uid for left in opened.unmatched] == ["s.1"]
    assert "same SOP Instance UID and header" in opened.unmatched[0].reason


def test_other_content_under_one_uid_is_listed_as_such() -> None:
    made = stack_of(3)
    changed = replace(made[1], attributes={**made[1].attributes, "KVP": 80.0})
    opened = open_study(study_of([*made, changed]))

    assert [one.n_frames for one in opened.display_sets] == [3]
    assert "another object with the same SOP Instance UID" in opened.unmatched[0].reason


def test_ids_do_not_depend_on_the_order_in_which_files_are_met() -> None:
    made = phases([{"EchoTime": 10.0}, {"EchoTime": 20.0}])

    first = [one.id for one in display_sets(made)]
    again = [one.id for one in display_sets(made[::-1])]

    assert first == again


def test_every_frame_is_in_exactly_one_display_set() -> None:
    made = phases([{"EchoTime": 10.0}, {"EchoTime": 20.0}]) + stack_of(
        3, {"ImageType": ("DERIVED", "SECONDARY", "MPR")}, name="m", number=100
    )

    found = display_sets(made)

    shown = sorted(ref.instance.sop_instance_uid for one in found for ref in one.frames)
    assert shown == sorted(ref.instance.sop_instance_uid for ref in refs(made))
