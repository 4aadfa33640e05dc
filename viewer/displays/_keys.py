"""What can separate frames of one series: named keys, each with its words (R-082, R-083)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from viewer.base.text import N_
from viewer.model.displayset import FrameRef
from viewer.model.sop_classes import sop_class_name
from viewer.model.wording import significant_text

PARAMETER = "parameter"
TIME = "time"

LOCALIZER = "LOCALIZER"

MOST_DIMENSIONS = 6

_FLAVOURS = {
    "LOCALIZER": N_("localiser"),
    "AXIAL": N_("axial"),
    "M": N_("magnitude"),
    "P": N_("phase"),
    "R": N_("real"),
    "I": N_("imaginary"),
    "ADC": N_("ADC"),
    "MPR": N_("MPR"),
    "MIP": N_("MIP"),
    "PROJECTION IMAGE": N_("projection"),
}


Label = Callable[[Hashable | None, Sequence[Hashable | None]], str]


@dataclass(frozen=True, slots=True)
class SplitKey:
    """One thing that can differ between frames.

    Attributes
    ----------
    id, title
        The key's name in ids, and for people.
    value
        Returns the frame's value; None when its header has none.
    label
        Words for one value, given all values that were found, sorted.
    kind
        ``parameter`` when another value is another contrast, ``time`` when it is another moment.
    """

    id: str
    title: str
    value: Callable[[FrameRef], Hashable | None]
    label: Label
    kind: str = PARAMETER


def of_header(*keywords: str) -> Callable[[FrameRef], Hashable | None]:
    """Return a reader of the first of ``keywords`` that a frame has."""

    def read(ref: FrameRef) -> Hashable | None:
        for keyword in keywords:
            value = ref.instance.get(keyword, ref.frame)
            if value is not None:
                return value
        return None

    return read


def of_number(*keywords: str) -> Callable[[FrameRef], Hashable | None]:
    """Return a reader of the first number that ``keywords`` give, as a float."""

    def read(ref: FrameRef) -> Hashable | None:
        numbers = (ref.instance.number(keyword, ref.frame) for keyword in keywords)
        return next((number for number in numbers if number is not None), None)

    return read


def diffusion(ref: FrameRef) -> Hashable | None:
    """Return (b-value, gradient direction), without a direction where the b-value is 0."""
    b_value = ref.instance.number("DiffusionBValue", ref.frame)
    parts = ref.instance.numbers("DiffusionGradientOrientation", ref.frame)
    direction = tuple(round(part, 4) for part in parts) if b_value != 0 else ()
    return (b_value, direction) if b_value is not None or direction else None


def diffusion_label(value: Hashable | None, found: Sequence[Hashable | None]) -> str:
    """Return 'b 0 s/mm²' or 'b 1000 s/mm², direction 2 of 30'."""
    if not isinstance(value, tuple):
        return N_("without diffusion weighting")
    b_value, direction = value
    weighting = "" if b_value is None else f"b {significant_text(b_value)} s/mm²"
    same = [one for one in found if isinstance(one, tuple) and one[0] == b_value and one[1]]
    if not direction or len(same) < 2:
        return weighting or N_("diffusion weighted")
    text = f"direction {same.index(value) + 1} of {len(same)}"
    return ", ".join(part for part in (weighting, text) if part)


def image_flavour(ref: FrameRef) -> tuple[str, ...]:
    """Return Image Type (or Frame Type) from its third value on (PS3.3 C.7.6.1.1.2)."""
    return image_type(ref)[2:]


def image_type(ref: FrameRef) -> tuple[str, ...]:
    """Return all values of Frame Type, or of Image Type where there is none."""
    for keyword in ("FrameType", "ImageType"):
        text = ref.instance.text(keyword, ref.frame)
        if text:
            return tuple(part.strip().upper() for part in text.split("\\"))
    return ()


def projection_view(ref: FrameRef) -> tuple[str, ...]:
    """Return laterality and view of a projection, as far as its header has them."""
    instance, frame = ref.instance, ref.frame
    side = instance.text("ImageLaterality", frame) or instance.text("Laterality", frame)
    view = instance.text("ViewPosition", frame) or instance.text("ViewCodeSequence", frame)
    return tuple(part for part in (side.strip(), view.strip()) if part)


def is_localizer(ref: FrameRef) -> bool:
    """Tell whether Image Type says that this is a localiser."""
    return LOCALIZER in image_type(ref)


def of_dimension(index: int) -> Callable[[FrameRef], Hashable | None]:
    """Return a reader of one of Dimension Index Values (PS3.3 C.7.6.17)."""

    def read(ref: FrameRef) -> Hashable | None:
        values = ref.instance.numbers("DimensionIndexValues", ref.frame)
        return values[index] if index < len(values) else None

    return read


def matrix(ref: FrameRef) -> Hashable:
    """Return (rows, columns)."""
    pixels = ref.instance.pixels
    return (pixels.rows, pixels.columns) if pixels else (0, 0)


def colouring(ref: FrameRef) -> Hashable:
    """Return whether the frame is grey or colour; MONOCHROME1 and 2 may share a stack."""
    pixels = ref.instance.pixels
    grey = pixels is not None and pixels.photometric.startswith("MONOCHROME")
    return "grey" if grey else "colour"


def class_group(ref: FrameRef) -> Hashable:
    """Return the SOP class; all classes of one kind of acquisition count as themselves."""
    return ref.instance.sop_class_uid


def pixel_spacing(ref: FrameRef) -> Hashable:
    """Return Pixel Spacing to three significant places in a thousand; None without."""
    plane = ref.instance.facts(ref.frame).plane
    if plane is None or plane.spacing_mm is None:
        return None
    return tuple(float(f"{value:.3g}") for value in plane.spacing_mm)


def plain_label(unit: str = "", prefix: str = "") -> Label:
    """Return words like 'TE 20 ms' for numbers and texts."""

    def write(value: Hashable | None, _found: Sequence[Hashable | None]) -> str:
        if value is None:
            return f"{prefix} none".strip()
        text = significant_text(value) if isinstance(value, float) else _joined(value)
        return " ".join(part for part in (prefix, text, unit) if part)

    return write


def counted_label(word: str) -> Label:
    """Return words like 'phase 2 of 5'."""

    def write(value: Hashable | None, found: Sequence[Hashable | None]) -> str:
        known = [one for one in found if one is not None]
        if value is None:
            return f"no {word}"
        return f"{word} {known.index(value) + 1} of {len(known)}"

    return write


def both_labels(word: str, prefix: str, unit: str) -> Label:
    """Return words like 'echo 2 of 3, TE 40 ms'."""
    count, plain = counted_label(word), plain_label(unit, prefix)

    def write(value: Hashable | None, found: Sequence[Hashable | None]) -> str:
        return (
            f"{count(value, found)}, {plain(value, found)}" if value is not None else f"no {word}"
        )

    return write


def _joined(value: Hashable) -> str:
    return " ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def flavour_label(value: Hashable | None, _found: Sequence[Hashable | None]) -> str:
    """Return words for Image Type values."""
    parts = value if isinstance(value, tuple) else ()
    if LOCALIZER in parts:
        return _FLAVOURS[LOCALIZER]
    words = [_FLAVOURS.get(str(part), str(part).lower()) for part in parts]
    return ", ".join(dict.fromkeys(words)) or N_("without image type")


def matrix_label(value: Hashable | None, _found: Sequence[Hashable | None]) -> str:
    """Return '512 × 512' (columns by rows)."""
    rows, columns = value if isinstance(value, tuple) else (0, 0)
    return f"{columns} × {rows}"


def class_label(value: Hashable | None, _found: Sequence[Hashable | None]) -> str:
    """Return the SOP class's name without the words that all of them share."""
    return sop_class_name(str(value)).replace(" Image", "")


