"""One offscreen OpenGL context: draws textured quads and gives the picture back as an array.

The context belongs to one thread for life. Several views may share one; each has textures of its
own. Nothing is shown in a window of the graphics system: the picture is read back and blitted by
whoever owns the pane, which works under X, Wayland, EGL without a display and remote desktops.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.misc import calldata_type
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import (
    VTK_STRING,
    vtkCommand,
    vtkLogger,
    vtkOutputWindow,
    vtkUnsignedCharArray,
)
from vtkmodules.vtkRenderingCore import vtkRenderWindow
from vtkmodules.vtkRenderingOpenGL2 import (
    vtkOpenGLRenderUtilities,
    vtkOpenGLRenderWindow,
    vtkOpenGLVertexArrayObject,
    vtkShaderProgram,
)

from viewer.base.errors import GraphicsError
from viewer.render.placement import Quad
from viewer.render.shaders import Program
from viewer.render.texture import Texture

NO_CONTEXT = (
    "The graphics system gives no OpenGL 3.2 context. Images are drawn without it, slower; "
    "installing or updating the graphics driver (or Mesa) brings it back."
)

_LONGEST_MESSAGE = 400
_GL_BLEND = 0x0BE2
_GL_DEPTH_TEST = 0x0B71
_GL_COLOR_BUFFER_BIT = 0x4000
_SOFTWARE = re.compile(
    r"llvmpipe|softpipe|swrast|software|swiftshader|gdi generic|basic render|lavapipe", re.I
)

log = logging.getLogger("viewer.render")


Uniforms = Callable[[vtkShaderProgram], None]

_VERTEX = """//VTK::System::Dec
in vec3 vertexMC;
in vec2 tcoordMC;
out vec2 texCoord;
void main() { texCoord = tcoordMC; gl_Position = vec4(vertexMC, 1.0); }
"""


def is_software_renderer(renderer_name: str) -> bool:
    """Tell whether an OpenGL renderer string names one that draws on the CPU."""
    return bool(_SOFTWARE.search(renderer_name))


class OffscreenContext:
    """An OpenGL context that nobody sees, with a frame buffer as large as the largest picture.

    Raises
    ------
    GraphicsError
        When the graphics system gives no usable context.
    """

    def __init__(self) -> None:
        self._stop_watching = _watch_errors()
        self._window = _make_window()
        self._programs: dict[Program, vtkShaderProgram] = {}
        self._arrays: dict[Program, vtkOpenGLVertexArrayObject] = {}
        self._size = (1, 1)
        self._picture = (1, 1)
        self._n_users = 0
        self.renderer_name = _renderer_name(self._window)
        if not self.renderer_name:
            self._window.Finalize()
            self._stop_watching()
            raise GraphicsError(NO_CONTEXT)

    @property
    def is_software(self) -> bool:
        """Whether OpenGL itself draws on the CPU."""
        return is_software_renderer(self.renderer_name)

    def share(self) -> OffscreenContext:
        """Count one more user; each of them calls ``close``."""
        self._n_users += 1
        return self

    def make_texture(self) -> Texture:
        """Return an empty texture of this context."""
        return Texture(self._window)

    def free(self, texture: Texture) -> None:
        """Free a texture's memory."""
        self._window.MakeCurrent()
        texture.close()

    def begin(self, width_px: int, height_px: int) -> None:
        """Start a black picture of this size in device pixels."""
        window = self._window
        window.MakeCurrent()
        if width_px > self._size[0] or height_px > self._size[1]:
            self._size = (max(width_px, self._size[0]), max(height_px, self._size[1]))
            window.SetSize(*self._size)
        window.Start()
        state = window.GetState()
        state.vtkglViewport(0, 0, width_px, height_px)
        state.vtkglScissor(0, 0, width_px, height_px)
        state.vtkglDisable(_GL_DEPTH_TEST)
        state.vtkglDisable(_GL_BLEND)
        state.vtkglClearColor(0.0, 0.0, 0.0, 1.0)
        state.vtkglClear(_GL_COLOR_BUFFER_BIT)
        self._picture = (width_px, height_px)

    def draw(
        self, program: Program, textures: Sequence[tuple[str, Texture]], quad: Quad, set_: Uniforms
    ) -> None:
        """Draw a quad; ``set_`` gives the program its numbers."""
        made = self._ready(program)
        for name, texture in textures:
            made.SetUniformi(name, texture.activate())
        set_(made)
        width, height = self._picture
        vertices: list[float] = []
        for x, y in quad.corners_px:  # row 0 of the picture read back is the top of the pane
            vertices += (2 * x / width - 1, 2 * y / height - 1, 0.0)
        coordinates = [value for pair in quad.texture for value in pair]
        vtkOpenGLRenderUtilities.RenderQuad(vertices, coordinates, made, self._arrays[program])
        for _, texture in textures:
            texture.deactivate()

    def _ready(self, program: Program) -> Any:
        cache = self._window.GetShaderCache()
        known = self._programs.get(program)
        if known is not None:
            return cache.ReadyShaderProgram(known)
        made = cache.ReadyShaderProgram(_VERTEX, program.fragment, "")
        if made is None:
            raise GraphicsError(NO_CONTEXT)
        self._programs[program] = made
        self._arrays[program] = vtkOpenGLVertexArrayObject()  # one serves one program only
        return made

    def finish(self) -> NDArray[np.uint8]:
        """Return the picture, (height, width, 4) RGBA, first row on top; memory of its own."""
        window = self._window
        width, height = self._picture
        window.End()
        window.Frame()
        pixels = vtkUnsignedCharArray()
        window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, pixels, 0)
        picture: NDArray[np.uint8] = vtk_to_numpy(pixels).reshape(height, width, 4)
        return picture

    def close(self) -> None:
        """Give up one user's share; the last one ends the context."""
        self._n_users -= 1
        if self._n_users > 0:
            return
        self._window.MakeCurrent()
        for vertices in self._arrays.values():
            vertices.ReleaseGraphicsResources()
        self._arrays.clear()
        self._programs.clear()
        self._window.Finalize()
        self._stop_watching()


