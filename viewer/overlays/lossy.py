"""Lossy compression is said on every image that has ever been through it (R-116, IHE BIR 5.8)."""

from __future__ import annotations

import math

from viewer.base.text import N_
from viewer.model.annotation import AnnotationSet
from viewer.model.displayset import FrameRef
from viewer.model.ids import transfer_syntax
from viewer.model.wording import number_text
from viewer.overlays._spec import OverlaySpec
from viewer.viewport.scene import BOTTOM_LEFT, REQUIRED, WARNING, WRAP, Scene, Text
from viewer.viewport.viewport import Viewport

NOT_FOR_MAMMOGRAPHY = N_("not for primary reading of mammograms")

_METHODS = {
    "ISO_10918_1": "JPEG",
    "ISO_14495_1": "JPEG-LS",
    "ISO_15444_1": "JPEG 2000",
    "ISO_15444_15": "HTJ2K",
    "ISO_18181_1": "JPEG XL",
    "ISO_13818_2": "MPEG-2",
    "ISO_14496_10": "MPEG-4",
    "ISO_23008_2": "HEVC",
}
_LINE = 1.0


def draw(viewport: Viewport, _annotations: AnnotationSet) -> Scene:
    """Return the mark, with ratio and method where the header gives them."""
    ref = viewport.frame_ref
    if ref is None or not is_lossy(ref):
        return ()
    return (Text(lossy_text(ref), BOTTOM_LEFT, _LINE, REQUIRED, WARNING, WRAP),)


def is_lossy(ref: FrameRef) -> bool:
    """Tell whether the header or the transfer syntax says so; either suffices."""
    syntax = transfer_syntax(ref.instance.transfer_syntax_uid)
    flagged = ref.instance.text("LossyImageCompression", ref.frame).strip() == "01"
    return flagged or (syntax is not None and syntax.lossy)


def lossy_text(ref: FrameRef) -> str:
    """Return for instance 'lossy 12:1 JPEG'."""
    ratios = ref.instance.numbers("LossyImageCompressionRatio", ref.frame)
    known = [ratio for ratio in ratios if math.isfinite(ratio) and ratio > 0]
    ratio = ", ".join(f"{number_text(ratio)}:1" for ratio in known)
    methods = ref.instance.text("LossyImageCompressionMethod", ref.frame).split("\\")
    method = ", ".join(_METHODS.get(m.strip(), m.strip()) for m in methods if m.strip())
    text = " ".join(part for part in (N_("lossy"), ratio, method) if part)
    return f"{text} · {NOT_FOR_MAMMOGRAPHY}" if ref.instance.modality == "MG" else text


SPEC = OverlaySpec("lossy", N_("Lossy compression"), on=True, draw=draw, always=True, order=60)