SAME_KIND: tuple[SplitKey, ...] = (
    SplitKey("class", N_("kind of object"), class_group, class_label),
    SplitKey("matrix", N_("matrix"), matrix, matrix_label),
    SplitKey("colour", N_("colour"), colouring, plain_label()),
)
"""What separates all frames, with or without positions."""

FRAME_OF_REFERENCE = SplitKey(
    "frame-of-reference",
    N_("frame of reference"),
    of_header("FrameOfReferenceUID"),
    counted_label(N_("frame of reference")),
)
FLAVOUR = SplitKey("image-type", N_("image type"), image_flavour, flavour_label)
PIXEL_SPACING = SplitKey(
    "pixel-spacing", N_("pixel spacing"), pixel_spacing, plain_label("mm", N_("pixels of"))
)
VIEW = SplitKey("view", N_("view"), projection_view, plain_label())
STACK_ID = SplitKey("stack", N_("stack"), of_header("StackID"), plain_label(prefix=N_("stack")))

EXPLAINING: tuple[SplitKey, ...] = (
    SplitKey(
        "echo",
        N_("echo time"),
        of_number("EffectiveEchoTime", "EchoTime", "EchoNumbers"),
        both_labels(N_("echo"), "TE", "ms"),
    ),
    SplitKey("b-value", N_("b-value"), of_number("DiffusionBValue"), plain_label("s/mm²", N_("b"))),
    SplitKey("diffusion", N_("diffusion direction"), diffusion, diffusion_label),
    SplitKey("component", N_("image type"), image_type, flavour_label),
    SplitKey(
        "inversion",
        N_("inversion time"),
        of_number("InversionTimes", "InversionTime"),
        plain_label("ms", "TI"),
    ),
    SplitKey(
        "kernel", N_("kernel"), of_header("ConvolutionKernel"), plain_label(prefix=N_("kernel"))
    ),
    SplitKey("energy", N_("tube voltage"), of_number("KVP"), plain_label("kV")),
    SplitKey("flip", N_("flip angle"), of_number("FlipAngle"), plain_label("°", N_("flip"))),
    SplitKey(
        "repetition", N_("repetition time"), of_number("RepetitionTime"), plain_label("ms", "TR")
    ),
    SplitKey(
        "thickness",
        N_("slice thickness"),
        of_number("SliceThickness"),
        plain_label("mm", N_("slices of")),
    ),
    SplitKey(
        "temporal",
        N_("temporal position"),
        of_number("TemporalPositionIndex", "TemporalPositionIdentifier"),
        counted_label(N_("phase")),
        TIME,
    ),
    SplitKey(
        "cardiac",
        N_("cardiac phase"),
        of_number("NominalPercentageOfCardiacPhase", "NominalCardiacTriggerDelayTime"),
        counted_label(N_("phase")),
        TIME,
    ),
    SplitKey(
        "time-slice", N_("time slice"), of_number("TimeSlice"), counted_label(N_("phase")), TIME
    ),
    SplitKey(
        "acquisition",
        N_("acquisition number"),
        of_number("AcquisitionNumber"),
        plain_label(prefix=N_("acquisition")),
        TIME,
    ),
    SplitKey("series-number", N_("series number"), of_number("SeriesNumber"), plain_label("", "#")),
    SplitKey(
        "sequence", N_("sequence"), of_header("PulseSequenceName", "SequenceName"), plain_label()
    ),
    SplitKey("protocol", N_("protocol"), of_header("ProtocolName"), plain_label()),
    SplitKey("contrast", N_("contrast agent"), of_header("ContrastBolusAgent"), plain_label()),
    *(
        SplitKey(
            f"dimension-{index}",
            N_("dimension index"),
            of_dimension(index),
            counted_label(N_("part")),
        )
        for index in range(MOST_DIMENSIONS)
    ),
)
"""What may explain that several frames lie at one position, likeliest first."""

