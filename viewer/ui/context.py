"""What commands see of this window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from viewer.commands._spec import StudiesActions, WindowActions

if TYPE_CHECKING:
    from viewer.commands._reading import ReadingActions
    from viewer.services.compose import Services
    from viewer.ui.main_window import MainWindow


class WindowContext:
    """Implements ``CommandContext`` for a ``MainWindow``."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    @property
    def place(self) -> str:
        """The place in front."""
        return self._window.place

    @property
    def window(self) -> WindowActions:
        """The window's actions."""
        return self._window.requests

    @property
    def studies(self) -> StudiesActions:
        """The Studies place."""
        return self._window.studies

    @property
    def reading(self) -> ReadingActions | None:
        """The patient view in front."""
        view: Any = self._window.tabs.current_view
        return view  # type: ignore[no-any-return]

    @property
    def workspace(self) -> Any:
        """The workspace of the patient view in front."""
        view: Any = self._window.tabs.current_view
        return None if view is None else view.workspace

    @property
    def services(self) -> Services:
        """The parts the window works with."""
        return self._window.services
