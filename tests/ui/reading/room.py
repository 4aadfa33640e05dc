"""A patient's tab for tests: real services, real files, a window of its own, a host we wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from viewer.base.jobs import READ, Task
from viewer.base.paths import Home
from viewer.commands._spec import READING, CommandTable, load_commands
from viewer.displays import open_study
from viewer.importers import scan_source
from viewer.model.displayset import OpenStudy
from viewer.model.grouping import group_studies
from viewer.model.study import Instance
from viewer.services.compose import Services
from viewer.ui.actions import CommandActions
from viewer.ui.bridge import Bridge
from viewer.ui.reading.canvas import Canvas
from viewer.ui.reading.patient_view import PatientView

CANVAS_PX = (512, 448)


@dataclass
class FakeContext:
    """What commands see, without a main window."""

    view: PatientView | None = None
    window: Any = None
    studies: Any = None
    services: Any = None
    place: str = READING

    @property
    def reading(self) -> PatientView | None:
        return self.view

    @property
    def workspace(self) -> Any:
        return self.view.workspace if self.view else None


@dataclass
class FakeHost:
    """Keeps what the view asked of its window."""

    said: list[str] = field(default_factory=list)
    imported: list[QWidget] = field(default_factory=list)
    renderer: str = ""

    def __post_init__(self) -> None:
        specs = [spec for spec in load_commands().specs if spec.place == READING]
        self.commands = CommandTable(specs)
        self.context = FakeContext(window=self)
        self.actions = CommandActions(self.commands, self.context, self.notify)

    def action(self, command_id: str) -> QAction:
        return self.actions[command_id]

    def run_command(self, command_id: str) -> None:
        self.actions.run(command_id)

    def refresh_actions(self) -> None:
        self.actions.refresh_soon()

    def notify(self, sentence: str) -> None:
        self.said.append(sentence)

    def notify_undo(self, sentence: str, undo: Callable[[], None]) -> None:
        self.said.append(sentence)

    def import_source(self, view: QWidget) -> None:
        self.imported.append(view)

    def set_renderer(self, text: str) -> None:
        self.renderer = text


@dataclass
class Room:
    """An open tab and the hands that use it."""

    view: PatientView
    host: FakeHost
    services: Services
    qtbot: QtBot

    @property
    def workspace(self) -> Any:
        return self.view.workspace

    @property
    def canvas(self) -> Canvas:
        """The canvas of the active pane."""
        pane = self.view.grid.pane_of(self.workspace.active)
        assert pane is not None
        return pane.canvas

    def add(self, *paths: Path) -> list[OpenStudy]:
        studies = open_paths(*paths)
        for study in studies:
            self.view.add_study(study)
        return studies

    def wait_for_picture(self, index: int | None = None) -> None:
        """Wait until the active pane shows a picture, or the one of an index."""

        def shown() -> bool:
            picture = self.canvas.picture
            viewport = self.workspace.active
            if picture is None or picture.display_set_id != viewport.state.display_set_id:
                return False
            return picture.index == (viewport.index if index is None else index)

        self.qtbot.waitUntil(shown)

    def run(self, command_id: str) -> None:
        self.host.actions.refresh()
        self.host.run_command(command_id)

    def key(self, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        self.host.actions.refresh()
        self.view.focus_active_pane()
        QTest.keyClick(self.view.window(), key, modifier)

    def wheel(self, notches: int, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        """Turn the wheel; positive away from the hand."""
        canvas = self.canvas
        at = QPointF(canvas.width() / 2, canvas.height() / 2)
        event = QWheelEvent(
            at,
            canvas.mapToGlobal(at),
            QPoint(0, 0),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            modifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(canvas, event)

    def drag(
        self,
        start: tuple[int, int],
        end: tuple[int, int],
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> None:
        canvas = self.canvas
        QTest.mousePress(canvas, button, Qt.KeyboardModifier.NoModifier, QPoint(*start))
        for step in range(1, 5):
            x = start[0] + (end[0] - start[0]) * step // 4
            y = start[1] + (end[1] - start[1]) * step // 4
            move(canvas, QPoint(x, y), button)
        QTest.mouseRelease(canvas, button, Qt.KeyboardModifier.NoModifier, QPoint(*end))

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Return what is on the screen in the active pane, (height, width, 3)."""
        return pixels_of(self.canvas.grab().toImage())


def move(widget: QWidget, at: QPoint, button: Qt.MouseButton) -> None:
    """Move the mouse with a button held (QTest.mouseMove holds none)."""
    position = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        position,
        widget.mapToGlobal(position),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def pixels_of(image: QImage) -> npt.NDArray[np.uint8]:
    """Return an image as an array (height, width, 3) of its own."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()


def open_paths(*paths: Path) -> list[OpenStudy]:
    """Scan paths in place and split what is there."""
    instances: list[Instance] = []
    scan_source([str(path) for path in paths], Task(READ), instances.extend)
    return [open_study(study) for study in group_studies(instances)]


@contextmanager
def open_room(qtbot: QtBot, home: Path, size: Sequence[int] | None = None) -> Iterator[Room]:
    """Open an empty tab in a window; without a size the only canvas is ``CANVAS_PX``."""
    bridge = Bridge()
    services = Services(Home(home), bridge.post)
    host = FakeHost()
    view = PatientView(services, host)
    host.context.view = view
    host.context.services = services
    host.actions.give_keys(view, READING)
    view.resize(*(size or (1000, 700)))
    view.show()
    qtbot.waitExposed(view)
    view.activateWindow()
    room = Room(view, host, services, qtbot)
    if size is None:
        shrink_to_canvas(view, room.canvas)
    try:
        yield room
    finally:
        host.context.view = None
        view.dispose()
        view.close()
        services.close()
        bridge.close()
        host.actions.deleteLater()
        view.deleteLater()


def shrink_to_canvas(view: PatientView, canvas: Canvas) -> None:
    """Give the window the size at which the canvas has ``CANVAS_PX``."""
    for _ in range(3):
        width = view.width() + CANVAS_PX[0] - canvas.width()
        view.resize(width, view.height() + CANVAS_PX[1] - canvas.height())
        QApplication.sendPostedEvents()
    assert (canvas.width(), canvas.height()) == CANVAS_PX
