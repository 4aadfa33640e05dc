"""The table of the Studies place: keys, unfolding, columns that are remembered."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from viewer.base.text import tr
from viewer.model.listing import StudyRow
from viewer.ui.study_columns import COLUMNS
from viewer.ui.study_delegate import CHEVRON_PX, SERIES_PX, STUDY_PX, StudyDelegate
from viewer.ui.study_model import StudyListModel
from viewer.ui.theme import Tokens

_ROOM_PX = 20
_KEYS_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def first_widths(metrics: QFontMetrics, room_px: int) -> list[int]:
    """Return a width for each column, made for its sample; the wide ones give way."""
    widths = []
    for i, column in enumerate(COLUMNS):
        text = max(metrics.horizontalAdvance(text) for text in (column.sample, column.title))
        widths.append(text + _ROOM_PX + (CHEVRON_PX if i == 0 else 0))
    shown = [i for i, column in enumerate(COLUMNS) if not column.hidden]
    surplus = sum(widths[i] for i in shown) - room_px
    spare = {i: widths[i] - COLUMNS[i].least_px for i in shown if COLUMNS[i].least_px}
    total = sum(max(0, extra) for extra in spare.values())
    if surplus > 0 and total > 0:
        for i, extra in spare.items():
            widths[i] -= math.ceil(min(1.0, surplus / total) * max(0, extra))
    return widths


class StudyTable(QTableView):
    """Shows a ``StudyListModel``.

    ``open_wanted`` asks to open what is chosen, ``chosen`` tells that something else is chosen,
    ``sort_wanted`` gives a sort word and whether it descends, ``menu_wanted`` a place.
    """

    open_wanted = Signal()
    chosen = Signal()
    sort_wanted = Signal(str, bool)
    columns_changed = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(
        self,
        model: StudyListModel,
        colours: Tokens,
        colour_of_open: Callable[[int], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._list = model
        self._fitting = True
        self._first_look = True
        self.setModel(model)
        self.setAccessibleName(tr("Studies"))
        self.setItemDelegate(StudyDelegate(self, colours, colour_of_open))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self.menu_wanted)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(STUDY_PX)
        self._dress_header()
        model.rowsInserted.connect(self._shrink_series)
        model.modelReset.connect(self._shrink_all_series)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.doubleClicked.connect(self._double_clicked)

    # ------------------------------------------------------------------ columns

    def _dress_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(36)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_column_menu)
        header.sectionClicked.connect(self._sort_by)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(lambda *_: self._columns_touched())
        self.reset_columns()

    def reset_columns(self) -> None:
        """Show the first set of columns in their first order, all in view where they fit."""
        self._fitting = True
        header = self.horizontalHeader()
        widths = first_widths(QFontMetrics(self.font()), self.viewport().width())
        for i, column in enumerate(COLUMNS):
            header.moveSection(header.visualIndex(i), i)
            header.setSectionHidden(i, column.hidden)
            header.resizeSection(i, widths[i])
        self._fitting = False
        self._first_look = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns until the reader has changed one."""
        super().resizeEvent(event)
        if self._first_look:
            self.reset_columns()

    def _resized(self, index: int, _old: int, _new: int) -> None:
        header = self.horizontalHeader()
        after = range(header.visualIndex(index) + 1, header.count())
        is_last = all(header.isSectionHidden(header.logicalIndex(place)) for place in after)
        if not is_last:  # the last one fills what is left
            self._columns_touched()

    def _columns_touched(self) -> None:
        if not self._fitting:
            self._first_look = False
            self.columns_changed.emit()

    @property
    def columns_are_first(self) -> bool:
        """Whether the reader has left the columns as they came."""
        return self._first_look

    def columns_state(self) -> QByteArray:
        """Return order, widths and visibility of the columns, to be remembered."""
        return self.horizontalHeader().saveState()

    def restore_columns(self, state: QByteArray) -> None:
        """Bring remembered columns back; those of another version are forgotten."""
        self._fitting = True
        header = self.horizontalHeader()
        if header.restoreState(state):
            self._first_look = False
            header.showSection(0)
            header.setStretchLastSection(True)
            self._fitting = False
        else:
            self.reset_columns()

    def _show_column_menu(self, at: QPoint) -> None:
        header = self.horizontalHeader()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for i, column in enumerate(COLUMNS[1:], start=1):
            entry = menu.addAction(tr(column.title))
            entry.setCheckable(True)
            entry.setChecked(not header.isSectionHidden(i))
            entry.toggled.connect(lambda on, i=i: self._show_column(i, shown=on))
        menu.addSeparator()
        menu.addAction(tr("Reset columns"), self._reset_for_good)
        menu.popup(header.mapToGlobal(at))

    def _reset_for_good(self) -> None:
        self.reset_columns()
        self.columns_changed.emit()

    def _show_column(self, index: int, *, shown: bool) -> None:
        self.horizontalHeader().setSectionHidden(index, not shown)
        self._columns_touched()

    def _sort_by(self, section: int) -> None:
        word = COLUMNS[section].sort
        if not word:
            return
        now, descending = self._list.sort_state
        self.sort_wanted.emit(word, not descending if word == now else word in ("date", "added"))

    # ------------------------------------------------------------------ selection

    def selected_studies(self) -> tuple[StudyRow, ...]:
        """Return the chosen studies in the order of the list; a series stands for its study."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        found: dict[str, StudyRow] = {}
        for row in rows:
            study = self._list.line(row).study
            if study is not None:
                found[study.study_instance_uid] = study
        return tuple(found.values())

    def current_series_uid(self) -> str:
        """Return the series on which the keyboard stands; empty on a study."""
        series = self._list.line(self.currentIndex().row()).series
        return series.series_instance_uid if series else ""

    def select_studies(self, uids: tuple[str, ...]) -> None:
        """Choose studies that are here; the first one becomes current."""
        model = self.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        model.clearSelection()
        first = True
        for uid in uids:
            position = self._list.position_of(uid)
            if position is None:
                continue
            index = self._list.index(self._list.row_of_position(position), 0)
            if first:
                model.setCurrentIndex(index, flags.NoUpdate)
                first = False
            model.select(index, flags.Select | flags.Rows)

    def select_row(self, row: int) -> None:
        """Choose one table row and bring it into view."""
        if 0 <= row < self._list.rowCount():
            self.selectRow(row)
            self.scrollTo(self._list.index(row, 0))

    # ------------------------------------------------------------------ keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Unfold and fold with the arrow keys, open with Enter."""
        line = self._list.line(self.currentIndex().row()) if self.currentIndex().isValid() else None
        if line is not None and line.study is not None:
            uid = line.study.study_instance_uid
            if event.key() == Qt.Key.Key_Right and line.series is None:
                self._list.unfold(uid)
                return
            if event.key() == Qt.Key.Key_Left:
                position = self._list.position_of(uid)
                if position is not None:
                    self.select_row(self._list.row_of_position(position))
                self._list.fold(uid)
                return
            if event.key() in _KEYS_OPEN:
                self.open_wanted.emit()
                return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Unfold or fold at a click on the chevron; choose otherwise."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._on_chevron(index, event):
            self.toggle(index)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open, except on the chevron."""
        index = self.indexAt(event.position().toPoint())
        if self._on_chevron(index, event):
            self.toggle(index)
            return
        super().mouseDoubleClickEvent(event)

    def toggle(self, index: QModelIndex) -> None:
        """Unfold a folded study and fold an unfolded one."""
        line = self._list.line(index.row())
        if line.study is None:
            return
        if line.unfolded:
            self._list.fold(line.study.study_instance_uid)
        else:
            self._list.unfold(line.study.study_instance_uid)

    def _on_chevron(self, index: QModelIndex, event: QMouseEvent) -> bool:
        if not index.isValid() or index.column() != 0:
            return False
        if self._list.line(index.row()).series is not None:
            return False
        left = self.visualRect(index).left()
        return 0 <= event.position().x() - left < CHEVRON_PX - 6

    def _double_clicked(self, index: QModelIndex) -> None:
        if self._list.line(index.row()).study is not None:
            self.open_wanted.emit()

    # ------------------------------------------------------------------ looks

    def set_colours(self, colours: Tokens) -> None:
        """Change the theme."""
        delegate = self.itemDelegate()
        if isinstance(delegate, StudyDelegate):
            delegate.set_colours(colours)
        self.viewport().update()

    def keyboardSearch(self, _search: str) -> None:
        """Do nothing: letters are commands here, and the search box searches."""

    def _shrink_series(self, _parent: QModelIndex, first: int, last: int) -> None:
        for row in range(first, last + 1):
            self.setRowHeight(row, SERIES_PX)

    def _shrink_all_series(self) -> None:
        self.verticalHeader().setDefaultSectionSize(STUDY_PX)  # also for the rows there were
        for uid in self._list.unfolded_uids():
            position = self._list.position_of(uid)
            if position is None:
                continue
            row = self._list.row_of_position(position) + 1
            while row < self._list.rowCount() and self._list.line(row).series is not None:
                self.setRowHeight(row, SERIES_PX)
                row += 1
