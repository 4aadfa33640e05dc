"""The tabs of open patients: which view belongs to whom, and its colour."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from viewer.base.text import tr
from viewer.ui.opening import Opened, detail_of, title_of
from viewer.ui.tab_bar import TabBar, TabLook
from viewer.ui.theme import DARK_TOKENS
from viewer.ui.widgets import button, label

if TYPE_CHECKING:
    from viewer.model.displayset import OpenStudy

ViewMaker = Callable[[], Any]


@dataclass(slots=True)
class PatientTab:
    """One open patient (or source): its page in the stack, and what it was opened from."""

    patient: Hashable
    patient_key: int
    colour: str
    page: QWidget
    view: Any
    strip: SourceStrip | None = None
    paths: tuple[str, ...] = ()
    studies: list[str] = field(default_factory=list)


class SourceStrip(QWidget):
    """The line above a patient that is not in the library: to the others found there, to import."""

    import_wanted = Signal()
    list_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(12)
        row.addWidget(label(tr("Not in the library"), kind="warning"))
        row.addWidget(label(tr("Read in place; nothing is stored."), kind="muted"), 1)
        self.list_button = button("")
        self.list_button.clicked.connect(self.list_wanted)
        row.addWidget(self.list_button)
        self.import_button = button(tr("Import"), kind="primary")
        self.import_button.clicked.connect(self.import_wanted)
        row.addWidget(self.import_button)
        self.setFixedHeight(38)
        self.show_found(0)

    def show_found(self, n_patients: int) -> None:
        """Offer the list of all patients that were found there, if there are several."""
        self.list_button.setText(tr("All {n} patients").format(n=n_patients))
        self.list_button.setVisible(n_patients > 1)


class PatientTabs(QObject):
    """Keeps the tab bar and the stack in step; tab 0 is the place at the bottom of it all.

    ``front_changed`` tells that another tab is in front; ``import_wanted`` gives the paths of a
    source; ``list_wanted`` asks for the list of a source's patients.
    """

    front_changed = Signal()
    colours_changed = Signal()
    import_wanted = Signal(object)
    list_wanted = Signal()

    def __init__(self, bar: TabBar, stack: QStackedWidget, make_view: ViewMaker) -> None:
        super().__init__(bar)
        self._bar = bar
        self._stack = stack
        self._make_view = make_view
        self._tabs: list[PatientTab] = []
        self._found: tuple[tuple[str, ...], int] = ((), 0)
        bar.currentChanged.connect(self._fronted)
        bar.tabCloseRequested.connect(self.close)

    @property
    def tabs(self) -> tuple[PatientTab, ...]:
        """The open patients, from left to right."""
        return tuple(self._tabs)

    @property
    def current(self) -> PatientTab | None:
        """The patient in front; None while a place is."""
        place = self._bar.currentIndex() - 1
        return self._tabs[place] if 0 <= place < len(self._tabs) else None

    @property
    def current_view(self) -> Any:
        """The view of the patient in front, or None."""
        tab = self.current
        return tab.view if tab else None

    def colour_of(self, patient_key: int) -> str:
        """Return the colour of the library's patient whose tab is open; '' for others."""
        return next((tab.colour for tab in self._tabs if tab.patient_key == patient_key), "")

    def show(self, opened: Opened) -> PatientTab:
        """Show a study in its patient's tab, which is made if need be, and bring it forward."""
        tab = next((tab for tab in self._tabs if tab.patient == opened.patient), None)
        if tab is None:
            tab = self._add(opened)
        uid = opened.study.study.study_instance_uid
        if uid not in tab.studies:
            tab.studies.append(uid)
            tab.view.add_study(opened.study)
        self._bar.setCurrentIndex(self._tabs.index(tab) + 1)
        tab.view.focus_active_pane()
        return tab

    def grow(self, opened: Opened, *, announce: bool) -> bool:
        """Take over what an open study has become, without bringing it forward.

        Returns
        -------
        bool
            False when the study is not open.
        """
        uid = opened.study.study.study_instance_uid
        for tab in self._tabs:
            if tab.patient == opened.patient and uid in tab.studies:
                tab.view.refresh(opened.study, announce=announce)
                return True
        return False

    def _add(self, opened: Opened) -> PatientTab:
        page = QWidget()
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        view = self._make_view()
        strip = SourceStrip() if opened.paths else None
        if strip is not None:
            strip.import_wanted.connect(lambda: self.import_wanted.emit(opened.paths))
            strip.list_wanted.connect(self.list_wanted)
            column.addWidget(strip)
        column.addWidget(view, 1)
        colour = self._free_colour()
        tab = PatientTab(
            opened.patient, opened.patient_key, colour, page, view, strip, opened.paths
        )
        self._stack.addWidget(page)
        self._tabs.append(tab)
        self._bar.add(look_of(opened.study, tab.colour))
        self.show_found(*self._found)
        self._mark_people()
        return tab

    def show_found(self, paths: tuple[str, ...], n_patients: int) -> None:
        """Let the tabs of a source lead back to the list of all that was found in it."""
        self._found = (paths, n_patients)
        for tab in self._tabs:
            if tab.strip is not None:
                tab.strip.show_found(n_patients if tab.paths == paths else 0)

    def _mark_people(self) -> None:
        """Mark the panes with their patient's colour while several patients are open (R-055)."""
        several = len(self._tabs) > 1
        for tab in self._tabs:
            tab.view.show_person(tab.colour if several else "")
        self.colours_changed.emit()

    def _free_colour(self) -> str:
        used = [tab.colour for tab in self._tabs]
        return min(DARK_TOKENS.persons, key=used.count)

    def close(self, place: int) -> None:
        """Close the tab at a place of the bar; the first one stays."""
        if not 1 <= place <= len(self._tabs):
            return
        tab = self._tabs.pop(place - 1)
        self._bar.remove(place)
        self._stack.removeWidget(tab.page)
        tab.view.dispose()
        tab.page.deleteLater()
        self._mark_people()
        self._fronted()

    def close_all(self) -> None:
        """Close every patient."""
        while self._tabs:
            self.close(len(self._tabs))

    def step(self, step: int) -> None:
        """Go some tabs on, around the end."""
        self._bar.setCurrentIndex((self._bar.currentIndex() + step) % self._bar.count())

    def go_home(self) -> None:
        """Bring the place in front that belongs to the first tab."""
        self._bar.setCurrentIndex(0)
        self._fronted()

    def _fronted(self) -> None:
        tab = self.current
        self._stack.setCurrentIndex(self._stack.indexOf(tab.page) if tab else 0)
        self.front_changed.emit()


def look_of(study: OpenStudy, colour: str) -> TabLook:
    """Return what a patient's tab says."""
    return TabLook(title_of(study), detail_of(study), colour)
