"""One pane's content: the frozen state, the display set and the frame it refers to.

``viewport.set(replace(state, ...))`` is the only way to change what a pane shows. Each change
emits ``changed`` once, with the state before and after.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from viewer.base.events import Event
from viewer.imaging.voi import effective_voi
from viewer.model.displayset import DisplaySet, FrameRef, frame_at
from viewer.model.frame import Frame
from viewer.model.spacing import Spacing, spacing_of
from viewer.model.view_state import Appearance, Framing, Navigation, ViewState
from viewer.model.window import Lut, Window
from viewer.viewport import identity
from viewer.viewport.projection import Projection
from viewer.viewport.scene import Point


class FrameSource(Protocol):
    """Where frames come from; ``viewer.imaging.loader.FrameLoader`` is one."""

    def frame(self, display_set: DisplaySet, index: int) -> Frame | None:
        """Return a frame that is in memory, never waiting for one that is not."""

    def failure(self, display_set: DisplaySet, index: int) -> str | None:
        """Return why a frame cannot be shown, or None."""

    def progress(self, display_set_id: str) -> tuple[int, int]:
        """Return (frames in memory, frames of the display set)."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the mouse is over the pane; ``probing`` while a tool asks for the value there."""

    position_canvas: Point
    probing: bool = False


class Viewport:
    """What one pane shows.

    Parameters
    ----------
    key
        Names the pane for the loader ('newest wins' is by this key) and for undo.
    source
        Gives frames as they arrive. Without one, whoever shows the pane sets ``frame``.

    Attributes
    ----------
    changed
        (state before, state after), once for each change.
    pointed
        The pointer moved over the pane, or left it (None).
    notes
        What is to be said about the study as a whole ('not in the library').
    """

    def __init__(self, key: str, source: FrameSource | None = None) -> None:
        self.key = key
        self.source = source
        self.changed: Event[tuple[ViewState, ViewState]] = Event()
        self.pointed: Event[Pointer | None] = Event()
        self.size_canvas: tuple[float, float] = (0.0, 0.0)
        self.device_pixel_ratio = 1.0
        self.notes: tuple[str, ...] = ()
        self._state = ViewState()
        self._display_set: DisplaySet | None = None
        self._frame: Frame | None = None
        self._failure = ""
        self._pointer: Pointer | None = None
        self._voi: tuple[Frame, Appearance, Window | Lut] | None = None

    @property
    def state(self) -> ViewState:
        """All that the pane shows."""
        return self._state

    @property
    def display_set(self) -> DisplaySet | None:
        """The display set that the state names; None for an empty pane."""
        return self._display_set

    @property
    def index(self) -> int:
        """Frame in reading order, from 0, held inside the display set."""
        n_frames = self._display_set.n_frames if self._display_set else 0
        return max(0, min(self._state.navigation.index, n_frames - 1))

    @property
    def frame_ref(self) -> FrameRef | None:
        """The instance and frame number that are shown."""
        if self._display_set is None or not self._display_set.frames:
            return None
        return frame_at(self._display_set, self.index)

    @property
    def frame(self) -> Frame | None:
        """The decoded frame at the state's place, or None while it is not in memory."""
        if self._frame is None and self.source is not None and self._has_frames():
            assert self._display_set is not None
            self._frame = self.source.frame(self._display_set, self.index)
        return self._frame

    @frame.setter
    def frame(self, frame: Frame | None) -> None:
        self._frame = frame

    @property
    def failure(self) -> str:
        """Why there is no frame, as a sentence; empty while it may still arrive."""
        if not self._failure and self.source is not None and self._has_frames():
            assert self._display_set is not None
            return self.source.failure(self._display_set, self.index) or ""
        return self._failure

    @failure.setter
    def failure(self, sentence: str) -> None:
        self._failure = sentence

    @property
    def pointer(self) -> Pointer | None:
        """Where the mouse is, or None when it is elsewhere."""
        return self._pointer

    def point_at(self, pointer: Pointer | None) -> None:
        """Remember where the mouse is and tell who shows values under it."""
        if pointer != self._pointer:
            self._pointer = pointer
            self.pointed.emit(pointer)

    def set(self, state: ViewState) -> None:
        """Show ``state``; nothing happens when it equals the present one.

        Raises
        ------
        ValueError
            When the state names another display set: use ``show`` for that.
        """
        if state.display_set_id != self._state.display_set_id:
            message = "a state of another display set is set with show()"
            raise ValueError(message)
        self._replace(state)

    def show(
        self,
        display_set: DisplaySet | None,
        index: int = 0,
        *,
        appearance: Appearance | None = None,
        framing: Framing | None = None,
    ) -> None:
        """Show a display set at a frame, or nothing; the visibility of overlays is kept."""
        self._display_set = display_set
        self._replace(
            replace(
                self._state,
                display_set_id=display_set.id if display_set else "",
                navigation=Navigation(index),
                framing=framing or Framing(),
                appearance=appearance or Appearance(),
            )
        )

    def renew(self, display_set: DisplaySet) -> None:
        """Exchange the display set for a newer one of the same id (more images have arrived)."""
        if display_set.id != self._state.display_set_id:
            message = "renew() takes a display set of the same id"
            raise ValueError(message)
        self._display_set = display_set
        self.forget_frame()
        self.changed.emit((self._state, self._state))

    def forget_frame(self) -> None:
        """Drop the held frame, so that the source is asked again."""
        self._frame = None
        self._failure = ""

    def _replace(self, state: ViewState) -> None:
        old = self._state
        if state == old:
            return
        same_set = state.display_set_id == old.display_set_id
        if not same_set or state.navigation != old.navigation:
            self.forget_frame()
        self._state = state
        self.changed.emit((old, state))

    def _has_frames(self) -> bool:
        return self._display_set is not None and self._display_set.n_frames > 0

    def resize(self, size_canvas: tuple[float, float], device_pixel_ratio: float = 1.0) -> None:
        """Tell the size of the pane in logical pixels; zoom 1 goes on fitting the image."""
        self.size_canvas = size_canvas
        self.device_pixel_ratio = device_pixel_ratio

    def identity_problem(self) -> str | None:
        """Return why the frame must not be seen (R-054), or None when all is well."""
        frame = self.frame
        if frame is None or self._display_set is None:
            return None
        return identity.identity_problem(frame, self._display_set, self.index) or None

    def voi(self) -> Window | Lut | None:
        """Return the window or VOI LUT that is in force; None for colour or without a frame."""
        frame, appearance = self.frame, self._state.appearance
        if frame is None or frame.is_colour:
            return None
        known = self._voi
        if known is None or known[0] is not frame or known[1] != appearance:
            known = (frame, appearance, effective_voi(frame, appearance))
            self._voi = known
        return known[2]


def spacing_shown(viewport: Viewport) -> Spacing:
    """Return the pixel spacing of the shown frame."""
    ref = viewport.frame_ref
    return spacing_of(ref.instance, ref.frame) if ref else Spacing()


def image_size(viewport: Viewport) -> tuple[int, int] | None:
    """Return (columns, rows) of the shown frame: as decoded, else as its header says."""
    frame = viewport.frame
    if frame is not None:
        return int(frame.stored.shape[1]), int(frame.stored.shape[0])
    ref = viewport.frame_ref
    if ref is None or ref.instance.pixels is None:
        return None
    return ref.instance.pixels.columns, ref.instance.pixels.rows


def projection(viewport: Viewport) -> Projection | None:
    """Derive the map between image, canvas and patient; None where there is no image."""
    size = image_size(viewport)
    ref = viewport.frame_ref
    width, height = viewport.size_canvas
    if size is None or ref is None or min(*size, width, height) < 1:
        return None
    return Projection(
        viewport.state.framing,
        size,
        spacing_of(ref.instance, ref.frame),
        viewport.size_canvas,
        ref.instance.facts(ref.frame).plane,
        viewport.device_pixel_ratio,
    )
