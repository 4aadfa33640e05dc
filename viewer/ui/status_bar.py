"""The line at the bottom: imports, cache, library, renderer, and what the program is not for."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QWidget

from viewer.base.disclaimer import DISCLAIMER_SHORT
from viewer.base.text import tr
from viewer.ui.theme import SMALL_PX, sized
from viewer.ui.widgets import button, label, set_kind
from viewer.ui.wording import size_text

STATUS_PX = 26


class StatusBar(QFrame):
    """Shows only what is known; each part hides while there is nothing to say.

    ``stop_wanted`` asks to stop the work whose progress is shown.
    """

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "status")
        self.setFixedHeight(STATUS_PX)
        self.setFont(sized(self.font(), SMALL_PX))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(20)
        self._library = self._part(row)
        self._work = self._part(row)
        self._bar = QProgressBar()
        self._bar.setFixedWidth(120)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress"))
        row.addWidget(self._bar)
        self._stop = button(tr("Stop"), kind="flat")
        self._stop.setFont(self.font())
        self._stop.setMaximumHeight(22)
        self._stop.clicked.connect(self.stop_wanted)
        row.addWidget(self._stop)
        row.addStretch(1)
        self._cache = self._part(row)
        self._size = self._part(row)
        self._renderer = self._part(row)
        self.disclaimer = label(tr(DISCLAIMER_SHORT))
        self.disclaimer.setFont(sized(self.font(), SMALL_PX, bold=True))
        row.addWidget(self.disclaimer)
        self.show_work("")

    def _part(self, row: QHBoxLayout) -> QLabel:
        made = label(kind="muted")
        made.setFont(self.font())
        made.hide()
        row.addWidget(made)
        return made

    def _say(self, part: QLabel, text: str) -> None:
        part.setText(text)
        part.setVisible(bool(text))

    def show_library(self, text: str, kind: str = "muted") -> None:
        """Show what is the matter with the library; '' when nothing is."""
        set_kind(self._library, kind)
        self._say(self._library, text)

    def show_work(
        self, text: str, done: int = 0, total: int = 0, *, stoppable: bool = True
    ) -> None:
        """Show what is under way, with a bar when the total is known; '' when nothing is."""
        self._say(self._work, text)
        self._bar.setVisible(bool(text))
        self._stop.setVisible(bool(text) and stoppable)
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def show_cache(self, used: int, budget: int) -> None:
        """Show how much of the image cache is used; nothing while it is empty."""
        text = tr("Cache {used} of {all}").format(used=size_text(used), all=size_text(budget))
        self._say(self._cache, text if used else "")

    def show_disk(self, text: str) -> None:
        """Show what the library holds and what is free beside it."""
        self._say(self._size, text)

    def show_renderer(self, text: str) -> None:
        """Show how pictures are drawn."""
        self._say(self._renderer, text)
