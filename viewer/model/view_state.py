"""All that a pane shows, as one frozen value.

Tools, commands, hanging, undo and cine replace the value; the renderer, overlays and tests read
it. It holds no patient data: display sets are named by their id.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from viewer.model.window import LINEAR, Window

NEAREST = "nearest"
LINEAR_INTERPOLATION = "linear"

ANNOTATIONS_FULL = "full"
ANNOTATIONS_MINIMAL = "minimal"
ANNOTATIONS_OFF = "off"


@dataclass(frozen=True, slots=True)
class Navigation:
    """Where in the display set the pane is. Not undone; linked by frame of reference.

    Attributes
    ----------
    index
        Frame in reading order, from 0.
    phase
        Temporal phase, from 0, for display sets that have several.
    """

    index: int = 0
    phase: int = 0


@dataclass(frozen=True, slots=True)
class Framing:
    """How the image lies in the pane. Undone.

    Attributes
    ----------
    zoom
        1 fits the whole image into the pane; None of the pane's size is in it.
    pan_mm
        Shift of the image to the right and down on the canvas, in millimetres of the image
        (pixels where the image has no spacing).
    rotation_deg
        Clockwise on the canvas.
    flip_horizontal, flip_vertical
        Mirror left-right and top-bottom, before the rotation.
    """

    zoom: float = 1.0
    pan_mm: tuple[float, float] = (0.0, 0.0)
    rotation_deg: float = 0.0
    flip_horizontal: bool = False
    flip_vertical: bool = False


@dataclass(frozen=True, slots=True)
class Appearance:
    """How values become grey or colour. Undone; kept for each display set.

    Attributes
    ----------
    window
        The reader's own window; None follows the file's choice number ``voi_index``.
    voi_index
        Which of the file's windows and VOI LUTs is used while ``window`` is None.
    inverted
        Turned against what the file asks for.
    colour_map
        Id of a colour map; ``grey`` for none.
    interpolation
        ``linear`` or ``nearest`` for enlarged pixels.
    """

    window: Window | None = None
    voi_index: int = 0
    inverted: bool = False
    colour_map: str = "grey"
    interpolation: str = LINEAR_INTERPOLATION


@dataclass(frozen=True, slots=True)
class Visibility:
    """What is drawn over the image. Neither undone nor linked.

    Attributes
    ----------
    annotations
        ``full``, ``minimal`` or ``off`` for the corner texts; identity and safety marks stay.
    hidden
        Ids of overlays that are switched off.
    """

    annotations: str = ANNOTATIONS_FULL
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ViewState:
    """Everything a pane shows; ``display_set_id`` is empty for an empty pane."""

    display_set_id: str = ""
    navigation: Navigation = field(default_factory=Navigation)
    framing: Framing = field(default_factory=Framing)
    appearance: Appearance = field(default_factory=Appearance)
    visibility: Visibility = field(default_factory=Visibility)


def at_index(state: ViewState, index: int) -> ViewState:
    """Return ``state`` moved to a frame."""
    return replace(state, navigation=replace(state.navigation, index=index))


def with_window(state: ViewState, center: float, width: float, function: str = LINEAR) -> ViewState:
    """Return ``state`` with the reader's own window."""
    window = Window(center, width, function)
    return replace(state, appearance=replace(state.appearance, window=window))
