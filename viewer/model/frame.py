"""A decoded frame together with the rules that turn it into a picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from viewer.model.study import ObjectIdentity
from viewer.model.window import Lut, Rescale, Window


@dataclass(frozen=True, slots=True)
class GreyRules:
    """How stored grey values become display values, in the standard's order (PS3.4 N.2).

    Attributes
    ----------
    modality
        Rescale or a modality LUT; ``Rescale()`` when the object has none (or when the standard
        keeps it from the display, as for XA).
    voi
        The object's own windows and VOI LUTs, in the order of the header, LUTs after windows.
    inverse
        True when the smallest P-value is to be shown white: Photometric Interpretation
        MONOCHROME1, unless Presentation LUT Shape says otherwise (the two never add up twice).
    padding
        (lowest, highest) stored value that means 'no pixel' (Pixel Padding Value and Range
        Limit), or None.
    units
        Units of modality values (``HU``, ``BQML``, ...), empty when unknown.
    """

    modality: Rescale | Lut = field(default_factory=Rescale)
    voi: tuple[Window | Lut, ...] = ()
    inverse: bool = False
    padding: tuple[float, float] | None = None
    units: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded frame.

    Attributes
    ----------
    stored
        Grey: (rows, columns), integers masked to Bits Stored and sign-extended, or floats.
        Colour: (rows, columns, 3) uint8 (or uint16) RGB; palettes are already applied.
        Read-only.
    grey
        The rules; None for colour.
    identity
        Of the very object that was decoded, read from its bytes at that moment.
    n_rows_complete
        Rows from the top that the file really holds; less than ``rows`` for cut-off pixel data.
    decoder
        Name of the codec that produced it (``native``, ``imagecodecs.jpegls``, ...).
    warnings
        Sentences to show on the image.
    """

    stored: NDArray[np.generic]
    grey: GreyRules | None
    identity: ObjectIdentity
    n_rows_complete: int
    decoder: str
    bits_stored: int = 16
    warnings: tuple[str, ...] = ()

    @property
    def is_colour(self) -> bool:
        """Tell whether the frame holds RGB."""
        return self.grey is None
