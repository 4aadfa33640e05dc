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


GRAPHICS = "graphics"
ROI = "roi"


@dataclass(frozen=True, slots=True, eq=False)
class OverlayPlane:
    """A bitmap that the object lays over its image (PS3.3 C.9.2), cut to what lies on the image.

    Attributes
    ----------
    kind
        ``graphics`` (strokes and letters) or ``roi`` (the area of a region).
    label
        Overlay Label, else Overlay Description; empty when the object has neither.
    first_row, first_column
        Pixel of the image, from 0, on which the first bit lies.
    columns
        Bits of one row.
    bits
        (rows, bytes of a row) uint8, the first bit of a row in the highest place. Read-only.
    """

    kind: str
    label: str
    first_row: int
    first_column: int
    columns: int
    bits: NDArray[np.uint8]

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Return where the plane is set, (rows, columns)."""
        return np.unpackbits(self.bits, axis=1, count=self.columns).view(np.bool_)


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
    overlays
        Planes that the object lays over this frame; never part of ``stored``.
    """

    stored: NDArray[np.generic]
    grey: GreyRules | None
    identity: ObjectIdentity
    n_rows_complete: int
    decoder: str
    bits_stored: int = 16
    warnings: tuple[str, ...] = ()
    overlays: tuple[OverlayPlane, ...] = ()

    @property
    def overlay_nbytes(self) -> int:
        """Bytes that the overlay planes take in memory."""
        return sum(plane.bits.nbytes for plane in self.overlays)

    @property
    def is_colour(self) -> bool:
        """Tell whether the frame holds RGB."""
        return self.grey is None
