"""Pixels in the memory of the graphics system, at full precision.

``vtkTexture`` would quantise 16-bit and float values to 8 bits; ``vtkTextureObject`` does not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import VTK_FLOAT, VTK_UNSIGNED_CHAR
from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLRenderWindow, vtkTextureObject

_TYPES = {np.dtype(np.uint8): VTK_UNSIGNED_CHAR, np.dtype(np.float32): VTK_FLOAT}


class Texture:
    """A two-dimensional texture of one context."""

    def __init__(self, window: vtkOpenGLRenderWindow) -> None:
        self._window = window
        self._object = _make_object(window)
        self._format = (0, 0)

    def upload(self, pixels: NDArray[Any]) -> None:
        """Replace the content.

        Parameters
        ----------
        pixels
            (rows, columns) or (rows, columns, 3), uint8 or float32, contiguous.
        """
        if pixels.ndim == 3:  # rows of three samples may not begin where the card wants them
            pixels = np.dstack((pixels, np.full_like(pixels[..., :1], 255)))
        samples = pixels.shape[2] if pixels.ndim == 3 else 1
        kind = _TYPES[pixels.dtype]
        if self._format not in ((0, 0), (samples, kind)):
            self.close()  # an object remembers its first format and would misread another
            self._object = _make_object(self._window)
        self._format = (samples, kind)
        self._object.Create2DFromRaw(pixels.shape[1], pixels.shape[0], samples, kind, pixels)

    def smooth(self, *, linear: bool) -> None:
        """Choose linear interpolation between pixels, or the nearest one."""
        filter_ = vtkTextureObject.Linear if linear else vtkTextureObject.Nearest
        self._object.SetMinificationFilter(filter_)
        self._object.SetMagnificationFilter(filter_)

    def activate(self) -> int:
        """Bind to a texture unit and return its number."""
        self._object.Activate()
        return int(self._object.GetTextureUnit())

    def deactivate(self) -> None:
        """Free the texture unit."""
        self._object.Deactivate()

    def close(self) -> None:
        """Free the memory."""
        self._object.ReleaseGraphicsResources(self._window)


def _make_object(window: vtkOpenGLRenderWindow) -> vtkTextureObject:
    made = vtkTextureObject()
    made.SetContext(window)
    made.SetWrapS(vtkTextureObject.ClampToEdge)
    made.SetWrapT(vtkTextureObject.ClampToEdge)
    made.SetWrapR(vtkTextureObject.ClampToEdge)
    return made
