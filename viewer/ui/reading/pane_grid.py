"""Panes in rows and columns, as the workspace lays them out."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from viewer.base.text import tr
from viewer.ui.reading.desk import Desk
from viewer.ui.reading.pane import Pane
from viewer.ui.theme import DARK_TOKENS
from viewer.viewport.grid import ACTIVE, LAYOUT
from viewer.viewport.viewport import Viewport

GAP_PX = 2


def cells(area: QRect, rows: int, columns: int, gap_px: int = GAP_PX) -> list[QRect]:
    """Return the places of panes, row by row; together with the gaps they fill the area."""
    found = []
    for row in range(rows):
        top = area.top() + round(row * (area.height() + gap_px) / rows)
        bottom = area.top() + round((row + 1) * (area.height() + gap_px) / rows) - gap_px
        for column in range(columns):
            left = area.left() + round(column * (area.width() + gap_px) / columns)
            right = area.left() + round((column + 1) * (area.width() + gap_px) / columns) - gap_px
            found.append(QRect(left, top, max(1, right - left), max(1, bottom - top)))
    return found


class PaneGrid(QWidget):
    """Keeps one ``Pane`` for each viewport; hidden ones stay as they are.

    ``dropped`` gives (viewport, what was dropped on it); ``pane_made`` each new pane.
    """

    dropped = Signal(object, object)
    pane_made = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._panes: dict[str, Pane] = {}
        self._person = ""
        self.setAccessibleName(tr("Panes"))
        self.setMinimumSize(240, 200)
        self._unlisten = desk.workspace.changed.listen(self._follow)

    @property
    def panes(self) -> tuple[Pane, ...]:
        """The panes on the screen, in the order of the grid."""
        return tuple(self._panes[v.key] for v in self._desk.workspace.grid.visible)

    @property
    def every_pane(self) -> tuple[Pane, ...]:
        """All panes that were ever shown."""
        return tuple(self._panes.values())

    def pane_of(self, viewport: Viewport) -> Pane | None:
        """Return the pane of a viewport; None when it was never on the screen."""
        return self._panes.get(viewport.key)

    def show_person(self, colour: str) -> None:
        """Mark all panes with the patient's colour (R-055); '' for none."""
        self._person = colour
        for pane in self._panes.values():
            pane.show_person(colour)

    def focus_active(self) -> None:
        """Give the keyboard to the active pane."""
        pane = self.pane_of(self._desk.workspace.active)
        if pane is not None:
            pane.setFocus()

    def arrange(self) -> None:
        """Make, place, show and hide panes after the workspace."""
        grid = self._desk.workspace.grid
        visible = grid.visible
        rows, columns = (1, 1) if grid.maximised else (grid.layout.rows, grid.layout.columns)
        before: QWidget | None = None
        for viewport, place in zip(visible, cells(self.rect(), rows, columns), strict=True):
            pane = self._panes.get(viewport.key) or self._make(viewport)
            pane.setGeometry(place)
            pane.show()
            if before is not None:
                QWidget.setTabOrder(before, pane)
            before = pane
        shown = {viewport.key for viewport in visible}
        for key, pane in self._panes.items():
            if key not in shown:
                pane.hide()
        self._mark_active()

    def _make(self, viewport: Viewport) -> Pane:
        pane = Pane(viewport, self._desk, self)
        pane.dropped.connect(self.dropped)
        pane.show_person(self._person)
        self._panes[viewport.key] = pane
        self.pane_made.emit(pane)
        return pane

    def _mark_active(self) -> None:
        viewports = self._desk.workspace.viewports
        active = self._desk.workspace.active
        for place, viewport in enumerate(viewports):
            pane = self._panes.get(viewport.key)
            if pane is not None:
                pane.show_place(place, len(viewports), active=viewport is active)

    def _follow(self, what: str) -> None:
        if what not in (LAYOUT, ACTIVE):
            return
        had_focus = any(pane.hasFocus() for pane in self._panes.values())
        if what == LAYOUT or self._desk.workspace.maximised:
            self.arrange()
        self._mark_active()
        if had_focus:
            self.focus_active()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Fit the panes to the new size."""
        self.arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the gaps between the panes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(DARK_TOKENS.ground))
        painter.end()

    def dispose(self) -> None:
        """Give back what all panes hold."""
        self._unlisten()
        for pane in self._panes.values():
            pane.dispose()
