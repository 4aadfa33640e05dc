"""A place that has nothing to list yet, or cannot: one sentence, and buttons that work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from viewer.ui.icons import icon_pixmap
from viewer.ui.theme import tokens_of
from viewer.ui.widgets import button, clear, label

_SIGN_PX = 44
_TEXT_PX = 520


@dataclass(frozen=True, slots=True)
class Step:
    """A button of a message: what it says and does; the first one is the main one."""

    title: str
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Message:
    """What to say: a sign, a heading, a sentence, and the next steps.

    ``tone`` is '' or a token's name for the sign's colour.
    """

    sign: str
    heading: str
    sentence: str
    steps: Sequence[Step] = ()
    tone: str = "muted"


class MessageView(QWidget):
    """Shows one ``Message`` in the middle of its area."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.addStretch(2)
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        outer.addLayout(self._column)
        outer.addStretch(3)
        self._sign = label()
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heading = label(kind="title")
        self._heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = label(kind="muted", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence.setFixedWidth(_TEXT_PX)
        self._column.addWidget(self._sign)
        self._column.addWidget(self._heading)
        self._column.addWidget(self._sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._column.addSpacing(4)
        self._column.addLayout(self._buttons)
        self._message: Message | None = None

    def show_message(self, message: Message) -> None:
        """Show another message."""
        self._message = message
        self.repaint_sign()
        self._heading.setText(message.heading)
        self._sentence.setText(message.sentence)
        self._fit()
        clear(self._buttons)
        self._buttons.addStretch(1)
        for place, step in enumerate(message.steps):
            made = button(step.title, kind="" if place else "primary")
            made.clicked.connect(lambda _on=False, run=step.run: run())
            self._buttons.addWidget(made)
        self._buttons.addStretch(1)

    def repaint_sign(self) -> None:
        """Draw the sign in the colours of the theme in force."""
        if self._message is not None:
            colour = getattr(tokens_of(self), self._message.tone)
            ratio = self.devicePixelRatioF()
            self._sign.setPixmap(icon_pixmap(self._message.sign, colour, _SIGN_PX, ratio))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep the sentence inside."""
        self._fit()

    def _fit(self) -> None:
        width = min(_TEXT_PX, max(240, self.width() - 48))
        self._sentence.setFixedSize(width, self._sentence.heightForWidth(width) + 2)

    @property
    def message(self) -> Message | None:
        """What is shown."""
        return self._message
