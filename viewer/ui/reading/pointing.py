"""Translate Qt's mouse events into the router's."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QSinglePointEvent, QWheelEvent

from viewer.viewport import input as pointer

_BUTTONS = {
    Qt.MouseButton.LeftButton: pointer.LEFT_BUTTON,
    Qt.MouseButton.MiddleButton: pointer.MIDDLE_BUTTON,
    Qt.MouseButton.RightButton: pointer.RIGHT_BUTTON,
}
_MODIFIERS = {
    Qt.KeyboardModifier.ControlModifier: pointer.CONTROL,
    Qt.KeyboardModifier.ShiftModifier: pointer.SHIFT,
    Qt.KeyboardModifier.AltModifier: pointer.ALT,
}
_NOTCH = 120.0
"""Qt counts eighths of a degree; a notch of a usual wheel is 15 degrees."""


def pressed(event: QMouseEvent) -> pointer.PointerEvent:
    """Return a press."""
    return _mouse(event, pointer.PRESS)


def moved(event: QMouseEvent) -> pointer.PointerEvent:
    """Return a move."""
    return _mouse(event, pointer.MOVE)


def released(event: QMouseEvent) -> pointer.PointerEvent:
    """Return a release."""
    return _mouse(event, pointer.RELEASE)


def double_clicked(event: QMouseEvent) -> pointer.PointerEvent:
    """Return a double click."""
    return _mouse(event, pointer.DOUBLE)


def turned(event: QWheelEvent) -> pointer.PointerEvent:
    """Return a turn of the wheel; Alt swaps the axes in Qt, so the one that moved counts."""
    angle = event.angleDelta()
    turned_by = angle.y() or angle.x()
    return pointer.PointerEvent(
        pointer.WHEEL,
        (event.position().x(), event.position().y()),
        modifiers=_held(event),
        steps=turned_by / _NOTCH,
        time_ms=event.timestamp(),
    )


def left() -> pointer.PointerEvent:
    """Return that the pointer is elsewhere."""
    return pointer.PointerEvent(pointer.LEAVE, (0.0, 0.0))


def _mouse(event: QMouseEvent, kind: str) -> pointer.PointerEvent:
    return pointer.PointerEvent(
        kind,
        (event.position().x(), event.position().y()),
        _BUTTONS.get(event.button(), pointer.NO_BUTTON),
        _held(event),
        time_ms=event.timestamp(),
    )


def _held(event: QSinglePointEvent) -> frozenset[str]:
    held = event.modifiers()
    return frozenset(name for modifier, name in _MODIFIERS.items() if held & modifier)
