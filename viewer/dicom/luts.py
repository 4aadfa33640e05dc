"""Read how stored grey values become display values (PS3.3 C.7.6.3, C.11.1, C.11.2; PS3.4 N.2).

Each rule is looked for in the frame's own functional groups, then in the header that was read
with the pixels, then in what the scan had found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from viewer.base.errors import DecodeError
from viewer.dicom.dataset import DataSet
from viewer.dicom.palette import descriptor_of
from viewer.model.frame import GreyRules
from viewer.model.study import Instance, PixelFormat
from viewer.model.window import LINEAR, LINEAR_EXACT, SIGMOID, Lut, Rescale, Window

_WINDOW_CENTER = 0x00281050
_WINDOW_WIDTH = 0x00281051
_INTERCEPT = 0x00281052
_SLOPE = 0x00281053
_RESCALE_TYPE = 0x00281054
_EXPLANATION = 0x00281055
_FUNCTION = 0x00281056
_MODALITY_LUTS = 0x00283000
_LUT_DESCRIPTOR = 0x00283002
_LUT_EXPLANATION = 0x00283003
_MODALITY_LUT_TYPE = 0x00283004
_LUT_DATA = 0x00283006
_VOI_LUTS = 0x00283010
_PRESENTATION_SHAPE = 0x20500020
_UNITS = 0x00541001
_PADDING = {"integer": 0x00280120, "float": 0x00280122, "double": 0x00280123}
_PADDING_LIMIT = {"integer": 0x00280121, "float": 0x00280124, "double": 0x00280125}
_PADDING_VR = {"integer": b"US", "float": b"FL", "double": b"FD"}
KEYWORDS = (
    "WindowCenter",
    "WindowWidth",
    "WindowCenterWidthExplanation",
    "VOILUTFunction",
    "RescaleSlope",
    "RescaleIntercept",
    "RescaleType",
    "Units",
    "PresentationLUTShape",
)
"""Header values that decoding takes from the scan where the pixels' own header lacks them."""

_INTENSITY_MODALITIES = ("XA", "XRF")
_MAX_LUT_ENTRIES = 65_536
_MAX_VOI = 64
_NO_RESCALE = (
    "Rescale Slope is zero or no number, or Rescale Intercept is none; stored values are shown."
)


@dataclass(slots=True)
class _Finder:
    """Look values up in the order that the module's first sentence names."""

    instance: Instance
    header: DataSet
    frame: int
    warnings: list[str] = field(default_factory=list)

    def numbers(self, keyword: str, tag: int) -> tuple[float, ...]:
        """Return decimal values; empty when absent or not numbers."""
        if keyword in self.instance.facts(self.frame).attributes:
            return self.instance.numbers(keyword, self.frame)
        found = self.header.numbers(tag, b"DS")
        return tuple(float(n) for n in found) or self.instance.numbers(keyword, self.frame)

    def text(self, keyword: str, tag: int) -> str:
        """Return text; empty when absent."""
        if keyword in self.instance.facts(self.frame).attributes:
            return self.instance.text(keyword, self.frame)
        return self.header.text(tag) or self.instance.text(keyword, self.frame)

    def is_garbled(self, keyword: str, tag: int) -> bool:
        """Tell whether something is written there that is no number."""
        return not self.numbers(keyword, tag) and bool(self.text(keyword, tag).strip(" \0\\"))


def grey_rules(instance: Instance, header: DataSet, frame: int) -> tuple[GreyRules, list[str]]:
    """Return the grey rules of a frame, and sentences about what was left out or corrected."""
    pixels = instance.pixels
    if pixels is None:
        return GreyRules(), []
    finder = _Finder(instance, header, frame)
    modality, units = _modality(finder, pixels)
    signed = pixels.signed or _may_be_negative(modality, pixels)
    voi: list[Window | Lut] = list(_windows(finder))
    voi.extend(_luts(finder, _VOI_LUTS, "VOI", signed=signed))
    rules = GreyRules(
        modality=modality,
        voi=tuple(voi[:_MAX_VOI]),
        inverse=_is_inverse(finder, pixels),
        padding=_padding(header, pixels),
        units=units,
    )
    return rules, finder.warnings


def _modality(finder: _Finder, pixels: PixelFormat) -> tuple[Rescale | Lut, str]:
    """Return the modality transform and its units; a LUT sequence goes before a rescale."""
    skip = finder.instance.modality in _INTENSITY_MODALITIES
    if _MODALITY_LUTS in finder.header and not skip:
        luts = _luts(finder, _MODALITY_LUTS, "Modality", signed=pixels.signed)
        if luts:
            item = finder.header.item(_MODALITY_LUTS)
            kind = item.plain(_MODALITY_LUT_TYPE) if item is not None else ""
            return luts[0], "" if kind == "US" else kind
    elif _MODALITY_LUTS in finder.header:
        finder.warnings.append(
            "The Modality LUT of this X-ray image is for measuring intensity and is not shown."
        )
    garbled = finder.is_garbled("RescaleSlope", _SLOPE)
    if garbled or finder.is_garbled("RescaleIntercept", _INTERCEPT):
        finder.warnings.append(_NO_RESCALE)
        return Rescale(), ""
    slope = finder.numbers("RescaleSlope", _SLOPE)
    intercept = finder.numbers("RescaleIntercept", _INTERCEPT)
    units = _units(finder, has_rescale=bool(slope or intercept))
    rescale = Rescale(slope[0] if slope else 1.0, intercept[0] if intercept else 0.0, units)
    if rescale.slope == 0 or not (
        math.isfinite(rescale.slope) and math.isfinite(rescale.intercept)
    ):
        finder.warnings.append(_NO_RESCALE)
        return Rescale(), ""
    return rescale, units


