"""What the Studies place remembers between runs: columns, sort order, the preview's width."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QSplitter, QWidget

from viewer.base.paths import Home
from viewer.ui.study_table import StudyTable

PREVIEW_PX = 404
_LEAST_PREVIEW_PX = 300
_PREVIEW_SHARE = 0.27
_SAVE_MS = 400
_YES, _NO = "true", "false"


class StudiesMemory(QObject):
    """Keeps the looks in the home's window file (INI); what the reader never changed is not kept.

    Parameters
    ----------
    sort
        Gives the sort word and whether it descends.
    """

    def __init__(
        self,
        home: Home,
        table: StudyTable,
        splitter: QSplitter,
        preview: QWidget,
        sort: Callable[[], tuple[str, bool]],
    ) -> None:
        super().__init__(table)
        self._file = QSettings(str(home.window_state), QSettings.Format.IniFormat)
        self._table = table
        self._splitter = splitter
        self._preview = preview
        self._sort = sort
        self._shared_by_us = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_MS)
        self._timer.timeout.connect(self.save)
        table.columns_changed.connect(self.save_soon)
        splitter.splitterMoved.connect(self._moved)

    def restore(self) -> tuple[str, bool]:
        """Bring the looks back and return the sort word and whether it descends."""
        columns = self._file.value("studies/columns")
        if columns is not None:
            self._table.restore_columns(columns)
        split = self._file.value("studies/splitter")
        self._shared_by_us = split is None
        if split is not None:
            self._splitter.restoreState(split)
        if str(self._file.value("studies/preview", _YES)) != _YES:
            self._preview.hide()
        word = str(self._file.value("studies/sort", "date"))
        return word, str(self._file.value("studies/descending", _YES)) == _YES

    def share(self, width: int) -> None:
        """Give the preview its share of a width, until the reader has chosen one."""
        if self._shared_by_us:
            part = max(_LEAST_PREVIEW_PX, min(PREVIEW_PX, round(width * _PREVIEW_SHARE)))
            self._splitter.setSizes([width - part, part])

    def save_soon(self) -> None:
        """Save once the reader has let go for a moment."""
        self._timer.start()

    def _moved(self) -> None:
        self._shared_by_us = False
        self.save_soon()

    def save(self) -> None:
        """Write the looks down."""
        self._timer.stop()
        if self._table.columns_are_first:
            self._file.remove("studies/columns")
        else:
            self._file.setValue("studies/columns", self._table.columns_state())
        if not self._shared_by_us:
            self._file.setValue("studies/splitter", self._splitter.saveState())
        word, descending = self._sort()
        self._file.setValue("studies/sort", word)
        self._file.setValue("studies/descending", _YES if descending else _NO)
        self._file.setValue("studies/preview", _NO if self._preview.isHidden() else _YES)
        self._file.sync()
