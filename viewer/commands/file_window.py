"""Close tabs and the window, and choose where the library lives."""

from __future__ import annotations

from viewer.base.text import N_
from viewer.commands._spec import CommandSpec

COMMANDS = (
    CommandSpec(
        id="file.choose_home",
        title=N_("Choose another library folder …"),
        menu="File",
        keys=(),
        run=lambda context: context.window.choose_home(),
        when=lambda context: not context.window.importing,
        order=30,
    ),
    CommandSpec(
        id="file.close_tab",
        title=N_("Close the patient"),
        menu="File",
        keys=("Ctrl+W",),
        run=lambda context: context.window.close_tab(),
        when=lambda context: context.window.has_patient_tab,
        order=40,
    ),
    CommandSpec(
        id="file.quit",
        title=N_("Quit"),
        menu="File",
        keys=("Ctrl+Q",),
        run=lambda context: context.window.quit(),
        order=41,
    ),
)
