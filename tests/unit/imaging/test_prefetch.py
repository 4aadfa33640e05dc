"""Frames are wanted in the order in which scrolling reaches them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from viewer.imaging.prefetch import UNWANTED, Plan, Position, distance, nearest, outward


def test_scrolling_on_is_served_three_times_as_far_as_turning_back() -> None:
    order = list(outward(Position("a", 10, 1), 30))

    assert order[:9] == [10, 11, 12, 13, 9, 14, 15, 16, 8]


def test_scrolling_back_mirrors_it() -> None:
    order = list(outward(Position("a", 10, -1), 30))

    assert order[:9] == [10, 9, 8, 7, 11, 6, 5, 4, 12]


@given(n=st.integers(1, 60), data=st.data(), direction=st.sampled_from([1, -1]))
def test_every_frame_comes_once_and_never_a_nearer_one_later(
    n: int, data: st.DataObject, direction: int
) -> None:
    position = Position("a", data.draw(st.integers(0, n - 1)), direction)

    order = list(outward(position, n))

    assert sorted(order) == list(range(n))
    costs = [distance(position, index) for index in order]
    assert costs == sorted(costs)


def test_nearest_reader_counts() -> None:
    readers = [Position("a", 0), Position("a", 90), Position("b", 50)]

    assert nearest(readers, "a", 88) == 6
    assert nearest(readers, "a", 5) == 5
    assert nearest(readers, "c", 5) == UNWANTED


def test_plan_skips_what_is_there_and_ends() -> None:
    there = {3, 4}
    plan = Plan(Position("a", 3), 6)

    def missing(index: int) -> bool:
        return index not in there

    found = []
    while (index := plan.next(missing)) is not None:
        found.append(index)
        there.add(index)
    assert found == [5, 2, 1, 0]
