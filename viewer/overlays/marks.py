"""What the reader must know about this image before trusting it (R-073, R-117)."""

from __future__ import annotations

from collections.abc import Iterator

from viewer.base.text import N_
from viewer.imaging.voi import voi_problem
from viewer.model.annotation import AnnotationSet
from viewer.model.displayset import DisplaySet, FrameRef
from viewer.model.frame import Frame
from viewer.model.spacing import spacing_of
from viewer.overlays._spec import PLANES, OverlaySpec
from viewer.viewport.scene import (
    BOTTOM_LEFT,
    DIM,
    REQUIRED,
    WARNING,
    WRAP,
    Hatching,
    Scene,
    Text,
)
from viewer.viewport.viewport import Viewport, projection

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_WARNINGS_LINE = 2.0
_FACTS_LINE = 3.0
_SERIES_LINE = 4.0
_SERIES_PRIORITY = 55
_NOTES_LINE = 5.0
_NOTES_PRIORITY = 35


def draw(viewport: Viewport, _annotations: AnnotationSet) -> Scene:
    """Return warnings, plain facts, what the series is, and hatching for missing rows."""
    ref, display_set = viewport.frame_ref, viewport.display_set
    if ref is None or display_set is None:
        return ()
    warnings = [*viewport.notes, *_image_warnings(viewport, ref)]
    urgency = REQUIRED if is_beside_gap(display_set, viewport.index) else _SERIES_PRIORITY
    return (
        *_missing_rows(viewport),
        Text(" · ".join(warnings), BOTTOM_LEFT, _WARNINGS_LINE, REQUIRED, WARNING, WRAP),
        Text(" · ".join(_facts(viewport, ref)), BOTTOM_LEFT, _FACTS_LINE, REQUIRED, DIM, WRAP),
        *(Text(text, BOTTOM_LEFT, _SERIES_LINE, urgency, WARNING) for text in display_set.warnings),
        *(Text(text, BOTTOM_LEFT, _NOTES_LINE, _NOTES_PRIORITY, DIM) for text in display_set.notes),
    )


def _image_warnings(viewport: Viewport, ref: FrameRef) -> Iterator[str]:
    instance, frame = ref.instance, viewport.frame
    if frame is not None:
        n_rows = int(frame.stored.shape[0])
        if frame.n_rows_complete < n_rows:
            missing = n_rows - frame.n_rows_complete
            yield f"image data incomplete: {missing} of {n_rows} rows are missing"
        yield from frame.warnings
        problem = voi_problem(frame, viewport.state.appearance)
        if problem:
            yield problem
    if instance.text("PresentationIntentType").strip().upper() == "FOR PROCESSING":
        yield N_("raw data for processing, not for reading")
    burned_in = instance.text("BurnedInAnnotation", ref.frame).strip().upper()
    if burned_in == "YES":
        yield N_("text is burned in")
    elif not burned_in and instance.sop_class_uid.startswith(SECONDARY_CAPTURE):
        yield N_("text may be burned in")


def _facts(viewport: Viewport, ref: FrameRef) -> Iterator[str]:
    """Return what is true and harmless, but changes how the picture is to be read."""
    appearance, instance = viewport.state.appearance, ref.instance
    if appearance.inverted:
        yield N_("inverted")
    if appearance.colour_map != "grey":
        yield f"colour map: {appearance.colour_map}"
    if instance.sop_class_uid.startswith(SECONDARY_CAPTURE):
        yield N_("secondary capture")
    elif instance.text("ImageType", ref.frame).upper().startswith("DERIVED"):
        yield N_("derived")
    if not spacing_of(instance, ref.frame).is_square:
        yield N_("non-square pixels")
    yield from _graphics(viewport)
    yield from _series_facts(viewport.display_set)


def _graphics(viewport: Viewport) -> Iterator[str]:
    """Name the planes that lie over the image, or say that they are not shown (R-069)."""
    planes = viewport.frame.overlays if viewport.frame is not None else ()
    if planes and PLANES in viewport.state.visibility.hidden:
        yield N_("graphics of the file are hidden")
    elif planes:
        labels = ", ".join(dict.fromkeys(plane.label for plane in planes if plane.label))
        yield f"graphics of the file: {labels}" if labels else N_("graphics of the file")


def _series_facts(display_set: DisplaySet | None) -> Iterator[str]:
    if display_set is None:
        return
    is_stack = display_set.kind == "stack" and display_set.n_frames > 1
    if is_stack and not display_set.spatially_ordered and not display_set.notes:
        yield N_("not ordered by position")


def is_beside_gap(display_set: DisplaySet, index: int) -> bool:
    """Tell whether slices are missing right before or after a frame."""
    return any(index in (before, before + 1) for before, _n_missing in display_set.gaps)


def _missing_rows(viewport: Viewport) -> Scene:
    """Hatch the rows that the file does not hold (R-073)."""
    frame: Frame | None = viewport.frame
    view = projection(viewport)
    if frame is None or view is None:
        return ()
    n_rows, n_columns = int(frame.stored.shape[0]), int(frame.stored.shape[1])
    first = frame.n_rows_complete
    if first >= n_rows:
        return ()
    corners = ((0, first), (n_columns, first), (n_columns, n_rows), (0, n_rows))
    return (Hatching(tuple(view.to_canvas(c - 0.5, r - 0.5) for c, r in corners)),)


SPEC = OverlaySpec("marks", N_("Safety marks"), on=True, draw=draw, always=True, order=10)
