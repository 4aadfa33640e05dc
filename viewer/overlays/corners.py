"""The four corners: who, when and where, what, and how it is shown (IHE BIR 5.8, R-056).

Everything is taken from the displayed object's own header (R-054).
"""

from __future__ import annotations

from viewer.base.text import N_
from viewer.model.annotation import AnnotationSet
from viewer.model.displayset import FrameRef
from viewer.model.geometry import direction_letters, normal_lps, pixel_to_lps
from viewer.model.view_state import ANNOTATIONS_FULL, ANNOTATIONS_OFF, NEAREST
from viewer.model.window import LINEAR, Lut, Window
from viewer.model.wording import age_text, date_text, name_text, number_text, time_text
from viewer.overlays._spec import OverlaySpec
from viewer.overlays._technique import technique_text
from viewer.viewport.projection import Projection
from viewer.viewport.scene import (
    BOTTOM_LEFT,
    BOTTOM_RIGHT,
    DIM,
    NORMAL,
    REQUIRED,
    STRONG,
    TOP_LEFT,
    TOP_RIGHT,
    WRAP,
    Scene,
    Text,
)
from viewer.viewport.viewport import Viewport, image_size, projection

NO_NAME = N_("No name")
NO_ID = N_("no ID")


def draw(viewport: Viewport, _annotations: AnnotationSet) -> Scene:
    """Return the texts that the chosen level of detail allows; identity is in all of them."""
    ref = viewport.frame_ref
    if ref is None:
        return ()
    level = viewport.state.visibility.annotations
    scene = identity_lines(ref)
    if level == ANNOTATIONS_OFF:
        return scene
    scene += _place_lines(viewport, ref) + _window_lines(viewport)
    if level == ANNOTATIONS_FULL:
        scene += _study_lines(viewport, ref) + _technique_lines(viewport, ref)
    else:
        scene += (_date_line(ref),)
    return scene


def identity_lines(ref: FrameRef) -> Scene:
    """Return name, then ID, sex, birth date and age at the exam."""
    instance = ref.instance
    identity = instance.identity
    name = name_text(identity.name) or NO_NAME
    age = age_text(identity.birth_date, _exam_date(ref), instance.text("PatientAge"))
    facts = (identity.patient_id.strip() or NO_ID, identity.sex, date_text(identity.birth_date))
    who = " · ".join(part for part in (*facts, age) if part)
    return (
        Text(name, TOP_LEFT, 0, REQUIRED, STRONG),
        Text(who, TOP_LEFT, 1, REQUIRED, NORMAL, WRAP),
    )


def _exam_date(ref: FrameRef) -> str:
    instance = ref.instance
    return (
        instance.text("StudyDate")
        or instance.text("AcquisitionDate", ref.frame)
        or instance.text("ContentDate", ref.frame)
    )


def _date_line(ref: FrameRef) -> Text:
    date = date_text(_exam_date(ref))
    when = f"{date} {time_text(ref.instance.text('StudyTime'))}".strip()
    return Text(when, TOP_RIGHT, 0, 90)


def _study_lines(viewport: Viewport, ref: FrameRef) -> Scene:
    instance = ref.instance
    display_set = viewport.display_set
    series = display_set.title if display_set else instance.text("SeriesDescription")
    accession = instance.text("AccessionNumber").strip()
    about = " · ".join(part for part in (series, f"Acc {accession}" if accession else "") if part)
    return (
        Text(instance.text("InstitutionName"), TOP_LEFT, 2, 30, DIM),
        _date_line(ref),
        Text(instance.text("StudyDescription"), TOP_RIGHT, 1, 70),
        Text(about, TOP_RIGHT, 2, 60, DIM),
    )


def _window_lines(viewport: Viewport) -> Scene:
    lines: list[Text] = []
    voi = viewport.voi()
    if voi is not None:
        lines.append(Text(voi_text(voi), BOTTOM_LEFT, 10, 85))
    view = projection(viewport)
    if view is not None and viewport.frame is not None:
        lines.append(Text(zoom_text(view, viewport), BOTTOM_LEFT, 11, 40))
    return tuple(lines)


def voi_text(voi: Window | Lut) -> str:
    """Return 'W 350  L 40', with the function where it is not the usual one, or the LUT's name."""
    if isinstance(voi, Lut):
        return f"VOI LUT {voi.explanation}".strip()
    digits = 0 if voi.width >= 50 else 2 if voi.width >= 1 else 5
    text = f"W {number_text(voi.width, digits)}  L {number_text(voi.center, digits)}"
    if voi.function != LINEAR:
        text += f"  {voi.function.lower().replace('_', ' ')}"
    return f"{text}  {voi.explanation}".rstrip()


def zoom_text(view: Projection, viewport: Viewport) -> str:
    """Return the enlargement and how pixels are interpolated (R-075)."""
    if view.is_native:
        return "1:1"
    factor = view.device_pixels_per_image_pixel
    nearest = viewport.state.appearance.interpolation == NEAREST
    how = "averaged" if factor < 1 else "nearest" if nearest else "linear"
    return f"Zoom {number_text(factor, 2)} ×  {how}"


def _technique_lines(viewport: Viewport, ref: FrameRef) -> Scene:
    return (Text(technique_text(ref), BOTTOM_LEFT, 12, 35, DIM),)


def _place_lines(viewport: Viewport, ref: FrameRef) -> Scene:
    display_set = viewport.display_set
    if display_set is None:
        return ()
    instance = ref.instance
    number = instance.text("InstanceNumber", ref.frame) or "–"
    if instance.n_frames > 1:
        number = f"{number}.{ref.frame + 1}"
    series = f"Se {display_set.series_number}  " if display_set.series_number is not None else ""
    count = f"{series}Im {number} ({viewport.index + 1}/{display_set.n_frames})"
    return (
        Text(count, BOTTOM_RIGHT, 10, 95),
        Text(slice_position_text(viewport, ref), BOTTOM_RIGHT, 11, 65),
    )


def slice_position_text(viewport: Viewport, ref: FrameRef) -> str:
    """Return where the slice lies: its centre along the axis that it cuts most squarely."""
    plane, size = ref.instance.facts(ref.frame).plane, image_size(viewport)
    if plane is None or size is None:
        return ""
    centre = pixel_to_lps(plane, (size[0] - 1) / 2, (size[1] - 1) / 2)
    axis = int(abs(normal_lps(plane)).argmax())
    value = float(centre[axis])
    direction = [0.0, 0.0, 0.0]
    direction[axis] = 1.0 if value >= 0 else -1.0
    letters = direction_letters((direction[0], direction[1], direction[2]))
    return f"{letters} {number_text(abs(value))} mm"


SPEC = OverlaySpec("corners", N_("Corner texts"), on=True, draw=draw, always=True, order=30)
