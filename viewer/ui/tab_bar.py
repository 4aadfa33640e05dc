"""The tabs: Studies, and one for each open patient with its coloured dot."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QToolButton, QWidget

from viewer.base.text import tr
from viewer.ui.icons import icon
from viewer.ui.theme import DARK_TOKENS
from viewer.ui.wording import plain_tooltip

TAB_PX = 36
_LEAST_PX = 96
_MOST_PX = 380
_SIDE_PX = 16
_DOT_PX = 16
_CLOSE_PX = 26
_GAP_PX = 8


@dataclass(frozen=True, slots=True)
class TabLook:
    """What a tab says: a name, a quieter second part, and the colour of its dot ('' for none)."""

    title: str
    detail: str = ""
    colour: str = ""

    @property
    def spoken(self) -> str:
        """The tab as one text."""
        return " · ".join(part for part in (self.title, self.detail) if part)


class TabBar(QTabBar):
    """Draws ``TabLook`` records; the first tab cannot be closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Open patients"))
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setUsesScrollButtons(True)
        self.setMovable(False)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._looks: list[TabLook] = []

    def add(self, look: TabLook) -> int:
        """Add a tab at the right end and return its place."""
        self._looks.append(look)
        place = self.addTab("")
        self._tell(place)
        if place:
            close = QToolButton(self)
            close.setIcon(icon("x", DARK_TOKENS, DARK_TOKENS.muted))
            close.setFixedSize(20, 20)
            close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            close.setAccessibleName(tr("Close {patient}").format(patient=look.title))
            close.setToolTip(tr("Close"))
            close.clicked.connect(lambda: self._close_of(close))
            self.setTabButton(place, QTabBar.ButtonPosition.RightSide, close)
        return place

    def set_look(self, place: int, look: TabLook) -> None:
        """Change what a tab says."""
        self._looks[place] = look
        self._tell(place)
        self.setTabText(place, "")  # makes the bar measure its tabs again

    def remove(self, place: int) -> None:
        """Take a tab away."""
        del self._looks[place]
        self.removeTab(place)

    def look(self, place: int) -> TabLook:
        """Return what a tab says."""
        return self._looks[place]

    def _tell(self, place: int) -> None:
        self.setTabToolTip(place, plain_tooltip(self._looks[place].spoken))
        self.setAccessibleTabName(place, self._looks[place].spoken)

    def _close_of(self, made: QToolButton) -> None:
        for place in range(self.count()):
            if self.tabButton(place, QTabBar.ButtonPosition.RightSide) is made:
                self.tabCloseRequested.emit(place)
                return

    def tabSizeHint(self, index: int) -> QSize:
        """Return the room for name and detail, within limits."""
        if index >= len(self._looks):
            return QSize(_LEAST_PX, TAB_PX)
        look = self._looks[index]
        metrics = QFontMetrics(self.font())
        width = 2 * _SIDE_PX + 4 + metrics.horizontalAdvance(look.title)
        if look.detail:
            width += _GAP_PX + metrics.horizontalAdvance(look.detail)
        if look.colour:
            width += _DOT_PX
        if index:
            width += _CLOSE_PX
        return QSize(max(_LEAST_PX if index else 0, min(_MOST_PX, width)), TAB_PX)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Let tabs shrink to the name before they scroll."""
        full = self.tabSizeHint(index)
        return QSize(min(full.width(), 140), TAB_PX)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Close a patient's tab with the middle button."""
        place = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and place > 0:
            self.tabCloseRequested.emit(place)
            return
        super().mouseReleaseEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all tabs."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(DARK_TOKENS.ground))
        for place, look in enumerate(self._looks):
            self._paint_tab(painter, place, look)

    def _paint_tab(self, painter: QPainter, place: int, look: TabLook) -> None:
        area = self.tabRect(place)
        front = place == self.currentIndex()
        if front:
            painter.fillRect(area, QColor(DARK_TOKENS.surface))
            painter.fillRect(
                QRect(area.left(), area.top(), area.width(), 2), QColor(DARK_TOKENS.accent)
            )
        painter.fillRect(
            QRect(area.right(), area.top(), 1, area.height()), QColor(DARK_TOKENS.line)
        )
        if front and self.hasFocus():
            painter.setPen(QColor(DARK_TOKENS.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(2, 4, -3, -3))
        inner = area.adjusted(_SIDE_PX, 0, -_SIDE_PX - (_CLOSE_PX if place else 0), 0)
        if look.colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.colour))
            painter.drawEllipse(QPointF(inner.left() + 4, area.center().y() + 0.5), 4, 4)
            inner.setLeft(inner.left() + _DOT_PX)
        metrics = QFontMetrics(self.font())
        painter.setFont(self.font())
        ink = DARK_TOKENS.text if front else DARK_TOKENS.muted
        painter.setPen(QColor(ink))
        title = metrics.elidedText(look.title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, _LEFT, title)
        inner.setLeft(inner.left() + metrics.horizontalAdvance(title) + _GAP_PX)
        if look.detail and inner.width() > 30:
            painter.setPen(QColor(DARK_TOKENS.muted))
            detail = metrics.elidedText(look.detail, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, _LEFT, detail)


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