MOMENTS: tuple[SplitKey, ...] = (
    SplitKey(
        "trigger", N_("trigger time"), of_number("TriggerTime"), counted_label(N_("phase")), TIME
    ),
    SplitKey(
        "reference-time",
        N_("frame reference time"),
        of_number("FrameReferenceTime"),
        counted_label(N_("phase")),
        TIME,
    ),
    SplitKey(
        "acquisition-time",
        N_("acquisition time"),
        of_header("FrameAcquisitionDateTime", "AcquisitionDateTime", "AcquisitionTime"),
        counted_label(N_("phase")),
        TIME,
    ),
)
"""Moments: no two slices need to share one, so they are compared at each position by itself."""


def values_of(key: SplitKey, frames: Sequence[FrameRef]) -> list[Hashable | None]:
    """Return the key's value of each frame."""
    return [key.value(ref) for ref in frames]


SortToken = tuple[tuple[int, float, str], ...]


def sort_token(value: Hashable | None) -> SortToken:
    """Return what values of any kind sort by: none first, numbers, then texts."""
    if value is None:
        return ((0, 0.0, ""),)
    if isinstance(value, (int, float)):
        return ((1, float(value), ""),)
    if isinstance(value, tuple):
        return tuple(token for part in value for token in sort_token(part))
    return ((2, 0.0, str(value)),)
