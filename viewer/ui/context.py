"""What commands see of this window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from viewer.commands._spec import ReadingActions, StudiesActions, WindowActions

if TYPE_CHECKING:
    from viewer.services.compose import Services


class WindowContext:
    """Implements ``CommandContext``.

    Parameters
    ----------
    place
        Gives the place in front.
    view
        Gives the patient view in front, or None.
    """

    def __init__(
        self,
        services: Services,
        window: WindowActions,
        studies: Callable[[], StudiesActions],
        place: Callable[[], str],
        view: Callable[[], Any],
    ) -> None:
        self.services = services
        self.window = window
        self._studies = studies
        self._place = place
        self._view = view

    @property
    def place(self) -> str:
        """The place in front."""
        return self._place()

    @property
    def studies(self) -> StudiesActions:
        """The Studies place."""
        return self._studies()

    @property
    def reading(self) -> ReadingActions | None:
        """The patient view in front."""
        view: ReadingActions | None = self._view()
        return view

    @property
    def workspace(self) -> Any:
        """The workspace of the patient view in front."""
        view = self._view()
        return None if view is None else view.workspace
