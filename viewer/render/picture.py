"""What a view draws at one moment: the part of the image that is seen, as finely as needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.pyramid import level
from viewer.model.frame import Frame
from viewer.model.view_state import Appearance
from viewer.render.lookup import Lookup, apply, lookup_of, picture_of, settled
from viewer.render.placement import Region, level_factor, visible_region
from viewer.viewport.projection import Projection

_MOST_LEVELS = 6


class Picture:
    """Prepares one frame: averaged levels and the table are kept until they no longer fit.

    Attributes
    ----------
    region
        What the last ``prepare`` found to be visible; None when the image lies outside the pane.
    """

    def __init__(self) -> None:
        self.region: Region | None = None
        self._frame: Frame | None = None
        self._levels: dict[int, Frame] = {}
        self._appearance: Appearance | None = None
        self._settled: Appearance | None = None
        self._lookup: Lookup | None = None

    def prepare(self, frame: Frame, appearance: Appearance, projection: Projection) -> None:
        """Take over what is to be drawn; only what changed is computed anew."""
        if frame is not self._frame:
            self._frame = frame
            self._levels = {1: frame}
            self._appearance = None
        look = replace(appearance, interpolation="")
        if look != self._appearance:
            self._appearance = look
            self._settled = settled(frame, look)
            self._lookup = lookup_of(frame, self._settled)
        factor = level_factor(projection)
        self.region = visible_region(projection, factor, frame.n_rows_complete)

    @property
    def lookup(self) -> Lookup | None:
        """The table of the present appearance; None where the pipeline itself must run."""
        return self._lookup

    def level(self) -> Frame:
        """Return the whole image at the region's fineness."""
        assert self._frame is not None
        assert self.region is not None
        factor = self.region.factor
        if factor not in self._levels:
            if len(self._levels) >= _MOST_LEVELS:
                self._levels = {1: self._frame}
            self._levels[factor] = level(self._frame, factor)
        return self._levels[factor]

    def stored(self) -> NDArray[Any]:
        """Return the stored values of the region, (rows, columns[, 3])."""
        assert self.region is not None
        region = self.region
        return self.level().stored[region.top : region.bottom, region.left : region.right]

    def display(self) -> NDArray[np.uint8]:
        """Return the display values of the region, (rows, columns[, 3]) uint8, contiguous."""
        if self._lookup is not None:
            return apply(self._lookup, self.stored())
        assert self._settled is not None
        return picture_of(replace(self.level(), stored=self.stored()), self._settled)

    def forget(self) -> None:
        """Let the frame go."""
        self.__init__()  # type: ignore[misc]
