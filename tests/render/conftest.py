"""One OpenGL context for all render tests; none of them may leave VTK objects behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.render.pictures import MODES, frame_of, view_of
from viewer.model.frame import Frame
from viewer.model.spacing import Spacing
from viewer.model.view_state import ViewState
from viewer.render.offscreen import OffscreenContext
from viewer.render.slice_view import SliceView
from viewer.viewport.projection import Projection


@pytest.fixture(scope="session")
def context() -> Iterator[OffscreenContext]:
    made = OffscreenContext().share()
    for mode in MODES:  # programs are made at first use and stay: not the first test's leak
        view = SliceView(mode, made)
        for shape in ((8, 8), (800, 800), (20, 4000)):
            frame = frame_of(np.zeros(shape, np.int16))
            view.draw(frame, *stretched(frame), (500, 500))
        view.close()
    yield made
    made.close()


def stretched(frame: Frame) -> tuple[ViewState, Projection]:
    """Return a view in which long rows need many samples for each device pixel."""
    state, view = view_of(frame, (500, 500))
    rows, columns = frame.stored.shape
    return state, replace(view, spacing=Spacing(columns / rows, 1.0))


@pytest.fixture
def open_view(context: OffscreenContext) -> Iterator[Callable[[str], SliceView]]:
    views: list[SliceView] = []

    def open_one(mode: str) -> SliceView:
        views.append(SliceView(mode, context))
        return views[-1]

    yield open_one
    for view in views:
        view.close()
    views.clear()
