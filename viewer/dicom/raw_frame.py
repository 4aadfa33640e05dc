"""Samples of one frame on their way from the file to a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from viewer.dicom.codestream import Codestream


@dataclass(frozen=True, slots=True, eq=False)
class RawFrame:
    """What a decoder, or the file itself, gave; not yet masked nor converted to RGB.

    Attributes
    ----------
    samples
        (rows, columns) or (rows, columns, samples). Native YBR_FULL_422: (rows, columns * 2).
        Rows that the file lacks are zero.
    n_rows_complete
        Rows from the top that are really there.
    decoder
        Who made them.
    stream
        Header of the codestream; None for native, RLE and deflated frames.
    """

    samples: NDArray[Any]
    n_rows_complete: int
    decoder: str
    stream: Codestream | None = None
    warnings: tuple[str, ...] = ()


def incomplete(rows: int, of_rows: int) -> str:
    """Say how much of an image is there."""
    return f"Image data incomplete: {rows} of {of_rows} rows are in the file."
