"""The Studies place: search, filters, the list, the preview, and what stands there instead."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from viewer.base.text import tr
from viewer.model.listing import StudyPage, StudyQuery, StudyRow
from viewer.ui.filters import FilterBar
from viewer.ui.host import Host
from viewer.ui.importing import ImportRunner
from viewer.ui.library_client import OPENING, READY, LibraryClient
from viewer.ui.library_messages import LibraryHelp, message_for
from viewer.ui.message_view import MessageView
from viewer.ui.preview import Preview
from viewer.ui.study_memory import StudiesMemory
from viewer.ui.study_model import PAGE_ROWS, StudyListModel
from viewer.ui.study_table import StudyTable
from viewer.ui.study_undo import Deed, StudyChanges
from viewer.ui.theme import dress, tokens, tokens_of
from viewer.ui.widgets import ElidedLabel, button, set_icon
from viewer.ui.wording import milliseconds, number

if TYPE_CHECKING:
    from viewer.services.compose import Services

_REFRESH_MS = 150
_SKELETONS = 12


class StudiesPlace(QWidget):
    """Everything about the library's studies; implements ``StudiesActions``.

    ``listed`` tells that the library has answered for the first time since it was opened;
    ``open_wanted`` gives the studies to open; ``receipt_wanted`` the number of a receipt to show
    in full, 0 for the latest.
    """

    open_wanted = Signal(object)
    listed = Signal()
    receipt_wanted = Signal(int)

    def __init__(
        self,
        services: Services,
        client: LibraryClient,
        runner: ImportRunner,
        host: Host,
        colour_of_open: Callable[[int], str],
    ) -> None:
        super().__init__()
        self._host = host
        self._client = client
        self._runner = runner
        self.changes = StudyChanges(client, self._announce)
        self.model = StudyListModel()
        self.filters = FilterBar()
        self.table = StudyTable(self.model, tokens_of(self), colour_of_open)
        self.preview = Preview(services, client, runner)
        self.message = MessageView()
        self._sort = ("date", True)
        self._answered = False
        self._keep_scroll = True
        self._deleted: tuple[str, ...] = ()
        self._build()
        self._connect()
        self._memory = StudiesMemory(
            services.home, self.table, self.splitter, self.preview, lambda: self._sort
        )
        self._sort = self._memory.restore()
        self.model.set_sort(self._sort[0], descending=self._sort[1])
        self._show_state()

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._bar = QFrame()
        self._bar.setProperty("kind", "bar")
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(12)
        row.addWidget(self.filters, 1)
        self.result = ElidedLabel(kind="muted")
        self.result.setMinimumWidth(120)
        self.result.setMaximumWidth(230)
        row.addWidget(self.result, 1)
        self.import_button = button(tr("Import …"))
        menu = QMenu(self.import_button)
        for command in ("file.import_folder", "file.import_files"):
            menu.addAction(self._host.action(command))
        menu.addSeparator()
        for command in ("file.open_folder", "file.open_files"):
            menu.addAction(self._host.action(command))
        self.import_button.setMenu(menu)
        row.addWidget(self.import_button)
        column.addWidget(self._bar)
        self._centre = QStackedWidget()
        self._centre.addWidget(self.table)
        self._centre.addWidget(self.message)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._centre)
        self.splitter.addWidget(self.preview)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        column.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.filters.query_changed.connect(self._query_changed)
        self.filters.search.leave_down.connect(self._into_list)
        self.table.open_wanted.connect(self.open_selected)
        self.table.chosen.connect(self._selection_changed)
        self.table.sort_wanted.connect(self._sort_by)
        self.table.menu_wanted.connect(self._show_menu)
        self.model.page_wanted.connect(self._fetch_page)
        self.model.series_wanted.connect(self._fetch_series)
        self.preview.open_wanted.connect(self.open_selected)
        self.preview.read_wanted.connect(self.toggle_read)
        self.preview.delete_wanted.connect(self.delete_selected)
        self.preview.comment.edited.connect(self.changes.set_comment)
        self.preview.comment.left.connect(self.table.setFocus)
        for card in (self.preview.receipt, self.preview.origin):
            card.details_wanted.connect(self.receipt_wanted)
        self._client.state_changed.connect(self._library_moved)
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(_REFRESH_MS)
        self._refresh_timer.timeout.connect(self.refresh)
        self._client.changed.connect(self._refresh_soon)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Give the preview its share until the reader has chosen one."""
        self._memory.share(self.width())

    def save_state(self) -> None:
        """Remember columns, sort order and the preview's width."""
        self._memory.save()

    # ------------------------------------------------------------------ looks

    def set_theme(self, name: str) -> None:
        """Change to the dark or the light theme."""
        dress(self, name)
        colours = tokens(name)
        self.table.set_colours(colours)
        self.filters.set_colours(colours)
        set_icon(self.import_button, "import", colours)
        self.preview.repaint_signs()
        self.message.repaint_sign()

    # ------------------------------------------------------------------ asking

    def _query(self, offset: int) -> StudyQuery:
        word, descending = self._sort
        return replace(
            self.filters.query, sort=word, descending=descending, limit=PAGE_ROWS, offset=offset
        )

    def _query_changed(self) -> None:
        self._keep_scroll = False
        self.refresh()

    def refresh(self) -> None:
        """Ask the library again for what is in view."""
        if self._client.state != READY:
            return
        top = self.table.rowAt(0)
        at_top = not self._keep_scroll or top < 0
        position = 0 if at_top else self.model.position_at(top)
        offset = position - position % PAGE_ROWS
        self._client.search(self._query(offset), lambda page: self._arrived(offset, page))
        self._client.facts(self.filters.put_facts)

    def _refresh_soon(self) -> None:
        if not self._refresh_timer.isActive():
            self._refresh_timer.start()

    def _arrived(self, offset: int, page: StudyPage) -> None:
        first = not self._answered
        self._answered = True
        self.preview.trashed = self.filters.query.trashed
        self._show_result(page)
        if self.model.same_studies(page.n_matching, offset, page.rows) and self._keep_scroll:
            self.model.put_page(offset, page.rows)
            self._selection_changed()
        else:
            self._replace(offset, page)
        for uid in self.model.unfolded_uids():
            self._client.series(uid, functools.partial(self.model.refresh_series, uid))
        self._keep_scroll = True
        self._show_state(page)
        if first:
            self.listed.emit()

    def _replace(self, offset: int, page: StudyPage) -> None:
        chosen = tuple(row.study_instance_uid for row in self.table.selected_studies())
        place = self.model.position_of(chosen[0]) if chosen and self._keep_scroll else None
        bar = self.table.verticalScrollBar()
        value = bar.value() if self._keep_scroll else 0
        self.model.start(page.n_matching, offset, page.rows)
        back = tuple(uid for uid in self._deleted if self.model.position_of(uid) is not None)
        self.table.select_studies(back or chosen)
        if back:
            self._deleted = ()
        if not self.table.selected_studies():  # what follows a deleted study takes its place
            self.table.select_studies((self.model.uid_at(place or 0),))
        bar.setValue(value)
        if not self._keep_scroll or back:
            self.table.scrollTo(self.table.currentIndex())
        self._selection_changed()

    def _fetch_page(self, offset: int) -> None:
        self._client.search(
            self._query(offset),
            lambda page: self.model.put_page(offset, page.rows),
            key=f"page {offset}",
        )

    def _fetch_series(self, uid: str) -> None:
        self._client.series(uid, lambda rows: self.model.put_series(uid, rows))

    def _sort_by(self, word: str, descending: bool) -> None:
        self._sort = (word, descending)
        self.model.set_sort(word, descending=descending)
        self._memory.save_soon()
        self._query_changed()

    # ------------------------------------------------------------------ what is shown

    def _library_moved(self) -> None:
        self._answered = False
        if self._client.state == READY:
            self.refresh()
        else:
            self.model.start_empty()
        self._show_state()

    def _show_result(self, page: StudyPage) -> None:
        if self.filters.filtered:
            text = tr("{n} of {total} studies · {time}").format(
                n=number(page.n_matching),
                total=number(page.n_total),
                time=milliseconds(page.seconds),
            )
        else:
            text = tr("{n} studies").format(n=number(page.n_total))
            if page.n_total == 1:
                text = tr("1 study")
        self.result.setText(text)

    def _show_state(self, page: StudyPage | None = None) -> None:
        usable = self._client.state == READY
        self.filters.setEnabled(usable or self._client.state == OPENING)
        self.result.setVisible(usable)
        deleted = self.filters.query.trashed
        help_with = LibraryHelp(self._host, self._client, self.filters.clear, deleted)
        importing = self._runner.running
        message = message_for(self._client, page, help_with, importing=importing)
        waiting = self._client.state == OPENING or (usable and not self._answered)
        if message is None:
            self._centre.setCurrentWidget(self.table)
            if waiting and not self.model.n_studies:
                self.model.start_skeleton(_SKELETONS)
            return
        self.message.show_message(message)
        self._centre.setCurrentWidget(self.message)
        self.model.start_empty()
        self.preview.show_studies(())

    def _selection_changed(self) -> None:
        self.preview.show_studies(self.table.selected_studies())
        self._host.refresh_actions()

    def _show_menu(self, at: QPoint) -> None:
        if not self.table.selected_studies():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for command in ("studies.open", "studies.toggle_read", "studies.comment"):
            menu.addAction(self._host.action(command))
        menu.addSeparator()
        menu.addAction(self._host.action("studies.delete"))
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _into_list(self) -> None:
        self.table.setFocus()
        if not self.table.selectionModel().hasSelection():
            self.table.select_row(0)

    def _announce(self, deed: Deed) -> None:
        self._host.notify_undo(deed.sentence, lambda: self.changes.take_back(deed))
        self._host.refresh_actions()

    # ------------------------------------------------------------------ StudiesActions

    @property
    def selected(self) -> tuple[StudyRow, ...]:
        """The studies that are chosen in the list."""
        return self.table.selected_studies()

    @property
    def can_undo(self) -> bool:
        """Whether something done in the list can be taken back."""
        return self.changes.can_undo

    def open_selected(self) -> None:
        """Open the chosen studies."""
        studies = self.table.selected_studies()
        if studies:
            self.open_wanted.emit(studies)

    def toggle_read(self) -> None:
        """Mark the chosen studies as read, or as unread."""
        if self.selected:
            self.changes.toggle_read(self.selected)

    def delete_selected(self) -> None:
        """Delete the chosen studies; bring them back where the deleted ones are listed."""
        if self.selected and self.filters.query.trashed:
            self.changes.restore(self.selected)
        elif self.selected:
            self._deleted = tuple(study.study_instance_uid for study in self.selected)
            self.changes.delete(self.selected)

    def undo(self) -> None:
        """Take back the last change."""
        self.changes.undo()
        self._host.refresh_actions()

    def edit_comment(self) -> None:
        """Put the caret into the comment."""
        if self.preview.study is not None:
            self.preview.show()
            self.preview.comment.setFocus()
            self.preview.ensureWidgetVisible(self.preview.comment)

    def focus_search(self) -> None:
        """Put the caret into the search box."""
        self.filters.search.setFocus()
        self.filters.search.selectAll()

    def clear_filters(self) -> None:
        """List everything again."""
        self.filters.clear()

    def toggle_preview(self) -> None:
        """Show or hide the preview."""
        self.preview.setVisible(self.preview.isHidden())
        self._memory.save_soon()

    def show_receipt(self) -> None:
        """Show the latest import's receipt."""
        self.receipt_wanted.emit(0)

    @property
    def waiting(self) -> bool:
        """Whether the first answer of the library is still to come."""
        return self._client.state == READY and not self._answered

    def colours_of_tabs_changed(self) -> None:
        """Draw the dots of open patients again."""
        self.table.viewport().update()
