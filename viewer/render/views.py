"""Make views for panes: with OpenGL where there is one, otherwise on the processor."""

from __future__ import annotations

import logging
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.base.errors import GraphicsError
from viewer.model.frame import Frame
from viewer.model.view_state import ViewState
from viewer.render.offscreen import OffscreenContext
from viewer.render.self_test import check
from viewer.render.slice_view import AUTOMATIC, DISPLAY_TEXTURE, SliceView
from viewer.render.software_view import SoftwareView
from viewer.viewport.projection import Projection

log = logging.getLogger("viewer.render")


class View(Protocol):
    """What draws a pane: ``SliceView`` or ``SoftwareView``."""

    @property
    def mode(self) -> str:
        """``display`` or ``value``."""

    @property
    def renderer_name(self) -> str:
        """What draws, for the status bar."""

    def draw(
        self,
        frame: Frame,
        state: ViewState,
        projection: Projection,
        size_px: tuple[int, int],
        device_pixel_ratio: float = 1.0,
    ) -> NDArray[np.uint8]:
        """Return (height, width, 4) RGBA."""

    def close(self) -> None:
        """Free what the view holds."""


class Views:
    """Makes the views of one thread; they share one OpenGL context.

    Attributes
    ----------
    problem
        Why there is no OpenGL, as a sentence; empty while all is well.
    """

    def __init__(self, texture: str = AUTOMATIC) -> None:
        self.problem = ""
        self._texture = texture
        self._context: OffscreenContext | None = None

    def make(self) -> View:
        """Return a view for one pane."""
        if self._context is None and not self.problem:
            self._begin()
        if self._context is None:
            return SoftwareView()
        return SliceView(self._texture, self._context)

    def _begin(self) -> None:
        """Make the context and try it out: first as it is asked for, then with finished pixels."""
        try:
            context = OffscreenContext().share()
        except GraphicsError as err:
            self.problem = str(err)
            log.info("no OpenGL context; images are drawn by the processor")
            return
        for texture in (self._texture, DISPLAY_TEXTURE):
            view = SliceView(texture, context)
            try:
                check(view)
            except GraphicsError as err:
                self.problem = str(err)
                log.info("texture mode %s failed its test on %s", view.mode, view.renderer_name)
            else:
                self.problem, self._texture, self._context = "", texture, context
                return
            finally:
                view.close()
        context.close()

    @property
    def renderer_name(self) -> str:
        """What draws; made at the first call."""
        return self._context.renderer_name if self._context else SoftwareView.renderer_name

    def close(self) -> None:
        """Let the context end with the last view."""
        if self._context is not None:
            self._context.close()
            self._context = None
