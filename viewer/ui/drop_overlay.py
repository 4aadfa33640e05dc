"""What lies over the window while files are dragged in: two zones that say what a drop does."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from viewer.base.text import N_, tr
from viewer.ui.icons import paint_icon
from viewer.ui.theme import DARK_TOKENS, TITLE_PX, sized

OPEN = "open"
IMPORT = "import"
_ZONES: tuple[tuple[str, str, str, str], ...] = (
    (OPEN, "eye", N_("Open in place"), N_("Read where it is. Nothing is stored.")),
    (IMPORT, "import", N_("Import into library"), N_("Kept, found again, with a receipt.")),
)
_MARGIN_PX = 32


class DropOverlay(QWidget):
    """``dropped`` gives (zone, paths)."""

    dropped = Signal(str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._zones: tuple[tuple[str, str, str, str], ...] = _ZONES
        self._over = ""
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Drop files"))
        self.hide()

    def offer(self, data: QMimeData, *, may_import: bool) -> bool:
        """Show the zones if what is dragged are files; tell whether they are."""
        if not local_paths(data):
            return False
        self._zones = _ZONES if may_import else _ZONES[:1]
        self._over = ""
        window = self.parentWidget()
        if window is not None:
            self.setGeometry(window.rect())
        self.show()
        self.raise_()
        return True

    def zone_at(self, column: float, row: float) -> str:
        """Return the zone under a point of the overlay."""
        for place, zone in enumerate(self._zones):
            if self._area(place).contains(round(column), round(row)):
                return zone[0]
        return ""

    def zone_centre(self, zone: str) -> tuple[int, int]:
        """Return the middle of a zone."""
        place = [name for name, *_rest in self._zones].index(zone)
        middle = self._area(place).center()
        return middle.x(), middle.y()

    def _area(self, place: int) -> QRect:
        inner = self.rect().adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        width = (inner.width() - _MARGIN_PX * (len(self._zones) - 1)) // len(self._zones)
        left = inner.left() + place * (width + _MARGIN_PX)
        return QRect(left, inner.top(), width, inner.height())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Mark the zone under the pointer."""
        over = self.zone_at(event.position().x(), event.position().y())
        if over != self._over:
            self._over = over
            self.update()
        event.setAccepted(bool(over))

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Go away with what was dragged."""
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped where."""
        zone = self.zone_at(event.position().x(), event.position().y())
        paths = local_paths(event.mimeData())
        self.hide()
        if zone and paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(zone, paths)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the zones."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(DARK_TOKENS.ground)
        veil.setAlphaF(0.9)
        painter.fillRect(self.rect(), veil)
        for place, zone in enumerate(self._zones):
            self._paint_zone(painter, self._area(place), zone)

    def _paint_zone(self, painter: QPainter, area: QRect, zone: tuple[str, str, str, str]) -> None:
        name, sign, title, help_text = zone
        over = name == self._over
        colour = DARK_TOKENS.accent if over else DARK_TOKENS.muted
        painter.setPen(QPen(QColor(colour), 2, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(DARK_TOKENS.selection if over else DARK_TOKENS.surface))
        painter.drawRoundedRect(area, 8, 8)
        middle = area.center()
        paint_icon(painter, sign, colour, QRectF(middle.x() - 24, middle.y() - 64, 48, 48))
        painter.setFont(sized(self.font(), TITLE_PX, bold=True))
        painter.setPen(QColor(DARK_TOKENS.text))
        line = QRect(area.left() + 16, middle.y(), area.width() - 32, 28)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignCenter), tr(title))
        painter.setFont(self.font())
        painter.setPen(QColor(DARK_TOKENS.muted))
        line.translate(0, 28)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignCenter), tr(help_text))


def local_paths(data: QMimeData) -> Sequence[str]:
    """Return the files and folders that are dragged; nothing else counts."""
    return tuple(url.toLocalFile() for url in data.urls() if url.isLocalFile())
