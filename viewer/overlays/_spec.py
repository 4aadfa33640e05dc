"""What an overlay declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from viewer.base.features import load_features
from viewer.model.annotation import AnnotationSet
from viewer.viewport.scene import Scene
from viewer.viewport.viewport import Viewport

Draw = Callable[[Viewport, AnnotationSet], Scene]

PLANES = "planes"
"""The overlay that draws a file's own graphics; other overlays say so when it is switched off."""


@dataclass(frozen=True, slots=True)
class OverlaySpec:
    """Something drawn over the image.

    Attributes
    ----------
    id
        Stable; ``Visibility.hidden`` names overlays by it.
    title
        What the View menu calls it, marked with ``N_``.
    on
        Whether it is drawn before anybody chose.
    draw
        ``draw(viewport, annotations) -> Scene``; reads, never writes, and keeps nothing.
    always
        It cannot be switched off: identity, orientation and safety.
    order
        Drawn from low to high.
    """

    id: str
    title: str
    on: bool
    draw: Draw
    always: bool = False
    order: int = 50


def load_overlays() -> tuple[OverlaySpec, ...]:
    """Find all overlays, in the order in which they are drawn."""
    specs = load_features("viewer.overlays", OverlaySpec)
    return tuple(sorted(specs, key=lambda spec: (spec.order, spec.id)))


def draw_overlays(
    specs: Iterable[OverlaySpec], viewport: Viewport, annotations: AnnotationSet
) -> Scene:
    """Return what all overlays that are switched on draw over a pane."""
    hidden = viewport.state.visibility.hidden
    scene: Scene = ()
    for spec in specs:
        if spec.always or (spec.on and spec.id not in hidden):
            scene += spec.draw(viewport, annotations)
    return scene
