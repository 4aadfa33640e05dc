"""The comment on a study: saved when the reader pauses or leaves it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from viewer.base.text import tr

_IDLE_MS = 1500


class CommentEditor(QPlainTextEdit):
    """``edited`` gives (study UID, new text, earlier text) once a change is to be kept."""

    edited = Signal(str, str, str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._uid = ""
        self._kept = ""
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE_MS)
        self._idle.timeout.connect(self.save)
        self.setPlaceholderText(tr("Add a comment …"))
        self.setAccessibleName(tr("Comment on this study"))
        self.setTabChangesFocus(True)
        self.setFixedHeight(72)
        self.textChanged.connect(self._idle.start)

    def show_comment(self, uid: str, text: str) -> None:
        """Show the comment of another study; what was typed for the last one is kept first."""
        if uid == self._uid and (self.hasFocus() or text == self._kept):
            return
        self.save()
        self._uid, self._kept = uid, text
        self.blockSignals(True)  # noqa: FBT003  Qt's signature
        self.setPlainText(text)
        self.blockSignals(False)  # noqa: FBT003  Qt's signature
        self._idle.stop()

    def save(self) -> None:
        """Hand over the text if it was changed."""
        self._idle.stop()
        text = self.toPlainText().strip()
        if self._uid and text != self._kept:
            earlier, self._kept = self._kept, text
            self.edited.emit(self._uid, text, earlier)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep the text when the reader goes elsewhere."""
        self.save()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back to the list with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.save()
            self.left.emit()
            return
        super().keyPressEvent(event)
