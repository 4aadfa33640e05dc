"""Draw one image into a pane: a textured quad under the projection of the viewport.

Two texture modes give the same grey levels. ``display``: the exact pixel pipeline runs as a table
look-up on the CPU over what is visible, and finished 8-bit pixels are drawn; quick where OpenGL
is software. ``value``: stored values go to the graphics card at full precision and the table is
looked up in the fragment shader; a new window costs an upload of 64 KiB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.frame import Frame
from viewer.model.view_state import NEAREST, ViewState
from viewer.render.lookup import Lookup
from viewer.render.offscreen import OffscreenContext
from viewer.render.picture import Picture
from viewer.render.placement import Region, place, residual_taps
from viewer.render.shaders import program_for
from viewer.viewport.projection import Projection

AUTOMATIC = "automatic"
DISPLAY_TEXTURE = "display"
VALUE_TEXTURE = "value"

Picture8 = NDArray[np.uint8]
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Uploaded:
    """What a texture holds now."""

    frame: Frame
    region: Region
    lookup: Lookup | None = None
    look: object = None


class SliceView:
    """One pane's renderer.

    Parameters
    ----------
    texture
        ``automatic``, ``display`` or ``value``.
    context
        Shared by the views of one thread; without one the view makes its own.

    Raises
    ------
    GraphicsError
        When no OpenGL context can be made; ``open_slice_view`` then draws without.
    """

    def __init__(self, texture: str = AUTOMATIC, context: OffscreenContext | None = None) -> None:
        self._context = (context or OffscreenContext()).share()
        automatic = DISPLAY_TEXTURE if self._context.is_software else VALUE_TEXTURE
        self.mode = automatic if texture == AUTOMATIC else texture
        self._picture = Picture()
        self._pixels = self._context.make_texture()
        self._table = self._context.make_texture()
        self._pixels_hold: _Uploaded | None = None
        self._table_holds: Lookup | None = None
        self._samples = 1
        self._closed = False

    @property
    def renderer_name(self) -> str:
        """What OpenGL calls its renderer."""
        return self._context.renderer_name

    def draw(
        self,
        frame: Frame,
        state: ViewState,
        projection: Projection,
        size_px: Size,
        device_pixel_ratio: float = 1.0,
    ) -> Picture8:
        """Return the pane's picture (height, width, 4), RGBA, black around the image.

        Parameters
        ----------
        projection
            Where the image goes, in logical pixels; its ratio of device pixels must be the
            one given here.
        size_px
            (width, height) of the picture in device pixels.
        """
        self._context.begin(*size_px)
        self._picture.prepare(frame, state.appearance, projection)
        region = self._picture.region
        if region is not None:
            by_value = self.mode == VALUE_TEXTURE and self._picture.lookup is not None
            upload = self._upload_values if by_value else self._upload_display
            upload(frame, region, state)
            self._pixels.smooth(linear=is_smooth(state, projection, region))
            self._draw_quad(projection, region, by_value=by_value)
        return self._context.finish()

    def _upload_display(self, frame: Frame, region: Region, state: ViewState) -> None:
        lookup = self._picture.lookup
        look = None if lookup else state.appearance
        wanted = _Uploaded(frame, region, lookup, look)
        if not _holds(self._pixels_hold, wanted):
            pixels = self._picture.display()
            self._samples = pixels.shape[2] if pixels.ndim == 3 else 1
            self._pixels.upload(pixels)
            self._pixels_hold = wanted

    def _upload_values(self, frame: Frame, region: Region, _state: ViewState) -> None:
        lookup = self._picture.lookup
        assert lookup is not None
        if not _holds(self._pixels_hold, _Uploaded(frame, region)):
            self._pixels.upload(np.ascontiguousarray(self._picture.stored(), np.float32))
            self._pixels_hold = _Uploaded(frame, region)
        if lookup is not self._table_holds:
            table = lookup.by_value()
            side = _side(table)
            self._table.upload(np.ascontiguousarray(table.reshape(side, side, *table.shape[1:])))
            self._table.smooth(linear=False)
            self._table_holds = lookup
            self._samples = 3 if table.ndim == 2 else 1

    def _draw_quad(self, projection: Projection, region: Region, *, by_value: bool) -> None:
        taps = residual_taps(projection, region.factor)
        chosen = program_for(taps, by_value=by_value)
        lookup = self._picture.lookup
        grey = int(self._samples == 1)

        def set_numbers(program: Any) -> None:
            program.SetUniformi("grey", grey)
            if chosen.counts_taps:
                program.SetUniformi("taps", taps)
            if by_value and lookup is not None:
                program.SetUniformf("lowest", float(lookup.lowest))
                program.SetUniformi("side", _side(lookup.table))

        textures = [("source", self._pixels)]
        if by_value:
            textures.append(("table", self._table))
        self._context.draw(chosen, textures, place(projection, region), set_numbers)

    def close(self) -> None:
        """Free textures and, with the last view that uses it, the context."""
        if not self._closed:
            self._closed = True
            self._context.free(self._pixels)
            self._context.free(self._table)
            self._picture.forget()
            self._pixels_hold = self._table_holds = None
            self._context.close()


def is_smooth(state: ViewState, projection: Projection, region: Region) -> bool:
    """Tell whether neighbours are mixed: never at one device pixel for each image pixel."""
    if region.factor > 1:
        return True
    return state.appearance.interpolation != NEAREST and not projection.is_native


def _holds(now: _Uploaded | None, wanted: _Uploaded) -> bool:
    return (
        now is not None
        and now.frame is wanted.frame
        and now.region == wanted.region
        and now.lookup is wanted.lookup
        and now.look == wanted.look
    )


def _side(table: NDArray[np.uint8]) -> int:
    """Return the side of the square that a table of 256 or 65536 entries is laid out in."""
    return 16 if len(table) == 256 else 256
