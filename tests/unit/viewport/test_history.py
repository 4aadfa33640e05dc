from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from viewer.viewport.history import MOST_STEPS, Change, History


class Values:
    """Two values with a history."""

    def __init__(self) -> None:
        self.now: dict[Hashable, Any] = {"a": 0, "b": 0}
        self.history = History(self.put)

    def put(self, place: Hashable, value: Any) -> None:
        old = self.now[place]
        self.now[place] = value
        self.history.record(Change(place, old, value), f"set {place}")


def test_undo_sets_the_old_one_and_redo_the_new() -> None:
    values = Values()
    values.put("a", 1)
    values.put("b", 2)

    assert values.history.undo()
    assert values.now == {"a": 1, "b": 0}
    assert values.history.undo()
    assert values.now == {"a": 0, "b": 0}
    assert not values.history.undo()

    assert values.history.redo()
    assert values.history.redo()
    assert values.now == {"a": 1, "b": 2}
    assert not values.history.redo()


def test_a_drag_is_one_step() -> None:
    values = Values()
    with values.history.gesture("Window"):
        for value in range(1, 50):
            values.put("a", value)
        values.put("b", 7)

    assert values.history.undo_title == "Window"
    values.history.undo()
    assert values.now == {"a": 0, "b": 0}
    values.history.redo()
    assert values.now == {"a": 49, "b": 7}


def test_a_drag_that_ends_where_it_began_is_no_step() -> None:
    values = Values()
    with values.history.gesture():
        values.put("a", 5)
        values.put("a", 0)

    assert not values.history.can_undo


def test_turns_of_the_wheel_join_while_they_follow_each_other() -> None:
    values = Values()
    for value in (1, 2, 3):
        with values.history.gesture(token="wheel"):
            values.put("a", value)
    values.put("b", 1)
    with values.history.gesture(token="wheel"):
        values.put("a", 4)

    values.history.undo()
    assert values.now == {"a": 3, "b": 1}
    values.history.undo()
    values.history.undo()
    assert values.now == {"a": 0, "b": 0}


def test_a_new_change_ends_what_could_be_redone() -> None:
    values = Values()
    values.put("a", 1)
    values.history.undo()
    values.put("b", 1)

    assert not values.history.can_redo


def test_silence_records_nothing() -> None:
    values = Values()
    with values.history.silence():
        values.put("a", 1)

    assert not values.history.can_undo


def test_nested_gestures_are_one_step() -> None:
    values = Values()
    with values.history.gesture("outer"):
        with values.history.gesture("inner"):
            values.put("a", 1)
        values.put("b", 1)

    values.history.undo()
    assert values.now == {"a": 0, "b": 0}


def test_old_steps_are_let_go() -> None:
    values = Values()
    for value in range(MOST_STEPS + 50):
        values.put("a", value + 1)

    n_undone = 0
    while values.history.undo():
        n_undone += 1
    assert n_undone == MOST_STEPS


def test_news_when_undo_becomes_possible() -> None:
    values = Values()
    seen: list[bool] = []
    values.history.changed.listen(lambda _none: seen.append(values.history.can_undo))

    values.put("a", 1)
    values.history.undo()

    assert seen == [True, False]
