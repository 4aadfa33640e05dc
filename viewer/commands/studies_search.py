"""Find studies in the list."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.commands._spec import STUDIES, CommandSpec

COMMANDS = (
    CommandSpec(
        id="studies.search",
        title=N_("Search studies"),
        menu="Studies",
        keys=("Ctrl+F", "/"),
        run=lambda context: context.studies.focus_search(),
        place=STUDIES,
        order=40,
        icon="search",
    ),
    CommandSpec(
        id="studies.clear_filters",
        title=N_("Clear search and filters"),
        menu="Studies",
        keys=("Ctrl+Backspace",),
        run=lambda context: context.studies.clear_filters(),
        place=STUDIES,
        order=41,
    ),
    CommandSpec(
        id="studies.refresh",
        title=N_("Ask the library again"),
        menu="Studies",
        keys=("F5",),
        run=lambda context: context.studies.refresh(),
        place=STUDIES,
        order=42,
        icon="refresh-cw",
    ),
    CommandSpec(
        id="studies.preview",
        title=N_("Show or hide the preview"),
        menu="Studies",
        keys=("P",),
        run=lambda context: context.studies.toggle_preview(),
        place=STUDIES,
        order=50,
        icon="panel-right",
    ),
)
