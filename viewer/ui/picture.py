"""Take a picture of the window once it has settled: for documentation, and without a display."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from viewer.ui.main_window import MainWindow

_LOOK_MS = 150
_CALM_LOOKS = 4
_LONGEST_MS = 45_000


class WindowPicture(QObject):
    """Waits until nothing is under way and two looks are equal, saves the picture, and tells.

    Parameters
    ----------
    done
        Called with whether the file was written.
    """

    def __init__(self, window: MainWindow, path: Path, done: Callable[[bool], None]) -> None:
        super().__init__(window)
        QApplication.setCursorFlashTime(0)  # a blinking caret never lets two looks be equal
        self._window = window
        self._path = path
        self._done = done
        self._last = QImage()
        self._calm = 0
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        image = self._window.grab().toImage()
        same = not self._window.busy and image == self._last
        self._calm = self._calm + 1 if same else 0
        self._last = image
        if self._calm < _CALM_LOOKS and self._clock.elapsed() < _LONGEST_MS:
            return
        self._timer.stop()
        self._done(image.save(str(self._path)))
