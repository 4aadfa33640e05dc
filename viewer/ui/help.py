"""F1: every key and what the mouse does, on one page, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from viewer.base.text import N_, tr
from viewer.commands._spec import ANYWHERE, READING, STUDIES, CommandTable
from viewer.ui.actions import key_text
from viewer.ui.theme import SMALL_PX, sized
from viewer.ui.widgets import button, label

_SECTIONS: tuple[tuple[str, str], ...] = (
    (ANYWHERE, N_("Everywhere")),
    (STUDIES, N_("Studies")),
    (READING, N_("Reading")),
)
_KEYS_IN_LIST: tuple[tuple[str, str], ...] = (
    ("Down", N_("From the search box into the list")),
    ("Right", N_("Show the series of a study")),
    ("Left", N_("Hide the series of a study")),
)
_MOUSE_IN_LIST: tuple[tuple[str, str], ...] = (
    (N_("Double click"), N_("Open the study")),
    (N_("Click on ›"), N_("Show the series")),
    (N_("Right click"), N_("What can be done; on a title: more columns")),
    (N_("Drag a title"), N_("Move the column")),
    (N_("Drop files"), N_("Open in place, or import")),
)
_MOUSE_IN_PANES: tuple[tuple[str, str], ...] = (
    (N_("Wheel"), N_("Scroll")),
    (N_("Ctrl + wheel"), N_("Zoom")),
    (N_("Left drag"), N_("The tool that is chosen")),
    (N_("Middle drag"), N_("Pan")),
    (N_("Right drag"), N_("Zoom")),
    (N_("Right click"), N_("What can be done")),
    (N_("Double click"), N_("One pane in full, and back")),
)
_COLUMNS = 4
_KEY_PX = 112


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A heading (no key), or what a key or the mouse does."""

    text: str
    key: str = ""


def help_lines(table: CommandTable) -> tuple[HelpLine, ...]:
    """Return the whole page, line by line."""
    lines: list[HelpLine] = []
    for place, title in _SECTIONS:
        lines.append(HelpLine(tr(title)))
        specs = sorted(
            (spec for spec in table.specs if spec.place == place and spec.keys),
            key=lambda spec: (spec.menu, spec.order, spec.id),
        )
        for spec in specs:
            keys = ", ".join(key_text(key) for key in spec.keys)
            lines.append(HelpLine(tr(spec.title), keys))
        if place == STUDIES:
            lines += [HelpLine(tr(text), key_text(key)) for key, text in _KEYS_IN_LIST]
            lines.append(HelpLine(tr("Mouse in the list")))
            lines += [HelpLine(tr(text), tr(key)) for key, text in _MOUSE_IN_LIST]
        if place == READING:
            lines.append(HelpLine(tr("Mouse in a pane")))
            lines += [HelpLine(tr(text), tr(key)) for key, text in _MOUSE_IN_PANES]
    return tuple(lines)


def in_columns(lines: Sequence[HelpLine], n_columns: int) -> list[list[HelpLine]]:
    """Spread lines over columns of about equal length; a heading never ends a column."""
    height = -(-len(lines) // n_columns)
    columns: list[list[HelpLine]] = [[]]
    for line in lines:
        full = len(columns[-1]) >= height
        ends_soon = not line.key and len(columns[-1]) >= height - 2
        if (full or ends_soon) and len(columns) < n_columns:
            columns.append([])
        columns[-1].append(line)
    return columns


class HelpDialog(QDialog):
    """One page, beside the window, that can stay open while working."""

    def __init__(self, table: CommandTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys and mouse"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(1240, parent.width() - 40), min(820, parent.height() - 40))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(tr("Keys and mouse"))
        page = QFrame()
        page.setProperty("kind", "ground")
        across = QHBoxLayout(page)
        across.setContentsMargins(24, 20, 24, 12)
        across.setSpacing(24)
        for lines in in_columns(help_lines(table), _COLUMNS):
            across.addWidget(_column(lines), 1)
        area.setWidget(page)
        outer.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 16)
        hint = tr("Ctrl+K finds every command by name, also those without a key.")
        foot.addWidget(label(hint, kind="muted"), 1)
        close = button(tr("Close"))
        close.clicked.connect(self.close)
        foot.addWidget(close)
        outer.addLayout(foot)
        close.setFocus()


def _column(lines: Sequence[HelpLine]) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    small = sized(box.font(), SMALL_PX)
    for place, line in enumerate(lines):
        words = label(line.text, kind="" if line.key else "strong", wrap=bool(line.key))
        if not line.key:
            words.setContentsMargins(0, 10 if place else 0, 0, 2)
            grid.addWidget(words, place, 0, 1, 2)
            continue
        key = label(line.key, kind="accent", wrap=True)
        key.setFixedWidth(_KEY_PX)
        for part in (key, words):
            part.setFont(small)
        grid.addWidget(key, place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, place, 1)
    grid.setRowStretch(len(lines), 1)
    return box
