"""Choose a protocol for a study and say what it puts where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from viewer.base.features import load_features
from viewer.hanging._spec import MAMMOGRAPHY_ORDER, HangingSpec
from viewer.model.displayset import DisplaySet, OpenStudy
from viewer.viewport.grid import Layout
from viewer.viewport.workspace import Workspace

_LOCALISER = frozenset({"LOCALIZER", "SCOUT"})
_CAPTURE_CLASSES = "1.2.840.10008.5.1.4.1.1.7"
_VIEW_ORDER = ("CC", "MLO")
_SIDE_ORDER = ("R", "L")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one pane shows; ``index`` counts frames in reading order from 0."""

    display_set_id: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class HangingPlan:
    """What opening a study does to the panes.

    Attributes
    ----------
    protocol
        Id of the protocol that made it; empty when nothing of the study can be shown.
    assignments
        Pane by pane, row by row; panes beyond them stay empty.
    """

    protocol: str
    layout: Layout
    assignments: tuple[Assignment, ...]
    tool: str


def load_protocols() -> tuple[HangingSpec, ...]:
    """Find all protocols, those that are tried first in front."""
    found = load_features("viewer.hanging", HangingSpec)
    return tuple(sorted(found, key=lambda spec: (-spec.priority, spec.id)))


def choose(study: OpenStudy, protocols: Sequence[HangingSpec] | None = None) -> HangingPlan:
    """Return the plan of the first protocol that finds something to hang."""
    tried = load_protocols() if protocols is None else protocols
    for protocol in tried:
        items = _items(study, protocol)
        if items:
            layout = _layout(protocol, len(items))
            return HangingPlan(protocol.id, layout, items[: layout.n_panes], protocol.tool)
    tiles = tuple(Assignment(ds.id) for ds in study.display_sets[:1])
    return HangingPlan("", Layout(), tiles, tried[-1].tool if tried else "window")


def hang(workspace: Workspace, plan: HangingPlan) -> None:
    """Do what a plan says. It is where undo ends: nothing before it is brought back."""
    workspace.set_layout(plan.layout.rows, plan.layout.columns, fill=False)
    for viewport, assignment in zip(workspace.viewports, plan.assignments, strict=False):
        workspace.assign(viewport, assignment.display_set_id, assignment.index)
    workspace.activate(workspace.viewports[0])
    workspace.tool_id = plan.tool
    workspace.history.clear()


def _layout(protocol: HangingSpec, n_items: int) -> Layout:
    fitting = [rule for rule in protocol.layouts if rule.n_items <= n_items]
    rule = fitting[-1] if fitting else protocol.layouts[0]
    return Layout(rule.rows, rule.columns)


def _items(study: OpenStudy, protocol: HangingSpec) -> tuple[Assignment, ...]:
    """Return what a protocol would hang, in order; nothing when it is for other studies."""
    shown = [ds for ds in study.display_sets if ds.frames and not ds.message]
    wanted = [ds for ds in shown if not protocol.modalities or ds.modality in protocol.modalities]
    if protocol.skip_localisers:
        wanted = [ds for ds in wanted if not is_localiser(ds)] or wanted
    if not wanted:
        return ()
    if not protocol.single_images:
        return tuple(Assignment(ds.id) for ds in wanted)
    images = [(ds, index) for ds in wanted for index in range(ds.n_frames)]
    if protocol.order == MAMMOGRAPHY_ORDER:
        images.sort(key=lambda item: _mammography_rank(*item))
    return tuple(Assignment(ds.id, index) for ds, index in images)


def is_localiser(display_set: DisplaySet) -> bool:
    """Tell whether it is a localiser, a screen capture or the like: nothing to read first."""
    instance = display_set.frames[0].instance
    image_type = {part.strip().upper() for part in instance.text("ImageType").split("\\")}
    return bool(_LOCALISER & image_type) or instance.sop_class_uid.startswith(_CAPTURE_CLASSES)


def _mammography_rank(display_set: DisplaySet, index: int) -> tuple[int, int]:
    ref = display_set.frames[index]
    view = ref.instance.text("ViewPosition", ref.frame).strip().upper()
    side = ref.instance.text("ImageLaterality", ref.frame) or ref.instance.text("Laterality")
    return _rank(view, _VIEW_ORDER), _rank(side.strip().upper(), _SIDE_ORDER)


def _rank(value: str, order: Sequence[str]) -> int:
    return order.index(value) if value in order else len(order)
