"""What the window offers to the views inside its tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from viewer.commands._spec import CommandTable


class Host(Protocol):
    """The window, as a patient view sees it."""

    @property
    def commands(self) -> CommandTable:
        """Every command, for tooltips and toolbars."""

    def action(self, command_id: str) -> QAction:
        """Return the one QAction of a command: icon, title, key, enabled, checked.

        Put it on a button with ``QToolButton.setDefaultAction`` or ``QWidget.addAction``. Its key
        already works in its place.
        """

    def run_command(self, command_id: str) -> None:
        """Run a command as if its menu entry had been chosen."""

    def refresh_actions(self) -> None:
        """Ask every command again whether it applies and whether it is on; once a turn."""

    def notify(self, sentence: str) -> None:
        """Show a sentence for a while at the bottom, without taking the focus."""

    def notify_undo(self, sentence: str, undo: Callable[[], None]) -> None:
        """Show a sentence with a button that takes back what it says."""

    def import_source(self, view: QWidget) -> None:
        """Import what a patient view shows in place, from the paths it was opened with."""

    def set_renderer(self, text: str) -> None:
        """Show the renderer's name and texture mode in the status bar."""
