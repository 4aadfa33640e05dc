"""What commands may ask of the window, its places and its views; no Qt type crosses here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from viewer.model.listing import StudyRow


class StudiesActions(Protocol):
    """What the Studies place can be asked for."""

    @property
    def selected(self) -> tuple[StudyRow, ...]:
        """The studies that are chosen in the list."""

    @property
    def can_undo(self) -> bool:
        """Whether something done in the list can be taken back."""

    def open_selected(self) -> None:
        """Open the chosen studies, each in its patient's tab."""

    def toggle_read(self) -> None:
        """Mark the chosen studies as read, or as unread when all of them are read."""

    def delete_selected(self) -> None:
        """Delete the chosen studies; undo brings them back."""

    def undo(self) -> None:
        """Take back the last change made in the list."""

    def edit_comment(self) -> None:
        """Put the caret into the comment of the chosen study."""

    def focus_search(self) -> None:
        """Put the caret into the search box."""

    def clear_filters(self) -> None:
        """List everything again."""

    def toggle_preview(self) -> None:
        """Show or hide the preview at the right."""

    def show_receipt(self) -> None:
        """Show what became of each file of the latest import."""

    def refresh(self) -> None:
        """Ask the library again."""


class WindowActions(Protocol):
    """What the window can be asked for from any place."""

    def show_place(self, place: str) -> None:
        """Bring ``STUDIES`` or ``SETTINGS`` to the front."""

    def import_files(self) -> None:
        """Ask for files and import them."""

    def import_folder(self) -> None:
        """Ask for a folder and import it."""

    def open_files(self) -> None:
        """Ask for files and open them in place."""

    def open_folder(self) -> None:
        """Ask for a folder and open it in place."""

    def import_paths(self, paths: Sequence[str]) -> None:
        """Import files and folders into the library."""

    def open_paths(self, paths: Sequence[str]) -> None:
        """Open files and folders in place, as a source that is not in the library."""

    def choose_home(self) -> None:
        """Ask for another data folder and start over with it."""

    def cancel_import(self) -> None:
        """Stop the running import; what was stored stays."""

    @property
    def can_import(self) -> bool:
        """Whether there is a library to import into."""

    @property
    def importing(self) -> bool:
        """Whether an import is under way."""

    def show_palette(self) -> None:
        """Open the command palette."""

    def show_help(self) -> None:
        """Show keys and mouse on one page."""

    def show_about(self) -> None:
        """Show version, licence and what the program is not for."""

    def toggle_theme(self) -> None:
        """Change between the dark and the light Studies place."""

    @property
    def is_light(self) -> bool:
        """Whether the light theme is on."""

    @property
    def is_full_screen(self) -> bool:
        """Whether the window fills the screen."""

    @property
    def is_bare(self) -> bool:
        """Whether everything but the panes is hidden."""

    def show_menu(self) -> None:
        """Open the menu with all commands."""

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop doing so."""

    def toggle_bare(self) -> None:
        """Hide everything but the panes, or show it again."""

    def step_tab(self, step: int) -> None:
        """Go ``step`` tabs to the right (negative: left), around the end."""

    def close_tab(self) -> None:
        """Close the tab in front; the Studies tab stays."""

    @property
    def has_patient_tab(self) -> bool:
        """Whether the tab in front is a patient's."""

    def notify(self, sentence: str) -> None:
        """Show a sentence for a while, without taking the focus."""

    def quit(self) -> None:
        """Close the window and end the program."""


class ReadingActions(Protocol):
    """What commands may ask of the patient view in front, beyond changing its workspace."""

    def focus_active_pane(self) -> None:
        """Give the keyboard to the active pane."""

    def toggle_cine(self) -> None:
        """Play the active pane, or stop."""

    @property
    def cine_running(self) -> bool:
        """Whether cine plays."""

    def toggle_cine_sweep(self) -> None:
        """Change between beginning again after the last frame and running back."""

    @property
    def cine_sweeps(self) -> bool:
        """Whether cine runs back and forth."""

    def step_cine_rate(self, step: int) -> None:
        """Play one step faster, or slower for a negative step."""

    def toggle_strip(self) -> None:
        """Show or hide the series strip."""

    @property
    def strip_shown(self) -> bool:
        """Whether the series strip is shown."""

    def toggle_tags(self) -> None:
        """Show or hide the tag browser."""

    @property
    def tags_shown(self) -> bool:
        """Whether the tag browser is shown."""

    @property
    def is_source(self) -> bool:
        """Whether a study is read in place and not in the library."""

    def import_source(self) -> None:
        """Import what is read in place."""


class CommandContext(Protocol):
    """What a command sees when it is asked whether it applies, and when it runs."""

    @property
    def place(self) -> str:
        """``STUDIES``, ``READING`` or ``SETTINGS``."""

    @property
    def window(self) -> WindowActions:
        """The window."""

    @property
    def studies(self) -> StudiesActions:
        """The Studies place."""

    @property
    def reading(self) -> ReadingActions | None:
        """The patient view in front; None in other places."""

    @property
    def workspace(self) -> Any:
        """The ``viewer.viewport.workspace.Workspace`` in front; None in other places."""

    @property
    def services(self) -> Any:
        """The ``viewer.services.compose.Services``."""
