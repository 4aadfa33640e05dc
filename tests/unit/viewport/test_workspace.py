from __future__ import annotations

from dataclasses import replace

import pytest

from tests import records
from viewer.base.errors import IdentityError, UsageError
from viewer.model.annotation import KeyImage, toggle_key_image
from viewer.model.displayset import DisplaySet
from viewer.model.study import Identity
from viewer.model.view_state import NEAREST, Appearance, Framing, at_index, with_window
from viewer.model.window import Window
from viewer.viewport.grid import ACTIVE, ASSIGNMENT, LAYOUT
from viewer.viewport.workspace import STUDIES, TOOL, Workspace

NAMES = ("one", "two", "three", "four", "five")


def series() -> list[DisplaySet]:
    return [
        records.stack(4, ds_id=name, prefix=f"1.2.3.{place}") for place, name in enumerate(NAMES)
    ]


def opened() -> tuple[Workspace, list[str]]:
    workspace = Workspace("w", records.Frames())
    workspace.open(records.open_study(*series()))
    seen: list[str] = []
    workspace.changed.listen(seen.append)
    return workspace, seen


def ids(workspace: Workspace) -> list[str]:
    return [viewport.state.display_set_id for viewport in workspace.viewports]


def test_a_larger_layout_takes_the_series_that_follow() -> None:
    workspace, seen = opened()
    workspace.assign(workspace.active, "two")

    workspace.set_layout(2, 2)

    assert ids(workspace) == ["two", "one", "three", "four"]
    assert seen[0] == ASSIGNMENT
    assert LAYOUT in seen


def test_a_smaller_layout_keeps_the_active_pane_and_a_larger_one_brings_all_back() -> None:
    workspace, _ = opened()
    workspace.set_layout(2, 2)
    third = workspace.viewports[2]
    workspace.activate(third)

    workspace.set_layout(1, 1)
    assert workspace.viewports == (third,)

    workspace.set_layout(2, 2)
    assert sorted(ids(workspace)) == sorted(["one", "two", "three", "four"])


@pytest.mark.parametrize(("rows", "columns"), [(0, 1), (5, 1), (1, 5)])
def test_impossible_layouts_are_refused(rows: int, columns: int) -> None:
    workspace, _ = opened()

    with pytest.raises(UsageError, match="1 to 4"):
        workspace.set_layout(rows, columns)


def test_maximised_pane_is_alone_until_restored() -> None:
    workspace, _ = opened()
    workspace.set_layout(1, 2)
    right = workspace.viewports[1]

    workspace.toggle_maximised(right)
    assert workspace.maximised
    assert workspace.grid.visible == (right,)

    workspace.toggle_maximised()
    assert workspace.grid.visible == workspace.viewports


def test_a_single_pane_is_never_maximised() -> None:
    workspace, _ = opened()

    workspace.toggle_maximised()

    assert not workspace.maximised


def test_another_patients_study_is_refused() -> None:
    #
    workspace, _ = opened()
    other = records.stack(ds_id="bert", identity=records.BERT, prefix="9.9", study="9.9")

    with pytest.raises(IdentityError, match="another patient"):
        workspace.open(records.open_study(other, identity=records.BERT))

    assert len(workspace.studies) == 1


def test_another_patients_series_cannot_be_dropped_on_a_pane() -> None:
    workspace, _ = opened()
    workspace.assign(workspace.active, "one")

    with pytest.raises(IdentityError, match="another patient"):
        workspace.assign(workspace.active, "bert")

    assert ids(workspace) == ["one"]


def test_a_confirmed_match_lets_two_identities_share_a_workspace() -> None:
    def confirmed(_first: Identity, _second: Identity) -> bool:
        return True

    workspace = Workspace("w", records.Frames(), is_same_person=confirmed)
    workspace.open(records.open_study(series()[0]))
    other = records.stack(ds_id="bert", identity=records.BERT, prefix="9.9", study="9.9")

    workspace.open(records.open_study(other, identity=records.BERT))

    assert len(workspace.studies) == 2


def test_patients_without_a_real_id_never_share_a_workspace() -> None:
    # placeholders never match
    nobody = replace(records.ALMA, patient_id="UNKNOWN")
    workspace = Workspace("w")
    first = records.stack(ds_id="a", identity=nobody)
    second = records.stack(ds_id="b", identity=nobody, study="9.9", prefix="9.9")
    workspace.open(records.open_study(first, identity=nobody))

    with pytest.raises(IdentityError):
        workspace.open(records.open_study(second, identity=nobody))


def test_a_study_that_grows_keeps_the_frame_on_the_screen() -> None:
    workspace, seen = opened()
    workspace.assign(workspace.active, "one", 2)
    ref = workspace.active.frame_ref
    assert ref is not None
    earlier = records.instance("1.2.3.0.early", where=records.plane((0.0, 0.0, -2.0)))
    grown = records.display_set([earlier, *series()[0].instances], "one")

    workspace.open(records.open_study(grown))

    assert workspace.active.index == 3
    assert workspace.active.frame_ref is not None
    assert workspace.active.frame_ref.instance.sop_instance_uid == ref.instance.sop_instance_uid
    assert seen[-1] == STUDIES


def test_a_display_set_that_was_split_anew_is_followed_by_its_object() -> None:
    workspace, _ = opened()
    workspace.assign(workspace.active, "one", 2)
    again = records.display_set(series()[0].instances[1:], "one-b")

    workspace.open(records.open_study(again))

    assert ids(workspace) == ["one-b"]
    assert workspace.active.index == 1


