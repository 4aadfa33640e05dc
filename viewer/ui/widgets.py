"""The few plain widgets that every place is made of, always with plain text (R-011)."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.icons import icon
from viewer.ui.theme import DARK_TOKENS, ICON_PX, Tokens
from viewer.ui.wording import plain_tooltip

_LONGEST_RUN = 16


def button(text: str, *, kind: str = "", icon_name: str = "") -> QPushButton:
    """Return a push button in one of the theme's looks."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAutoDefault(False)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if icon_name:
        set_icon(made, icon_name)
    return made


def set_icon(made: QPushButton, name: str, colours: Tokens = DARK_TOKENS) -> None:
    """Give a button a line icon in a theme's colour."""
    primary = made.property("kind") == "primary"
    made.setIcon(icon(name, colours, colours.on_accent if primary else ""))
    if not made.text().startswith(" "):
        made.setText(f" {made.text()}")  # Fusion leaves too little room behind the icon
    made.setIconSize(QSize(ICON_PX - 4, ICON_PX - 4))


def label(text: str = "", *, kind: str = "", wrap: bool = False) -> QLabel:
    """Return a label that never interprets its text as markup."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    return made


def set_kind(widget: QWidget, kind: str) -> None:
    """Change the look of a widget that is already shown."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def clear(layout: QLayout) -> None:
    """Take every widget out of a layout, for good."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class ElidedLabel(QLabel):
    """A line of plain text that ends in an ellipsis where the room ends; the tooltip has it all."""

    def __init__(self, text: str = "", *, kind: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def minimumSizeHint(self) -> QSize:
        """Return a small width: the text gives way."""
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text with an ellipsis."""
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(plain_tooltip(self.text()) if shown != self.text() else "")
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), shown)


class Card(QFrame):
    """A framed box with a column inside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 12, 12, 12)
        self.column.setSpacing(4)


def breakable(text: str) -> str:
    """Return a text with places to break long runs without spaces, for labels that wrap."""
    return re.sub(rf"(\S{{{_LONGEST_RUN}}})(?=\S)", "\\1\u200b", text)
