"""Letters at the four edges: which side of the patient lies there (R-090).

They come from Image Orientation (Patient) or Patient Orientation and follow every flip and
rotation; where neither is given none are invented.
"""

from __future__ import annotations

from viewer.base.text import N_
from viewer.model.annotation import AnnotationSet
from viewer.overlays._orientation import edge_letters
from viewer.overlays._spec import OverlaySpec
from viewer.viewport.scene import DIM, REQUIRED, STRONG, TOP, WARNING, Scene, Text
from viewer.viewport.viewport import Viewport, projection

UNKNOWN = N_("orientation unknown")
MIRRORED = N_("mirrored")


def draw(viewport: Viewport, _annotations: AnnotationSet) -> Scene:
    """Return the letters, or the words that there are none, and a mark for mirror images."""
    ref = viewport.frame_ref
    if ref is None or viewport.frame is None:
        return ()
    letters = edge_letters(ref, viewport.state.framing)
    scene: Scene = tuple(
        Text(text, edge, 0, REQUIRED, STRONG) for edge, text in letters.items() if text
    )
    if not scene:
        scene = (Text(UNKNOWN, TOP, 0, REQUIRED, DIM),)
    view = projection(viewport)
    if view is not None and view.shows_mirror_image:
        scene += (Text(MIRRORED, TOP, 1, REQUIRED, WARNING),)
    return scene


SPEC = OverlaySpec("orientation", N_("Orientation letters"), on=True, draw=draw, always=True)
