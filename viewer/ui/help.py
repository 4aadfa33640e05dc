"""F1: every key and what the mouse does, on one page, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from viewer.base.text import N_, tr
from viewer.commands._spec import ANYWHERE, READING, STUDIES, CommandSpec, CommandTable
from viewer.ui.actions import key_text
from viewer.ui.widgets import button, label

_SECTIONS: tuple[tuple[str, str], ...] = (
    (ANYWHERE, N_("Everywhere")),
    (STUDIES, N_("Studies")),
    (READING, N_("Reading")),
)
_MOUSE_IN_LIST: tuple[tuple[str, str], ...] = (
    (N_("Double click"), N_("Open the study")),
    (N_("Click on ›"), N_("Show the series")),
    (N_("Right click"), N_("What can be done")),
    (N_("Drag a column's title"), N_("Move the column; right click on a title shows more columns")),
    (N_("Drop files on the window"), N_("Open them in place, or import them into the library")),
)
_KEYS_IN_LIST: tuple[tuple[str, str], ...] = (
    ("Down", N_("From the search box into the list")),
    ("Right", N_("Show the series of a study")),
    ("Left", N_("Hide the series of a study")),
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


class HelpDialog(QDialog):
    """One page, beside the window, that can stay open while working."""

    def __init__(self, table: CommandTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys and mouse"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(1120, parent.width() - 40), min(760, parent.height() - 40))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(tr("Keys and mouse"))
        page = QFrame()
        page.setProperty("kind", "ground")
        grid = QHBoxLayout(page)
        grid.setContentsMargins(24, 20, 24, 12)
        grid.setSpacing(32)
        for place, title in _SECTIONS:
            specs = [spec for spec in table.specs if spec.place == place and spec.keys]
            grid.addWidget(_section(tr(title), specs, place), 1)
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


def _section(title: str, specs: Sequence[CommandSpec], place: str) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    column.addWidget(label(title, kind="title"))
    column.addLayout(_rows([(_keys(spec), tr(spec.title)) for spec in specs]))
    if place == STUDIES:
        column.addLayout(_rows([(key_text(key), tr(text)) for key, text in _KEYS_IN_LIST]))
    mouse = {STUDIES: _MOUSE_IN_LIST, READING: _MOUSE_IN_PANES}.get(place, ())
    if mouse:
        column.addWidget(label(tr("Mouse"), kind="strong"))
        column.addLayout(_rows([(tr(key), tr(text)) for key, text in mouse]))
    column.addStretch(1)
    return box


def _keys(spec: CommandSpec) -> str:
    return ", ".join(key_text(key) for key in spec.keys)


def _rows(rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(1, 1)
    for place, (key, text) in enumerate(rows):
        grid.addWidget(_key_label(key), place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(text, wrap=True), place, 1)
    return grid


def _key_label(key: str) -> QLabel:
    made = label(key, kind="accent", wrap=True)
    made.setFixedWidth(124)
    return made
