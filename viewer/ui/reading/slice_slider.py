"""The slider at a pane's right edge: where in the stack, what is loaded, what is missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from viewer.base.text import tr
from viewer.ui.theme import DARK_TOKENS

WIDTH_PX = 14
_TRACK_PX = 6
_MARGIN_PX = 8
_LEAST_HANDLE_PX = 12
_LOADED = "#4a525e"


class SliceSlider(QWidget):
    """A vertical slider over the frames of a stack.

    ``moved`` gives the index that a person asked for by click or drag. The pane sets what is
    shown; the slider never moves by itself. It is no stop of the tab order: the pane's own keys
    do the same.
    """

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._n_frames = 0
        self._index = 0
        self._loaded: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._failed: frozenset[int] = frozenset()
        self._gaps: tuple[int, ...] = ()
        self.setFixedWidth(WIDTH_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(tr("Position in the series"))

    def sizeHint(self) -> QSize:
        """Return the fixed width."""
        return QSize(WIDTH_PX, 100)

    @property
    def index(self) -> int:
        """The frame that the handle stands at."""
        return self._index

    @property
    def loaded(self) -> NDArray[np.bool_]:
        """Which frames are marked as being in memory, (frames,)."""
        return self._loaded

    def show_stack(self, n_frames: int, gaps: tuple[int, ...]) -> None:
        """Show another stack: its length, and after which indices slices are missing."""
        self._n_frames = n_frames
        self._gaps = gaps
        self._index = min(self._index, max(0, n_frames - 1))
        self._loaded = np.zeros(n_frames, dtype=np.bool_)
        self._failed = frozenset()
        self.update()

    def show_index(self, index: int) -> None:
        """Move the handle."""
        if index != self._index:
            self._index = index
            self.update()

    def show_loaded(self, loaded: NDArray[np.bool_], failed: frozenset[int]) -> None:
        """Mark which frames are in memory and which could not be read."""
        if failed != self._failed or not np.array_equal(loaded, self._loaded):
            self._loaded = loaded
            self._failed = failed
            self.update()

    def handle_rect(self) -> QRectF:
        """Return where the handle is, in the slider's pixels."""
        track = self._track()
        n = max(1, self._n_frames)
        height = max(_LEAST_HANDLE_PX, track.height() / n)
        top = track.top()
        if n > 1:
            top += (track.height() - height) * self._index / (n - 1)
        return QRectF(track.left(), top, track.width(), height)

    def _track(self) -> QRectF:
        left = (self.width() - _TRACK_PX) / 2
        return QRectF(left, _MARGIN_PX, _TRACK_PX, max(1, self.height() - 2 * _MARGIN_PX))

    def _index_at(self, y_px: float) -> int:
        track = self._track()
        handle = self.handle_rect().height()
        room = max(1.0, track.height() - handle)
        share = (y_px - track.top() - handle / 2) / room
        return round(max(0.0, min(1.0, share)) * (self._n_frames - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the place of a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._ask_for(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._ask_for(event)

    def _ask_for(self, event: QMouseEvent) -> None:
        if self._n_frames > 1:
            index = self._index_at(event.position().y())
            if index != self._index:
                self.moved.emit(index)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the track, what is loaded, the marks and the handle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        if self._n_frames > 1:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            self._paint_track(painter)
            painter.setBrush(QColor(DARK_TOKENS.accent))
            painter.drawRoundedRect(self.handle_rect(), 3, 3)
        painter.end()

    def _paint_track(self, painter: QPainter) -> None:
        track = self._track()
        painter.setBrush(QColor(DARK_TOKENS.raised))
        painter.drawRoundedRect(track, 3, 3)
        step = track.height() / self._n_frames
        painter.setBrush(QColor(_LOADED))
        for first, last in runs(self._loaded):
            top = track.top() + first * step
            painter.drawRect(QRectF(track.left() + 2, top, 2, (last - first) * step))
        painter.setBrush(QColor(DARK_TOKENS.warning))
        for index in self._gaps:
            painter.drawRect(QRectF(0, track.top() + (index + 1) * step - 0.75, WIDTH_PX, 1.5))
        painter.setBrush(QColor(DARK_TOKENS.error))
        for index in self._failed:
            painter.drawRect(QRectF(1, track.top() + index * step, WIDTH_PX - 2, max(1.5, step)))


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (first, one past the last) of each run of true flags."""
    padded = np.concatenate(([False], flags, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
