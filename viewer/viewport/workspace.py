"""Everything that is open of one patient: studies, panes, marks and one history of changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from viewer.base.errors import IdentityError
from viewer.base.events import Event
from viewer.base.text import N_
from viewer.model.annotation import AnnotationSet
from viewer.model.displayset import DisplaySet, OpenStudy
from viewer.model.person import identities_agree, same_person
from viewer.model.study import Identity
from viewer.model.view_state import Appearance, ViewState
from viewer.viewport.grid import ASSIGNMENT, LAYOUT, Arrangement, Grid, Layout
from viewer.viewport.history import Change, History
from viewer.viewport.looks import Looks
from viewer.viewport.notes import OTHER_PATIENT, study_notes
from viewer.viewport.viewport import FrameSource, Viewport

STUDIES = "studies"
ANNOTATIONS = "annotations"
TOOL = "tool"

SamePerson = Callable[[Identity, Identity], bool]


class Workspace:
    """One patient's open studies and the panes that show them.

    Parameters
    ----------
    key
        Names the workspace; begins the keys of its viewports.
    source
        Gives frames to the viewports (the loader).
    appearance
        What a display set looks like before anybody changed it (the reader's interpolation).
    is_same_person
        Decides whether two headers name one patient; persons that a reader has confirmed to be
        the same are known to the caller.

    Attributes
    ----------
    changed
        What changed: ``layout``, ``active``, ``assignment``, ``studies``, ``annotations`` or
        ``tool``. Changes inside a pane are told by the pane's viewport.
    viewport_created
        A viewport was made; it already belongs to its grid.
    """

    def __init__(
        self,
        key: str = "w",
        source: FrameSource | None = None,
        *,
        appearance: Appearance | None = None,
        is_same_person: SamePerson = same_person,
    ) -> None:
        self.key = key
        self.changed: Event[str] = Event()
        self.viewport_created: Event[Viewport] = Event()
        self.history = History(self._put_back)
        self._source = source
        self._looks = Looks(appearance or Appearance())
        self._is_same_person = is_same_person
        self._studies: list[OpenStudy] = []
        self._annotations: dict[str, AnnotationSet] = {}
        self._tool_id = ""
        self._grids: list[Grid] = []
        self.grid = self.add_grid()

    def add_grid(self) -> Grid:
        """Make the panes of one more window."""
        grid = Grid(f"{self.key}{len(self._grids) + 1}", self._source)
        grid.changed.listen(self.changed.emit)
        grid.created.listen(self._welcome)
        self._grids.append(grid)
        for viewport in grid.every:
            self._welcome(viewport)
        return grid

    def _welcome(self, viewport: Viewport) -> None:
        viewport.changed.listen(lambda states: self._note_change(viewport, *states))
        self.viewport_created.emit(viewport)

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The panes of each window; ``grid`` is the one that keys go to."""
        return tuple(self._grids)

    @property
    def layout(self) -> Layout:
        """Rows and columns of the window in front."""
        return self.grid.layout

    @property
    def viewports(self) -> tuple[Viewport, ...]:
        """The panes of the window in front."""
        return self.grid.viewports

    @property
    def active(self) -> Viewport:
        """The pane that keys and commands go to."""
        return self.grid.active

    @property
    def maximised(self) -> bool:
        """Whether the active pane fills the window."""
        return self.grid.maximised

    def activate(self, viewport: Viewport) -> None:
        """Make a pane the active one."""
        grid = self._grid_of(viewport)
        if grid is not None:
            self.grid = grid
            grid.activate(viewport)

    def toggle_maximised(self, viewport: Viewport | None = None) -> None:
        """Let one pane fill its window, or show all again."""
        if viewport is not None:
            self.activate(viewport)
        self.grid.toggle_maximised()

    def set_layout(self, rows: int, columns: int, *, fill: bool = True) -> None:
        """Change rows and columns; new empty panes take the series that follow.

        Raises
        ------
        UsageError
            When rows or columns lie outside 1 to 4.
        """
        with self._rearranged(N_("Change layout")):
            self.grid.set_layout(Layout(rows, columns))
            if fill:
                self._fill_empty_panes()

    def _fill_empty_panes(self) -> None:
        shown = {viewport.state.display_set_id for viewport in self.viewports}
        waiting = [ds for ds in self.display_sets() if ds.id not in shown and ds.frames]
        empty = [viewport for viewport in self.viewports if viewport.display_set is None]
        for viewport, display_set in zip(empty, waiting, strict=False):
            self._show(viewport, display_set)

    def _grid_of(self, viewport: Viewport) -> Grid | None:
        return next((grid for grid in self._grids if viewport in grid.every), None)

    def _every_viewport(self) -> Iterator[Viewport]:
        for grid in self._grids:
            yield from grid.every

    @property
    def studies(self) -> tuple[OpenStudy, ...]:
        """The open studies, in the order in which they were opened."""
        return tuple(self._studies)

    @property
    def identity(self) -> Identity | None:
        """Whose studies these are, by the first one; None while nothing is open."""
        return self._studies[0].study.identity if self._studies else None

    def open(self, study: OpenStudy) -> None:
        """Add a study, or exchange it for what it has become while more of it arrived.

        Raises
        ------
        IdentityError
            When it belongs to another patient (R-055).
        """
        uid = study.study.study_instance_uid
        place = self._place_of(uid)
        agree = self._is_same_person if place is None else identities_agree
        if self.identity and not agree(self.identity, study.study.identity):
            raise IdentityError(OTHER_PATIENT)
        if place is None:
            self._studies.append(study)
            self._annotations.setdefault(uid, AnnotationSet(uid))
        else:
            self._studies[place] = study
            for viewport in self._every_viewport():
                self._follow(viewport, study)
        self.changed.emit(STUDIES)

    def close(self, study_instance_uid: str) -> None:
        """Close a study; panes that showed it become empty, and its history is forgotten."""
        place = self._place_of(study_instance_uid)
        if place is None:
            return
        closed = self._studies.pop(place)
        ids = {display_set.id for display_set in closed.display_sets}
        for viewport in self._every_viewport():
            if viewport.state.display_set_id in ids:
                viewport.show(None)
        self._looks.forget(ids)
        self._annotations.pop(study_instance_uid, None)
        self.history.clear()
        self.changed.emit(STUDIES)

    def _place_of(self, study_instance_uid: str) -> int | None:
        uids = [study.study.study_instance_uid for study in self._studies]
        return uids.index(study_instance_uid) if study_instance_uid in uids else None

    def _follow(self, viewport: Viewport, study: OpenStudy) -> None:
        """Keep the very frame that is shown when its study has grown or was split anew."""
        old, ref = viewport.display_set, viewport.frame_ref
        if old is None or old.study_instance_uid != study.study.study_instance_uid:
            return
        same_id = study.find(old.id)
        candidates = ([same_id] if same_id else []) + list(study.display_sets)
        for display_set in candidates:
            for index, other in enumerate(display_set.frames):
                same_object = (
                    ref is not None
                    and other.frame == ref.frame
                    and (other.instance.sop_instance_uid == ref.instance.sop_instance_uid)
                )
                if same_object:
                    self._exchange(viewport, display_set, index)
                    return
        if same_id is not None:
            self._exchange(viewport, same_id, 0)
        else:
            viewport.show(None)

    def _exchange(self, viewport: Viewport, display_set: DisplaySet, index: int) -> None:
        state = viewport.state
        if display_set.id == state.display_set_id:
            viewport.renew(display_set)
            viewport.set(replace(state, navigation=replace(state.navigation, index=index)))
            return
        viewport.show(display_set, index, appearance=state.appearance, framing=state.framing)

    def display_sets(self) -> tuple[DisplaySet, ...]:
        """Return the display sets of all open studies, study by study."""
        return tuple(ds for study in self._studies for ds in study.display_sets)

    def find_display_set(self, display_set_id: str) -> DisplaySet | None:
        """Return an open display set of this id."""
        return next((ds for ds in self.display_sets() if ds.id == display_set_id), None)

    def study_of(self, viewport: Viewport) -> OpenStudy | None:
        """Return the study that a pane shows."""
        shown = viewport.display_set
        if shown is None:
            return None
        place = self._place_of(shown.study_instance_uid)
        return None if place is None else self._studies[place]

    def assign(self, viewport: Viewport, display_set_id: str, index: int | None = None) -> None:
        """Show a display set in a pane, as it was left: its window and its place.

        Raises
        ------
        IdentityError
            When no open study of this patient has it (R-055); the pane keeps what it shows.
        """
        display_set = self.find_display_set(display_set_id)
        if display_set is None:
            raise IdentityError(OTHER_PATIENT)
        with self._rearranged(N_("Show series")):
            self._show(viewport, display_set, index)
        self.changed.emit(ASSIGNMENT)

    def clear_pane(self, viewport: Viewport) -> None:
        """Make a pane empty."""
        with self._rearranged(N_("Empty pane")):
            viewport.show(None)
        self.changed.emit(ASSIGNMENT)

    def _show(self, viewport: Viewport, display_set: DisplaySet, index: int | None = None) -> None:
        start = self._looks.place(display_set.id) if index is None else index
        appearance = self._looks.appearance(display_set.id)
        viewport.show(display_set, start, appearance=appearance)

    def step_series(self, step: int) -> bool:
        """Show the series ``step`` further on in the active pane; False at either end."""
        series = self.display_sets()
        if not series:
            return False
        ids = [ds.id for ds in series]
        here = self.active.state.display_set_id
        place = ids.index(here) + step if here in ids else 0
        if not 0 <= place < len(series):
            return False
        self.assign(self.active, ids[place])
        return True

    def plain_appearance(self) -> Appearance:
        """Return what the active pane's display set looks like before anybody changed it."""
        return self._looks.plain(self.active.state.display_set_id)

    def set_interpolation(self, interpolation: str) -> None:
        """Draw the pixels of every pane so from now on; no step to undo."""
        self._looks.set_interpolation(interpolation)
        with self.history.silence():
            for viewport in (viewport for grid in self._grids for viewport in grid.every):
                look = replace(viewport.state.appearance, interpolation=interpolation)
                viewport.set(replace(viewport.state, appearance=look))

    def settle_window(self, viewport: Viewport) -> None:
        """Give a display set the one window its slices share, once a frame is here (R-081).

        It is no change that a person made, so undo does not know it.
        """
        display_set, frame = viewport.display_set, viewport.frame
        window = self._looks.settle(display_set, frame) if display_set and frame else None
        if window is None or viewport.state.appearance.window is not None:
            return
        with self.history.silence():
            appearance = replace(viewport.state.appearance, window=window)
            viewport.set(replace(viewport.state, appearance=appearance))

    def annotations(self, study_instance_uid: str) -> AnnotationSet:
        """Return the marks of a study."""
        return self._annotations.get(study_instance_uid, AnnotationSet(study_instance_uid))

    def annotations_of(self, viewport: Viewport) -> AnnotationSet:
        """Return the marks of the study that a pane shows."""
        shown = viewport.display_set
        return self.annotations(shown.study_instance_uid) if shown else AnnotationSet()

    def annotate(self, annotations: AnnotationSet, title: str = "") -> None:
        """Replace the marks of a study; undo brings the old ones back."""
        uid = annotations.study_instance_uid
        old = self.annotations(uid)
        if annotations != old:
            self._annotations[uid] = annotations
            self.history.record(Change((ANNOTATIONS, uid), old, annotations), title)
            self.changed.emit(ANNOTATIONS)

    @property
    def tool_id(self) -> str:
        """The tool of the left mouse button, shared by all panes."""
        return self._tool_id

    @tool_id.setter
    def tool_id(self, tool_id: str) -> None:
        if tool_id != self._tool_id:
            self._tool_id = tool_id
            self.changed.emit(TOOL)

    def _note_change(self, viewport: Viewport, old: ViewState, new: ViewState) -> None:
        shown = new.display_set_id
        viewport.notes = study_notes(self.study_of(viewport))
        self._looks.note(new)
        if old.display_set_id != shown:
            return
        for part, title in (("framing", N_("Zoom and pan")), ("appearance", N_("Window"))):
            before, after = getattr(old, part), getattr(new, part)
            if before != after:
                self.history.record(Change((part, viewport.key, shown), before, after), title)

    @contextmanager
    def _rearranged(self, title: str) -> Iterator[None]:
        """Record layout and content before and after a block as one step."""
        grid, before = self.grid, self.grid.arrangement()
        with self.history.gesture(title):
            yield
            change = Change(("arrangement", grid.key), before, grid.arrangement())
            self.history.record(change, title)

    def _put_back(self, place: Hashable, value: Any) -> None:
        match place:
            case ("annotations", str(uid)):
                self._annotations[uid] = value
                self.changed.emit(ANNOTATIONS)
            case ("arrangement", str(grid_key)):
                self._restore_arrangement(grid_key, value)
            case (("framing" | "appearance") as part, str(viewport_key), str(display_set_id)):
                self._restore_part(part, viewport_key, display_set_id, value)

    def _restore_part(self, part: str, viewport_key: str, display_set_id: str, value: Any) -> None:
        for viewport in [grid.find(viewport_key) for grid in self._grids]:
            if viewport is None:
                continue
            if viewport.state.display_set_id == display_set_id:
                viewport.set(replace(viewport.state, **{part: value}))
            elif part == "appearance":
                self._looks.note_appearance(display_set_id, value)

    def _restore_arrangement(self, grid_key: str, arrangement: Arrangement) -> None:
        grid = next((grid for grid in self._grids if grid.key == grid_key), None)
        if grid is None:
            return
        grid.arrange(arrangement)
        states = dict(arrangement.panes)
        for viewport in grid.every:
            state = states.get(viewport.key, ViewState())
            if state.display_set_id == viewport.state.display_set_id:
                continue
            display_set = self.find_display_set(state.display_set_id)
            index, look = state.navigation.index, state.appearance
            viewport.show(display_set, index, appearance=look, framing=state.framing)
        self.changed.emit(LAYOUT)
