"""A source with several patients: what was found in it, to open in place or to import."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.base.text import N_, tr
from viewer.model.wording import date_text
from viewer.ui.icons import icon
from viewer.ui.opening import Opened, Scanned, detail_of, n_images, summary, title_of
from viewer.ui.theme import dress, tokens_of
from viewer.ui.widgets import ElidedLabel, button, label, set_icon

_HEADERS = (N_("Patient"), N_("Date"), N_("Study"), N_("Mod"), N_("Images"))
_WIDTHS = (420, 120, 320, 90, 90)
_OPENED_ROLE = int(Qt.ItemDataRole.UserRole)


class SourceView(QWidget):
    """Lists the studies of a ``Scanned`` source.

    ``open_wanted`` gives an ``Opened``, ``import_wanted`` the source's paths.
    """

    open_wanted = Signal(object)
    import_wanted = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scanned: Scanned | None = None
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
        row.addWidget(label(tr("Not in the library"), kind="warning"))
        self._title = ElidedLabel(kind="muted")
        row.addWidget(self._title, 1)
        self.open_button = button(tr("Open"))
        self.open_button.clicked.connect(self._open)
        row.addWidget(self.open_button)
        self.import_button = button(tr("Import all"), kind="primary", icon_name="import")
        self.import_button.clicked.connect(self._import)
        row.addWidget(self.import_button)
        column.addWidget(bar)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(tr("Studies of the source"))
        self.tree.setHeaderLabels([tr(title) for title in _HEADERS])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for place, width in enumerate(_WIDTHS):
            self.tree.setColumnWidth(place, width)
        self.tree.itemActivated.connect(lambda *_: self._open())
        column.addWidget(self.tree, 1)

    def show_source(self, scanned: Scanned) -> None:
        """Show what a scan found."""
        self._scanned = scanned
        colours = tokens_of(self)
        self._back.setIcon(icon("chevron-left", colours))
        set_icon(self.import_button, "import", colours)
        self._title.setText(f"{summary(scanned)} · {', '.join(scanned.paths)}")
        self.tree.clear()
        ordered = sorted(scanned.studies, key=lambda opened: title_of(opened.study).casefold())
        for opened in ordered:
            self.tree.addTopLevelItem(_item(opened))
        first = self.tree.topLevelItem(0)
        if first is not None:
            self.tree.setCurrentItem(first)
        self.tree.setFocus()

    def _open(self) -> None:
        for item in self.tree.selectedItems():
            self.open_wanted.emit(item.data(0, _OPENED_ROLE))

    def _import(self) -> None:
        if self._scanned is not None:
            self.import_wanted.emit(self._scanned.paths)

    def set_theme(self, name: str) -> None:
        """Change to the dark or the light theme."""
        dress(self, name)


def _item(opened: Opened) -> QTreeWidgetItem:
    study = opened.study.study
    modalities = sorted({series.modality for series in study.series if series.modality})
    detail = detail_of(opened.study)
    title = title_of(opened.study)
    item = QTreeWidgetItem(
        [
            f"{title}   {detail}" if detail else title,
            date_text(study.date),
            study.description,
            ", ".join(modalities),
            n_images(opened),
        ]
    )
    item.setData(0, _OPENED_ROLE, opened)
    return item
