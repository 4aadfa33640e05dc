"""Receipts of imports: the latest ones, and every file of one with what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from viewer.base.text import N_, count, tr
from viewer.model.receipt import (
    ALREADY,
    CONFLICT,
    SKIPPED,
    STATUSES,
    STORED,
    UNREADABLE,
    Entry,
    Receipt,
    receipt_document,
)
from viewer.services.receipt_text import receipt_lines
from viewer.ui.host import Host
from viewer.ui.icons import icon
from viewer.ui.library_client import LibraryClient
from viewer.ui.theme import Tokens, dress, tokens_of
from viewer.ui.widgets import ElidedLabel, button, label, set_icon
from viewer.ui.wording import moment_text, number, plain_tooltip

STATUS_WORDS = {
    STORED: N_("stored"),
    ALREADY: N_("already there"),
    SKIPPED: N_("skipped"),
    UNREADABLE: N_("unreadable"),
    CONFLICT: N_("conflict"),
}
_HEADERS = (N_("File"), N_("Status"), N_("Why"))
_LATEST = 50
_MISSING = "missing"

Index = QModelIndex | QPersistentModelIndex


class EntryModel(QAbstractTableModel):
    """The entries of a receipt that pass the filter."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()
        self._shown: tuple[Entry, ...] = ()
        self.colours: Tokens | None = None
        self.source = ""

    def show_entries(self, entries: Sequence[Entry], status: str, text: str) -> None:
        """Show the entries of one status (all with '') whose path or reason holds ``text``."""
        wanted = text.casefold()
        self.beginResetModel()
        self._entries = tuple(entries)
        self._shown = tuple(
            entry
            for entry in self._entries
            if (not status or entry.status == status)
            and (wanted in entry.path.casefold() or wanted in entry.reason.casefold())
        )
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many entries pass."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return file, status and why."""
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        """Return a column's title."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(_HEADERS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return one cell."""
        entry = self._shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            is_tip = role == Qt.ItemDataRole.ToolTipRole
            path = entry.path if is_tip else shorten(entry.path, self.source)
            words = (path, tr(STATUS_WORDS.get(entry.status, entry.status)), entry.reason)
            text = words[index.column()]
            return text if role == Qt.ItemDataRole.DisplayRole else plain_tooltip(text)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 1 and self.colours:
            tones = {UNREADABLE: self.colours.warning, CONFLICT: self.colours.error}
            return QBrush(QColor(tones.get(entry.status, self.colours.muted)))
        return None


