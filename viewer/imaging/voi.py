"""VOI windows and LUTs as functions, and which of them holds (PS3.3 C.11.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.text import N_
from viewer.model.frame import Frame
from viewer.model.view_state import Appearance
from viewer.model.window import LINEAR, LINEAR_EXACT, SIGMOID, Lut, Rescale, Window
from viewer.model.wording import number_text

Floats = NDArray[np.float64]
Rule = Window | Lut

_FUNCTIONS = (LINEAR, LINEAR_EXACT, SIGMOID)
_FULL_RANGE = N_("full range")


@dataclass(frozen=True, slots=True, eq=False)
class VoiChoice:
    """One of the windows and VOI LUTs that an object brings, with its name."""

    title: str
    rule: Rule


def voi_choices(frame: Frame) -> tuple[VoiChoice, ...]:
    """Return the object's own windows and LUTs, named by their explanation or their numbers."""
    if frame.grey is None:
        return ()
    rules = [rule for rule in frame.grey.voi if isinstance(rule, Lut) or usable(rule)]
    return tuple(VoiChoice(_title(rule, place), rule) for place, rule in enumerate(rules))


def _title(rule: Rule, place: int) -> str:
    if isinstance(rule, Lut):
        return rule.explanation or f"LUT {place + 1}"
    numbers = f"{number_text(rule.center)} / {number_text(rule.width)}"
    return f"{rule.explanation} ({numbers})" if rule.explanation else numbers


def usable(window: Window) -> bool:
    """Tell whether a width is one that its function allows (PS3.3 C.11.2.1.2.1, C.11.2.1.3)."""
    least = 1.0 if window.function not in (LINEAR_EXACT, SIGMOID) else math.ulp(0.0)
    return math.isfinite(window.center) and math.isfinite(window.width) and window.width >= least


def effective_voi(frame: Frame, appearance: Appearance) -> Rule:
    """Return the rule that holds: the reader's window, the file's choice, or the full range."""
    if appearance.window is not None and usable(appearance.window):
        return appearance.window
    choices = voi_choices(frame)
    if choices:
        return choices[min(max(0, appearance.voi_index), len(choices) - 1)].rule
    return full_range(frame)


def voi_problem(frame: Frame, appearance: Appearance) -> str:
    """Return what was wrong with the window that was asked for; empty when nothing was."""
    window = appearance.window
    if window is not None and not usable(window):
        return f"A window of width {window.width:g} is not possible; it was not used."
    if frame.grey is None:
        return ""
    asked = window or effective_voi(frame, appearance)
    if isinstance(asked, Window) and asked.function not in _FUNCTIONS:
        return "The VOI LUT Function is unknown; LINEAR is used."
    broken = [rule for rule in frame.grey.voi if isinstance(rule, Window) and not usable(rule)]
    if broken and window is None and not voi_choices(frame):
        return "The file's window is not possible; the full range of values is shown."
    return ""


def full_range(frame: Frame) -> Window:
    """Return the window from the lowest to the highest modality value, padding left out."""
    low, high = modality_range(frame)
    return spanning(low, high)


def spanning(low: float, high: float) -> Window:
    """Return the LINEAR window that shows ``low`` black and ``high``, if it is more, white."""
    return Window((low + high + 1) / 2, high - low + 1, LINEAR, _FULL_RANGE)


def modality_range(frame: Frame) -> tuple[float, float]:
    """Return the lowest and highest modality value of a frame, padding left out."""
    grey = frame.grey
    if grey is None:
        return 0.0, 255.0
    if isinstance(grey.modality, Lut):
        values = apply_modality(np.unique(frame.stored[~padding_mask(frame)]), grey.modality)
    else:
        values = apply_modality(np.array(_stored_range(frame)), grey.modality)
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def _stored_range(frame: Frame) -> tuple[float, float]:
    """Return the lowest and highest stored value outside the padding."""
    stored = frame.stored[: frame.n_rows_complete] if frame.n_rows_complete else frame.stored
    if frame.grey is None or (frame.grey.padding is None and stored.dtype.kind != "f"):
        return float(stored.min()), float(stored.max())
    kept = stored[~padding_mask(frame, stored)]
    return (float(kept.min()), float(kept.max())) if kept.size else (0.0, 0.0)


def padding_mask(frame: Frame, stored: NDArray[Any] | None = None) -> NDArray[np.bool_]:
    """Return where stored values mean 'no pixel' (R-068); what is not finite counts as padding."""
    values: NDArray[Any] = frame.stored if stored is None else stored
    padding = frame.grey.padding if frame.grey else None
    mask = np.zeros(values.shape, np.bool_)
    if padding is not None:
        mask |= (values >= padding[0]) & (values <= padding[1])
    if values.dtype.kind == "f":
        mask |= ~np.isfinite(values)
    return mask


def apply_modality(stored: NDArray[Any], modality: Rescale | Lut) -> Floats:
    """Turn stored values into modality values (PS3.3 C.11.1), float64, same shape."""
    if isinstance(modality, Lut):
        return look_up(stored, modality).astype(np.float64)
    values = stored.astype(np.float64)
    if modality.slope != 1.0:
        values *= modality.slope
    if modality.intercept != 0.0:
        values += modality.intercept
    return values


def look_up(values: NDArray[Any], lut: Lut) -> NDArray[np.uint16]:
    """Return the LUT's entry of each value; values outside take the first or last (C.11.1.1)."""
    index = np.floor(values) if values.dtype.kind == "f" else values
    place = np.clip(index.astype(np.int64) - lut.first_mapped, 0, lut.entries.size - 1)
    return np.asarray(lut.entries[place])


def apply_voi(values: Floats, rule: Rule) -> Floats:
    """Turn modality values into fractions of the output range, 0 to 1, same shape."""
    if isinstance(rule, Lut):
        return look_up(values, rule) / float((1 << rule.bits) - 1)
    if rule.function == SIGMOID:
        return _sigmoid(values, rule)
    if rule.function == LINEAR_EXACT:
        return _ramp(values, rule.center, rule.width)
    return _ramp(values, rule.center - 0.5, rule.width - 1)


def _ramp(values: Floats, middle: float, width: float) -> Floats:
    """Rise from 0 to 1 over ``width`` around ``middle``; a step above it when the width is 0."""
    if width <= 0:
        return (values > middle).astype(np.float64)
    fractions = values - middle
    fractions /= width
    fractions += 0.5
    return np.clip(fractions, 0.0, 1.0, out=fractions)


def _sigmoid(values: Floats, window: Window) -> Floats:
    exponent = np.clip(-4.0 * (values - window.center) / window.width, -700.0, 700.0)
    return np.asarray(1.0 / (1.0 + np.exp(exponent)), dtype=np.float64)
