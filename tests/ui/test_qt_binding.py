"""The Qt binding must not drop references of Python's constants (PySide6 6.12.0 does on 3.11)."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QLabel

CALLS = 500
SLACK = 50  # other objects come and go meanwhile


class Sender(QObject):
    sent = Signal(bool)


def drift(constant: object, call: Callable[[], object]) -> int:
    """Return how many references of a constant ``CALLS`` calls leave or drop."""
    call()
    before = sys.getrefcount(constant)
    for _ in range(CALLS):
        call()
    return sys.getrefcount(constant) - before


@pytest.mark.usefixtures("qapp")
def test_calls_that_return_nothing_drop_no_reference_of_none() -> None:
    pixmap = QPixmap(8, 8)
    painter = QPainter(pixmap)
    label = QLabel()
    try:
        assert drift(None, lambda: painter.setPen(QPen(QColor("red"), 1))) > -SLACK
        assert drift(None, lambda: painter.fillRect(QRect(0, 0, 2, 2), QColor("red"))) > -SLACK
        assert drift(None, lambda: label.setText("x")) > -SLACK
    finally:
        painter.end()


@pytest.mark.usefixtures("qapp")
def test_signals_and_answers_drop_no_reference_of_true_and_false() -> None:
    sender = Sender()
    sender.sent.connect(lambda _on: None)
    assert drift(True, lambda: sender.sent.emit(True)) > -SLACK
    assert drift(False, lambda: sender.sent.emit(False)) > -SLACK
    assert drift(False, sender.signalsBlocked) > -SLACK
