from __future__ import annotations

import itertools

import pytest

from tests import records
from viewer.hanging._choose import Assignment, choose, hang, load_protocols
from viewer.model.displayset import DisplaySet
from viewer.model.study import Value
from viewer.tools._spec import load_tools
from viewer.viewport.grid import Layout
from viewer.viewport.workspace import Workspace

CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def one(ds_id: str, modality: str = "CT", n_images: int = 1, **more: object) -> DisplaySet:
    attributes: dict[str, Value] = {
        key: value for key, value in more.items() if isinstance(value, str | tuple)
    }
    sop_class = str(attributes.pop("sop_class", records.CT_IMAGE))
    return records.display_set(
        [
            records.instance(
                f"1.2.3.{ds_id}.{k}",
                modality=modality,
                attributes=attributes,
                sop_class=sop_class,
            )
            for k in range(n_images)
        ],
        ds_id,
    )


def plan_of(*sets: DisplaySet) -> tuple[str, Layout, list[tuple[str, int]], str]:
    plan = choose(records.open_study(*sets))
    shown = [(a.display_set_id, a.index) for a in plan.assignments]
    return plan.protocol, plan.layout, shown, plan.tool


def test_cross_sections_begin_with_the_first_series_that_is_no_localiser() -> None:
    protocol, layout, shown, _ = plan_of(
        one("scout", ImageType=("ORIGINAL", "PRIMARY", "LOCALIZER")),
        one("dose", sop_class=CAPTURE),
        one("axial", n_images=30),
        one("coronal", n_images=20),
    )

    assert protocol == "cross_section"
    assert layout == Layout(1, 1)
    assert shown == [("axial", 0)]


def test_a_localiser_alone_is_shown() -> None:
    _, _, shown, _ = plan_of(one("scout", ImageType=("ORIGINAL", "PRIMARY", "LOCALIZER")))

    assert shown == [("scout", 0)]


@pytest.mark.parametrize(
    ("n_views", "layout"),
    [(1, Layout(1, 1)), (2, Layout(1, 2)), (3, Layout(2, 2)), (4, Layout(2, 2)), (7, Layout(2, 2))],
)
def test_each_view_of_a_radiograph_gets_a_pane(n_views: int, layout: Layout) -> None:
    protocol, chosen, shown, _ = plan_of(one("chest", "DX", n_views))

    assert protocol == "radiography"
    assert chosen == layout
    assert shown == [("chest", k) for k in range(min(n_views, 4))]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_mammograms_hang_with_chest_walls_in_the_middle(order: tuple[int, ...]) -> None:
    views = [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]
    sets = [
        one(f"{side}{view}", "MG", ImageLaterality=side, ViewPosition=view) for side, view in views
    ]

    protocol, layout, shown, _ = plan_of(*(sets[k] for k in order))

    assert protocol == "mammography"
    assert layout == Layout(2, 2)
    assert [ds_id for ds_id, _ in shown] == ["RCC", "LCC", "RMLO", "LMLO"]


def test_anything_else_opens_its_first_series() -> None:
    protocol, layout, shown, _ = plan_of(one("clip", "US", 12), one("clip2", "US", 9))

    assert (protocol, layout, shown) == ("first_series", Layout(1, 1), [("clip", 0)])


def test_what_cannot_be_shown_as_an_image_still_says_what_it_is() -> None:
    report = records.display_set([records.instance()], "report", message="A report.")

    plan = choose(records.open_study(report))

    assert plan.protocol == ""
    assert plan.assignments == (Assignment("report"),)


def test_reports_are_passed_over_for_images() -> None:
    report = records.display_set([records.instance()], "report", message="A report.")

    _, _, shown, _ = plan_of(report, one("axial", n_images=3))

    assert shown == [("axial", 0)]


def test_an_empty_study_hangs_nothing() -> None:
    plan = choose(records.open_study())

    assert plan.assignments == ()
    assert plan.layout == Layout(1, 1)


def test_plans_name_tools_that_exist() -> None:
    tools = {spec.id for spec in load_tools()}

    for protocol in load_protocols():
        assert protocol.tool in tools
        counts = [rule.n_items for rule in protocol.layouts]
        assert counts == sorted(counts)
        assert counts[0] == 1


def test_hanging_is_where_undo_ends() -> None:
    workspace = Workspace("w", records.Frames())
    study = records.open_study(one("pa", "DX"), one("lat", "DX"))
    workspace.open(study)

    hang(workspace, choose(study))

    shown = [viewport.state.display_set_id for viewport in workspace.viewports]
    assert shown == ["pa", "lat"]
    assert workspace.active is workspace.viewports[0]
    assert workspace.tool_id == "window"
    assert not workspace.history.can_undo
