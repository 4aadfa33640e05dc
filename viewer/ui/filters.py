"""The search box and the filter chips of the Studies place."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from viewer.base.text import N_, tr
from viewer.model.listing import READING_STATES, StudyQuery
from viewer.model.wording import date_text
from viewer.ui.icons import icon
from viewer.ui.library_client import LibraryFacts
from viewer.ui.theme import Tokens
from viewer.ui.widgets import button, label
from viewer.ui.wording import state_text

_TYPING_MS = 60
_DATES: tuple[tuple[str, int], ...] = (
    (N_("Today"), 0),
    (N_("Last 7 days"), 6),
    (N_("Last 2 years"), 730),
)
_READ_MOST = ("CT", "MR", "US", "CR", "DX", "MG", "PT", "NM", "XA", "RF")
_OTHERS_PX = 720
_MODALITY_PX = 58
_QUICK_DATES_PX = 280
_QUICK_DATES_FROM_PX = 1280


class SearchBox(QLineEdit):
    """The search box: the caret is in it from the start; the arrow down goes to the list."""

    leave_down = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("Name, ID, study, accession number, comment …"))
        self.setAccessibleName(tr("Search studies"))
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(220)
        self._glass = self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)

    def set_colours(self, colours: Tokens) -> None:
        """Change the theme."""
        self._glass.setIcon(icon("search", colours, colours.muted))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the list with the arrow down, empty the box with Esc."""
        if event.key() == Qt.Key.Key_Down:
            self.leave_down.emit()
            return
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


