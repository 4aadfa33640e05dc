"""One scale for an emission series, whichever preset the reader asks for (R-081)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests import records
from viewer.commands.window import use_automatic, use_file_window
from viewer.model.view_state import at_index, with_window
from viewer.model.window import Window
from viewer.viewport.file_windows import file_appearance
from viewer.viewport.workspace import Workspace


@dataclass
class Context:
    """What the commands ask for, without a window."""

    workspace: Workspace

    def __getattr__(self, name: str) -> Any:
        return None


def opened(modality: str) -> tuple[Context, Workspace]:
    workspace = Workspace("w", records.Frames())
    workspace.open(records.open_study(records.stack(3, ds_id="one", modality=modality)))
    workspace.assign(workspace.active, "one")
    workspace.settle_window(workspace.active)
    return Context(workspace), workspace


@pytest.mark.parametrize("modality", ["PT", "NM"])
def test_automatic_and_the_files_window_keep_the_scale_of_an_emission_series(
    modality: str,
) -> None:
    context, workspace = opened(modality)
    viewport = workspace.active
    scale = workspace.plain_appearance().window
    assert scale is not None

    for place in range(3):
        viewport.set(with_window(at_index(viewport.state, place), 7.0, 3.0))
        use_automatic(context)
        assert viewport.state.appearance.window == scale
        viewport.set(with_window(viewport.state, 7.0, 3.0))
        use_file_window(context, 0)
        assert viewport.state.appearance.window == scale


def test_automatic_follows_the_image_of_other_modalities() -> None:
    context, workspace = opened("MR")
    viewport = workspace.active

    use_automatic(context)
    assert isinstance(viewport.state.appearance.window, Window)

    look = file_appearance(workspace, viewport, 1)
    assert (look.window, look.voi_index) == (None, 1)
