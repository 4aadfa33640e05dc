"""What mouse events mean over a pane, without a window library (features.md 2.1).

Left drag is the active tool, middle drag pans, right drag zooms and a right click without
movement asks for the menu, the wheel scrolls, Ctrl+wheel zooms, a double click maximises.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from viewer.base.events import Event
from viewer.viewport.scene import Point
from viewer.viewport.viewport import Pointer, Viewport
from viewer.viewport.workspace import Workspace

PRESS = "press"
MOVE = "move"
RELEASE = "release"
DOUBLE = "double"
WHEEL = "wheel"
LEAVE = "leave"

LEFT_BUTTON = "left"
MIDDLE_BUTTON = "middle"
RIGHT_BUTTON = "right"
NO_BUTTON = ""

CONTROL = "ctrl"
SHIFT = "shift"
ALT = "alt"

SCROLL_TOOL = "scroll"
ZOOM_TOOL = "zoom"
PAN_TOOL = "pan"

CLICK_SLOP_PX = 4.0
"""A press that moves less than this is a click."""

_WHEEL_PAUSE_MS = 700


@dataclass(frozen=True, slots=True)
class PointerEvent:
    """One mouse event in canvas coordinates of a pane.

    Attributes
    ----------
    kind
        ``press``, ``move``, ``release``, ``double``, ``wheel`` or ``leave``.
    button
        The button that was pressed or released; empty for moves and the wheel.
    modifiers
        Of ``ctrl``, ``shift``, ``alt``.
    steps
        Notches of the wheel, positive away from the hand; may be fractions.
    time_ms
        When it happened; only differences count.
    """

    kind: str
    position_canvas: Point
    button: str = NO_BUTTON
    modifiers: frozenset[str] = frozenset()
    steps: float = 0.0
    time_ms: int = 0


@dataclass(frozen=True, slots=True)
class Drag:
    """A drag as a tool sees it.

    Attributes
    ----------
    start_canvas, position_canvas
        Where it began and where it is.
    delta
        Since the last event, canvas pixels.
    factor
        How much faster than usual (Ctrl 4 times, Ctrl+Shift 10 times).
    """

    start_canvas: Point
    position_canvas: Point
    delta: Point = (0.0, 0.0)
    factor: float = 1.0


class Tool(Protocol):
    """What a pointer tool does; it writes through ``viewport.set`` only."""

    @property
    def cursor(self) -> str:
        """Name of the cursor while the tool is active."""

    def press(self, viewport: Viewport, drag: Drag) -> None:
        """Begin."""

    def drag(self, viewport: Viewport, drag: Drag) -> None:
        """Go on."""

    def release(self, viewport: Viewport, drag: Drag) -> None:
        """End."""


class PointerRouter:
    """Turns mouse events into what tools and the workspace do.

    Parameters
    ----------
    workspace
        Whose panes these are; presses activate panes, drags are one step of its history.
    tools
        By id; ``scroll``, ``zoom`` and ``pan`` also serve the wheel and the other buttons.

    Attributes
    ----------
    menu_requested
        (viewport, position): the right button was clicked without moving.
    """

    def __init__(self, workspace: Workspace, tools: Mapping[str, Tool]) -> None:
        self.menu_requested: Event[tuple[Viewport, Point]] = Event()
        self._workspace = workspace
        self._tools = tools
        self._button = NO_BUTTON
        self._tool: Tool | None = None
        self._start: Point = (0.0, 0.0)
        self._last: Point = (0.0, 0.0)
        self._moved = False
        self._wheel_rest = 0.0
        self._wheel_turn = 0
        self._wheel_time_ms = 0

    @property
    def dragging(self) -> bool:
        """Whether a button is held."""
        return self._button != NO_BUTTON

    def cursor(self) -> str:
        """Return the name of the cursor to show now."""
        tool = self._tool or self._tools.get(self._workspace.tool_id)
        return tool.cursor if tool else ""

    def handle(self, viewport: Viewport, event: PointerEvent) -> None:
        """Do what an event over a pane means."""
        match event.kind:
            case "press":
                self._press(viewport, event)
            case "move":
                self._move(viewport, event)
            case "release":
                self._release(viewport, event)
            case "double":
                self._double(viewport, event)
            case "wheel":
                self._wheel(viewport, event)
            case "leave":
                viewport.point_at(None)

    def cancel(self, viewport: Viewport) -> None:
        """End a drag because the window lost the mouse."""
        if self._button != NO_BUTTON:
            release = PointerEvent(RELEASE, self._last, self._button)
            self._moved = True
            self._release(viewport, release)

    def _press(self, viewport: Viewport, event: PointerEvent) -> None:
        self._workspace.activate(viewport)
        if self._button != NO_BUTTON:
            return
        self._button = event.button
        self._start = self._last = event.position_canvas
        self._moved = False
        self._tool = self._tools.get(self._tool_id_of(event.button))
        self._workspace.history.begin()
        if self._tool is not None:
            self._tool.press(viewport, self._as_drag(event, (0.0, 0.0)))

    def _tool_id_of(self, button: str) -> str:
        if button == MIDDLE_BUTTON:
            return PAN_TOOL
        return ZOOM_TOOL if button == RIGHT_BUTTON else self._workspace.tool_id

    def _move(self, viewport: Viewport, event: PointerEvent) -> None:
        probing = viewport.pointer.probing if viewport.pointer else False
        viewport.point_at(Pointer(event.position_canvas, probing and self.dragging))
        if self._button == NO_BUTTON or self._tool is None:
            return
        if not self._moved and math.dist(self._start, event.position_canvas) < CLICK_SLOP_PX:
            return
        self._moved = True
        delta = _difference(event.position_canvas, self._last)
        self._last = event.position_canvas
        self._tool.drag(viewport, self._as_drag(event, delta))

    def _release(self, viewport: Viewport, event: PointerEvent) -> None:
        if event.button != self._button:
            return
        tool, clicked = self._tool, not self._moved
        self._button, self._tool = NO_BUTTON, None
        if tool is not None:
            tool.release(viewport, self._as_drag(event, (0.0, 0.0)))
        self._workspace.history.end()
        if event.button == RIGHT_BUTTON and clicked:
            self.menu_requested.emit((viewport, event.position_canvas))

    def _double(self, viewport: Viewport, event: PointerEvent) -> None:
        if event.button == LEFT_BUTTON:
            self._workspace.toggle_maximised(viewport)

    def _wheel(self, viewport: Viewport, event: PointerEvent) -> None:
        self._workspace.activate(viewport)
        zooming = CONTROL in event.modifiers
        tool = self._tools.get(ZOOM_TOOL if zooming else SCROLL_TOOL)
        turn = getattr(tool, "wheel", None)
        if turn is None:
            return
        steps = event.steps if zooming else self._whole_steps(event)
        if event.time_ms - self._wheel_time_ms > _WHEEL_PAUSE_MS:
            self._wheel_turn += 1
        self._wheel_time_ms = event.time_ms
        if steps:
            token = ("wheel", viewport.key, viewport.state.display_set_id, self._wheel_turn)
            with self._workspace.history.gesture(token=token):
                turn(viewport, replace(event, steps=steps))

    def _whole_steps(self, event: PointerEvent) -> int:
        """Gather fractions of a notch (touch pads) until they make a whole one."""
        if self._wheel_rest * event.steps < 0:
            self._wheel_rest = 0.0
        self._wheel_rest += event.steps
        whole = math.trunc(self._wheel_rest)
        self._wheel_rest -= whole
        return whole

    def _as_drag(self, event: PointerEvent, delta: Point) -> Drag:
        factor = acceleration(event.modifiers)
        return Drag(self._start, event.position_canvas, delta, factor)


def acceleration(modifiers: frozenset[str]) -> float:
    """Return how much faster drags and the wheel go: Ctrl 4 times, Ctrl+Shift 10 times."""
    if CONTROL not in modifiers:
        return 1.0
    return 10.0 if SHIFT in modifiers else 4.0


def _difference(first: Point, second: Point) -> Point:
    return first[0] - second[0], first[1] - second[1]
