"""The window: rail, tabs, places, status line; everything slow goes through jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from viewer.base.text import count, tr
from viewer.commands._spec import ANYWHERE, READING, SETTINGS, STUDIES, CommandTable
from viewer.model.listing import StudyRow
from viewer.ui.actions import CommandActions, tooltip
from viewer.ui.bridge import Bridge
from viewer.ui.context import WindowContext
from viewer.ui.drop_overlay import IMPORT, DropOverlay
from viewer.ui.growing import GrowingStudies
from viewer.ui.icons import icon
from viewer.ui.importing import ImportRunner
from viewer.ui.library_client import OPENING, READY, LibraryClient
from viewer.ui.notice import Notice
from viewer.ui.opening import Opened, Opener, Scanned
from viewer.ui.palette import CommandPalette
from viewer.ui.patient_tabs import PatientTabs
from viewer.ui.quiet_hours import QuietHours
from viewer.ui.rail import Rail
from viewer.ui.receipt_view import ReceiptsView
from viewer.ui.requests import WindowRequests
from viewer.ui.settings_dialog import SettingsPlace
from viewer.ui.source_view import SourceView
from viewer.ui.status_bar import StatusBar
from viewer.ui.study_list import StudiesPlace
from viewer.ui.tab_bar import TabBar, TabLook
from viewer.ui.theme import DARK_TOKENS
from viewer.ui.warm_up import WarmUp
from viewer.ui.window_status import WindowStatus

if TYPE_CHECKING:
    from viewer.services.compose import Services

_FIRST_SIZE = (1440, 900)
_LEAST_SIZE = (960, 600)
_LIBRARY_AFTER_MS = 1500


class MainWindow(QMainWindow):
    """One window of the program; implements ``Host`` for the views inside it.

    ``home_wanted`` asks to start over with another data folder.
    """

    home_wanted = Signal(str)
    closed = Signal()
    studies: StudiesPlace
    tabs: PatientTabs

    def __init__(self, services: Services, bridge: Bridge, commands: CommandTable) -> None:
        super().__init__()
        self.services = services
        self.commands = commands
        self.renderer = ""
        self.bare = False
        self._bridge = bridge
        self._state_file = QSettings(str(services.home.window_state), QSettings.Format.IniFormat)
        self.last_folder = ""  # never written: folders are often named after patients
        self.setWindowTitle("Lightbox")
        self.setWindowIcon(icon("lightbox", DARK_TOKENS, DARK_TOKENS.accent))
        self.setMinimumSize(*_LEAST_SIZE)
        self.setAcceptDrops(True)
        self.client = LibraryClient(services, self)
        self.runner = ImportRunner(services, bridge, self)
        self.opener = Opener(services, self)
        self.requests = WindowRequests(self, self)
        self.context = WindowContext(
            services,
            self.requests,
            lambda: self.studies,
            lambda: self.place,
            lambda: self.tabs.current_view,
        )
        self.actions_table = CommandActions(commands, self.context, self.notify, self)
        self._place = STUDIES
        self._warm_up = WarmUp(services, self)
        self._build()
        self._growing = GrowingStudies(self.tabs, self.opener, self)
        self._quiet_hours = QuietHours(self.client, services.settings, self)
        self._connect()
        self._restore()
        self._apply_theme()

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        centre = QWidget()
        self.setCentralWidget(centre)
        across = QHBoxLayout(centre)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self.rail = Rail(self.actions_table.main_menu(self))
        across.addWidget(self.rail)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        across.addLayout(column, 1)
        self.tab_bar = TabBar()
        self.tab_bar.add(TabLook(tr("Studies")))
        column.addWidget(self.tab_bar)
        self._stack = QStackedWidget()
        column.addWidget(self._stack, 1)
        self.status = StatusBar()
        column.addWidget(self.status)
        self._places = QStackedWidget()
        self._stack.addWidget(self._places)
        self.tabs = PatientTabs(self.tab_bar, self._stack, self._make_view)
        self.studies = StudiesPlace(
            self.services, self.client, self.runner, self, self.tabs.colour_of
        )
        self.receipts = ReceiptsView(self.client, self)
        self.sources = SourceView()
        self.settings_place = SettingsPlace(self.services.settings)
        for page in (self.studies, self.receipts, self.sources, self.settings_place):
            self._places.addWidget(page)
        self.notice = Notice(self)
        self.palette_box = CommandPalette(centre, self._applying)
        self.drop_overlay = DropOverlay(self)
        self._status_feed = WindowStatus(self.services, self.client, self.runner, self.status, self)

    def _connect(self) -> None:
        self.actions_table.give_keys(self, ANYWHERE)
        self.actions_table.give_keys(self.studies, STUDIES)
        self.rail.chosen.connect(self.show_place)
        for place, command in ((STUDIES, "view.studies"), (SETTINGS, "view.settings")):
            self.rail.set_tooltip(place, tooltip(self.commands[command]))
        self.tabs.front_changed.connect(self._front_changed)
        self.tabs.colours_changed.connect(self.studies.colours_of_tabs_changed)
        self.tabs.import_wanted.connect(self.import_paths)
        self.tabs.list_wanted.connect(self._show_sources)
        self.studies.open_wanted.connect(self._open_studies)
        self.studies.receipt_wanted.connect(self.show_receipt)
        self.receipts.left.connect(lambda: self.show_place(STUDIES))
        self.sources.left.connect(lambda: self.show_place(STUDIES))
        self.sources.open_wanted.connect(self._show_opened)
        self.sources.import_wanted.connect(self.import_paths)
        self.settings_place.problem.connect(self.notify)
        self._stop_settings = self.services.settings.changed.listen(self._setting_changed)
        self.client.failed.connect(self.notify)
        self.client.studies_changed.connect(self._growing.look_at)
        self.client.state_changed.connect(self.refresh_actions)
        self.runner.changed.connect(self.refresh_actions)
        self.runner.finished.connect(self._import_finished)
        self.opener.opened.connect(self._show_opened)
        self.opener.grew.connect(self._show_grown)
        self.opener.scanned.connect(self._show_scanned)
        self.opener.failed.connect(self.notify)
        self.opener.working.connect(self._status_feed.show_scan)
        self.studies.listed.connect(self._warm_up.start)
        self.status.stop_wanted.connect(self._stop_work)
        self.palette_box.chosen.connect(self.run_command)
        self.drop_overlay.dropped.connect(self._dropped)

    def _make_view(self) -> Any:
        from viewer.ui.reading.patient_view import PatientView  # noqa: PLC0415  brings VTK

        view = PatientView(self.services, self)
        self.actions_table.give_keys(view, READING)
        self._status_feed.watch_cache()
        return view

    # ------------------------------------------------------------------ start and end

    def start(self, paths: Sequence[str] = ()) -> None:
        """Open the library, and paths in place, once the window is on the screen."""
        if paths:
            self.opener.open_paths(paths)
        # A picture first: opening the library would only be in its way.
        self.client.open(_LIBRARY_AFTER_MS if self.opener.busy else 0)
        if self.place != READING:
            self.show_place(STUDIES)
            self.studies.focus_search()

    def _restore(self) -> None:
        geometry = self._state_file.value("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*_FIRST_SIZE)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window and let go of everything."""
        self._state_file.setValue("window/geometry", self.saveGeometry())
        self.studies.preview.comment.save()
        self.studies.save_state()
        self._warm_up.close()
        self._growing.close()
        self._quiet_hours.close()
        self.tabs.close_all()
        self.opener.close()
        self._status_feed.close()
        self.client.close()
        self.runner.close()
        self.settings_place.dispose()
        self._stop_settings()
        event.accept()
        self.closed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the actions up to date once there is something to see."""
        super().showEvent(event)
        self.refresh_actions()

    # ------------------------------------------------------------------ places

    @property
    def place(self) -> str:
        """The place in front: ``STUDIES``, ``SETTINGS`` or ``READING``."""
        return READING if self.tabs.current is not None else self._place

    def show_place(self, place: str) -> None:
        """Bring a place to the front."""
        self._show_page(self.settings_place if place == SETTINGS else self.studies, place)

    def _show_page(self, page: QWidget, place: str) -> None:
        self._place = place
        self._places.setCurrentWidget(page)
        title = tr("Settings") if place == SETTINGS else tr("Studies")
        self.tab_bar.set_look(0, TabLook(title))
        self.tabs.go_home()
        if page is self.studies:
            self.studies.table.setFocus()

    def show_receipt(self, number: int) -> None:
        """Show a receipt in full; the latest one for 0."""
        self._show_page(self.receipts, STUDIES)
        self.receipts.show_receipt(number)

    def _front_changed(self) -> None:
        reading = self.tabs.current is not None
        self.rail.show_place("" if reading else self._place)
        if not reading and self.bare:
            self.set_bare(bare=False)
        self.refresh_actions()

    def set_bare(self, *, bare: bool) -> None:
        """Hide everything but the panes, or show it again."""
        self.bare = bare and self.tabs.current is not None
        for part in (self.rail, self.tab_bar, self.status):
            part.setVisible(not self.bare)
        view = self.tabs.current_view
        if view is not None and hasattr(view, "set_bare"):
            view.set_bare(bare=self.bare)

    def close_current_tab(self) -> None:
        """Close the patient in front."""
        self.tabs.close(self.tab_bar.currentIndex())

    # ------------------------------------------------------------------ studies and files

    def _open_studies(self, rows: tuple[StudyRow, ...]) -> None:
        self.opener.open_studies(rows)
        self.studies.changes.mark_opened(rows)

    def _show_opened(self, opened: Opened) -> None:
        self.tabs.show(opened)
        self.studies.colours_of_tabs_changed()

    def _show_scanned(self, scanned: Scanned) -> None:
        if scanned.n_unreadable:
            what = count(scanned.n_unreadable, "file", "files")
            self.notify(tr("{what} could not be read. The others are shown.").format(what=what))
        patients = {opened.patient for opened in scanned.studies}
        if len(patients) == 1:
            for opened in scanned.studies:
                if not self.tabs.grow(opened, announce=False):
                    self._show_opened(opened)
            return
        self.sources.show_source(scanned)
        self.tabs.show_found(scanned.paths, len(patients))
        current = self.tabs.current
        if current is None or current.paths != scanned.paths:
            self._show_sources()
            return
        found = tr("{n} patients were found there.").format(n=len(patients))
        self.notice.show_sentence(found, self._show_sources, tr("Show all"))

    def _show_sources(self) -> None:
        self._show_page(self.sources, STUDIES)

    def _show_grown(self, opened: Opened) -> None:
        in_library = opened.patient_key >= 0
        if not self.tabs.grow(opened, announce=in_library) and not in_library:
            self._show_opened(opened)

    def import_source(self, view: QWidget) -> None:
        """Import what a patient view shows in place."""
        for tab in self.tabs.tabs:
            if tab.view is view and tab.paths:
                self.import_paths(tab.paths)

    @property
    def can_import(self) -> bool:
        """Whether there is a library to import into."""
        return self.client.state == READY

    def import_paths(self, paths: Sequence[str]) -> None:
        """Import files and folders into the library."""
        if not self.can_import:
            waiting = self.client.state == OPENING
            text = tr("The library is still opening.") if waiting else tr("There is no library.")
            self.notify(text)
            return
        self.runner.start(paths)
        self.notify(tr("Importing in the background. You can go on working."))

    def _import_finished(self, receipt: int, sentence: str) -> None:
        if sentence:
            self.notify(sentence)
        if receipt:
            self._status_feed.show_receipt(receipt, self.studies.preview.show_receipt)
        self.studies.refresh()

    def _stop_work(self) -> None:
        if self.opener.busy:
            self.opener.cancel()
        else:
            self.runner.cancel()

    # ------------------------------------------------------------------ drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Show where files can be dropped."""
        if self.drop_overlay.offer(event.mimeData(), may_import=self.can_import):
            event.acceptProposedAction()

    def _dropped(self, zone: str, paths: Sequence[str]) -> None:
        if zone == IMPORT:
            self.import_paths(paths)
        else:
            self.opener.open_paths(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what lies over the window in its place."""
        super().resizeEvent(event)
        self.drop_overlay.setGeometry(self.rect())

    # ------------------------------------------------------------------ Host

    def action(self, command_id: str) -> QAction:
        """Return the one QAction of a command."""
        return self.actions_table[command_id]

    def run_command(self, command_id: str) -> None:
        """Run a command."""
        self.actions_table.run(command_id)

    def refresh_actions(self) -> None:
        """Ask every command again, once this turn."""
        self.actions_table.refresh_soon()

    def notify(self, sentence: str) -> None:
        """Show a sentence for a while."""
        self.notice.show_sentence(sentence)

    def notify_undo(self, sentence: str, undo: Callable[[], None]) -> None:
        """Show a sentence with a button that takes it back."""
        self.notice.show_sentence(sentence, undo)

    def set_renderer(self, text: str) -> None:
        """Show how pictures are drawn."""
        self.renderer = text
        self.status.show_renderer(text)
        self.opener.picture_shown()

    def _applying(self) -> list[Any]:
        return [spec for spec in self.commands.specs if self.actions_table.applies(spec)]

    # ------------------------------------------------------------------ looks

    def _setting_changed(self, name: str) -> None:
        if name == "appearance.theme":
            self._apply_theme()
            self.refresh_actions()

    def _apply_theme(self) -> None:
        name = self.services.settings.text("appearance.theme")
        self.studies.set_theme(name)
        self.receipts.set_theme(name)
        self.sources.set_theme(name)
        self.settings_place.set_theme(name)

    @property
    def busy(self) -> bool:
        """Whether something that will change the picture is under way."""
        waiting = self.client.state == OPENING or self.studies.waiting
        drawing = self.studies.preview.pictures.busy and self.place == STUDIES
        return waiting or drawing or self.opener.busy
