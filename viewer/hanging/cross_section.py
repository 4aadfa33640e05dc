"""CT, MR and PET: the first series that is no localiser, alone."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.hanging._spec import HangingSpec

SPEC = HangingSpec(
    "cross_section",
    N_("Cross-sections"),
    priority=10,
    modalities=frozenset({"CT", "MR", "PT"}),
)
