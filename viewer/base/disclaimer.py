"""What the program is not for: the wording in one place (R-115)."""

from __future__ import annotations

from viewer.base.text import N_

DISCLAIMER = N_("Not for diagnostic use: Lightbox is not a cleared medical device.")
"""The whole sentence: start-up, about, print and export footers, the command line's help."""

DISCLAIMER_SHORT = N_("Not for diagnostic use")
"""Its beginning, where a line has to do: the status bar."""
