"""What a hanging protocol declares: data, no code."""

from __future__ import annotations

from dataclasses import dataclass

READING_ORDER = "reading"
MAMMOGRAPHY_ORDER = "mammography"

ANY_MODALITY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LayoutRule:
    """Rows and columns for studies that have at least ``n_items`` things to hang."""

    n_items: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class HangingSpec:
    """A hanging protocol.

    Attributes
    ----------
    id, title
        Stable name, and what a menu calls it (marked with ``N_``).
    priority
        Protocols are tried from high to low; the first that finds something to hang is used.
    modalities
        Modalities it hangs; empty for all.
    layouts
        By rising ``n_items``; the last one whose count is reached holds.
    single_images
        Each image of a series gets a pane of its own (views of a radiograph), instead of each
        series.
    order
        ``reading``: as the series come; ``mammography``: views, then sides, right before left.
    skip_localisers
        Localisers, screen captures and dose sheets are not hung while there is anything else.
    tool
        Id of the tool of the left button.
    """

    id: str
    title: str
    priority: int
    modalities: frozenset[str] = ANY_MODALITY
    layouts: tuple[LayoutRule, ...] = (LayoutRule(1, 1, 1),)
    single_images: bool = False
    order: str = READING_ORDER
    skip_localisers: bool = True
    tool: str = "window"