def _units(finder: _Finder, *, has_rescale: bool) -> str:
    stated = finder.text("Units", _UNITS) or finder.text("RescaleType", _RESCALE_TYPE)
    if stated and stated != "US":  # US: unspecified
        return stated
    return "HU" if finder.instance.modality == "CT" and has_rescale else ""


def _may_be_negative(modality: Rescale | Lut, pixels: PixelFormat) -> bool:
    """Tell whether unsigned stored values turn negative; LUT outputs never do."""
    if isinstance(modality, Lut):
        return False
    top = (1 << min(pixels.bits_stored, 32)) - 1
    return min(modality.intercept, modality.slope * top + modality.intercept) < 0


def _windows(finder: _Finder) -> list[Window]:
    centers = finder.numbers("WindowCenter", _WINDOW_CENTER)
    widths = finder.numbers("WindowWidth", _WINDOW_WIDTH)
    garbled = finder.is_garbled("WindowCenter", _WINDOW_CENTER)
    if garbled or finder.is_garbled("WindowWidth", _WINDOW_WIDTH):
        finder.warnings.append("A window in the header is no number and was left out.")
    names = finder.text("WindowCenterWidthExplanation", _EXPLANATION).split("\\")
    function = finder.text("VOILUTFunction", _FUNCTION).strip() or LINEAR
    if function not in (LINEAR, LINEAR_EXACT, SIGMOID):
        if centers:
            finder.warnings.append(
                f"VOI LUT Function {function[:16]!r} is unknown; LINEAR is used."
            )
        function = LINEAR
    least = 1.0 if function == LINEAR else math.ulp(0.0)
    found: list[Window] = []
    for number, (center, width) in enumerate(zip(centers, widths, strict=False)):
        if not (math.isfinite(center) and math.isfinite(width) and width >= least):
            finder.warnings.append(f"A window of width {width:g} in the header was left out.")
            continue
        name = names[number].strip() if number < len(names) else ""
        found.append(Window(center, width, function, name))
    return found


def _luts(finder: _Finder, tag: int, what: str, *, signed: bool) -> list[Lut]:
    found: list[Lut] = []
    for item in finder.header.items(tag):
        if len(found) >= _MAX_VOI:
            break
        if not item.elements:
            continue
        try:
            found.append(_read_lut(item, signed=signed))
        except DecodeError as err:
            finder.warnings.append(f"A {what} LUT was left out: {err}")
    return found


def _read_lut(item: DataSet, *, signed: bool) -> Lut:
    element = item.elements.get(_LUT_DESCRIPTOR)
    signed = signed or (element is not None and element[0] == b"SS")
    count, first, bits = descriptor_of(item.numbers(_LUT_DESCRIPTOR, b"US"), signed=signed)
    raw = (item.raw(_LUT_DATA) or b"")[: 2 * _MAX_LUT_ENTRIES]
    order = item.encoding.order
    if len(raw) >= 2 * count:
        entries = np.frombuffer(raw, f"{order}u2", count).astype(np.uint16)
    elif bits <= 8 and len(raw) >= count:
        packed = np.frombuffer(raw, np.uint8)
        if order == ">" and packed.size % 2 == 0:
            packed = packed.reshape(-1, 2)[:, ::-1].reshape(-1)
        entries = packed[:count].astype(np.uint16)
    else:
        raise DecodeError(f"it holds {len(raw)} bytes for {count} entries.")
    entries.setflags(write=False)
    return Lut(first, entries, _lut_bits(bits, int(entries.max(initial=0))), _name(item))


def _name(item: DataSet) -> str:
    return item.text(_LUT_EXPLANATION).strip()


def _lut_bits(claimed: int, top: int) -> int:
    """Return the bits of an output value: those claimed unless the entries need more."""
    bits = claimed if 8 <= claimed <= 16 else 16
    return max(bits, min(16, top.bit_length()))


def _is_inverse(finder: _Finder, pixels: PixelFormat) -> bool:
    """Tell whether low values are shown white (R-067); Presentation LUT Shape has the last word."""
    shape = finder.text("PresentationLUTShape", _PRESENTATION_SHAPE).strip()
    if shape == "INVERSE":
        return True
    return pixels.photometric == "MONOCHROME1" and shape != "IDENTITY"


def _padding(header: DataSet, pixels: PixelFormat) -> tuple[float, float] | None:
    """Return Pixel Padding Value and Range Limit as a range of stored values (C.7.5.1.1.2)."""
    ends = []
    for table in (_PADDING, _PADDING_LIMIT):
        value = header.number(table[pixels.kind], _PADDING_VR[pixels.kind])
        if value is None:
            break
        ends.append(_stored(value, pixels))
    return (min(ends), max(ends)) if ends else None


def _stored(value: float, pixels: PixelFormat) -> float:
    """Give an integer the sign of the stored values, however its VR was written."""
    if pixels.kind != "integer":
        return float(value)
    number = int(value)
    if pixels.signed and number >= 1 << 15 and pixels.bits_allocated <= 16:
        number -= 1 << 16
    if not pixels.signed and number < 0:
        number &= (1 << min(pixels.bits_allocated, 16)) - 1
    return float(number)
