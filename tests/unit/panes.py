"""Panes without a window for tests of overlays: what they show is known, what is drawn is read."""

from __future__ import annotations

from collections.abc import Iterable

from tests import records
from viewer.model.annotation import AnnotationSet
from viewer.model.displayset import DisplaySet
from viewer.overlays._spec import OverlaySpec
from viewer.viewport.scene import Scene, Text
from viewer.viewport.viewport import Viewport


def viewport_of(display_set: DisplaySet, size: tuple[float, float] = (700.0, 500.0)) -> Viewport:
    viewport = Viewport("v", records.Frames())
    viewport.resize(size)
    viewport.show(display_set)
    return viewport


def one(**changes: object) -> Viewport:
    named: dict[str, object] = {"where": records.plane((0.0, 0.0, 0.0)), **changes}
    return viewport_of(records.display_set([records.instance(**named)]))  # type: ignore[arg-type]


def drawn(spec: OverlaySpec, viewport: Viewport) -> Scene:
    return spec.draw(viewport, AnnotationSet())


def texts(scene: Iterable[object]) -> list[str]:
    return [p.text for p in scene if isinstance(p, Text) and p.text]
