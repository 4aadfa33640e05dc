"""The study list as a table model: pages arrive as they are looked at, series unfold in place.

Every matching study has a row from the start, so that the scroll bar tells the truth; rows whose
page is not here yet are skeletons. Series of an unfolded study are rows below it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from viewer.base.text import tr
from viewer.model.listing import SeriesRow, StudyRow
from viewer.ui.study_columns import COLUMNS, series_text, spoken, study_text
from viewer.ui.wording import plain_tooltip

PAGE_ROWS = 200
LINE_ROLE = int(Qt.ItemDataRole.UserRole)
UP_MARK = "▲"
DOWN_MARK = "▼"

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Line:
    """What one row of the table stands for: a study, one of its series, or a page to come."""

    study: StudyRow | None
    series: SeriesRow | None = None
    unfolded: bool = False


@dataclass(slots=True)
class _Unfolded:
    """An unfolded study: its place among the studies and its series."""

    position: int
    series: tuple[SeriesRow, ...]


class StudyListModel(QAbstractTableModel):
    """Studies in the order of the query, with unfolded series in between.

    ``page_wanted`` gives the offset of a page that is being looked at and is not here;
    ``series_wanted`` the UID of a study that is to be unfolded and whose series are not here.
    """

    page_wanted = Signal(int)
    series_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._n_studies = 0
        self._rows: dict[int, StudyRow] = {}
        self._asked: set[int] = set()
        self._unfolded: list[_Unfolded] = []
        self._starts: list[int] = []
        self._wanted_open: set[str] = set()
        self._sort = ("date", True)
        self._queue: list[int] = []
        self._queue_timer = QTimer(self)
        self._queue_timer.setSingleShot(True)
        self._queue_timer.setInterval(0)
        self._queue_timer.timeout.connect(self.ask_now)

    # ------------------------------------------------------------------ filling

    @property
    def n_studies(self) -> int:
        """How many studies match, whether their pages are here or not."""
        return self._n_studies

    def start(self, n_matching: int, offset: int, rows: tuple[StudyRow, ...]) -> None:
        """Show another answer; only its first page is here."""
        self.beginResetModel()
        series = self._series_by_study()
        self._n_studies = n_matching
        self._rows = {offset + i: row for i, row in enumerate(rows)}
        self._asked = {offset}
        self._unfolded = []
        for position, row in self._rows.items():
            known = series.get(row.study_instance_uid)
            if known is not None:
                self._unfolded.append(_Unfolded(position, known))
        self._count_starts()
        self.endResetModel()

    def start_empty(self) -> None:
        """Show nothing, for instance while there is no library."""
        self.start(0, 0, ())

    def start_skeleton(self, n_rows: int) -> None:
        """Show rows to come while the first answer is awaited; nothing is asked for."""
        self.start(n_rows, 0, ())

    def put_page(self, offset: int, rows: tuple[StudyRow, ...]) -> None:
        """Fill in a page that was asked for, or bring a known one up to date."""
        for i, row in enumerate(rows):
            if offset + i < self._n_studies:
                self._rows[offset + i] = row
        self._asked.add(offset)
        if rows:
            first = self.row_of_position(offset)
            last = self.row_of_position(min(offset + len(rows), self._n_studies) - 1)
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def same_studies(self, n_matching: int, offset: int, rows: tuple[StudyRow, ...]) -> bool:
        """Tell whether a page lists the very studies that are shown there already."""
        if n_matching != self._n_studies:
            return False
        here = [self._rows.get(offset + i) for i in range(len(rows))]
        uids = [row.study_instance_uid if row else "" for row in here]
        return uids == [row.study_instance_uid for row in rows]

    def set_sort(self, column: str, *, descending: bool) -> None:
        """Show by which column the list is sorted."""
        self._sort = (column, descending)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    @property
    def sort_state(self) -> tuple[str, bool]:
        """The column's sort word, and whether it descends."""
        return self._sort

    # ------------------------------------------------------------------ unfolding

    def is_unfolded(self, uid: str) -> bool:
        """Tell whether the series of a study are shown."""
        return uid in self._series_by_study()

    def unfold(self, uid: str) -> None:
        """Show the series of a study; they are asked for first."""
        if not self.is_unfolded(uid):
            self._wanted_open.add(uid)
            self.series_wanted.emit(uid)

    def fold(self, uid: str) -> None:
        """Hide the series of a study."""
        self._wanted_open.discard(uid)
        for entry in self._unfolded:
            row = self._rows.get(entry.position)
            if row is not None and row.study_instance_uid == uid:
                first = self.row_of_position(entry.position) + 1
                self.beginRemoveRows(QModelIndex(), first, first + len(entry.series) - 1)
                self._unfolded.remove(entry)
                self._count_starts()
                self.endRemoveRows()
                self._touch(first - 1)
                return

    def put_series(self, uid: str, series: tuple[SeriesRow, ...]) -> None:
        """Unfold a study whose series have arrived, unless it was folded meanwhile."""
        position = self.position_of(uid)
        if uid not in self._wanted_open or position is None or not series:
            return
        self._wanted_open.discard(uid)
        first = self.row_of_position(position) + 1
        self.beginInsertRows(QModelIndex(), first, first + len(series) - 1)
        self._unfolded.append(_Unfolded(position, series))
        self._count_starts()
        self.endInsertRows()
        self._touch(first - 1)

    def refresh_series(self, uid: str, series: tuple[SeriesRow, ...]) -> None:
        """Bring the series of an unfolded study up to date."""
        if self.is_unfolded(uid):
            self.fold(uid)
            self._wanted_open.add(uid)
            self.put_series(uid, series)

    def unfolded_uids(self) -> tuple[str, ...]:
        """Return the studies whose series are shown."""
        return tuple(self._series_by_study())

    def _touch(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def _series_by_study(self) -> dict[str, tuple[SeriesRow, ...]]:
        found = {}
        for entry in self._unfolded:
            row = self._rows.get(entry.position)
            if row is not None:
                found[row.study_instance_uid] = entry.series
        return found

    # ------------------------------------------------------------------ places

    def _count_starts(self) -> None:
        self._unfolded.sort(key=lambda entry: entry.position)
        self._starts = []
        shift = 0
        for entry in self._unfolded:
            self._starts.append(entry.position + shift)
            shift += len(entry.series)

    def row_of_position(self, position: int) -> int:
        """Return the table row of a study, given its place in the answer."""
        before = sum(len(entry.series) for entry in self._unfolded if entry.position < position)
        return position + before

    def position_of(self, uid: str) -> int | None:
        """Return a study's place in the answer; None when its page is not here."""
        for position, row in self._rows.items():
            if row.study_instance_uid == uid:
                return position
        return None

    def uid_at(self, position: int) -> str:
        """Return the study at a place in the answer, or the last one; empty when it is not here."""
        row = self._rows.get(min(position, self._n_studies - 1))
        return row.study_instance_uid if row else ""

    def line(self, row: int) -> Line:
        """Return what a table row stands for."""
        place = bisect_right(self._starts, row) - 1
        if place < 0:
            return Line(self._rows.get(row))
        entry, start = self._unfolded[place], self._starts[place]
        study = self._rows.get(entry.position)
        if row == start:
            return Line(study, unfolded=True)
        if row <= start + len(entry.series):
            return Line(study, entry.series[row - start - 1])
        before = start - entry.position + len(entry.series)
        return Line(self._rows.get(row - before))

    def position_at(self, row: int) -> int:
        """Return the place in the answer of the study that a table row belongs to."""
        place = bisect_right(self._starts, row) - 1
        if place < 0:
            return row
        entry, start = self._unfolded[place], self._starts[place]
        if row <= start + len(entry.series):
            return entry.position
        return row - (start - entry.position + len(entry.series))

    def studies_here(self) -> tuple[StudyRow, ...]:
        """Return the studies whose pages are here, in their order."""
        return tuple(self._rows[position] for position in sorted(self._rows))

    # ------------------------------------------------------------------ Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return all rows: studies and unfolded series."""
        if parent.isValid():
            return 0
        return self._n_studies + sum(len(entry.series) for entry in self._unfolded)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return what a cell shows; looking at a skeleton asks for its page."""
        if not index.isValid():
            return None
        line = self.line(index.row())
        if line.study is None:
            self._want(self.position_at(index.row()))
            return line if role == LINE_ROLE else None
        if role == LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, index.column(), role)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._text(line, index.column(), role) or "")
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return line.series.description if line.series else spoken(line.study)
        return None

    def _text(self, line: Line, column: int, role: int) -> str | None:
        name = COLUMNS[column].id
        if line.series is not None:
            return series_text(line.series, name)
        if line.study is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole and name == "state":
            return "\n".join(line.study.flags) or None
        if role == Qt.ItemDataRole.ToolTipRole and name == "patient":
            notes = (study_text(line.study, name), *line.study.flags, line.study.person_note)
            return "\n".join(note for note in notes if note)
        return study_text(line.study, name)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        """Return a column's title with the mark of the sort order."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        word, descending = self._sort
        mark = f" {DOWN_MARK if descending else UP_MARK}" if column.sort == word != "" else ""
        return tr(column.title) + mark

    def _want(self, position: int) -> None:
        offset = position - position % PAGE_ROWS
        if offset in self._asked or position >= self._n_studies:
            return
        self._asked.add(offset)
        self._queue.append(offset)
        if not self._queue_timer.isActive():
            self._queue_timer.start()

    def ask_now(self) -> None:
        """Ask for the pages that are being looked at."""
        queue, self._queue = self._queue, []
        for offset in queue:
            self.page_wanted.emit(offset)
