"""What the panes of one patient share: workspace, tools, overlays, renderer, loader."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from viewer.base.settings import Settings
from viewer.base.text import N_, tr
from viewer.imaging.loader import FrameLoader
from viewer.model.displayset import DisplaySet
from viewer.model.view_state import ViewState
from viewer.overlays._spec import draw_overlays, load_overlays
from viewer.render.offscreen import is_software_renderer
from viewer.render.views import View, Views
from viewer.tools._spec import make_tools
from viewer.viewport.input import PointerRouter
from viewer.viewport.scene import Scene
from viewer.viewport.viewport import Viewport
from viewer.viewport.workspace import Workspace

_TEXTURES = {"display": N_("display texture"), "value": N_("value texture")}


class Desk:
    """Made once for each patient's view and handed to all of its panes.

    It tells the loader what the panes show, and remembers what has come.

    Parameters
    ----------
    workspace
        What is open.
    settings, loader
        The program's.
    """

    def __init__(self, workspace: Workspace, settings: Settings, loader: FrameLoader) -> None:
        self.workspace = workspace
        self.settings = settings
        self.loader = loader
        self.router = PointerRouter(workspace, make_tools(settings))
        self._views = Views(settings.text("render.texture"))
        self._overlays = load_overlays()
        self._unlisten: list[Callable[[], None]] = []
        for grid in workspace.grids:
            for viewport in grid.every:
                self._welcome(viewport)
        self._unlisten.append(workspace.viewport_created.listen(self._welcome))

    # ---------------------------------------------------------------------------- rendering

    def new_slice_view(self) -> View:
        """Return a renderer for one pane; panes never share one."""
        return self._views.make()

    def renderer_text(self, view: View) -> str:
        """Return what draws a pane, for the status bar: 'Software OpenGL · display texture'."""
        if self._views.problem:
            return view.renderer_name
        software = is_software_renderer(view.renderer_name)
        name = tr("Software OpenGL") if software else view.renderer_name.partition("/")[0]
        return f"{name} · {tr(_TEXTURES.get(view.mode, view.mode))}"

    def scene(self, viewport: Viewport) -> Scene:
        """Return what the overlays draw over a pane."""
        annotations = self.workspace.annotations_of(viewport)
        return draw_overlays(self._overlays, viewport, annotations)

    # ------------------------------------------------------------------------------ loading

    def _welcome(self, viewport: Viewport) -> None:
        self._unlisten.append(viewport.changed.listen(lambda states: self._look(viewport, *states)))

    def _look(self, viewport: Viewport, old: ViewState, new: ViewState) -> None:
        """Ask for what a pane shows now, in the direction in which it moves."""
        moved = old.display_set_id != new.display_set_id or old.navigation != new.navigation
        if moved or old == new:
            backwards = (
                old.display_set_id == new.display_set_id
                and new.navigation.index < old.navigation.index
            )
            self.want(viewport, -1 if backwards else 1)
        if old.display_set_id != new.display_set_id:
            self.workspace.settle_window(viewport)

    def want(self, viewport: Viewport, direction: int = 1) -> None:
        """Ask the loader for the frame of a pane, or tell it that the pane shows none."""
        display_set = viewport.display_set
        if display_set is None or display_set.message or not display_set.frames:
            self.loader.release(viewport.key)
        else:
            self.loader.want(display_set, viewport.index, direction, viewport.key)

    def loaded(self, display_set: DisplaySet) -> tuple[NDArray[np.bool_], frozenset[int]]:
        """Return which frames of a display set are in memory, (frames,), and which failed."""
        loader, every = self.loader, range(display_set.n_frames)
        flags = np.fromiter((loader.is_loaded(display_set, i) for i in every), np.bool_)
        missing = np.flatnonzero(~flags).tolist()
        failed = frozenset(i for i in missing if loader.failure(display_set, i))
        return flags, failed

    def dispose(self) -> None:
        """Stop listening, let the loader forget these panes and their display sets."""
        for stop in self._unlisten:
            stop()
        for grid in self.workspace.grids:
            for viewport in grid.every:
                self.loader.release(viewport.key)
        for display_set in self.workspace.display_sets():
            self.loader.close(display_set.id)
        self._views.close()
