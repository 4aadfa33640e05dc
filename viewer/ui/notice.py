"""A sentence at the bottom of the window that goes by itself, with a button to take back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from viewer.base.text import tr
from viewer.ui.icons import icon
from viewer.ui.widgets import button, label

_SHOWN_MS = 8000
_ABOVE_PX = 40
_MOST_PX = 720


class Notice(QFrame):
    """Lies over the bottom of the window without taking the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("Notice"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        self._text = label(wrap=True)
        row.addWidget(self._text, 1)
        self.undo_button = button(tr("Undo"), kind="flat")
        row.addWidget(self.undo_button)
        close = QToolButton()
        close.setIcon(icon("x"))
        close.setAccessibleName(tr("Put the notice away"))
        close.clicked.connect(self.hide)
        row.addWidget(close)
        self._take_back: Callable[[], None] | None = None
        self.undo_button.clicked.connect(self._undone)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that is shown or was shown last."""
        return self._text.text()

    def show_sentence(
        self, sentence: str, undo: Callable[[], None] | None = None, word: str = ""
    ) -> None:
        """Show a sentence for some seconds; ``undo`` puts a button behind it, called ``word``."""
        self._take_back = undo
        self.undo_button.setText(word or tr("Undo"))
        self.undo_button.setVisible(undo is not None)
        self._text.setText(sentence)
        self.show()
        self.raise_()
        self._place()
        self._timer.start()

    def hideEvent(self, _event: object) -> None:
        """Stop counting."""
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom when the window changes its size."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        hint = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 180
        width = min(_MOST_PX, window.width() - 48, max(280, hint))
        self.setFixedWidth(width)
        self._text.setFixedWidth(width - 100 - (60 if self._take_back else 0))
        height = self._text.heightForWidth(self._text.width()) + 20
        self.setFixedHeight(max(44, height))
        self.move((window.width() - width) // 2, window.height() - self.height() - _ABOVE_PX)

    def _undone(self) -> None:
        take_back, self._take_back = self._take_back, None
        self.hide()
        if take_back is not None:
            take_back()
