"""Read one frame, into memory that is there where it can be, and check whose it is (R-054)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import DecodeError, IdentityError
from viewer.dicom.native_read import is_native, read_native, stored_dtype
from viewer.dicom.pool import DecodePool, Priority
from viewer.dicom.source import ObjectCache
from viewer.imaging.failures import NO_IMAGE, identity_problem
from viewer.model.displayset import FrameRef
from viewer.model.frame import Frame
from viewer.model.study import ObjectIdentity


def load_frame(pool: DecodePool, ref: FrameRef) -> Frame:
    """Read or decode a frame and wait for it.

    Raises
    ------
    ViewerError
        With the reason, when it cannot be shown.
    """
    if is_native(ref.instance):
        return read_native_frame(ref, None)
    frame = pool.submit(ref.instance, ref.frame, Priority.VISIBLE).result()
    require_identity(ref, frame.identity)
    return frame


def require_identity(ref: FrameRef, found: ObjectIdentity) -> None:
    """Refuse a frame that is not of the object that was listed.

    Raises
    ------
    IdentityError
        With a sentence about what differs.
    """
    problem = identity_problem(ref.instance, found)
    if problem:
        raise IdentityError(problem)


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
        raise DecodeError(NO_IMAGE)
    if place is None:
        place = np.empty((pixels.rows, pixels.columns), stored_dtype(pixels))
    read = read_native(ref.instance, ref.frame, place, objects)
    require_identity(ref, read.identity)
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
        overlays=read.overlays,
    )
