"""Four views of mammography: CC above MLO, right on the left, chest walls in the middle."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.hanging._spec import MAMMOGRAPHY_ORDER, HangingSpec, LayoutRule

SPEC = HangingSpec(
    "mammography",
    N_("Mammography"),
    priority=30,
    modalities=frozenset({"MG"}),
    layouts=(LayoutRule(1, 1, 1), LayoutRule(2, 1, 2), LayoutRule(3, 2, 2)),
    single_images=True,
    order=MAMMOGRAPHY_ORDER,
)
