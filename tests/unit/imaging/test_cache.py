"""Frames in memory never pass the budget, and what is shown stays."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.imaging.frames import grey_frame
from tests.unit.slices import COLUMNS, ROWS, instance, pixel_format, stack_of, study_of
from viewer.displays import open_study
from viewer.imaging.cache import FrameCache, frame_nbytes, uniform_format
from viewer.imaging.prefetch import Position
from viewer.model.displayset import DisplaySet
from viewer.model.frame import Frame, OverlayPlane

FRAME_BYTES = ROWS * COLUMNS * 2


def stack(n: int, name: str = "s") -> DisplaySet:
    made = [replace(one, series_instance_uid=f"1.{name}") for one in stack_of(n, name=name)]
    (found,) = open_study(study_of(made)).display_sets
    return found


def cine(n: int) -> DisplaySet:
    """Return colour frames, which never share an array."""
    pixels = pixel_format(n_frames=n, photometric="RGB")
    made = instance("c", None, sop_class="1.2.840.10008.5.1.4.1.1.3.1", pixels=pixels, frames=[])
    (found,) = open_study(study_of([made])).display_sets
    return found


def frame_of(value: int) -> Frame:
    return grey_frame(np.full((ROWS, COLUMNS), value, np.int16))


def with_overlays(frame: Frame, n: int) -> Frame:
    """Return a frame with planes of a quarter of its own size."""
    bits = np.ones((ROWS, COLUMNS // 2), np.uint8)
    plane = OverlayPlane("graphics", "", 0, 0, COLUMNS * 4, bits)
    return replace(frame, overlays=(plane,) * n)


def put(cache: FrameCache, display_set: DisplaySet, index: int, frame: Frame) -> Frame | None:
    return cache.put((display_set.id, index), display_set.frames[index], frame)


def shown(display_set: DisplaySet, index: int = 0) -> dict[str, Position]:
    return {"pane": Position(display_set.id, index)}


def fill(cache: FrameCache, display_set: DisplaySet, order: list[int] | None = None) -> list[int]:
    """Reserve and put frames; return those for which there was room."""
    kept = []
    for index in order or range(display_set.n_frames):
        if cache.reserve((display_set.id, index)):
            assert put(cache, display_set, index, frame_of(index)) is not None
            kept.append(index)
    return kept


def test_uniform_stack_lives_in_one_array_without_a_copy() -> None:
    made = stack(10)
    cache = FrameCache(100 * FRAME_BYTES)
    cache.open(made)
    assert cache.used_bytes == 0

    fill(cache, made)

    volume = cache.volume(made.id)
    assert volume is not None
    assert volume[:, 3, 3].tolist() == list(range(10))
    assert not volume.flags.writeable
    seventh = cache.get((made.id, 7))
    assert seventh is not None
    assert np.shares_memory(seventh.stored, volume)
    assert not seventh.stored.flags.writeable
    assert cache.used_bytes == 10 * FRAME_BYTES


def test_volume_is_withheld_until_the_last_frame_is_there() -> None:
    made = stack(4)
    cache = FrameCache(100 * FRAME_BYTES)
    cache.open(made)
    fill(cache, made, [0, 1, 3])
    assert cache.volume(made.id) is None

    fill(cache, made, [2])

    assert cache.volume(made.id) is not None


def test_stack_larger_than_its_share_is_kept_frame_by_frame() -> None:
    made = stack(10)
    cache = FrameCache(12 * FRAME_BYTES)
    cache.open(made)
    cache.look_at(shown(made))

    assert fill(cache, made) == list(range(10))
    assert cache.volume(made.id) is None
    assert cache.used_bytes == 10 * FRAME_BYTES


def test_frame_of_another_type_is_kept_beside_the_array() -> None:
    made = stack(3)
    cache = FrameCache(100 * FRAME_BYTES)
    cache.open(made)
    fill(cache, made, [0, 2])
    odd = grey_frame(np.full((ROWS, COLUMNS), 60000, np.uint16))

    assert cache.reserve((made.id, 1))
    kept = put(cache, made, 1, odd)

    assert kept is not None
    assert kept.stored[0, 0] == 60000
    assert cache.volume(made.id) is None


def test_frame_that_came_before_the_array_moves_into_it() -> None:
    made = stack(3)
    cache = FrameCache(100 * FRAME_BYTES)
    cache.open(made)
    assert put(cache, made, 1, frame_of(1)) is not None
    assert cache.used_bytes == FRAME_BYTES

    fill(cache, made, [0, 2])

    assert cache.volume(made.id) is not None
    assert cache.used_bytes == 3 * FRAME_BYTES


def test_what_nobody_shows_goes_first_the_longest_unseen_before_the_others() -> None:
    first, second, third = stack(4, "a"), stack(4, "b"), stack(4, "c")
    cache = FrameCache(10 * FRAME_BYTES)
    for made in (first, second, third):
        cache.open(made)
    for made in (first, second):
        cache.look_at(shown(made))
        fill(cache, made)
    assert cache.used_bytes == 8 * FRAME_BYTES

    cache.look_at(shown(third))
    fill(cache, third)

    assert cache.n_loaded(first.id) == 0
    assert cache.n_loaded(second.id) == 4
    assert cache.n_loaded(third.id) == 4


def test_frames_far_from_the_reader_make_room_for_nearer_ones_and_not_the_other_way() -> None:
    made = stack(40)
    cache = FrameCache(10 * FRAME_BYTES)
    cache.open(made)
    cache.look_at(shown(made, 20))

    fill(cache, made, [20, *range(30, 39)])
    assert fill(cache, made, [21, 22, 39]) == [21, 22]

    assert cache.get((made.id, 20)) is not None
    assert cache.get((made.id, 38)) is None
    assert cache.get((made.id, 37)) is None
    assert cache.used_bytes == 10 * FRAME_BYTES


def test_visible_frames_are_never_thrown_away() -> None:
    made = stack(40)
    cache = FrameCache(3 * FRAME_BYTES)
    cache.open(made)
    cache.look_at({key: Position(made.id, index) for index, key in enumerate("abcd")})

    assert fill(cache, made, [0, 1, 2, 3]) == [0, 1, 2]
    assert [cache.get((made.id, index)) is not None for index in range(4)] == [True] * 3 + [False]


def test_room_that_was_reserved_counts_and_comes_back() -> None:
    made = cine(9)
    pixels = made.frames[0].instance.pixels
    assert pixels is not None
    cache = FrameCache(2 * frame_nbytes(pixels))
    cache.open(made)

    assert [cache.reserve((made.id, index)) for index in range(3)] == [True, True, False]
    assert cache.used_bytes == 2 * frame_nbytes(pixels)
    cache.release((made.id, 0))
    assert cache.reserve((made.id, 2))


def test_frame_larger_than_the_budget_is_refused() -> None:
    made = stack(2)
    cache = FrameCache(FRAME_BYTES - 1)
    cache.open(made)
    cache.look_at(shown(made))

    assert not cache.reserve((made.id, 0))
    assert put(cache, made, 0, frame_of(1)) is None
    assert cache.used_bytes == 0


def test_closing_gives_everything_back() -> None:
    made = stack(5)
    cache = FrameCache(100 * FRAME_BYTES)
    cache.open(made)
    fill(cache, made, [0, 1])

    cache.close(made.id)

    assert cache.used_bytes == 0
    assert cache.get((made.id, 0)) is None
    assert put(cache, made, 0, frame_of(1)) is None


def test_overlay_planes_count_beside_the_array_and_on_their_own() -> None:
    cache = FrameCache(40 * FRAME_BYTES)
    made, loose = stack(10), cine(4)
    for display_set in (made, loose):
        cache.open(display_set)
    cache.look_at(shown(made))
    fill(cache, made)
    plain = cache.used_bytes

    put(cache, made, 3, with_overlays(frame_of(3), 2))
    assert cache.used_bytes == plain + FRAME_BYTES // 2
    put(cache, loose, 0, with_overlays(frame_of(0), 2))
    assert cache.used_bytes == plain + FRAME_BYTES // 2 + FRAME_BYTES * 3 // 2
    cache.forget((made.id, 3))
    cache.forget((loose.id, 0))
    assert cache.used_bytes == plain


def test_late_frame_does_not_keep_a_thrown_away_array_alive() -> None:
    first, second = stack(6, "a"), stack(6, "b")
    cache = FrameCache(8 * FRAME_BYTES)
    cache.open(first)
    cache.open(second)
    cache.look_at(shown(first))
    assert cache.reserve((first.id, 0))
    place = cache.slot((first.id, 0), first.frames[0])
    assert place is not None
    place[...] = 5
    cache.look_at(shown(second))
    fill(cache, second)  # throws the first array away

    late = put(cache, first, 0, grey_frame(place))

    assert late is not None
    assert late.stored.base is None
    assert late.stored[0, 0] == 5


@pytest.mark.parametrize("seed", range(5))
def test_budget_holds_and_bytes_add_up_whatever_happens(seed: int) -> None:
    dice = random.Random(seed)
    sets = [stack(7, "a"), stack(3, "b"), cine(5), stack(30, "c")]
    cache = FrameCache(16 * FRAME_BYTES)
    on_the_way: set[tuple[str, int]] = set()
    for _ in range(1500):
        made = dice.choice(sets)
        index = dice.randrange(made.n_frames)
        action = dice.choice(["open", "close", "look", "reserve", "put", "release", "forget"])
        if action == "open":
            cache.open(made)
        elif action == "close" and dice.random() < 0.2:
            cache.close(made.id)
        elif action == "look":
            cache.look_at({key: Position(made.id, index) for key in dice.sample("ab", 1)})
        elif action == "reserve" and cache.reserve((made.id, index)):
            on_the_way.add((made.id, index))
        elif action == "put":
            put(cache, made, index, with_overlays(frame_of(index), dice.randrange(3)))
        elif action == "release":
            cache.release((made.id, index))
        elif action == "forget":
            cache.forget((made.id, index))
        assert 0 <= cache.used_bytes <= cache.budget_bytes
    for made in sets:
        cache.close(made.id)
    assert cache.used_bytes == 0


def test_mixed_sizes_and_colour_share_no_array() -> None:
    made = [instance(str(k), None, pixels=pixel_format(rows=20 + k)) for k in range(2)]
    mixed = open_study(study_of(made)).display_sets

    assert uniform_format(stack(3)) is not None
    assert uniform_format(cine(3)) is None
    assert len(mixed) == 2


def test_set_that_grows_keeps_its_frames_at_their_new_places() -> None:
    whole = stack(9)
    early = replace(whole, frames=whole.frames[1::2])
    cache = FrameCache(100 * FRAME_BYTES)
    cache.open(early)
    for index in range(4):
        assert cache.reserve((early.id, index))
        assert put(cache, early, index, frame_of(2 * index + 1)) is not None

    assert cache.open(whole)

    assert cache.n_loaded(whole.id) == 4
    assert cache.used_bytes == 9 * FRAME_BYTES
    for index in range(9):
        frame = cache.get((whole.id, index))
        assert (frame is not None) == (index % 2 == 1)
        assert frame is None or frame.stored[0, 0] == index
    fill(cache, whole, [0, 2, 4, 6, 8])
    volume = cache.volume(whole.id)
    assert volume is not None
    assert volume[:, 0, 0].tolist() == list(range(9))


def test_frame_that_lost_its_place_meanwhile_is_not_put_there() -> None:
    whole = stack(9)
    early = replace(whole, frames=whole.frames[1::2])
    cache = FrameCache(100 * FRAME_BYTES)
    cache.open(early)
    assert cache.reserve((early.id, 0))
    cache.open(whole)

    assert cache.slot((whole.id, 0), early.frames[0]) is None
    assert put(cache, early, 0, frame_of(77)) is None
    assert cache.get((whole.id, 0)) is None


def test_growing_within_a_small_budget_starts_anew_rather_than_passing_it() -> None:
    whole = stack(9)
    early = replace(whole, frames=whole.frames[:8])
    cache = FrameCache(12 * FRAME_BYTES)
    cache.open(early)
    fill(cache, early)
    assert cache.used_bytes == 8 * FRAME_BYTES

    cache.open(whole)

    assert cache.n_loaded(whole.id) == 0
    assert fill(cache, whole) == list(range(9))
    assert cache.used_bytes <= cache.budget_bytes
