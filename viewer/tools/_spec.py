"""What a pointer tool declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from viewer.base.features import load_features
from viewer.base.settings import Settings
from viewer.viewport.input import Tool

IMAGE_PANES = ("image",)


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A pointer tool.

    Attributes
    ----------
    id
        Stable; the workspace names its active tool by it.
    title
        What the button is called, marked with ``N_``.
    icon
        Name of a file in resources/icons without '.svg'.
    key
        The key that chooses it, after IHE BIR where that names one.
    panes
        Kinds of panes it works in.
    make
        Builds the tool; settings are read when a drag begins, so that a change holds at once.
    order
        Place in the toolbar.
    help
        What dragging does, one sentence.
    """

    id: str
    title: str
    icon: str
    key: str
    panes: tuple[str, ...]
    make: Callable[[Settings], Tool]
    order: int = 50
    help: str = ""


def load_tools() -> tuple[ToolSpec, ...]:
    """Find all tools, in the order of the toolbar."""
    specs = load_features("viewer.tools", ToolSpec)
    return tuple(sorted(specs, key=lambda spec: (spec.order, spec.id)))


def make_tools(settings: Settings) -> dict[str, Tool]:
    """Build every tool once, by id."""
    return {spec.id: spec.make(settings) for spec in load_tools()}
