"""Where the picture is: blits the renderer's array, paints overlays on it, takes the mouse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from viewer.base.events import Event
from viewer.model.frame import Frame
from viewer.model.view_state import Appearance
from viewer.ui.reading import pointing
from viewer.ui.reading.cursors import tool_cursor
from viewer.ui.reading.desk import Desk
from viewer.ui.reading.scene_painter import ScenePainter
from viewer.ui.reading.tiles import Tile, loading_tile, paint_tile, tile_for
from viewer.ui.wording import plain_tooltip
from viewer.viewport.projection import Projection
from viewer.viewport.scene import Scene
from viewer.viewport.viewport import Viewport, projection

PATIENCE_MS = 300
"""A wait longer than this shows progress; until then the last whole picture stays."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A finished picture: its pixels, the QImage over the very same memory, and its overlays."""

    display_set_id: str
    index: int
    pixels: NDArray[np.uint8]
    image: QImage
    frame: Frame
    projection: Projection
    appearance: Appearance
    scene: Scene = ()

    def shows(self, frame: Frame, view: Projection, appearance: Appearance) -> bool:
        """Tell whether the pixels would come out the same again."""
        return frame is self.frame and view == self.projection and appearance == self.appearance


class Canvas(QWidget):
    """The black field of a pane.

    Attributes
    ----------
    shown
        (display set id, index) of each picture that reached the screen.
    """

    def __init__(self, viewport: Viewport, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport = viewport
        self.shown: Event[tuple[str, int]] = Event()
        self._desk = desk
        self._slices = desk.new_slice_view()
        self._scenes = ScenePainter()
        self._picture: Picture | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._lose_patience)
        self._waited = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(64, 64)
        self.show_cursor()

    def sizeHint(self) -> QSize:
        """Return a size that leaves room for several panes."""
        return QSize(320, 320)

    @property
    def picture(self) -> Picture | None:
        """What is on the screen; None while there is no picture."""
        return self._picture

    @property
    def renderer_text(self) -> str:
        """What draws this pane."""
        return self._desk.renderer_text(self._slices)

    def show_cursor(self) -> None:
        """Show the cursor of the tool in use, the plain arrow where there is no image."""
        display_set = self.viewport.display_set
        has_image = display_set is not None and not display_set.message
        name = self._desk.router.cursor() if has_image else ""
        self.setCursor(tool_cursor(name, self.devicePixelRatioF()))

    def dispose(self) -> None:
        """Give back what the renderer holds."""
        self._patience.stop()
        self._picture = None
        self._slices.close()

    # ----------------------------------------------------------------------------- painting

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Tell the viewport its new size."""
        self._resized()

    def changeEvent(self, event: QEvent) -> None:
        """Follow to a screen of another scale."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._resized()
        super().changeEvent(event)

    def _resized(self) -> None:
        size = (float(self.width()), float(self.height()))
        self.viewport.resize(size, self.devicePixelRatioF())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture with its overlays, or the words that stand in for it."""
        painter = QPainter(self)
        tile = self._tile()
        view = projection(self.viewport) if tile is None else None
        frame = self.viewport.frame if tile is None else None
        if view is not None and frame is not None:
            self._paint_picture(painter, frame, view)
        elif tile is None:
            self._paint_held(painter)
        else:
            self._picture = None
            self._paint_words(painter, tile)
        painter.end()

    def _tile(self) -> Tile | None:
        """Return the words to show; None when a picture is there or about to come."""
        tile = tile_for(self.viewport)
        if tile is None and self.viewport.frame is None:
            return self._waiting_tile()
        self._waited = False
        self._patience.stop()
        return tile

    def _waiting_tile(self) -> Tile | None:
        if self._waited:
            source = self.viewport.source
            display_set_id = self.viewport.state.display_set_id
            return loading_tile(*(source.progress(display_set_id) if source else (0, 1)))
        if not self._patience.isActive():
            self._patience.start()
        return None

    def _lose_patience(self) -> None:
        self._waited = self.viewport.frame is None
        self.update()

    def _paint_picture(self, painter: QPainter, frame: Frame, view: Projection) -> None:
        state = self.viewport.state
        made = self._picture
        scene = self._desk.scene(self.viewport)
        if made is None or not made.shows(frame, view, state.appearance):
            ratio = self.devicePixelRatioF()
            size_px = (round(self.width() * ratio), round(self.height() * ratio))
            pixels = self._slices.draw(frame, state, view, size_px, ratio)
            image = as_image(pixels, ratio)
        else:
            pixels, image = made.pixels, made.image
        index = self.viewport.index
        key = state.display_set_id
        self._picture = Picture(key, index, pixels, image, frame, view, state.appearance, scene)
        self._blit(painter, image, scene)
        self.shown.emit((key, index))

    def _paint_held(self, painter: QPainter) -> None:
        """Keep the last whole picture with its own words for a moment, else stay black."""
        held = self._picture
        if held is not None and held.display_set_id == self.viewport.state.display_set_id:
            self._blit(painter, held.image, held.scene)
            return
        self._picture = None
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        self._scenes.paint(painter, self._desk.scene(self.viewport), self._size())

    def _paint_words(self, painter: QPainter, tile: Tile) -> None:
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        paint_tile(painter, QRectF(self.rect()), tile)
        if self.viewport.display_set is not None:
            self._scenes.paint(painter, self._desk.scene(self.viewport), self._size())

    def _blit(self, painter: QPainter, image: QImage, scene: Scene) -> None:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(QPointF(0, 0), image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        self._scenes.paint(painter, scene, self._size())

    def _size(self) -> tuple[float, float]:
        return float(self.width()), float(self.height())

    # -------------------------------------------------------------------------------- mouse

    def event(self, event: QEvent) -> bool:
        """Show in full what was shortened, where the pointer rests on it (R-056)."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return super().event(event)
        found = self._scenes.texts_at((event.pos().x(), event.pos().y()))
        shortened = [text.full for text in found if text.shown != text.full]
        if shortened:
            QToolTip.showText(event.globalPos(), plain_tooltip(shortened[0]), self)
        else:
            QToolTip.hideText()
            event.ignore()
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hand a press to the router."""
        self._desk.router.handle(self.viewport, pointing.pressed(event))
        self.show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hand a move to the router."""
        self._desk.router.handle(self.viewport, pointing.moved(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Hand a release to the router."""
        self._desk.router.handle(self.viewport, pointing.released(event))
        self.show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Hand a double click to the router."""
        self._desk.router.handle(self.viewport, pointing.double_clicked(event))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Hand a turn of the wheel to the router."""
        self._desk.router.handle(self.viewport, pointing.turned(event))
        event.accept()

    def leaveEvent(self, _event: QEvent) -> None:
        """Forget the value under the pointer."""
        self._desk.router.handle(self.viewport, pointing.left())


def as_image(pixels: NDArray[np.uint8], device_pixel_ratio: float) -> QImage:
    """Return a QImage over the memory of ``pixels`` (height, width, 4) RGBA, without a copy.

    The array must outlive the image.
    """
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGBX8888)
    image.setDevicePixelRatio(device_pixel_ratio)
    return image
