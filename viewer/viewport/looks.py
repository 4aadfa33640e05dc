"""How each display set was left: its window, its place, and the one scale of its series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from viewer.imaging.grey import default_voi
from viewer.model.displayset import DisplaySet
from viewer.model.frame import Frame
from viewer.model.view_state import Appearance, ViewState
from viewer.model.window import Window


class Looks:
    """Appearances and places by display set, so that none leaks to another (R-065).

    Parameters
    ----------
    plain
        What a display set looks like before anybody changed it.
    """

    def __init__(self, plain: Appearance) -> None:
        self._plain = plain
        self._appearances: dict[str, Appearance] = {}
        self._places: dict[str, int] = {}
        self._series_windows: dict[str, Window | None] = {}

    def note(self, state: ViewState) -> None:
        """Remember how a pane shows its display set."""
        if state.display_set_id:
            self._appearances[state.display_set_id] = state.appearance
            self._places[state.display_set_id] = state.navigation.index

    def note_appearance(self, display_set_id: str, appearance: Appearance) -> None:
        """Remember an appearance for the next time the display set is shown."""
        self._appearances[display_set_id] = appearance

    def appearance(self, display_set_id: str) -> Appearance:
        """Return how a display set was left, or its plain look."""
        return self._appearances.get(display_set_id) or self.plain(display_set_id)

    def place(self, display_set_id: str) -> int:
        """Return the frame at which a display set was left, from 0."""
        return self._places.get(display_set_id, 0)

    def plain(self, display_set_id: str) -> Appearance:
        """Return the look before anybody changed it, with the series' own scale if it has one."""
        return replace(self._plain, window=self._series_windows.get(display_set_id))

    def set_interpolation(self, interpolation: str) -> None:
        """Draw every display set's pixels so from now on, those that were changed as well."""
        self._plain = replace(self._plain, interpolation=interpolation)
        for display_set_id, look in self._appearances.items():
            self._appearances[display_set_id] = replace(look, interpolation=interpolation)

    def settle(self, display_set: DisplaySet, frame: Frame) -> Window | None:
        """Find the window that all frames need, when the first one is here (R-081).

        Returns
        -------
        Window or None
            The window, once; None when there is none or it was found before.
        """
        if display_set.id in self._series_windows:
            return None
        window = default_voi(display_set, (frame,))
        self._series_windows[display_set.id] = window
        return window

    def forget(self, display_set_ids: Iterable[str]) -> None:
        """Forget display sets that were closed."""
        for display_set_id in display_set_ids:
            for memory in (self._appearances, self._places, self._series_windows):
                memory.pop(display_set_id, None)
