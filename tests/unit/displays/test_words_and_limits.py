"""What display sets are called, and how claims of hostile headers are bounded."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest

from tests.unit.slices import (
    AXIAL,
    ENHANCED_MR,
    instance,
    pixel_format,
    plane,
    stack_of,
    study_of,
)
from viewer.displays import displayers, open_study
from viewer.displays._spec import takes
from viewer.model.displayset import DisplaySet
from viewer.model.study import FileRef, FrameFacts, Instance, PixelFormat

MAMMOGRAM = "1.2.840.10008.5.1.4.1.1.1.2"
CINE = "1.2.840.10008.5.1.4.1.1.3.1"
KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
PRIVATE = "1.2.3.4.5"


def sets_of(instances: list[Instance]) -> tuple[DisplaySet, ...]:
    return open_study(study_of(instances)).display_sets


def test_mammograms_are_called_by_side_and_view() -> None:
    made = [
        instance(
            f"{side}{view}",
            None,
            {"InstanceNumber": k, "ImageLaterality": side, "ViewPosition": view},
            modality="MG",
            sop_class=MAMMOGRAM,
        )
        for k, (side, view) in enumerate((("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")))
    ]

    assert [one.split for one in sets_of(made)] == ["R CC", "L CC", "R MLO", "L MLO"]


def test_sets_that_nothing_tells_apart_are_counted() -> None:
    made = [instance(f"d{k}", None, {"InstanceNumber": k}, modality="DX") for k in range(3)]

    assert [one.split for one in sets_of(made)] == ["1 of 3", "2 of 3", "3 of 3"]


def test_slice_without_position_is_apart_and_called_so() -> None:
    made = [*stack_of(5), instance("lost", None, {"InstanceNumber": 9})]

    found = sets_of(made)

    assert [one.n_frames for one in found] == [5, 1]
    assert found[1].split == "without position"
    assert found[0].geometry is not None


def test_title_falls_back_to_what_the_object_is() -> None:
    described = instance("1", None, {"SeriesDescription": "Abdomen"})
    bare = instance("2", None, series="1.2.4")
    unknown = instance("3", None, series="1.2.5", sop_class=PRIVATE)

    titles = [one.title for one in sets_of([described, bare, unknown])]

    assert titles == ["Abdomen", "CT", "CT"]


def test_series_without_anything_to_split_has_no_words() -> None:
    (found,) = sets_of(stack_of(4))

    assert found.split == ""
    assert "·" not in found.title


def test_every_loop_of_a_series_is_a_set_of_its_own() -> None:
    made = [
        instance(f"u{n}", None, {"InstanceNumber": n}, sop_class=CINE, pixels=cine(4), frames=[])
        for n in (12, 3)
    ]

    found = sets_of(made)

    assert [(one.kind, one.split, one.n_frames) for one in found] == [
        ("multiframe", "#3", 4),
        ("multiframe", "#12", 4),
    ]


def cine(n_frames: int) -> PixelFormat:
    return pixel_format(rows=4, columns=4, n_frames=n_frames)


@pytest.mark.parametrize(
    ("pixels", "shown"),
    [
        (replace(cine(2_000_000_000), length=32 * 5), 5),
        (replace(cine(2_000_000_000), length=32 * 5 + 1), 6),
        (replace(cine(2_000_000_000), length=1 << 40), (10_000 - 1000 + 31) // 32),
        (replace(cine(2_000_000_000), length=-1), 10_000 // 8),
        (replace(cine(2_000_000_000), offset=-1), 1_000_000),
        (replace(cine(7), length=32 * 7), 7),
    ],
)
def test_announced_frames_are_bounded_by_the_bytes_of_the_file(
    pixels: PixelFormat, shown: int
) -> None:
    made = instance("m", None, sop_class=CINE, pixels=pixels, frames=[])

    (found,) = sets_of([made])

    assert found.n_frames == shown
    assert any("Incomplete" in text for text in found.warnings) == (shown != pixels.n_frames)


def test_hostile_claim_takes_little_memory() -> None:
    made = instance("m", None, sop_class=CINE, pixels=replace(cine(1 << 31), length=-1), frames=[])
    study = study_of([made])
    open_study(study)
    tracemalloc.start()

    open_study(study)

    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()


def test_ten_thousand_images_over_time_are_parted_in_good_order() -> None:
    made = []
    for phase in range(250):
        made += stack_of(
            40, {"TemporalPositionIdentifier": phase + 1}, name=f"t{phase}", number=phase * 40 + 1
        )

    found = sets_of(made)

    assert len(found) == 250
    assert all(one.n_frames == 40 and one.geometry is not None for one in found)
    assert found[9].split == "phase 10 of 250"


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (instance("1", plane((0, 0, 0))), "stack"),
        (instance("1", None, sop_class=PRIVATE), "stack"),
        (instance("1", None, sop_class=CINE, pixels=cine(3), frames=[]), "multiframe"),
        (instance("1", None, sop_class=KEY_OBJECTS), "unsupported"),
        (replace(instance("1", None), pixels=None), "unsupported"),
        (instance("1", None, pixels=pixel_format(rows=0)), "unsupported"),
        (
            replace(instance("1", None), transfer_syntax_uid="1.2.840.10008.1.2.4.102"),
            "unsupported",
        ),
        (replace(instance("1", None), transfer_syntax_uid="1.2.840.10008.1.2.4.94"), "unsupported"),
        (instance("1", None, sop_class="1.2.840.10008.5.1.4.1.1.66.4"), "segmentation"),
        (instance("1", None, sop_class="1.2.840.10008.5.1.4.1.1.77.1.6"), "tiled"),
        (
            instance(
                "1",
                None,
                sop_class=ENHANCED_MR,
                pixels=cine(2),
                frames=[FrameFacts(plane((0, 0, k), AXIAL)) for k in range(2)],
            ),
            "enhanced",
        ),
    ],
)
def test_each_object_has_its_displayer(made: Instance, kind: str) -> None:
    (found,) = sets_of([made])

    assert found.kind == kind
    assert found.displayer in {spec.id for spec in displayers()}
    assert bool(found.message) == (kind == "unsupported")


def test_tile_says_what_the_object_is_and_when_it_was_made() -> None:
    video = replace(instance("1", None), transfer_syntax_uid="1.2.840.10008.1.2.4.102")
    notes = instance("2", None, {"ContentDate": "20240305"}, sop_class=KEY_OBJECTS, series="1.2.4")

    film, keys = sets_of([video, notes])

    assert film.message.splitlines() == ["CT Image", "A video (MPEG-4 AVC high profile)."]
    assert keys.message.splitlines()[0] == "Key Object Selection Document"
    assert keys.message.splitlines()[-1] == "2024-03-05"


def test_displayers_are_asked_by_priority_and_the_last_takes_everything() -> None:
    specs = displayers()

    assert [spec.priority for spec in specs] == sorted((s.priority for s in specs), reverse=True)
    assert takes(specs[-1], replace(instance("1", None, sop_class=PRIVATE), pixels=None))
    assert specs[-1].pane == "tile"


def test_file_size_is_what_counts_not_the_tag() -> None:
    made = replace(
        instance("m", None, sop_class=CINE, pixels=cine(100), frames=[]),
        file=FileRef("/made/m", 1000 + 32 * 10, 140),
    )

    (found,) = sets_of([made])

    assert found.n_frames == 10
    assert "10 of 100" in found.warnings[0]
