"""Displayers: what the objects of a study become in panes, one file for each kind of object."""

from __future__ import annotations

from viewer.displays._open import displayers, open_study
from viewer.displays._spec import IMAGE_PANE, TILE_PANE, DisplaySpec

__all__ = ["IMAGE_PANE", "TILE_PANE", "DisplaySpec", "displayers", "open_study"]
