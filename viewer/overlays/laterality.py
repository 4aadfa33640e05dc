"""Left or right: what the header says about paired body parts, and the view of a projection.

In mammography the text stands on the side of the nipple at the top, which is the axilla's end and
never tissue (R-091).
"""

from __future__ import annotations

from viewer.base.text import N_
from viewer.model.annotation import AnnotationSet
from viewer.model.displayset import FrameRef
from viewer.overlays._orientation import edge_letters
from viewer.overlays._spec import OverlaySpec
from viewer.viewport.scene import (
    REQUIRED,
    RIGHT,
    STRONG,
    TOP_LEFT,
    TOP_RIGHT,
    WARNING,
    Scene,
    Text,
)
from viewer.viewport.viewport import Viewport

CONTRADICTION = N_("laterality contradicts itself in the header")

_WORDS = {"R": N_("Right"), "L": N_("Left"), "U": N_("Unpaired"), "B": N_("Both sides")}
_LINE = 5.0


def draw(viewport: Viewport, _annotations: AnnotationSet) -> Scene:
    """Return side and view, and a warning when two tags name different sides."""
    ref = viewport.frame_ref
    if ref is None or viewport.frame is None:
        return ()
    sides = named_sides(ref)
    view = ref.instance.text("ViewPosition", ref.frame).strip()
    text = " ".join(part for part in (_WORDS.get(sides[0], "") if sides else "", view) if part)
    corner = _free_corner(viewport, ref)
    scene: Scene = (Text(text, corner, _LINE, REQUIRED, STRONG),) if text else ()
    if len(set(sides)) > 1:
        scene += (Text(CONTRADICTION, corner, _LINE + 1, REQUIRED, WARNING),)
    return scene


def named_sides(ref: FrameRef) -> tuple[str, ...]:
    """Return what each tag says, the one nearest to the image first; U and B count as no side."""
    keywords = ("FrameLaterality", "ImageLaterality", "Laterality")
    values = (ref.instance.text(keyword, ref.frame).strip().upper() for keyword in keywords)
    return tuple(value for value in values if value in ("R", "L", "B"))


def _free_corner(viewport: Viewport, ref: FrameRef) -> str:
    if ref.instance.modality != "MG":
        return TOP_RIGHT
    right = edge_letters(ref, viewport.state.framing).get(RIGHT, "")
    return TOP_RIGHT if right.startswith("A") else TOP_LEFT


SPEC = OverlaySpec("laterality", N_("Side and view"), on=True, draw=draw, always=True, order=40)
