"""The tag browser: every element of the object in the active pane."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTreeView, QVBoxLayout, QWidget

from viewer.base.errors import ViewerError
from viewer.base.jobs import READ, Jobs, Task
from viewer.base.text import tr
from viewer.dicom.dump import DumpRow, dump
from viewer.model.displayset import FrameRef
from viewer.ui.reading.own_keys import MOVING, keeps_key
from viewer.ui.reading.tag_model import NAME, TAG, VALUE, VR, TagModel
from viewer.ui.widgets import ElidedLabel, label

_SETTLE_MS = 150
_DENSE = """
QTreeView::item { height: 22px; padding: 0 2px; }
QHeaderView::section { padding: 0 4px; }
"""
_FEW_ROWS = 400
"""A filtered tree of at most this many rows at the top is shown with everything open."""


class TagBrowser(QWidget):
    """Lists the elements of one file; while images run past, a few of them a second.

    ``left`` tells that Esc gives the keys back to the panes.
    """

    left = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._task: Task | None = None
        self._wanted: FrameRef | None = None
        self._path = ""
        self._title = ElidedLabel(kind="strong")
        self._note = label(kind="muted", wrap=True)
        self._note.hide()
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(tr("Filter by tag, name or value"))
        self._filter.setAccessibleName(tr("Filter by tag, name or value"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._filter_rows)
        self._model = TagModel(self)
        self._tree = self._build_tree()
        self._tree.installEventFilter(self)
        self._filter.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        for widget in (self._title, self._filter, self._note, self._tree):
            column.addWidget(widget)
        column.setStretch(3, 1)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._read)

    def _build_tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setModel(self._model)
        tree.setAccessibleName(tr("Elements of the object"))
        tree.setUniformRowHeights(True)
        tree.setIndentation(10)
        tree.setStyleSheet(_DENSE)
        tree.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = tree.header()
        header.setMinimumSectionSize(24)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for section, width in ((TAG, 116), (NAME, 140), (VR, 36), (VALUE, 90)):
            header.resizeSection(section, width)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), tree)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._copy)
        return tree

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the keys that write or move here; Esc clears the filter, then leaves."""
        if keeps_key(event, MOVING | {Qt.Key.Key_Escape} if watched is self._tree else None):
            return True
        escaped = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if event.type() == QEvent.Type.KeyPress and escaped:
            if self._filter.text():
                self._filter.clear()
            else:
                self.left.emit()
            return True
        return super().eventFilter(watched, event)

    @property
    def model(self) -> TagModel:
        """What is listed."""
        return self._model

    def show_frame(self, ref: FrameRef | None, title: str) -> None:
        """List the object of a frame, soon; nothing is read while the panel is hidden."""
        self._title.setText(title)
        self._wanted = ref
        if self.isVisible() and not self._settle.isActive():
            self._settle.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what was asked for while the panel was hidden."""
        super().showEvent(event)
        self._settle.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop reading."""
        super().hideEvent(event)
        self.stop()

    def stop(self) -> None:
        """Stop what is under way."""
        self._settle.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _read(self) -> None:
        path = self._wanted.instance.file.path if self._wanted else ""
        if path == self._path:
            return
        self._path = path
        if not path:
            self._say([], tr("No image in the active pane."))
            return
        self._task = self._jobs.run(
            READ,
            lambda _task: dump(path),
            done=self._show,
            failed=self._fail,
            key=("tags", id(self)),
        )

    def _show(self, rows: list[DumpRow]) -> None:
        self._task = None
        self._say(rows, "")

    def _fail(self, error: Exception) -> None:
        self._task = None
        self._path = ""
        words = str(error) if isinstance(error, ViewerError) else tr("The file cannot be read.")
        self._say([], words)

    def _say(self, rows: list[DumpRow], note: str) -> None:
        self._model.show_rows(rows)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._unfold()

    def _filter_rows(self, text: str) -> None:
        self._model.filter(text)
        self._unfold()

    def _unfold(self) -> None:
        if self._filter.text() and self._model.rowCount() <= _FEW_ROWS:
            self._tree.expandAll()

    def _copy(self) -> None:
        node = self._model.node(self._tree.currentIndex())
        if node is not None:
            parts = [node.text(column) for column in (TAG, VR, NAME, VALUE)]
            QGuiApplication.clipboard().setText("\t".join(parts))
