"""What commands can ask of the window: dialogs, places, imports, tabs (``WindowActions``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QDir, SignalInstance
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from viewer.base.text import tr
from viewer.commands._spec import CommandTable
from viewer.ui.about import AboutDialog
from viewer.ui.help import HelpDialog
from viewer.ui.importing import ImportRunner
from viewer.ui.opening import Opener
from viewer.ui.palette import CommandPalette
from viewer.ui.patient_tabs import PatientTabs
from viewer.ui.rail import Rail
from viewer.ui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from viewer.services.compose import Services


class Window(Protocol):
    """What a window must have for these requests."""

    services: Services
    commands: CommandTable
    renderer: str
    bare: bool
    last_folder: str
    runner: ImportRunner
    opener: Opener
    palette_box: CommandPalette
    rail: Rail
    tabs: PatientTabs
    home_wanted: SignalInstance

    @property
    def can_import(self) -> bool:
        """Whether there is a library to import into."""

    def show_place(self, place: str) -> None:
        """Bring a place to the front."""

    def import_paths(self, paths: Sequence[str]) -> None:
        """Import files and folders."""

    def set_bare(self, *, bare: bool) -> None:
        """Hide everything but the panes, or show it again."""

    def close_current_tab(self) -> None:
        """Close the patient in front."""

    def notify(self, sentence: str) -> None:
        """Show a sentence for a while."""


class WindowRequests:
    """Implements ``WindowActions``.

    Parameters
    ----------
    window
        Its parts.
    frame
        The same window as a widget.
    """

    def __init__(self, window: Window, frame: QWidget) -> None:
        self._window = window
        self._frame = frame
        self._page: QDialog | None = None

    def show_place(self, place: str) -> None:
        """Bring a place to the front."""
        self._window.show_place(place)

    # ------------------------------------------------------------------ files

    def _ask(
        self, title: str, take: Callable[[Sequence[str]], None], *, folder: bool = False
    ) -> None:
        dialog = QFileDialog(self._frame, title)
        if folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, _offscreen())
        dialog.setDirectory(self._window.last_folder or QDir.homePath())
        dialog.filesSelected.connect(lambda paths: self._take(paths, take))
        self._show(dialog)

    def _take(self, paths: Sequence[str], take: Callable[[Sequence[str]], None]) -> None:
        if paths:
            first = Path(paths[0])
            self._window.last_folder = str(first if first.is_dir() else first.parent)
            take(paths)

    def import_files(self) -> None:
        """Ask for files and import them."""
        self._ask(tr("Import files"), self.import_paths)

    def import_folder(self) -> None:
        """Ask for a folder and import it."""
        self._ask(tr("Import a folder"), self.import_paths, folder=True)

    def open_files(self) -> None:
        """Ask for files and open them in place."""
        self._ask(tr("Open files in place"), self.open_paths)

    def open_folder(self) -> None:
        """Ask for a folder and open it in place."""
        self._ask(tr("Open a folder in place"), self.open_paths, folder=True)

    def choose_home(self) -> None:
        """Ask for another data folder and start over with it."""
        self._ask(
            tr("Choose a folder for the library"),
            lambda paths: self._window.home_wanted.emit(paths[0]),
            folder=True,
        )

    def import_paths(self, paths: Sequence[str]) -> None:
        """Import files and folders into the library."""
        self._window.import_paths(paths)

    def open_paths(self, paths: Sequence[str]) -> None:
        """Open files and folders in place."""
        self._window.opener.open_paths(paths)

    def cancel_import(self) -> None:
        """Stop the running import."""
        self._window.runner.cancel()

    @property
    def importing(self) -> bool:
        """Whether an import is under way."""
        return self._window.runner.running

    @property
    def can_import(self) -> bool:
        """Whether there is a library to import into."""
        return self._window.can_import

    # ------------------------------------------------------------------ pages

    def _show(self, dialog: QDialog) -> None:
        if self._page is not None:
            self._page.close()
        self._page = dialog
        dialog.destroyed.connect(self._gone)
        dialog.setModal(False)
        dialog.show()

    def _gone(self) -> None:
        self._page = None

    def show_palette(self) -> None:
        """Open the command palette."""
        self._window.palette_box.open()

    def show_help(self) -> None:
        """Show keys and mouse on one page."""
        self._show(HelpDialog(self._window.commands, self._frame))

    def show_about(self) -> None:
        """Show version, licence and what the program is not for."""
        self._show(AboutDialog(self._window.services, self._window.renderer, self._frame))

    # ------------------------------------------------------------------ looks

    def toggle_theme(self) -> None:
        """Change between the dark and the light theme of the lists."""
        settings = self._window.services.settings
        now = settings.text("appearance.theme")
        settings.set("appearance.theme", LIGHT if now == DARK else DARK)

    @property
    def is_light(self) -> bool:
        """Whether the light theme is on."""
        return self._window.services.settings.text("appearance.theme") == LIGHT

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop doing so."""
        if self._frame.isFullScreen():
            self._frame.showNormal()
        else:
            self._frame.showFullScreen()

    @property
    def is_full_screen(self) -> bool:
        """Whether the window fills the screen."""
        return self._frame.isFullScreen()

    def toggle_bare(self) -> None:
        """Hide everything but the panes, or show it again."""
        self._window.set_bare(bare=not self._window.bare)

    @property
    def is_bare(self) -> bool:
        """Whether everything but the panes is hidden."""
        return self._window.bare

    def show_menu(self) -> None:
        """Open the menu with all commands."""
        self._window.rail.menu_button.showMenu()

    # ------------------------------------------------------------------ tabs

    def step_tab(self, step: int) -> None:
        """Go some tabs on."""
        self._window.tabs.step(step)

    def close_tab(self) -> None:
        """Close the patient in front."""
        self._window.close_current_tab()

    @property
    def has_patient_tab(self) -> bool:
        """Whether a patient is in front."""
        return self._window.tabs.current is not None

    def notify(self, sentence: str) -> None:
        """Show a sentence for a while."""
        self._window.notify(sentence)

    def quit(self) -> None:
        """Close the window."""
        self._frame.close()


def _offscreen() -> bool:
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415  asked for rarely

    return QGuiApplication.platformName() == "offscreen"
