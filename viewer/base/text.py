"""Translate what people read. English is the source; titles in records are only marked.

``N_("Zoom")`` marks a title where it is declared; ``tr(title)`` translates it where it is shown.
"""

from __future__ import annotations

import gettext

_catalogue = gettext.NullTranslations()


def N_(text: str) -> str:  # noqa: N802  gettext's customary name, known to extraction tools
    """Mark ``text`` for extraction and return it unchanged."""
    return text


def tr(text: str) -> str:
    """Return ``text`` in the reader's language."""
    return _catalogue.gettext(text)


def count(n: int, singular: str, plural: str) -> str:
    """Return '1 image' or '1,204 images': the number with its noun."""
    return f"{n:,} {_catalogue.ngettext(singular, plural, n)}"
