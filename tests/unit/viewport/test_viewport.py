from __future__ import annotations

from dataclasses import replace

import pytest

from tests import records
from viewer.model.view_state import Appearance, Framing, ViewState, at_index, with_window
from viewer.model.window import Window
from viewer.viewport.viewport import Pointer, Viewport, projection


def shown(n_slices: int = 5) -> tuple[Viewport, list[tuple[ViewState, ViewState]]]:
    viewport = Viewport("v", records.Frames())
    viewport.resize((400.0, 300.0))
    viewport.show(records.stack(n_slices))
    seen: list[tuple[ViewState, ViewState]] = []
    viewport.changed.listen(seen.append)
    return viewport, seen


def test_each_change_is_told_once_with_both_states() -> None:
    viewport, seen = shown()
    before = viewport.state

    viewport.set(at_index(before, 3))
    viewport.set(at_index(before, 3))

    assert seen == [(before, at_index(before, 3))]


def test_frame_follows_the_place() -> None:
    viewport, _ = shown()
    assert viewport.frame is not None
    first = viewport.frame.identity

    viewport.set(at_index(viewport.state, 1))

    assert viewport.frame is not None
    assert viewport.frame.identity != first
    assert viewport.identity_problem() is None


def test_place_outside_the_stack_shows_its_end() -> None:
    viewport, _ = shown(3)

    viewport.set(at_index(viewport.state, 99))

    assert viewport.index == 2
    assert viewport.frame_ref is not None
    assert viewport.frame_ref.instance.sop_instance_uid.endswith(".2")


def test_state_of_another_display_set_is_refused() -> None:
    viewport, _ = shown()

    with pytest.raises(ValueError, match="show"):
        viewport.set(replace(viewport.state, display_set_id="other"))


def test_window_does_not_leak_to_the_next_series() -> None:
    #
    viewport, _ = shown()
    viewport.set(with_window(viewport.state, 100, 50))

    viewport.show(records.stack(ds_id="set-2", prefix="1.2.3.2"))

    assert viewport.state.appearance == Appearance()
    assert viewport.state.framing == Framing()


def test_empty_pane_has_no_projection_and_no_window() -> None:
    viewport = Viewport("v")
    viewport.resize((400.0, 300.0))

    assert projection(viewport) is None
    assert viewport.voi() is None
    assert viewport.frame is None
    assert viewport.failure == ""


def test_failure_is_the_sources_sentence() -> None:
    viewport = Viewport("v", records.Frames(missing=frozenset({0})))
    viewport.show(records.stack())

    assert viewport.frame is None
    assert viewport.failure == "The file is cut off."


def test_voi_is_the_readers_window_before_the_files() -> None:
    viewport, _ = shown()
    assert viewport.voi() == Window(40.0, 400.0)

    viewport.set(with_window(viewport.state, 100, 50))

    assert viewport.voi() == Window(100, 50)


def test_projection_is_there_before_the_frame_is() -> None:
    viewport = Viewport("v", records.Frames(missing=frozenset({0})))
    viewport.resize((400.0, 300.0))
    viewport.show(records.stack())

    view = projection(viewport)

    assert view is not None
    assert view.image_size == (24, 20)


def test_pointer_is_told_only_when_it_moves() -> None:
    viewport, _ = shown()
    seen: list[Pointer | None] = []
    viewport.pointed.listen(seen.append)

    viewport.point_at(Pointer((1.0, 2.0)))
    viewport.point_at(Pointer((1.0, 2.0)))
    viewport.point_at(None)

    assert seen == [Pointer((1.0, 2.0)), None]


def test_renewed_display_set_must_be_the_same() -> None:
    viewport, seen = shown(3)

    viewport.renew(records.stack(6))
    assert viewport.display_set is not None
    assert viewport.display_set.n_frames == 6
    assert len(seen) == 1

    with pytest.raises(ValueError, match="same id"):
        viewport.renew(records.stack(2, ds_id="other"))
