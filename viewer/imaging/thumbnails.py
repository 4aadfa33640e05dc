"""One small picture that stands for a display set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import DecodeError
from viewer.base.jobs import blocking
from viewer.dicom.native_read import is_native
from viewer.dicom.pool import DecodePool
from viewer.imaging.failures import NO_IMAGE
from viewer.imaging.grey import default_voi, display
from viewer.imaging.one_frame import read_native_frame, require_identity
from viewer.imaging.pyramid import factor_for, level
from viewer.model.displayset import DisplaySet
from viewer.model.frame import Frame
from viewer.model.view_state import Appearance

SIZE_PX = 160


@blocking
def thumbnail(
    pool: DecodePool, display_set: DisplaySet, size_px: int = SIZE_PX
) -> NDArray[np.uint8]:
    """Return the middle frame, area-averaged until its longer side has at most ``size_px``.

    Returns
    -------
    array
        (rows, columns) or (rows, columns, 3) uint8, with the window that the display set opens
        with.

    Raises
    ------
    ViewerError
        When the frame cannot be shown, with the reason.
    """
    small = _small_frame(pool, display_set, size_px)
    window = default_voi(display_set, (small,))
    return display(small, Appearance(window=window))


def _small_frame(pool: DecodePool, display_set: DisplaySet, size_px: int) -> Frame:
    ref = display_set.frames[display_set.n_frames // 2]
    if ref.instance.pixels is None:
        raise DecodeError(display_set.message or NO_IMAGE)
    if is_native(ref.instance):
        frame = read_native_frame(ref, None)
        rows, columns = frame.stored.shape
        return level(frame, factor_for((rows, columns), size_px))
    frame = pool.thumbnail(ref.instance, ref.frame, size_px).result()
    require_identity(ref, frame.identity)
    return frame
