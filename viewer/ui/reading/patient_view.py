"""One patient's tab: toolbar, series strip, panes, and the tag browser at the side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from viewer.base.errors import IdentityError
from viewer.base.text import count, tr
from viewer.hanging._choose import choose, hang
from viewer.model.displayset import OpenStudy
from viewer.model.view_state import Appearance, ViewState
from viewer.ui.host import Host
from viewer.ui.reading.cine_bar import next_rate
from viewer.ui.reading.cine_driver import CineDriver
from viewer.ui.reading.context_menu import pane_menu
from viewer.ui.reading.desk import Desk
from viewer.ui.reading.drag import DraggedSeries, new_origin
from viewer.ui.reading.follower import Follower
from viewer.ui.reading.pane import Pane
from viewer.ui.reading.pane_grid import PaneGrid
from viewer.ui.reading.series_model import SeriesModel
from viewer.ui.reading.series_strip import WIDTH_PX, SeriesStrip
from viewer.ui.reading.study_headings import strip_rows
from viewer.ui.reading.tags import TagBrowser
from viewer.ui.reading.toolbar import Toolbar
from viewer.viewport.cine import LOOP, SWEEP
from viewer.viewport.grid import ACTIVE, ASSIGNMENT, LAYOUT
from viewer.viewport.notes import OTHER_PATIENT
from viewer.viewport.scene import Point
from viewer.viewport.viewport import Viewport
from viewer.viewport.workspace import STUDIES, TOOL, Workspace

if TYPE_CHECKING:
    from viewer.services.compose import Services

_TAGS_PX = 420
_INTERPOLATION = "view.interpolation"


class PatientView(QWidget):
    """Everything that is open of one patient. Implements ``ReadingActions``.

    Parameters
    ----------
    services
        The program's parts.
    host
        The window around it.
    """

    def __init__(self, services: Services, host: Host, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._origin = new_origin()
        settings = services.settings
        look = Appearance(interpolation=settings.text(_INTERPOLATION))
        self.workspace = Workspace(self._origin, services.loader, appearance=look)
        self._desk = Desk(self.workspace, settings, services.loader)
        self._cine = CineDriver(self._desk, self)
        self._series = SeriesModel(self._origin)
        self._state_file = QSettings(str(services.home.window_state), QSettings.Format.IniFormat)
        self._bare = False
        self._build(services)
        self._follower = Follower(services, self._desk, self.grid, self._series, self)
        self._connect()
        self.grid.arrange()

    def _build(self, services: Services) -> None:
        self.toolbar = Toolbar(self._desk, self._host, self._cine)
        self.strip = SeriesStrip(self._series)
        self.grid = PaneGrid(self._desk)
        self.tags = TagBrowser(services.jobs)
        self.tags.hide()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for place, widget in enumerate((self.strip, self.grid, self.tags)):
            self._splitter.addWidget(widget)
            self._splitter.setStretchFactor(place, 1 if widget is self.grid else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(self._splitter, 1)
        strip_px = int(str(self._state_file.value("reading/strip_px", WIDTH_PX)))
        self._tags_px = int(str(self._state_file.value("reading/tags_px", _TAGS_PX)))
        self._splitter.setSizes([strip_px, 1000, self._tags_px])

    def _connect(self) -> None:
        self.strip.chosen.connect(self._show_series)
        self.grid.dropped.connect(self._drop)
        self._cine.changed.connect(self._cine_changed)
        self.tags.left.connect(self.focus_active_pane)
        self.toolbar.cine_bar.rate_box.left.connect(self.focus_active_pane)
        self._unlisten = [
            self.workspace.changed.listen(self._workspace_changed),
            self.workspace.history.changed.listen(lambda _none: self._history_changed()),
            self._desk.router.menu_requested.listen(self._show_menu),
            *(viewport.changed.listen(self._pane_changed) for viewport in self.workspace.viewports),
            self.workspace.viewport_created.listen(self._welcome),
            self._desk.settings.changed.listen(self._setting_changed),
        ]
        self._follower.shown.connect(self._picture_shown)
        self._follower.first_picture.connect(self._first_picture)

    # -------------------------------------------------------------------------- studies

    def add_study(self, study: OpenStudy) -> None:
        """Show a study in the strip, and its first series if the active pane is empty.

        Raises
        ------
        IdentityError
            When it belongs to another patient.
        """
        self.workspace.open(study)
        if self.workspace.active.display_set is None:
            self._hang(study)

    def _hang(self, study: OpenStudy) -> None:
        hang(self.workspace, choose(study))
        if self.workspace.active.display_set is None or self.workspace.active.display_set.message:
            self._follower.release_thumbnails()

    def refresh(self, study: OpenStudy, *, announce: bool = True) -> None:
        """Take over what an open study has become; the picture under the cursor stays.

        Parameters
        ----------
        announce
            Say how many images are new.
        """
        n_new = self._follower.arrived(study)
        self.workspace.open(study)
        if n_new and announce:
            self._host.notify(tr("{n} came in.").format(n=count(n_new, "new image", "new images")))

    def show_person(self, colour: str) -> None:
        """Mark every pane with the patient's colour while several patients are open (R-055)."""
        self.grid.show_person(colour)

    # ------------------------------------------------------------------------ following

    def _welcome(self, viewport: Viewport) -> None:
        self._unlisten.append(viewport.changed.listen(self._pane_changed))

    def _workspace_changed(self, what: str) -> None:
        if what == STUDIES:
            self._series.set_rows(strip_rows(self.workspace.studies))
            self._follower.request_thumbnails()
        if what in (STUDIES, ACTIVE, ASSIGNMENT, LAYOUT):
            self._mark_shown()
            self._show_tags()
            self.toolbar.refresh()
        if what == ACTIVE and self._cine.viewport not in (None, self.workspace.active):
            self._cine.stop()
        if what == TOOL:
            for pane in self.grid.every_pane:
                pane.canvas.show_cursor()
        self._host.refresh_actions()

    def _pane_changed(self, states: tuple[ViewState, ViewState]) -> None:
        old, new = states
        if old.display_set_id != new.display_set_id:
            self._mark_shown()
            self._host.refresh_actions()
        if old.appearance.inverted != new.appearance.inverted:
            self._host.refresh_actions()
        if old.navigation != new.navigation or old.display_set_id != new.display_set_id:
            self._show_tags()

    def _setting_changed(self, name: str) -> None:
        if name == _INTERPOLATION:
            self.workspace.set_interpolation(self._desk.settings.text(name))
            self._host.refresh_actions()

    def _picture_shown(self, viewport: Viewport, index: int) -> None:
        self._cine.note_shown(viewport, index)
        if viewport is self.workspace.active:
            self.toolbar.window_button.refresh()

    def _first_picture(self) -> None:
        self.toolbar.refresh()
        pane = self.grid.pane_of(self.workspace.active)
        if pane is not None:
            self._host.set_renderer(pane.canvas.renderer_text)
        self._host.refresh_actions()

    def _mark_shown(self) -> None:
        shown = {v.state.display_set_id for v in self.workspace.grid.visible}
        active = self.workspace.active.state.display_set_id
        self._series.set_shown(active, frozenset(shown - {""}))
        self.strip.reveal(active)

    def _show_tags(self) -> None:
        viewport = self.workspace.active
        display_set = viewport.display_set
        title = ""
        if display_set is not None:
            place = f"{viewport.index + 1:,} / {max(1, display_set.n_frames):,}"
            title = f"{display_set.title} · {place}"
        self.tags.show_frame(viewport.frame_ref, title)

    def _history_changed(self) -> None:
        self._host.refresh_actions()

    def _show_series(self, display_set_id: str) -> None:
        self.workspace.assign(self.workspace.active, display_set_id)
        self.focus_active_pane()

    def _drop(self, viewport: Viewport, series: DraggedSeries) -> None:
        if series.origin != self._origin:
            self._host.notify(tr(OTHER_PATIENT))
            return
        try:
            self.workspace.assign(viewport, series.display_set_id)
        except IdentityError as err:
            self._host.notify(str(err))
            return
        self.workspace.activate(viewport)
        self.focus_active_pane()

    def _show_menu(self, asked: tuple[Viewport, Point]) -> None:
        viewport, (x, y) = asked
        pane: Pane | None = self.grid.pane_of(viewport)
        if pane is not None:
            menu = pane_menu(self._host, self.toolbar.window_button, self)
            menu.popup(pane.canvas.mapToGlobal(QPoint(round(x), round(y))))

    # ------------------------------------------------------------------- ReadingActions

    def focus_active_pane(self) -> None:
        """Give the keyboard to the active pane."""
        self.grid.focus_active()

    def toggle_cine(self) -> None:
        """Play the active pane, or stop."""
        self._cine.toggle(self.workspace.active)

    @property
    def cine(self) -> CineDriver:
        """What plays."""
        return self._cine

    @property
    def cine_running(self) -> bool:
        """Whether cine plays."""
        return self._cine.running

    def toggle_cine_sweep(self) -> None:
        """Change between beginning again after the last frame and running back."""
        self._cine.set_mode(LOOP if self._cine.mode == SWEEP else SWEEP)

    @property
    def cine_sweeps(self) -> bool:
        """Whether cine runs back and forth."""
        return self._cine.mode == SWEEP

    def step_cine_rate(self, step: int) -> None:
        """Play one step faster, or slower for a negative step."""
        viewport = self.workspace.active
        if viewport.display_set is not None:
            now = self._cine.rate_of(viewport.display_set).fps
            self._cine.set_fps(viewport, next_rate(now, step))

    def _cine_changed(self) -> None:
        self._host.refresh_actions()

    def toggle_strip(self) -> None:
        """Show or hide the series strip."""
        self.strip.setVisible(self.strip.isHidden())
        self._host.refresh_actions()

    @property
    def strip_shown(self) -> bool:
        """Whether the series strip is shown."""
        return not self.strip.isHidden()

    def toggle_tags(self) -> None:
        """Show or hide the tag browser."""
        shown = self.tags_shown
        if shown:
            self._tags_px = self._splitter.sizes()[2]
        self.tags.setVisible(not shown)
        if not shown:
            self._give_tags_their_room()
        self._show_tags()
        self._host.refresh_actions()

    def _give_tags_their_room(self) -> None:
        """Take the width from the panes: a part that was hidden comes back as narrow as can be."""
        strip_px, panes_px, tags_px = self._splitter.sizes()
        room = panes_px + tags_px
        wanted = min(self._tags_px, room // 2)
        self._splitter.setSizes([strip_px, room - wanted, wanted])

    @property
    def tags_shown(self) -> bool:
        """Whether the tag browser is shown."""
        return not self.tags.isHidden()

    @property
    def is_source(self) -> bool:
        """Whether a study is read in place and not in the library."""
        return any(not study.study.in_library for study in self.workspace.studies)

    def import_source(self) -> None:
        """Import what is read in place."""
        self._host.import_source(self)

    def set_bare(self, *, bare: bool) -> None:
        """Hide everything but the panes, or show it again."""
        if bare and not self._bare:
            self._before_bare = (self.strip_shown, self.tags_shown)
            for part in (self.toolbar, self.strip, self.tags):
                part.hide()
        elif self._bare and not bare:
            self.toolbar.show()
            strip_shown, tags_shown = self._before_bare
            self.strip.setVisible(strip_shown)
            self.tags.setVisible(tags_shown)
        self._bare = bare

    def dispose(self) -> None:
        """Stop everything and give back what is held: the tab is closed."""
        sizes = self._splitter.sizes()
        if self.strip_shown:
            self._state_file.setValue("reading/strip_px", sizes[0])
        if self.tags_shown:
            self._state_file.setValue("reading/tags_px", sizes[2])
        self._cine.stop()
        self.toolbar.cine_bar.stop()
        self.tags.stop()
        for stop in self._unlisten:
            stop()
        self._follower.dispose()
        self.grid.dispose()
        self._desk.dispose()
