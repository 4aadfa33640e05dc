"""Read an uncompressed grey frame into memory that is there, and check whose it is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import DecodeError, IdentityError
from viewer.dicom.native_read import read_native, stored_dtype
from viewer.dicom.source import ObjectCache
from viewer.imaging.failures import identity_problem
from viewer.model.displayset import FrameRef
from viewer.model.frame import Frame


def read_native_frame(
    ref: FrameRef, place: NDArray[Any] | None, objects: ObjectCache | None = None
) -> Frame:
    """Read a frame that ``is_native``.

    Parameters
    ----------
    place
        (rows, columns), where the pixels go; None takes new memory.

    Raises
    ------
    DecodeError, UnreadableError
        As ``read_native`` raises them.
    IdentityError
        When the file is not, or no longer, what the listing says.
    """
    pixels = ref.instance.pixels
    if pixels is None:
        raise DecodeError("This object has no image.")
    if place is None:
        place = np.empty((pixels.rows, pixels.columns), stored_dtype(pixels))
    read = read_native(ref.instance, ref.frame, place, objects)
    problem = identity_problem(ref.instance, read.identity)
    if problem:
        raise IdentityError(problem)
    stored = place.view()
    stored.setflags(write=False)
    return Frame(
        stored=stored,
        grey=read.grey,
        identity=read.identity,
        n_rows_complete=read.n_rows_complete,
        decoder="native",
        bits_stored=pixels.bits_stored,
        warnings=read.warnings,
    )
