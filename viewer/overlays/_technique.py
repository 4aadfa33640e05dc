"""How an image was made, in one short line; which values matter depends on the modality."""

from __future__ import annotations

from collections.abc import Callable

from viewer.model.displayset import FrameRef
from viewer.model.wording import number_text

Part = Callable[[FrameRef], str]

MICRO = 1000.0


def technique_text(ref: FrameRef) -> str:
    """Return for instance '120 kV · 210 mAs · 1 mm · B30f'."""
    parts = _PARTS.get(ref.instance.modality, _OTHER)
    return " · ".join(text for text in (part(ref) for part in parts) if text)


def _number(keyword: str, unit: str, digits: int = 1, before: str = "") -> Part:
    def part(ref: FrameRef) -> str:
        value = ref.instance.number(keyword, ref.frame)
        return "" if value is None else f"{before}{number_text(value, digits)}{unit}"

    return part


def _text(keyword: str) -> Part:
    def part(ref: FrameRef) -> str:
        values = ref.instance.text(keyword, ref.frame).split("\\")
        return values[0].strip()

    return part


def _exposure(ref: FrameRef) -> str:
    """Return the tube current-time product, mAs."""
    exposure = ref.instance.number("ExposureInuAs", ref.frame)
    if exposure is not None:
        return f"{number_text(exposure / MICRO, 1)} mAs"
    exposure = ref.instance.number("Exposure", ref.frame)
    return "" if exposure is None else f"{number_text(exposure, 0)} mAs"


def _thickness(ref: FrameRef) -> str:
    plane = ref.instance.facts(ref.frame).plane
    thickness = plane.thickness_mm if plane else None
    if thickness is None:
        thickness = ref.instance.number("SliceThickness", ref.frame)
    return "" if not thickness else f"{number_text(thickness, 2)} mm"


def _contrast(ref: FrameRef) -> str:
    agent = ref.instance.text("ContrastBolusAgent", ref.frame).strip()
    return f"contrast: {agent}" if agent else ""


def _beam(ref: FrameRef) -> str:
    """Return positioner angles as 'RAO 30 CRA 20' (PS3.3 C.8.7.5.1.2)."""
    primary = ref.instance.number("PositionerPrimaryAngle", ref.frame)
    secondary = ref.instance.number("PositionerSecondaryAngle", ref.frame)
    if primary is None or secondary is None:
        return ""
    first = f"{'LAO' if primary >= 0 else 'RAO'} {number_text(abs(primary), 0)}"
    return f"{first} {'CRA' if secondary >= 0 else 'CAU'} {number_text(abs(secondary), 0)}"


_KV = _number("KVP", " kV", 0)

_PARTS: dict[str, tuple[Part, ...]] = {
    "CT": (_KV, _exposure, _thickness, _text("ConvolutionKernel"), _contrast),
    "MR": (
        _number("RepetitionTime", "", 0, "TR "),
        _number("EchoTime", "", 1, "TE "),
        _number("InversionTime", "", 0, "TI "),
        _number("DiffusionBValue", "", 0, "b "),
        _number("FlipAngle", "°", 0, "FA "),
        _thickness,
        _contrast,
    ),
    "MG": (
        _KV,
        _exposure,
        _number("BodyPartThickness", " mm", 0),
        _number("CompressionForce", " N", 0),
    ),
    "CR": (_KV, _exposure, _number("ExposureIndex", "", 0, "EI ")),
    "DX": (
        _KV,
        _exposure,
        _number("ExposureIndex", "", 0, "EI "),
        _number("DeviationIndex", "", 1, "DI "),
    ),
    "XA": (_KV, _beam, _contrast),
    "RF": (_KV, _beam, _contrast),
    "PT": (_text("Units"), _text("Radiopharmaceutical"), _thickness),
    "NM": (_text("Radiopharmaceutical"), _thickness),
}
_OTHER: tuple[Part, ...] = (_KV, _thickness)
