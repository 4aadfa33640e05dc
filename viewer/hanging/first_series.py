"""Anything else: the first series that can be shown, alone."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.hanging._spec import HangingSpec

SPEC = HangingSpec("first_series", N_("First series"), priority=0)
