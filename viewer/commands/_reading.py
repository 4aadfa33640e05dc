"""What a patient view can be asked for; implemented by ``viewer.ui.reading.patient_view``."""

from __future__ import annotations

from typing import Protocol


class ReadingActions(Protocol):
    """What commands may ask of the patient view in front, beyond changing its workspace."""

    def focus_active_pane(self) -> None:
        """Give the keyboard to the active pane."""
