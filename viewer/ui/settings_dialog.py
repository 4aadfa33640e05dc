"""The Settings place, made from the table of settings: every row of it, nothing else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from viewer.base.errors import UsageError
from viewer.base.settings import TABLE, Setting, Settings, SettingValue
from viewer.base.text import tr
from viewer.ui.theme import dress
from viewer.ui.widgets import Card, button, label

_CONTROL_PX = 200
_PAGE_PX = 760
_SPIN_MARGIN_PX = 6
"""Puts a number where the words of a combo box begin; the style sheet's padding does not."""


class SettingsPlace(QScrollArea):
    """A page of all settings; each change is in force and written at once.

    ``problem`` gives a sentence when the file could not be written.
    """

    problem = Signal(str)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._show_value: dict[str, Callable[[SettingValue], None]] = {}
        self.setWidgetResizable(True)
        self.setAccessibleName(tr("Settings"))
        page = QFrame()
        page.setProperty("kind", "ground")
        self.setWidget(page)
        across = QHBoxLayout(page)
        across.setContentsMargins(24, 24, 24, 24)
        inner = QWidget()
        inner.setMaximumWidth(_PAGE_PX)
        across.addWidget(inner, 1)
        across.addStretch(0)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(label(tr("Settings"), kind="title"))
        for text in settings.problems:
            column.addWidget(label(text, kind="warning", wrap=True))
        for group in dict.fromkeys(row.group for row in TABLE):
            column.addWidget(self._group(group))
        self._reset = button(tr("Reset all settings"))
        self._reset.clicked.connect(self._reset_all)
        column.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self._stop = settings.changed.listen(self._changed)

    def _group(self, group: str) -> Card:
        card = Card()
        card.column.setSpacing(12)
        card.column.addWidget(label(tr(group), kind="strong"))
        for row in TABLE:
            if row.group == group:
                card.column.addLayout(self._row(row))
        return card

    def _row(self, row: Setting) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(tr(row.title)))
        words.addWidget(label(tr(row.help), kind="muted", wrap=True))
        line.addLayout(words, 1)
        control = self._control(row)
        control.setFixedWidth(_CONTROL_PX)
        control.setAccessibleName(tr(row.title))
        control.setAccessibleDescription(tr(row.help))
        line.addWidget(control, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _control(self, row: Setting) -> QWidget:
        value = self._settings.get(row.name)
        if row.choices:
            return self._choice(row, str(value))
        if isinstance(row.default, bool):
            box = QCheckBox(tr("On"))
            box.setChecked(bool(value))
            box.toggled.connect(lambda on: self._set(row, on))
            self._show_value[row.name] = lambda new: box.setChecked(bool(new))
            return box
        if isinstance(row.default, int):
            return self._whole(row, int(value))
        if isinstance(row.default, float):
            return self._real(row, float(value))
        edit = QLineEdit(str(value))
        edit.editingFinished.connect(lambda: self._set(row, edit.text()))
        self._show_value[row.name] = lambda new: edit.setText(str(new))
        return edit

    def _choice(self, row: Setting, value: str) -> QComboBox:
        combo = QComboBox()
        for choice in row.choices:
            combo.addItem(tr(choice).capitalize(), choice)
        combo.setCurrentIndex(combo.findData(value))
        combo.activated.connect(lambda place: self._set(row, combo.itemData(place)))
        combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._show_value[row.name] = lambda new: combo.setCurrentIndex(combo.findData(new))
        return combo

    def _whole(self, row: Setting, value: int) -> QSpinBox:
        spin = QSpinBox()
        spin.setRange(int(row.low or 0), int(row.high if row.high is not None else 2**31 - 1))
        spin.setGroupSeparatorShown(True)
        _dress_spin(spin, row)
        if row.default == 0 and row.low == 0:
            spin.setSpecialValueText(tr("Automatic"))
        spin.setValue(value)
        spin.valueChanged.connect(lambda new: self._set(row, new))
        self._show_value[row.name] = lambda new: spin.setValue(int(new))
        return spin

    def _real(self, row: Setting, value: float) -> QDoubleSpinBox:
        spin = QDoubleSpinBox()
        spin.setRange(row.low or 0.0, row.high if row.high is not None else 1e9)
        _dress_spin(spin, row)
        spin.setValue(value)
        spin.valueChanged.connect(lambda new: self._set(row, new))
        self._show_value[row.name] = lambda new: spin.setValue(float(new))
        return spin

    def _set(self, row: Setting, value: SettingValue) -> None:
        try:
            self._settings.set(row.name, value)
        except UsageError as err:
            self.problem.emit(str(err))
        except OSError:
            self.problem.emit(
                tr("The settings file cannot be written; the change ends with today.")
            )

    def _changed(self, name: str) -> None:
        self._show_value[name](self._settings.get(name))

    def _reset_all(self) -> None:
        for row in TABLE:
            self._set(row, row.default)

    def set_theme(self, name: str) -> None:
        """Change to the dark or the light theme."""
        dress(self, name)

    def dispose(self) -> None:
        """Listen no longer."""
        self._stop()


def _dress_spin(spin: QSpinBox | QDoubleSpinBox, row: Setting) -> None:
    spin.setKeyboardTracking(False)
    spin.lineEdit().setTextMargins(_SPIN_MARGIN_PX, 0, 0, 0)
    spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if row.unit:
        spin.setSuffix(f" {row.unit}")
