"""The planes that an object lays over its own image: group 60xx (PS3.3 C.9.2, R-069).

They are drawn on the pixels they were made for, through every zoom, turn and mirror. The corner
text names them (``marks``), also while they are switched off.
"""

from __future__ import annotations

from viewer.base.text import N_
from viewer.model.annotation import AnnotationSet
from viewer.model.frame import ROI, OverlayPlane
from viewer.overlays._spec import PLANES, OverlaySpec
from viewer.viewport.projection import Projection
from viewer.viewport.scene import ACCENT, Bitmap, Scene
from viewer.viewport.viewport import Viewport, projection

_ROI_OPACITY = 0.4
"""The area of a region is tinted; the tissue below stays visible."""


def draw(viewport: Viewport, _annotations: AnnotationSet) -> Scene:
    """Return a bitmap for each plane; nothing while the image itself is withheld (R-054)."""
    frame, view = viewport.frame, projection(viewport)
    if frame is None or view is None or not frame.overlays or viewport.identity_problem():
        return ()
    return tuple(_bitmap(plane, view) for plane in frame.overlays)


def _bitmap(plane: OverlayPlane, view: Projection) -> Bitmap:
    corner = view.to_canvas(plane.first_column - 0.5, plane.first_row - 0.5)
    opacity = _ROI_OPACITY if plane.kind == ROI else 1.0
    return Bitmap(plane.bits, plane.columns, view.linear, corner, ACCENT, opacity)


SPEC = OverlaySpec(PLANES, N_("Graphics of the file"), on=True, draw=draw, order=0)
