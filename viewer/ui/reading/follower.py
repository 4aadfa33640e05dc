"""Brings news from the loader and the canvases to panes and strip, a few times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from viewer.base.text import tr
from viewer.model.displayset import OpenStudy, total_frames
from viewer.ui.reading.desk import Desk
from viewer.ui.reading.pane import Pane
from viewer.ui.reading.pane_grid import PaneGrid
from viewer.ui.reading.seen import SeenImages
from viewer.ui.reading.series_model import SeriesModel
from viewer.ui.reading.thumbnails import Thumbnailer

if TYPE_CHECKING:
    from viewer.services.compose import Services

_SOON_MS = 120
_ARRIVING_MS = 2500
_REST_MS = 600
"""A picture that stays this long has its file's content compared with the library (R-054)."""


class Follower(QObject):
    """Listens and passes on; only the panes concerned are painted again.

    ``shown`` gives the viewport whose picture reached the screen; ``first_picture`` comes once
    for each display set that a pane shows.
    """

    shown = Signal(object, int)
    first_picture = Signal()

    def __init__(
        self, services: Services, desk: Desk, grid: PaneGrid, series: SeriesModel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._grid = grid
        self._series = series
        self._seen = SeenImages()
        self._pictured: set[str] = set()
        self._stale: set[str] = set()
        self._asked: set[str] = set()
        self._thumbnailer = Thumbnailer(services.jobs, services.pool)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._pass_on)
        self._arriving: dict[str, str] = {}
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_ARRIVING_MS)
        self._quiet.timeout.connect(self._end_arriving)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._verify)
        self._unlisten = [
            desk.loader.ready.listen(self._frame_ready),
            self._thumbnailer.ready.listen(self._thumbnail_ready),
        ]
        grid.pane_made.connect(self._welcome)

    def _welcome(self, pane: Pane) -> None:
        pane.canvas.shown.listen(lambda shown: self._picture_shown(pane, *shown))

    # --------------------------------------------------------------------------- frames

    def _frame_ready(self, arrived: tuple[str, int]) -> None:
        display_set_id, index = arrived
        for pane in self._grid.panes:
            viewport = pane.viewport
            if viewport.state.display_set_id == display_set_id:
                self._stale.add(display_set_id)
                if viewport.index == index:
                    viewport.forget_frame()
                    self._desk.workspace.settle_window(viewport)
                    pane.canvas.update()
                    self.release_thumbnails()
        self._later()

    def _picture_shown(self, pane: Pane, display_set_id: str, index: int) -> None:
        if self._seen.note(display_set_id, index):
            self._later()
        self.shown.emit(pane.viewport, index)
        self._rest.start()
        if display_set_id not in self._pictured:
            self._pictured.add(display_set_id)
            QTimer.singleShot(0, self, self.first_picture.emit)
            self.release_thumbnails()

    def _verify(self) -> None:
        for pane in self._grid.panes:
            display_set = pane.viewport.display_set
            if display_set is not None and pane.viewport.frame is not None:
                self._desk.loader.verify(display_set, pane.viewport.index)

    def _later(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _pass_on(self) -> None:
        for display_set_id in self._seen.news():
            self._series.set_seen(display_set_id, self._seen.n_seen(display_set_id))
        stale, self._stale = self._stale, set()
        for pane in self._grid.panes:
            if pane.viewport.state.display_set_id in stale:
                pane.show_loaded()

    # ----------------------------------------------------------------------- thumbnails

    def request_thumbnails(self) -> None:
        """Ask for the pictures of series that have none."""
        for display_set in self._desk.workspace.display_sets():
            wanted = display_set.frames and not display_set.message
            if wanted and display_set.id not in self._asked:
                self._asked.add(display_set.id)
                self._thumbnailer.request(display_set)

    def release_thumbnails(self) -> None:
        """Let thumbnails begin: the first picture is on its way or there is none."""
        self._thumbnailer.release()

    def _thumbnail_ready(self, made: tuple[str, QImage | None]) -> None:
        display_set_id, image = made
        if image is not None:
            self._series.set_image(display_set_id, image)

    # ------------------------------------------------------------------------- arriving

    def arrived(self, study: OpenStudy) -> int:
        """Note what a study has become, before the workspace takes it over.

        Returns
        -------
        int
            Frames that are new.
        """
        workspace = self._desk.workspace
        uid = study.study.study_instance_uid
        old = next((s for s in workspace.studies if s.study.study_instance_uid == uid), None)
        known = {ds.id: ds for ds in old.display_sets} if old else {}
        for display_set in study.display_sets:
            before = known.get(display_set.id)
            if before is None or before.n_frames < display_set.n_frames:
                self._arriving[display_set.id] = tr("{n} so far").format(
                    n=f"{display_set.n_frames:,}"
                )
            if before is not None and before.n_frames != display_set.n_frames:
                self._desk.loader.open(display_set)  # before any pane asks by its new order
        QTimer.singleShot(0, self, self._show_arriving)
        return total_frames(study.display_sets) - (total_frames(old.display_sets) if old else 0)

    def _show_arriving(self) -> None:
        for display_set_id, text in self._arriving.items():
            self._series.set_arriving(display_set_id, text)
        if self._arriving:
            self._quiet.start()

    def _end_arriving(self) -> None:
        for display_set_id in self._arriving:
            self._series.set_arriving(display_set_id, "")
        self._asked -= self._arriving.keys()
        self._arriving.clear()
        self.request_thumbnails()

    def dispose(self) -> None:
        """Stop listening and working."""
        self._soon.stop()
        self._quiet.stop()
        self._rest.stop()
        self._thumbnailer.close()
        for stop in self._unlisten:
            stop()
