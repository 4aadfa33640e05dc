"""Places, tabs and looks of the window."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.commands._spec import SETTINGS, STUDIES, CommandSpec

COMMANDS = (
    CommandSpec(
        id="view.palette",
        title=N_("Find a command …"),
        menu="View",
        keys=("Ctrl+K",),
        run=lambda context: context.window.show_palette(),
        order=10,
        icon="search",
    ),
    CommandSpec(
        id="view.menu",
        title=N_("Open the menu"),
        menu="",
        keys=("Alt+M",),
        run=lambda context: context.window.show_menu(),
    ),
    CommandSpec(
        id="view.studies",
        title=N_("Go to Studies"),
        menu="View",
        keys=("Ctrl+L",),
        run=lambda context: context.window.show_place(STUDIES),
        order=20,
        icon="list",
    ),
    CommandSpec(
        id="view.settings",
        title=N_("Go to Settings"),
        menu="View",
        keys=("Ctrl+,",),
        run=lambda context: context.window.show_place(SETTINGS),
        order=21,
        icon="settings",
    ),
    CommandSpec(
        id="view.next_tab",
        title=N_("Next tab"),
        menu="View",
        keys=("Ctrl+Tab",),
        run=lambda context: context.window.step_tab(1),
        order=30,
    ),
    CommandSpec(
        id="view.previous_tab",
        title=N_("Previous tab"),
        menu="View",
        keys=("Ctrl+Shift+Tab",),
        run=lambda context: context.window.step_tab(-1),
        order=31,
    ),
    CommandSpec(
        id="view.bare",
        title=N_("Hide everything but the panes"),
        menu="View",
        keys=("F10",),
        run=lambda context: context.window.toggle_bare(),
        when=lambda context: context.window.has_patient_tab,
        checked=lambda context: context.window.is_bare,
        order=40,
        icon="maximize",
    ),
    CommandSpec(
        id="view.full_screen",
        title=N_("Full screen"),
        menu="View",
        keys=("F11",),
        run=lambda context: context.window.toggle_full_screen(),
        checked=lambda context: context.window.is_full_screen,
        order=41,
        icon="monitor",
    ),
    CommandSpec(
        id="view.light",
        title=N_("Light lists"),
        menu="View",
        keys=(),
        run=lambda context: context.window.toggle_theme(),
        checked=lambda context: context.window.is_light,
        order=50,
        help=N_("Panes stay black."),
    ),
)