class ReceiptsView(QWidget):
    """The receipts page of the Studies place; ``left`` tells that the reader goes back."""

    left = Signal()

    def __init__(self, client: LibraryClient, host: Host) -> None:
        super().__init__()
        self._client = client
        self._host = host
        self._receipt: Receipt | None = None
        self._status = ""
        self._wanted = 0
        self.model = EntryModel()
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QFrame()
        bar.setProperty("kind", "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(12)
        self._back = button(tr("Studies"))
        self._back.clicked.connect(self.left)
        row.addWidget(self._back)
        self._title = ElidedLabel(kind="strong")
        row.addWidget(self._title, 1)
        self._json = button(tr("Save as JSON …"))
        self._json.clicked.connect(lambda: self._ask_and_save("json"))
        self._text = button(tr("Save as text …"))
        self._text.clicked.connect(lambda: self._ask_and_save("txt"))
        row.addWidget(self._json)
        row.addWidget(self._text)
        column.addWidget(bar)
        body = QHBoxLayout()
        body.setSpacing(0)
        column.addLayout(body, 1)
        self.list = QListWidget()
        self.list.setFixedWidth(300)
        self.list.setAccessibleName(tr("Imports"))
        self.list.currentItemChanged.connect(self._choose)
        body.addWidget(self.list)
        right = QFrame()
        right.setProperty("kind", "panelLeft")
        body.addWidget(right, 1)
        self._build_entries(QVBoxLayout(right))

    def _build_entries(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(16, 12, 0, 0)
        column.setSpacing(8)
        chips = QHBoxLayout()
        chips.setSpacing(8)
        self._chips: dict[str, QPushButton] = {}
        for status in ("", *STATUSES):
            words = tr(STATUS_WORDS[status]) if status else tr("all")
            chip = button(words.capitalize(), kind="chip")
            chip.setCheckable(True)
            chip.clicked.connect(lambda _on, status=status: self.filter(status))
            chips.addWidget(chip)
            self._chips[status] = chip
        chips.addStretch(1)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Path or reason …"))
        self.search.setAccessibleName(tr("Search files of the receipt"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(280)
        self.search.textChanged.connect(lambda _text: self.filter(self._status))
        chips.addWidget(self.search, 1)
        chips.addSpacing(16)
        column.addLayout(chips)
        self._notes = label(kind="muted", wrap=True)
        self._missing = label(kind="warning", wrap=True)
        column.addWidget(self._notes)
        column.addWidget(self._missing)
        self.table = self._entry_table()
        column.addWidget(self.table, 1)

    def _entry_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName(tr("Files of the receipt"))
        table.setShowGrid(False)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.resizeSection(0, 560)
        header.resizeSection(1, 120)
        header.setHighlightSections(False)
        return table

    # ------------------------------------------------------------------ showing

    def show_receipt(self, wanted: int) -> None:
        """Show a receipt by its number; the latest one for 0."""
        self._wanted = wanted
        colours = tokens_of(self)
        self.model.colours = colours
        self._back.setIcon(icon("chevron-left", colours))
        for made in (self._json, self._text):
            set_icon(made, "save", colours)
        self._client.receipts(_LATEST, self._list)
        self._back.setFocus()

    def _list(self, summaries: tuple[object, ...]) -> None:
        self.list.blockSignals(True)  # noqa: FBT003  Qt's signature
        self.list.clear()
        chosen = None
        for summary in summaries:
            counts: dict[str, int] = summary.counts  # type: ignore[attr-defined]
            files = count(sum(counts.values()), "file", "files")
            started = moment_text(summary.started)  # type: ignore[attr-defined]
            item = QListWidgetItem(f"{started}\n{_place(summary)}\n{files}{_troubles(counts)}")
            item.setData(Qt.ItemDataRole.UserRole, summary.id)  # type: ignore[attr-defined]
            self.list.addItem(item)
            if chosen is None or summary.id == self._wanted:  # type: ignore[attr-defined]
                chosen = item
        self.list.blockSignals(False)  # noqa: FBT003  Qt's signature
        if chosen is None:
            self._show_none()
            return
        self.list.setCurrentItem(chosen)
        self._choose(chosen)

    def _show_none(self) -> None:
        self._receipt = None
        self._title.setText(tr("Nothing was imported yet"))
        self.filter("")

    def _choose(self, item: QListWidgetItem | None, _earlier: object = None) -> None:
        if item is not None:
            self._client.receipt(int(item.data(Qt.ItemDataRole.UserRole)), self._show)

    def _show(self, receipt: Receipt) -> None:
        self._receipt = receipt
        state = "" if receipt.complete else tr(" · stopped early")
        self._title.setText(
            tr("Import of {when}{state} · {source}").format(
                when=moment_text(receipt.started), state=state, source=receipt.source
            )
        )
        self._notes.setText("\n".join(first_few(receipt.notes)))
        n_missing = len(receipt.missing)
        lines = [shorten(path, receipt.source) for path in first_few(receipt.missing)]
        heading = tr("{n} listed but not found:").format(n=count(n_missing, "file", "files"))
        self._missing.setText("\n".join([heading, *lines]) if n_missing else "")
        self.filter("")

    def filter(self, status: str) -> None:
        """Show the entries of one status; all with an empty text."""
        self._status = status
        entries = self._receipt.entries if self._receipt else ()
        self.model.source = self._receipt.source if self._receipt else ""
        counts = self._receipt.counts() if self._receipt else {}
        for name, chip in self._chips.items():
            n = counts.get(name, 0) if name else len(entries)
            words = tr(STATUS_WORDS[name]) if name else tr("all")
            chip.setText(f"{words.capitalize()} {number(n)}")
            chip.setChecked(name == status)
            chip.setVisible(bool(n) or not name)
        for told in (self._notes, self._missing):
            told.setVisible(bool(told.text()) and not status)
        for made in (self._json, self._text):
            made.setEnabled(self._receipt is not None)
        self.model.show_entries(entries, status, self.search.text())

    def set_theme(self, name: str) -> None:
        """Change to the dark or the light theme."""
        dress(self, name)
        self.model.colours = tokens_of(self)

    # ------------------------------------------------------------------ saving

    def _ask_and_save(self, ending: str) -> None:
        dialog = QFileDialog(self, tr("Save the receipt"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(f"receipt.{ending}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, path: Path) -> None:
        """Write the receipt that is shown, as JSON or as text by the file's ending."""
        if self._receipt is None:
            return
        if path.suffix.lower() == ".json":
            text = json.dumps(receipt_document(self._receipt), ensure_ascii=False, indent=1)
        else:
            text = "\n".join(receipt_lines(self._receipt, every_file=True))
        try:
            path.write_text(text + "\n", encoding="utf-8", errors="surrogateescape")
        except OSError as err:
            reason = err.strerror or type(err).__name__
            self._host.notify(tr("The receipt was not saved: {why}.").format(why=reason))
            return
        self._host.notify(tr("The receipt was saved. It names files and may name patients."))


def _place(summary: object) -> str:
    source = str(getattr(summary, "source", ""))
    return Path(source).name or source


def _troubles(counts: dict[str, int]) -> str:
    parts = []
    for status, words in ((UNREADABLE, tr("{n} unreadable")), (CONFLICT, tr("{n} in conflict"))):
        if counts.get(status):
            parts.append(words.format(n=number(counts[status])))
    return "".join(f" · {part}" for part in parts)


def first_few(lines: Sequence[str], most: int = 3) -> list[str]:
    """Return the first lines, and how many more there are."""
    shown = list(lines[:most])
    if len(lines) > most:
        shown.append(tr("and {n} more").format(n=number(len(lines) - most)))
    return shown


def shorten(path: str, source: str) -> str:
    """Return a path as seen from the one source folder; in full when there are several."""
    inside = path.removeprefix(source.rstrip("/\\"))
    is_inside = inside != path and inside[:1] in ("/", "\\", "!")
    return inside.lstrip("!").lstrip("/\\") if is_inside else path
