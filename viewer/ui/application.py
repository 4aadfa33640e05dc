"""Start the program's window: theme, window first, then the library in a job."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from viewer import __version__
from viewer.base.jobs import claim_ui_thread, release_ui_thread
from viewer.base.paths import Home
from viewer.base.platform import has_display
from viewer.base.text import N_, tr
from viewer.commands._spec import load_commands
from viewer.services.compose import Services
from viewer.ui.bridge import Bridge
from viewer.ui.main_window import MainWindow
from viewer.ui.member_room import room_of
from viewer.ui.picture import WindowPicture
from viewer.ui.single_instance import InstanceServer, hand_over
from viewer.ui.theme import apply_theme

_NO_DISPLAY = (
    "There is no display to show a window on. With '--screenshot FILE' Lightbox draws the window "
    "into a picture instead.\n"
)
_UNEXPECTED = N_(
    "Lightbox met an unexpected error ({kind}). Nothing stored was changed; a note without "
    "patient data is in the log folder."
)
_DRAWN = "There is no display; the window was drawn into the picture.\n"
_SIGNAL_MS = 300

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """How the window is started.

    Attributes
    ----------
    screenshot
        A file to draw the window into before ending; None for a window that stays.
    size
        Width and height in logical pixels; None for the remembered size.
    open_first
        Open the first study of the library (the demo).
    """

    paths: Sequence[str] = ()
    screenshot: Path | None = None
    size: tuple[int, int] | None = None
    open_first: bool = False


class Session:
    """The window and what it works with; starts over when another data folder is chosen."""

    def __init__(self, home: Home, options: WindowOptions) -> None:
        self.options = options
        self.window: MainWindow | None = None
        self._commands = load_commands()
        self._begin(home)

    def _begin(self, home: Home) -> None:
        claim_ui_thread()
        # Qt's own file dialog would keep its history, with names of folders, among the user's
        # settings; here it goes with the process.
        room = str(room_of(home) / "qt")
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, room)
        self._bridge = Bridge()
        self.services = Services(home, self._bridge.post)
        window = MainWindow(self.services, self._bridge, self._commands)
        self.window = window
        window.home_wanted.connect(self.start_over)
        if self.options.size:
            window.resize(*self.options.size)
        self._server = None if self.options.screenshot else InstanceServer(home, window)
        if self._server is not None:
            self._server.paths_arrived.connect(self._more_paths)
        if self.options.open_first:
            window.studies.listed.connect(window.studies.open_selected)
        if self.options.paths:  # read while the window is being drawn
            window.opener.open_paths(self.options.paths)
        window.show()
        QTimer.singleShot(0, window, window.start)

    def _more_paths(self, paths: Sequence[str]) -> None:
        if self.window is not None:
            self.window.showNormal() if self.window.isMinimized() else self.window.show()
            self.window.raise_()
            self.window.activateWindow()
            if paths:
                self.window.opener.open_paths(paths)

    def start_over(self, folder: str) -> None:
        """Close the window and open one on another data folder."""
        app = QApplication.instance()
        if app is not None:
            QApplication.setQuitOnLastWindowClosed(False)
        self.close()
        self.options = WindowOptions()
        self._begin(Home(Path(folder)))
        QApplication.setQuitOnLastWindowClosed(True)

    def notify(self, sentence: str) -> None:
        """Show a sentence in the window, if there is one."""
        if self.window is not None:
            self.window.notify(sentence)

    def close(self) -> None:
        """Close the window and everything behind it."""
        if self._server is not None:
            self._server.close()
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None
        self._bridge.close()
        release_ui_thread()  # nothing is left to freeze: waiting for what runs is right here
        self.services.close()
        shutil.rmtree(room_of(self.services.home), ignore_errors=True)


class CrashNotice:
    """Tells the reader of an unexpected error, after the hook that writes it down (R-120).

    Parameters
    ----------
    earlier
        The hook that was there: it writes a crash file without patient data.
    """

    def __init__(self, earlier: Hook, notify: Callable[[str], None]) -> None:
        self._earlier = earlier
        self._notify = notify

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Write the error down, then say so in the window."""
        self._earlier(kind, error, trace)
        self._notify(tr(_UNEXPECTED).format(kind=kind.__name__))


def run_window(home: Home, options: WindowOptions) -> int:
    """Show the window until it is closed; return the program's exit status."""
    offscreen = not has_display()
    if offscreen:
        if options.screenshot is None:
            sys.stderr.write(_NO_DISPLAY)
            return 2
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = make_application()
    if options.screenshot is None and hand_over(home, options.paths):
        return 0
    session = Session(home, options)
    sys.excepthook = CrashNotice(sys.excepthook, session.notify)
    heartbeat = _let_signals_through(app)
    status: list[int] = []
    if options.screenshot is not None and session.window is not None:

        def drawn(saved: bool) -> None:
            status.append(0 if saved else 2)
            app.quit()

        WindowPicture(session.window, options.screenshot, drawn)
    code = app.exec()
    heartbeat.stop()
    session.close()
    if offscreen and status == [0]:
        sys.stderr.write(_DRAWN)
    return status[0] if status else int(code)


def make_application() -> QApplication:
    """Return the Qt application in our theme."""
    QCoreApplication.setApplicationName("lightbox")
    QCoreApplication.setApplicationVersion(__version__)
    app = QApplication.instance()
    made = app if isinstance(app, QApplication) else QApplication(["lightbox"])
    made.setApplicationDisplayName("Lightbox")
    made.setDesktopFileName("lightbox")
    apply_theme(made)
    return made


def _let_signals_through(app: QApplication) -> QTimer:
    """Let Ctrl+C in the terminal end the program; Python sees signals between Qt's events."""
    signal.signal(signal.SIGINT, lambda *_: app.quit())
    timer = QTimer(app)
    timer.setInterval(_SIGNAL_MS)
    timer.timeout.connect(lambda: None)
    timer.start()
    return timer