def test_closing_a_study_empties_its_panes_and_its_history() -> None:
    workspace, _ = opened()
    workspace.assign(workspace.active, "one")
    workspace.active.set(with_window(workspace.active.state, 1, 2))

    workspace.close("1.2.3")

    assert ids(workspace) == [""]
    assert workspace.studies == ()
    assert not workspace.history.can_undo
    assert workspace.identity is None


def test_window_and_place_are_remembered_for_each_series() -> None:
    workspace, _ = opened()
    pane = workspace.active
    workspace.assign(pane, "one")
    pane.set(with_window(at_index(pane.state, 2), 100, 50))

    workspace.assign(pane, "two")
    assert (pane.state.appearance.window, pane.index) == (None, 0)

    workspace.assign(pane, "one")
    assert (pane.state.appearance.window, pane.index) == (Window(100, 50), 2)


def test_stepping_through_series_stops_at_the_ends() -> None:
    workspace, _ = opened()
    workspace.assign(workspace.active, "four")

    assert workspace.step_series(1)
    assert ids(workspace) == ["five"]
    assert not workspace.step_series(1)
    assert workspace.step_series(-2)
    assert ids(workspace) == ["three"]


def test_undo_brings_back_window_then_series_then_layout() -> None:
    workspace, _ = opened()
    workspace.set_layout(1, 2)
    pane = workspace.active
    workspace.assign(pane, "three", 1)
    pane.set(with_window(pane.state, 100, 50))

    workspace.history.undo()
    assert pane.state.appearance == Appearance()
    workspace.history.undo()
    assert ids(workspace) == ["one", "two"]
    workspace.history.undo()
    assert workspace.layout.n_panes == 1
    assert ids(workspace) == [""]

    for _ in range(3):
        workspace.history.redo()
    assert ids(workspace) == ["three", "two"]
    assert pane.index == 1
    assert pane.state.appearance.window == Window(100, 50)


def test_scrolling_is_not_undone() -> None:
    workspace, _ = opened()
    workspace.assign(workspace.active, "one")
    workspace.history.clear()

    workspace.active.set(at_index(workspace.active.state, 3))

    assert not workspace.history.can_undo


def test_framing_of_a_pane_is_undone() -> None:
    workspace, _ = opened()
    workspace.assign(workspace.active, "one")
    pane = workspace.active

    pane.set(replace(pane.state, framing=Framing(zoom=3.0)))
    workspace.history.undo()

    assert pane.state.framing == Framing()


def test_marks_belong_to_the_study_and_are_undone() -> None:
    workspace, _ = opened()
    workspace.assign(workspace.active, "one")
    key = KeyImage("1.2.3.0.0")

    workspace.annotate(toggle_key_image(workspace.annotations("1.2.3"), key))
    assert workspace.annotations_of(workspace.active).key_images == {key}

    workspace.history.undo()
    assert workspace.annotations("1.2.3").key_images == frozenset()


def test_panes_say_that_a_source_is_not_in_the_library() -> None:
    workspace = Workspace("w")
    workspace.open(records.open_study(series()[0], in_library=False))

    workspace.assign(workspace.active, "one")

    assert workspace.active.notes == ("not in the library",)


def test_a_pane_that_is_dropped_on_forgets_nothing_of_the_other_panes() -> None:
    workspace, _ = opened()
    workspace.set_layout(1, 2)
    left, right = workspace.viewports
    left.set(replace(left.state, framing=Framing(zoom=2.0)))

    workspace.assign(right, "five")

    assert left.state.framing.zoom == 2.0


def test_one_scale_is_settled_for_an_emission_series_and_undo_does_not_know_it() -> None:
    #
    sets = records.stack(3, ds_id="pet", modality="PT")
    workspace = Workspace("w", records.Frames())
    workspace.open(records.open_study(sets))
    workspace.assign(workspace.active, "pet")
    workspace.history.clear()

    workspace.settle_window(workspace.active)
    window = workspace.active.state.appearance.window

    assert window is not None
    assert not workspace.history.can_undo
    assert workspace.plain_appearance().window == window
    workspace.active.set(replace(workspace.active.state, appearance=Appearance()))
    workspace.settle_window(workspace.active)
    assert workspace.active.state.appearance.window is None


def test_a_reader_who_wants_squares_gets_them_in_every_pane_at_once() -> None:
    workspace, _ = opened()
    workspace.set_layout(1, 2)
    left, right = workspace.viewports
    left.set(with_window(left.state, 40.0, 400.0))
    workspace.history.clear()

    workspace.set_interpolation(NEAREST)
    workspace.assign(right, "five")

    assert left.state.appearance.interpolation == NEAREST
    assert left.state.appearance.window == Window(40.0, 400.0)
    assert right.state.appearance.interpolation == NEAREST
    assert workspace.plain_appearance().interpolation == NEAREST


def test_tool_and_active_pane_are_told_once() -> None:
    workspace, seen = opened()
    workspace.set_layout(1, 2)
    seen.clear()

    workspace.tool_id = "zoom"
    workspace.tool_id = "zoom"
    workspace.activate(workspace.viewports[1])
    workspace.activate(workspace.viewports[1])

    assert seen == [TOOL, ACTIVE]


def test_stepping_the_active_pane_goes_round() -> None:
    workspace, _ = opened()
    workspace.set_layout(1, 3)

    workspace.grid.step_active(-1)
    assert workspace.active is workspace.viewports[2]
    workspace.grid.step_active(1)
    assert workspace.active is workspace.viewports[0]


def test_each_window_has_panes_of_its_own() -> None:
    workspace, _ = opened()
    second = workspace.add_grid()

    workspace.activate(second.active)
    workspace.assign(workspace.active, "two")

    assert workspace.grid is second
    assert second.active.state.display_set_id == "two"
    assert workspace.grids[0].active.state.display_set_id == ""
    assert second.active.key != workspace.grids[0].active.key
