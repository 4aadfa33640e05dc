"""The strip at the left: every study of the patient with its series as pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from viewer.base.text import tr
from viewer.ui.reading.own_keys import PRESSING, keeps_key
from viewer.ui.reading.series_card import SeriesCard
from viewer.ui.reading.series_model import IMAGE_ROLE, Row, SeriesModel, SeriesRow

WIDTH_PX = 160
LEAST_WIDTH_PX = 120
MOST_WIDTH_PX = 280
_DRAG_PX = 96
_OWN_KEYS = PRESSING | {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}

_Index = QModelIndex | QPersistentModelIndex


class SeriesStrip(QListView):
    """Headings and cards. ``chosen`` gives the display set id of a click, Enter or Space.

    Parameters
    ----------
    model
        The rows.
    """

    chosen = Signal(str)

    def __init__(self, model: SeriesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series = model
        self.setObjectName("seriesStrip")
        self.setModel(model)
        self.setItemDelegate(SeriesCard(self))
        self.setAccessibleName(tr("Series of this patient"))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QListView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setMinimumWidth(LEAST_WIDTH_PX)
        self.setMaximumWidth(MOST_WIDTH_PX)
        self.verticalScrollBar().setSingleStep(24)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def sizeHint(self) -> QSize:
        """Return the usual width."""
        return QSize(WIDTH_PX, 400)

    @property
    def rows(self) -> Sequence[Row]:
        """The rows in their order."""
        return [self._series.row(number) for number in range(self._series.rowCount())]

    def reveal(self, display_set_id: str) -> None:
        """Make the keyboard's row this display set and scroll to it."""
        number = self._series.position(display_set_id)
        if number >= 0:
            index = self._series.index(number)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _choose(self, index: _Index) -> None:
        row = self._series.row(index.row()) if index.isValid() else None
        if isinstance(row, SeriesRow):
            self.chosen.emit(row.display_set.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cards to the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def event(self, event: QEvent) -> bool:
        """Keep the keys that move in a list."""
        return keeps_key(event, _OWN_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Space choose as Enter does."""
        if event.key() == Qt.Key.Key_Space:
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag the series under the pointer with its picture."""
        index = self.currentIndex()
        row = self._series.row(index.row()) if index.isValid() else None
        if not isinstance(row, SeriesRow):
            return
        drag = QDrag(self)
        drag.setMimeData(self._series.mimeData([index]))
        image = index.data(IMAGE_ROLE)
        if image is not None and not image.isNull():
            pixmap = QPixmap.fromImage(image)
            drag.setPixmap(
                pixmap.scaled(
                    _DRAG_PX,
                    _DRAG_PX,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
            drag.setHotSpot(QPoint(8, 8))
        drag.exec(actions, Qt.DropAction.CopyAction)