def _watch_errors() -> Callable[[], None]:
    """Bring VTK's errors to our log instead of stderr; return what ends it."""
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)

    @calldata_type(VTK_STRING)  # type: ignore[untyped-decorator]
    def tell(_source: object, _event: str, text: str) -> None:
        log.error("VTK: %s", " ".join(text.split())[:_LONGEST_MESSAGE])

    output = vtkOutputWindow.GetInstance()
    tag = output.AddObserver(vtkCommand.ErrorEvent, tell)
    return lambda: output.RemoveObserver(tag)


def renderer_name() -> str:
    """Return what OpenGL calls its renderer here, or why there is none."""
    try:
        context = OffscreenContext().share()
    except GraphicsError as err:
        return str(err)
    name = context.renderer_name
    context.close()
    return name


def _make_window() -> Any:
    """Return a window that is never shown: EGL where Linux has no display, else the usual one."""
    window = None
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        # Asking for the usual one first would complain about the missing X server.
        from vtkmodules import vtkRenderingOpenGL2  # noqa: PLC0415  not on every platform

        maker = getattr(vtkRenderingOpenGL2, "vtkEGLRenderWindow", None)
        window = maker() if maker else None
    window = window or vtkRenderWindow()
    window.ShowWindowOff()
    window.OffScreenRenderingOn()
    window.SetMultiSamples(0)
    window.SetSize(1, 1)
    window.Initialize()
    return window


def _renderer_name(window: vtkOpenGLRenderWindow) -> str:
    window.MakeCurrent()
    if not window.SupportsOpenGL():
        return ""
    found = re.search(r"OpenGL renderer string:\s*(.+)", window.ReportCapabilities())
    return found.group(1).strip() if found else ""
