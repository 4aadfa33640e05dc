"""The windows that a file brings, and the one scale that an emission series keeps (R-081)."""

from __future__ import annotations

from dataclasses import replace

from viewer.imaging.grey import SERIES_SCALE_MODALITIES
from viewer.imaging.voi import voi_choices
from viewer.model.view_state import Appearance
from viewer.model.window import Window
from viewer.viewport.viewport import Viewport
from viewer.viewport.workspace import Workspace


def file_appearance(workspace: Workspace, viewport: Viewport, number: int) -> Appearance:
    """Return how the active pane looks with one of the file's windows, from 0.

    Each slice follows its own file, but for emission series: there the first window is the scale
    that the whole series has, and another one is taken from the slice in the pane for all.
    """
    look = viewport.state.appearance
    shared = workspace.plain_appearance().window
    modality = viewport.display_set.modality if viewport.display_set is not None else ""
    if shared is None or modality not in SERIES_SCALE_MODALITIES:
        return replace(look, window=None, voi_index=number)
    rule = voi_choices(viewport.frame)[number].rule if viewport.frame is not None else shared
    fixed = rule if number and isinstance(rule, Window) else shared
    return replace(look, window=fixed, voi_index=0)
