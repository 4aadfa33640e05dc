"""Rate, mode and truth of the running cine, in the toolbar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QToolButton, QWidget

from viewer.base.text import tr
from viewer.ui.reading.cine_driver import CineDriver, CineReport
from viewer.ui.reading.desk import Desk
from viewer.ui.reading.own_keys import keeps_key
from viewer.ui.theme import CONTROL_PX, ICON_PX
from viewer.ui.widgets import label
from viewer.viewport.cine import FASTEST_FPS, SLOWEST_FPS

_REFRESH_MS = 250
_NUMBERS_PX = 150
_RATES = (0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 40, 50, 60, 80, 100, 120)


class CineBar(QWidget):
    """Shows and sets how the active pane's series is played."""

    def __init__(self, desk: Desk, driver: CineDriver, sweep: QAction) -> None:
        super().__init__()
        self._desk = desk
        self._driver = driver
        self._rate = RateBox()
        self._rate.valueChanged.connect(self._set_rate)
        self._sweep = QToolButton()
        self._sweep.setDefaultAction(sweep)
        self._sweep.setIconSize(QSize(ICON_PX, ICON_PX))
        self._sweep.setFixedSize(CONTROL_PX + 4, CONTROL_PX)
        self._numbers = label(kind="muted")
        self._numbers.setFixedWidth(_NUMBERS_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self._rate, self._sweep, self._numbers):
            row.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self._show_numbers)
        driver.changed.connect(self.refresh)
        self.refresh()

    @property
    def numbers(self) -> str:
        """What is said about the running cine."""
        return self._numbers.text()

    @property
    def rate_box(self) -> RateBox:
        """Where the rate is set."""
        return self._rate

    @property
    def is_of_use(self) -> bool:
        """Whether the active pane's series can be played."""
        return self._driver.can_play(self._desk.workspace.active)

    def refresh(self) -> None:
        """Show the rate of the active pane's series, and whether it runs."""
        viewport = self._desk.workspace.active
        if self._driver.can_play(viewport) and viewport.display_set is not None:
            rate = self._driver.rate_of(viewport.display_set)
            with QSignalBlocker(self._rate):
                self._rate.setValue(rate.fps)
            source = tr(rate.source) if rate.from_file else tr("no rate in the file")
            self._rate.setToolTip(f"{tr('Images a second')}\n{source}")
        if self._driver.running and not self._timer.isActive():
            self._timer.start()
        elif not self._driver.running:
            self._timer.stop()
        self._show_numbers()

    def _show_numbers(self) -> None:
        self._numbers.setText(numbers_text(self._driver.report()))

    def _set_rate(self, fps: float) -> None:
        self._driver.set_fps(self._desk.workspace.active, fps)

    def stop(self) -> None:
        """End the timer."""
        self._timer.stop()


class RateBox(QDoubleSpinBox):
    """Images a second; the arrows go through the usual rates.

    ``left`` tells that Enter or Esc gives the keys back.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setRange(SLOWEST_FPS, FASTEST_FPS)
        self.setDecimals(1)
        self.setSuffix(" fps")
        self.lineEdit().setTextMargins(6, 0, 0, 0)
        self.setFixedWidth(92)
        self.setKeyboardTracking(False)
        self.setAccessibleName(tr("Images a second"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of a field that is written in."""
        return keeps_key(event) or super().event(event)

    def stepBy(self, steps: int) -> None:
        """Go to the next usual rate."""
        self.setValue(next_rate(self.value(), steps))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keyboard back after Enter or Esc."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.left.emit()


def next_rate(fps: float, steps: int) -> float:
    """Return the usual rate so many steps above or below a rate."""
    above = [rate for rate in _RATES if rate > fps + 0.05]
    below = [rate for rate in _RATES if rate < fps - 0.05][::-1]
    way = above if steps > 0 else below
    return float(way[min(abs(steps), len(way)) - 1]) if way else fps


def numbers_text(report: CineReport) -> str:
    """Return '29.9 of 30 fps · 2 dropped'; empty while nothing plays."""
    if not report.running:
        return ""
    shown = f"{report.fps:.1f}" if report.fps else "–"
    text = tr("{shown} of {wanted} fps").format(shown=shown, wanted=f"{report.wanted_fps:.4g}")
    if report.n_dropped:
        text += " · " + tr("{n} dropped").format(n=f"{report.n_dropped:,}")
    return text
