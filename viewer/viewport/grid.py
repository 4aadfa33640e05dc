"""The panes of one window: rows and columns of viewports, one of them active."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.base.errors import UsageError
from viewer.base.events import Event
from viewer.model.view_state import ViewState
from viewer.viewport.viewport import FrameSource, Viewport

MOST_ROWS = 4
MOST_COLUMNS = 4

LAYOUT = "layout"
ACTIVE = "active"
ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows and columns of panes, each from 1 to 4."""

    rows: int = 1
    columns: int = 1

    @property
    def n_panes(self) -> int:
        """Return the number of panes."""
        return self.rows * self.columns


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What undo brings back when a layout or an assignment is taken back.

    ``panes`` holds (viewport key, its state), in the order of the grid, hidden ones behind.
    """

    layout: Layout
    panes: tuple[tuple[str, ViewState], ...]
    active: str
    maximised: bool


class Grid:
    """Viewports in rows and columns. Ones that a smaller layout hides keep their content.

    Attributes
    ----------
    changed
        What changed: ``layout`` (also maximising), ``active`` or ``assignment``.
    created
        A viewport was made.
    """

    def __init__(self, key: str, source: FrameSource | None = None) -> None:
        self.key = key
        self.source = source
        self.changed: Event[str] = Event()
        self.created: Event[Viewport] = Event()
        self.layout = Layout()
        self.maximised = False
        self._all: list[Viewport] = []
        self._n_made = 0
        self._grow(1)
        self._active = self._all[0]

    @property
    def viewports(self) -> tuple[Viewport, ...]:
        """The viewports of the layout, row by row, whether or not one of them is maximised."""
        return tuple(self._all[: self.layout.n_panes])

    @property
    def visible(self) -> tuple[Viewport, ...]:
        """The viewports that are on the screen: the active one alone while maximised."""
        return (self._active,) if self.maximised else self.viewports

    @property
    def every(self) -> tuple[Viewport, ...]:
        """All viewports, also those that the layout hides."""
        return tuple(self._all)

    @property
    def active(self) -> Viewport:
        """The viewport that keys and commands go to."""
        return self._active

    def find(self, key: str) -> Viewport | None:
        """Return the viewport of a key."""
        return next((viewport for viewport in self._all if viewport.key == key), None)

    def activate(self, viewport: Viewport) -> None:
        """Make a viewport of the layout the active one."""
        if viewport is not self._active and viewport in self.viewports:
            self._active = viewport
            self.changed.emit(ACTIVE)

    def step_active(self, step: int) -> None:
        """Activate the next pane (negative: the one before), around the end."""
        panes = self.viewports
        self.activate(panes[(panes.index(self._active) + step) % len(panes)])

    def set_layout(self, layout: Layout) -> None:
        """Show more or fewer panes; the active one always stays in sight.

        Raises
        ------
        UsageError
            When rows or columns lie outside 1 to 4.
        """
        if not (1 <= layout.rows <= MOST_ROWS and 1 <= layout.columns <= MOST_COLUMNS):
            message = f"A layout has 1 to {MOST_ROWS} rows and 1 to {MOST_COLUMNS} columns."
            raise UsageError(message)
        self._grow(layout.n_panes)
        place = self._all.index(self._active)
        if place >= layout.n_panes:
            last = layout.n_panes - 1
            self._all[place], self._all[last] = self._all[last], self._all[place]
        self.layout = layout
        self.maximised = False
        self.changed.emit(LAYOUT)

    def toggle_maximised(self) -> None:
        """Let the active pane fill the grid, or show all panes again."""
        self.maximised = not self.maximised and self.layout.n_panes > 1
        self.changed.emit(LAYOUT)

    def _grow(self, n_panes: int) -> None:
        while len(self._all) < n_panes:
            self._n_made += 1
            viewport = Viewport(f"{self.key}.{self._n_made}", self.source)
            self._all.append(viewport)
            self.created.emit(viewport)

    def arrangement(self) -> Arrangement:
        """Return layout and content as one value."""
        panes = tuple((viewport.key, viewport.state) for viewport in self._all)
        return Arrangement(self.layout, panes, self._active.key, self.maximised)

    def arrange(self, arrangement: Arrangement) -> None:
        """Bring back layout, order and active pane; the content is the workspace's to restore."""
        order = [key for key, _ in arrangement.panes]
        made = {viewport.key: viewport for viewport in self._all}
        kept = [made[key] for key in order if key in made]
        self._all = kept + [viewport for viewport in self._all if viewport.key not in order]
        self.layout = arrangement.layout
        self._grow(self.layout.n_panes)
        self._active = made.get(arrangement.active, self._all[0])
        self.maximised = arrangement.maximised
        self.changed.emit(LAYOUT)
