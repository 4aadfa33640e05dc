"""What the series strip lists: a heading for each study and a row for each display set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from viewer.base.text import count, tr
from viewer.model.displayset import DisplaySet, OpenStudy
from viewer.ui.reading.drag import MIME_TYPE, DraggedSeries, pack
from viewer.ui.wording import plain_tooltip

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
IMAGE_ROLE = Qt.ItemDataRole.UserRole + 2

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class StudyHeading:
    """The line above a study's series: its date and description, and its age beside another."""

    title: str
    note: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One display set as the strip shows it.

    Attributes
    ----------
    badge
        A short word on the picture's corner: modality, or what is wrong.
    problem
        True when the badge names a problem.
    n_seen
        Frames that were on the screen.
    arriving
        'n of m' while images still come in; empty otherwise.
    active, shown
        In the active pane; in any pane.
    """

    display_set: DisplaySet
    badge: str
    problem: bool = False
    n_seen: int = 0
    arriving: str = ""
    active: bool = False
    shown: bool = False

    @property
    def title(self) -> str:
        """The display set's title, or its kind when it has none."""
        return self.display_set.title or tr("Untitled series")

    @property
    def counted(self) -> str:
        """How many images there are."""
        if self.display_set.message:
            return count(len(self.display_set.instances), "object", "objects")
        return count(self.display_set.n_frames, "image", "images")

    @property
    def progress(self) -> str:
        """'new', 'seen 12' or 'seen'; 'arriving' while images come in."""
        if self.arriving:
            return tr("arriving")
        if self.display_set.message:
            return ""
        if self.n_seen == 0:
            return tr("new")
        if self.n_seen >= self.display_set.n_frames:
            return tr("seen")
        return f"{tr('seen')} {self.n_seen:,}"

    @property
    def details(self) -> str:
        """Everything known, in lines, for the tooltip and for people who listen."""
        ds = self.display_set
        number = "" if ds.series_number is None else f"{tr('Series')} {ds.series_number}: "
        lines = [f"{number}{self.title}", f"{ds.modality} · {self.counted} · {self.progress}"]
        lines += [ds.split] if ds.split and ds.split not in self.title else []
        lines += [ds.message] if ds.message else []
        return "\n".join(line.strip(" ·") for line in [*lines, *ds.notes, *ds.warnings])


Row = StudyHeading | SeriesRow


def series_row(display_set: DisplaySet) -> SeriesRow:
    """Return a display set's row before anything of it was shown."""
    if display_set.gaps:
        first = display_set.gaps[0][0] + 1
        more = "+" if len(display_set.gaps) > 1 else ""
        return SeriesRow(display_set, f"{tr('gap')} {first}–{first + 1}{more}", problem=True)
    badge = display_set.modality or tr("other")
    return SeriesRow(display_set, badge, problem=bool(display_set.warnings))


def study_rows(study: OpenStudy, heading: StudyHeading) -> list[Row]:
    """Return the heading and the series of one study."""
    return [heading, *(series_row(ds) for ds in study.display_sets)]


class SeriesModel(QAbstractListModel):
    """The rows of the strip. ``origin`` is the name of the view in a drag's payload."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin
        self._rows: list[Row] = []
        self._images: dict[str, QImage] = {}

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; pictures and what was seen stay."""
        kept = {row.display_set.id: row for row in self._rows if isinstance(row, SeriesRow)}
        self.beginResetModel()
        self._rows = [_continued(row, kept) for row in rows]
        self.endResetModel()

    def set_image(self, display_set_id: str, image: QImage) -> None:
        """Show a display set's thumbnail."""
        self._images[display_set_id] = image
        self._tell(display_set_id)

    def has_image(self, display_set_id: str) -> bool:
        """Tell whether a display set has its thumbnail."""
        return display_set_id in self._images

    def set_seen(self, display_set_id: str, n_seen: int) -> None:
        """Show how many frames of a display set were on the screen."""
        self._change(display_set_id, lambda row: replace(row, n_seen=n_seen))

    def set_arriving(self, display_set_id: str, arriving: str) -> None:
        """Show 'n of m' while images come in; an empty text ends it."""
        self._change(display_set_id, lambda row: replace(row, arriving=arriving))

    def set_shown(self, active_id: str, shown_ids: frozenset[str]) -> None:
        """Mark the display set of the active pane and those of the others."""
        for row in self._rows:
            if isinstance(row, SeriesRow):
                key = row.display_set.id
                active, shown = key == active_id, key in shown_ids
                if (row.active, row.shown) != (active, shown):
                    self._replace(row, replace(row, active=active, shown=shown))

    def position(self, display_set_id: str) -> int:
        """Return the row number of a display set; -1 when it is not listed."""
        for number, row in enumerate(self._rows):
            if isinstance(row, SeriesRow) and row.display_set.id == display_set_id:
                return number
        return -1

    def row(self, number: int) -> Row:
        """Return the row at a number."""
        return self._rows[number]

    def _change(self, display_set_id: str, change: Callable[[SeriesRow], SeriesRow]) -> None:
        for row in self._rows:
            if isinstance(row, SeriesRow) and row.display_set.id == display_set_id:
                self._replace(row, change(row))
                return

    def _replace(self, old: Row, new: Row) -> None:
        if new != old:
            number = self._rows.index(old)
            self._rows[number] = new
            changed = self.index(number)
            self.dataChanged.emit(changed, changed)

    def _tell(self, display_set_id: str) -> None:
        number = self.position(display_set_id)
        if number >= 0:
            changed = self.index(number)
            self.dataChanged.emit(changed, changed)

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Headings can be neither chosen nor dragged."""
        if not index.isValid() or isinstance(self._rows[index.row()], StudyHeading):
            return Qt.ItemFlag.ItemIsEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the row, its picture, or words for it."""
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if isinstance(row, StudyHeading):
            return _heading_data(row, role)
        if role == IMAGE_ROLE:
            return self._images.get(row.display_set.id)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.details
        return plain_tooltip(row.details) if role == Qt.ItemDataRole.ToolTipRole else None

    def mimeTypes(self) -> list[str]:
        """Return the one type of payload."""
        return [MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the payload for a dragged row."""
        row = self._rows[indexes[0].row()]
        key = row.display_set.id if isinstance(row, SeriesRow) else ""
        return pack(DraggedSeries(self._origin, key))


def _continued(row: Row, kept: dict[str, SeriesRow]) -> Row:
    if isinstance(row, SeriesRow) and row.display_set.id in kept:
        before = kept[row.display_set.id]
        return replace(row, n_seen=before.n_seen, active=before.active, shown=before.shown)
    return row


def _heading_data(heading: StudyHeading, role: int) -> str | None:
    if role == Qt.ItemDataRole.DisplayRole:
        return heading.title
    words = "\n".join(text for text in (heading.title, heading.note, heading.warning) if text)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return words
    return plain_tooltip(words) if role == Qt.ItemDataRole.ToolTipRole else None
