"""Radiographs: each view in a pane of its own, up to four."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.hanging._spec import HangingSpec, LayoutRule

SPEC = HangingSpec(
    "radiography",
    N_("Radiography"),
    priority=20,
    modalities=frozenset({"CR", "DX", "IO", "PX", "RG"}),
    layouts=(LayoutRule(1, 1, 1), LayoutRule(2, 1, 2), LayoutRule(3, 2, 2)),
    single_images=True,
)