class FilterBar(QWidget):
    """Search text and chips; ``query_changed`` tells that another question is to be asked."""

    query_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = SearchBox(self)
        self._query = StudyQuery()
        self.modality_chips: dict[str, QPushButton] = {}
        self._facts = LibraryFacts((), ())
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.query_changed)
        self.search.textChanged.connect(self._typed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.search, 3)
        self._modality_row = QHBoxLayout()
        self._modality_row.setSpacing(8)
        row.addLayout(self._modality_row)
        self._more_chip = self._chip("", self._more_menu)
        self._more_chip.setAccessibleName(tr("More modalities"))
        row.addWidget(self._more_chip)
        self._quick_chips = [self._quick(*choice) for choice in _DATES]
        for chip in self._quick_chips:
            row.addWidget(chip)
        self._date_chip = self._chip(tr("Any date"), self._date_menu)
        self._source_chip = self._chip(tr("Any source"), self._source_menu)
        self._state_chip = self._chip(tr("Any state"), self._state_menu)
        for chip in (self._date_chip, self._source_chip, self._state_chip):
            row.addWidget(chip)
        self._source_chip.hide()
        self._more_chip.hide()
        self._more_chip.setCheckable(False)
        self._clear = button(tr("Clear filters"), kind="flat")
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        row.addWidget(self._clear)

    # ------------------------------------------------------------------ the question

    @property
    def query(self) -> StudyQuery:
        """The question as it stands; sort order and page are the list's business."""
        return replace(self._query, text=self.search.text())

    @property
    def filtered(self) -> bool:
        """Whether anything limits the list."""
        return self.query != StudyQuery()

    def clear(self) -> None:
        """List everything again."""
        self.search.blockSignals(True)  # noqa: FBT003  Qt's signature
        self.search.clear()
        self.search.blockSignals(False)  # noqa: FBT003  Qt's signature
        self._query = StudyQuery()
        self._show()
        self.query_changed.emit()

    def put_facts(self, facts: LibraryFacts) -> None:
        """Offer the modalities and sources that the library holds."""
        if facts == self._facts:
            return
        self._facts = facts
        for chip in self.modality_chips.values():
            self._modality_row.removeWidget(chip)
            chip.deleteLater()
        self.modality_chips = {}
        for name in in_reading_order(facts.modalities):
            chip = button(name, kind="chip")
            chip.setCheckable(True)
            chip.setAccessibleName(tr("Only {modality}").format(modality=name))
            chip.clicked.connect(lambda _on, name=name: self._toggle_modality(name))
            self._modality_row.addWidget(chip)
            self.modality_chips[name] = chip
        self._source_chip.setVisible(len(facts.sources) > 1 or bool(self._query.source))
        before: QWidget = self.search
        for chip in (*self.modality_chips.values(), self._more_chip):  # tab order: as one reads
            self.setTabOrder(before, chip)
            before = chip
        self._fit()
        self._show()

    def resizeEvent(self, _event: object) -> None:
        """Keep as many modality chips as there is room for; the rest go into a menu."""
        self._fit()

    def _quick(self, title: str, days: int) -> QPushButton:
        chip = button(tr(title), kind="chip")
        chip.setCheckable(True)
        chip.clicked.connect(lambda _on: self._toggle_days(days))
        return chip

    def _toggle_days(self, days: int) -> None:
        first, last = span(days)
        if (first, last) == (self._query.date_from, self._query.date_to):
            first, last = "", ""
        self._change(replace(self._query, date_from=first, date_to=last))

    def _fit(self) -> None:
        wide = self.width() >= _QUICK_DATES_FROM_PX
        for chip in self._quick_chips:
            chip.setVisible(wide)
        others = _OTHERS_PX + (_QUICK_DATES_PX if wide else 0)
        room = max(2, (self.width() - others) // _MODALITY_PX)
        hidden = 0
        for place, (name, chip) in enumerate(self.modality_chips.items()):
            shown = place < room or name in self._query.modalities
            chip.setVisible(shown)
            hidden += not shown
        self._more_chip.setText(f"+{hidden}  ▾")
        self._more_chip.setVisible(hidden > 0)

    def _more_menu(self) -> None:
        menu = self._more_chip.menu()
        menu.clear()
        for name, chip in self.modality_chips.items():
            if chip.isHidden():
                menu.addAction(name, functools.partial(self._toggle_modality, name))

    def _typed(self) -> None:
        self._clear.setVisible(self.filtered)
        self._typing.start()

    def _change(self, query: StudyQuery) -> None:
        self._query = query
        self._show()
        self.query_changed.emit()

    # ------------------------------------------------------------------ chips

    def _chip(self, text: str, fill: Callable[[], None]) -> QPushButton:
        chip = button(text, kind="chip")
        chip.setCheckable(True)
        menu = QMenu(chip)
        menu.aboutToShow.connect(fill)
        chip.setMenu(menu)
        return chip

    def _show(self) -> None:
        query = self._query
        for name, chip in self.modality_chips.items():
            chip.setChecked(name in query.modalities)
        for chip, (_title, days) in zip(self._quick_chips, _DATES, strict=True):
            chip.setChecked(span(days) == (query.date_from, query.date_to))
        self._fit()
        for chip, text, on in (
            (self._date_chip, self._date_text(), bool(query.date_from or query.date_to)),
            (self._source_chip, query.source or tr("Any source"), bool(query.source)),
            (self._state_chip, self._state_text(), bool(query.states) or query.trashed),
        ):
            chip.setText(f"{text}  ▾")
            chip.setChecked(on)
        self._clear.setVisible(self.filtered)

    def _toggle_modality(self, name: str) -> None:
        now = set(self._query.modalities) ^ {name}
        self._change(replace(self._query, modalities=tuple(sorted(now))))

    def _date_text(self) -> str:
        first, last = self._query.date_from, self._query.date_to
        if not first and not last:
            return tr("Any date")
        for title, days in _DATES:
            if (first, last) == span(days):
                return tr(title)
        if first and last:
            return f"{date_text(first)} – {date_text(last)}"
        return date_text(first) if first else date_text(last)

    def _state_text(self) -> str:
        if self._query.trashed:
            return tr("Deleted")
        if not self._query.states:
            return tr("Any state")
        return ", ".join(state_text(state) for state in self._query.states).capitalize()

    def _date_menu(self) -> None:
        menu = self._date_chip.menu()
        menu.clear()
        self._choice(menu, tr("Any date"), replace(self._query, date_from="", date_to=""))
        for title, days in _DATES:
            first, last = span(days)
            self._choice(menu, tr(title), replace(self._query, date_from=first, date_to=last))
        menu.addSeparator()
        action = QWidgetAction(menu)
        action.setDefaultWidget(_RangeEditor(self._query, self._take_range, menu))
        menu.addAction(action)

    def _take_range(self, first: str, last: str) -> None:
        self._date_chip.menu().close()
        self._change(replace(self._query, date_from=first, date_to=last))

    def _source_menu(self) -> None:
        menu = self._source_chip.menu()
        menu.clear()
        self._choice(menu, tr("Any source"), replace(self._query, source=""))
        for source in self._facts.sources:
            self._choice(menu, source, replace(self._query, source=source))

    def _state_menu(self) -> None:
        menu = self._state_chip.menu()
        menu.clear()
        self._choice(menu, tr("Any state"), replace(self._query, states=(), trashed=False))
        for state in READING_STATES:
            wanted = replace(self._query, states=(state,), trashed=False)
            self._choice(menu, state_text(state).capitalize(), wanted)
        menu.addSeparator()
        self._choice(menu, tr("Deleted"), self._deleted())

    def _deleted(self) -> StudyQuery:
        return replace(self._query, states=(), trashed=True)

    def show_deleted(self) -> None:
        """List the deleted studies."""
        self._change(self._deleted())

    def _choice(self, menu: QMenu, title: str, query: StudyQuery) -> None:
        entry = menu.addAction(title.replace("&", "&&"))
        entry.setCheckable(True)
        entry.setChecked(query == self._query)
        entry.triggered.connect(lambda _on: self._change(query))

    def set_colours(self, colours: Tokens) -> None:
        """Change the theme."""
        self.search.set_colours(colours)


class _RangeEditor(QWidget):
    """Two dates and a button, inside the date chip's menu."""

    def __init__(
        self, query: StudyQuery, take: Callable[[str, str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._take = take
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.addWidget(label(tr("From – to"), kind="muted"))
        row = QHBoxLayout()
        today = QDate.currentDate()
        self._first = self._date(query.date_from, today.addYears(-1), tr("First date"))
        self._last = self._date(query.date_to, today, tr("Last date"))
        row.addWidget(self._first)
        row.addWidget(self._last)
        column.addLayout(row)
        show = button(tr("Show these dates"), kind="primary")
        show.clicked.connect(self._done)
        column.addWidget(show)

    def _date(self, stored: str, otherwise: QDate, name: str) -> QDateEdit:
        chosen = QDate.fromString(stored, "yyyyMMdd")
        edit = QDateEdit(chosen if chosen.isValid() else otherwise)
        edit.setCalendarPopup(True)
        edit.setDisplayFormat("yyyy-MM-dd")
        edit.setAccessibleName(name)
        return edit

    def _done(self) -> None:
        days = sorted((self._first.date(), self._last.date()), key=QDate.toJulianDay)
        first, last = (day.toString("yyyyMMdd") for day in days)
        self._take(first, last)


def in_reading_order(modalities: Sequence[str]) -> list[str]:
    """Return modalities with those that are read most first, the others by name."""
    known = {name: place for place, name in enumerate(_READ_MOST)}
    return sorted(modalities, key=lambda name: (known.get(name, len(known)), name))


def span(days: int) -> tuple[str, str]:
    """Return the first and last Study Date of the last ``days`` days and today."""
    today = date.today()  # noqa: DTZ011  the reader's own day
    return f"{today - timedelta(days=days):%Y%m%d}", f"{today:%Y%m%d}"
