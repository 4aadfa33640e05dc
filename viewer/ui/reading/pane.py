"""One pane: a canvas with its slider inside a border that shows which pane is active."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QWidget

from viewer.base.text import tr
from viewer.model.view_state import ViewState, at_index
from viewer.ui.reading.canvas import Canvas
from viewer.ui.reading.desk import Desk
from viewer.ui.reading.drag import DraggedSeries, unpack
from viewer.ui.reading.slice_slider import SliceSlider
from viewer.ui.theme import DARK_TOKENS
from viewer.viewport.viewport import Viewport

BORDER_PX = 2
PERSON_PX = 4


class Pane(QWidget):
    """A viewport on the screen.

    ``dropped`` gives what was let fall on the pane.
    """

    dropped = Signal(object, object)

    def __init__(self, viewport: Viewport, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport = viewport
        self._desk = desk
        self._active = False
        self._place = (0, 1)
        self._drop_offered = False
        self._person = ""
        self.canvas = Canvas(viewport, desk, self)
        self.slider = SliceSlider(self)
        self.slider.moved.connect(self._go_to)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(BORDER_PX, BORDER_PX, BORDER_PX, BORDER_PX)
        self._row.setSpacing(0)
        self._row.addWidget(self.canvas, 1)
        self._row.addWidget(self.slider)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.canvas.setFocusProxy(self)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._unlisten = [
            viewport.changed.listen(self._follow),
            viewport.pointed.listen(lambda _pointer: self.canvas.update()),
        ]
        self._renew()

    def dispose(self) -> None:
        """Stop listening and give back what the renderer holds."""
        for stop in self._unlisten:
            stop()
        self.canvas.dispose()

    # ------------------------------------------------------------------------ what is shown

    def show_place(self, place: int, n_panes: int, *, active: bool) -> None:
        """Say which of how many panes it is; the active one has another border."""
        self._place = (place, n_panes)
        self._name()
        if active != self._active:
            self._active = active
            self.update()

    @property
    def active(self) -> bool:
        """Whether the border says that this pane is the active one."""
        return self._active

    def show_person(self, colour: str) -> None:
        """Draw a line in the patient's colour above the picture (R-055); '' for none."""
        if colour != self._person:
            self._person = colour
            top = BORDER_PX + (PERSON_PX if colour else 0)
            self._row.setContentsMargins(BORDER_PX, top, BORDER_PX, BORDER_PX)
            self.update()

    def show_loaded(self) -> None:
        """Bring the slider's marks up to date."""
        display_set = self.viewport.display_set
        if display_set is not None and not display_set.message:
            self.slider.show_loaded(*self._desk.loaded(display_set))

    def _follow(self, states: tuple[ViewState, ViewState]) -> None:
        old, new = states
        if old.display_set_id != new.display_set_id or old == new:
            self._renew()
        self.slider.show_index(self.viewport.index)
        self.canvas.update()

    def _renew(self) -> None:
        display_set = self.viewport.display_set
        n_frames = 0 if display_set is None or display_set.message else display_set.n_frames
        gaps = tuple(gap[0] for gap in display_set.gaps) if display_set else ()
        self.slider.show_stack(n_frames, gaps)
        self.slider.show_index(self.viewport.index)
        self.show_loaded()
        self.canvas.show_cursor()
        self._name()

    def _name(self) -> None:
        place, n_panes = self._place
        display_set = self.viewport.display_set
        shown = display_set.title if display_set else tr("empty")
        text = tr("Pane {place} of {all}: {series}")
        self.setAccessibleName(text.format(place=place + 1, all=n_panes, series=shown))

    def _go_to(self, index: int) -> None:
        self._desk.workspace.activate(self.viewport)
        self.viewport.set(at_index(self.viewport.state, index))

    # ----------------------------------------------------------------------- focus and border

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Become the active pane when the keyboard comes here."""
        super().focusInEvent(event)
        self._desk.workspace.activate(self.viewport)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the border: one pixel, or two in the accent for the active pane."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        if self._drop_offered:
            painter.setPen(QPen(QColor(DARK_TOKENS.accent), 2, Qt.PenStyle.DashLine))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        elif self._active:
            accent = QColor(DARK_TOKENS.accent)
            for side in border_sides(self.rect(), BORDER_PX):
                painter.fillRect(side, accent)
        else:
            line = QColor(DARK_TOKENS.line)
            for side in border_sides(self.rect(), 1):
                painter.fillRect(side, line)
        if self._person:
            inside = self.width() - 2 * BORDER_PX
            painter.fillRect(BORDER_PX, BORDER_PX, inside, PERSON_PX, QColor(self._person))
        painter.end()

    # ------------------------------------------------------------------------------ dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Offer to take a series."""
        if unpack(event.mimeData()) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._offer(offered=True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Take the offer back."""
        self._offer(offered=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        self._offer(offered=False)
        series: DraggedSeries | None = unpack(event.mimeData())
        if series is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(self.viewport, series)

    def _offer(self, *, offered: bool) -> None:
        self._drop_offered = offered
        self.update()


def border_sides(area: QRect, width_px: int) -> tuple[QRect, QRect, QRect, QRect]:
    """Return the four sides of a border inside an area."""
    left, top, width, height = area.x(), area.y(), area.width(), area.height()
    return (
        QRect(left, top, width, width_px),
        QRect(left, top + height - width_px, width, width_px),
        QRect(left, top, width_px, height),
        QRect(left + width - width_px, top, width_px, height),
    )
