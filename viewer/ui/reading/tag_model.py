"""The elements of an object as a tree that can be filtered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from viewer.base.text import N_, tr
from viewer.dicom.dump import DumpRow
from viewer.ui.theme import DARK_TOKENS
from viewer.ui.wording import plain_tooltip

COLUMNS = (N_("Tag"), N_("Name"), N_("VR"), N_("Value"))
TAG, NAME, VR, VALUE = range(4)

_Index = QModelIndex | QPersistentModelIndex


@dataclass(slots=True, eq=False)
class Node:
    """A row with its place in the tree."""

    row: DumpRow
    parent: Node | None
    place: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The keyword, or the item's number."""
        return self.row.keyword or (self.row.value if not self.row.tag else "")

    def text(self, column: int) -> str:
        """Return what a column shows."""
        if column == TAG:
            return self.row.tag
        if column == NAME:
            return self.name
        if column == VR:
            return self.row.vr
        return self.row.value if self.row.tag else ""


def build(rows: Sequence[DumpRow]) -> list[Node]:
    """Return the top nodes of the tree that the depths of the rows describe.

    An item's row stands one deeper than its sequence, its elements as deep as the item.
    """
    top: list[Node] = []
    path: list[tuple[int, Node]] = []
    for row in rows:
        level = 2 * row.depth - (0 if row.tag else 1)
        while path and path[-1][0] >= level:
            path.pop()
        parent = path[-1][1] if path else None
        siblings = parent.children if parent else top
        node = Node(row, parent, len(siblings))
        siblings.append(node)
        path.append((level, node))
    return top


def filtered(nodes: Sequence[Node], words: Sequence[str], parent: Node | None = None) -> list[Node]:
    """Return the nodes that hold every word in tag, name or value, with their ancestors."""
    kept: list[Node] = []
    for node in nodes:
        row = node.row
        text = f"{row.tag} {row.tag.replace(',', '')} {row.keyword} {row.value}".casefold()
        copy = Node(row, parent, len(kept))
        if all(word in text for word in words):
            copy.children = filtered(node.children, (), copy)
            kept.append(copy)
            continue
        copy.children = filtered(node.children, words, copy)
        if copy.children:
            kept.append(copy)
    return kept


class TagModel(QAbstractItemModel):
    """Shows the rows of ``viewer.dicom.dump.dump``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Node] = []
        self._top: list[Node] = []
        self._words: tuple[str, ...] = ()

    def show_rows(self, rows: Sequence[DumpRow]) -> None:
        """Show another object; the filter stays."""
        self._all = build(rows)
        self._refresh()

    def filter(self, text: str) -> None:
        """Show only what holds all words of a text."""
        self._words = tuple(text.casefold().split())
        self._refresh()

    def _refresh(self) -> None:
        self.beginResetModel()
        self._top = filtered(self._all, self._words) if self._words else self._all
        self.endResetModel()

    def node(self, index: _Index) -> Node | None:
        """Return the node of an index."""
        pointer = index.internalPointer() if index.isValid() else None
        return pointer if isinstance(pointer, Node) else None

    def index(self, row: int, column: int, parent: _Index | None = None) -> QModelIndex:
        """Return the index of a cell."""
        node = self.node(parent) if parent is not None else None
        siblings = node.children if node else self._top
        if 0 <= row < len(siblings) and 0 <= column < len(COLUMNS):
            return self.createIndex(row, column, siblings[row])
        return QModelIndex()

    def parent(self, index: _Index | None = None) -> QModelIndex:  # type: ignore[override]
        """Return the index of the sequence or item that holds a row."""
        node = self.node(index) if index is not None else None
        if node is None or node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.place, 0, node.parent)

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the number of rows below an index."""
        node = self.node(parent) if parent is not None else None
        return len(node.children if node else self._top)

    def columnCount(self, _parent: _Index | None = None) -> int:
        """Return the number of columns."""
        return len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows; its tooltip is the whole text."""
        node = self.node(index)
        if node is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return node.text(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(node.text(index.column()))
        if role == Qt.ItemDataRole.ForegroundRole and index.column() in (TAG, VR):
            return QColor(DARK_TOKENS.muted)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the title of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section])
        return None
