"""Studies that are open while they still arrive: read again, at most every other second."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from PySide6.QtCore import QObject, QTimer

from viewer.ui.opening import Opener
from viewer.ui.patient_tabs import PatientTabs

_AFTER_MS = 2000


class GrowingStudies(QObject):
    """Has open studies of the library read again when something was written to them."""

    def __init__(self, tabs: PatientTabs, opener: Opener, parent: QObject) -> None:
        super().__init__(parent)
        self._tabs = tabs
        self._opener = opener
        self._changed: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._read_again)

    def look_at(self, study_uids: AbstractSet[str]) -> None:
        """Note that studies were written to; the open ones among them are read again soon."""
        open_uids = {uid for tab in self._tabs.tabs if tab.patient_key >= 0 for uid in tab.studies}
        self._changed |= study_uids & open_uids
        if self._changed and not self._timer.isActive():
            self._timer.start()

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _read_again(self) -> None:
        changed, self._changed = self._changed, set()
        for tab in self._tabs.tabs:
            for uid in changed.intersection(tab.studies):
                if tab.patient_key >= 0:
                    self._opener.load_again(uid, tab.patient_key)
