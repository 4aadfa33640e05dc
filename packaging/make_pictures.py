"""Draw the pictures of the README from the demo studies, without a display.

python packaging/make_pictures.py HOME FOLDER
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from viewer.base.paths import Home
from viewer.cli.verbs.demo import demo_home, prepare
from viewer.model.displayset import DisplaySet
from viewer.model.view_state import at_index, with_window
from viewer.ui.application import Session, WindowOptions, make_application
from viewer.ui.main_window import MainWindow
from viewer.ui.picture import WindowPicture
from viewer.viewport.workspace import Workspace

SIZE_PX = (1440, 900)
LIVER_SLICE = 79
HEART_SLICE = 45
LUNG = (-600.0, 1500.0)

Step = tuple[str, Callable[[MainWindow], None]]


def show_list(window: MainWindow) -> None:
    """Leave the window as it starts."""


def open_all(window: MainWindow) -> None:
    """Open both patients."""
    window.studies.table.selectAll()
    window.studies.open_selected()


def show_liver(window: MainWindow) -> None:
    """Show the CT at the upper abdomen in one pane."""
    workspace = _trunk(window)
    volume = _largest(workspace)
    workspace.assign(workspace.active, volume.id, LIVER_SLICE)


def show_four(window: MainWindow) -> None:
    """Show the CT in two windows beside its localiser and the earlier radiograph."""
    workspace = _trunk(window)
    volume = _largest(workspace)
    others = [one for one in workspace.display_sets() if one.id != volume.id]
    workspace.set_layout(2, 2)
    for viewport, shown in zip(workspace.viewports, [volume, volume, *others], strict=False):
        workspace.assign(viewport, shown.id)
    soft, lung = workspace.viewports[:2]
    soft.set(at_index(soft.state, HEART_SLICE))
    lung.set(with_window(at_index(lung.state, HEART_SLICE), *LUNG))
    workspace.activate(soft)


def _trunk(window: MainWindow) -> Workspace:
    """Bring the patient with the CT of the trunk to the front."""
    for place, tab in enumerate(window.tabs.tabs):
        if any(one.modality == "DX" for one in tab.view.workspace.display_sets()):
            window.tab_bar.setCurrentIndex(place + 1)
            found: Workspace = tab.view.workspace
            return found
    raise SystemExit("The demo's CT is not open.")


def _largest(workspace: Workspace) -> DisplaySet:
    return max(workspace.display_sets(), key=lambda one: one.n_frames)


STEPS: tuple[Step, ...] = (
    ("studies.png", show_list),
    ("", open_all),
    ("reading.png", show_liver),
    ("panes.png", show_four),
)
"""A picture's name (empty: none is kept), and what is done in the window before."""


def main(home: Home, folder: Path) -> int:
    """Draw all pictures; return how many could not be written."""
    prepare(home)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app: QApplication = make_application()
    spare = home.root / "opening.png"
    session = Session(home, WindowOptions(screenshot=spare, size=SIZE_PX))
    window = session.window
    assert window is not None
    failed: list[str] = []
    steps = iter(STEPS)

    def go_on(path: Path | None = None, saved: bool = True) -> None:
        if path is not None and not saved:
            failed.append(path.name)
        name, step = next(steps, ("", None))
        if step is None:
            app.quit()
            return
        step(window)
        target = folder / name if name else spare
        WindowPicture(window, target, lambda done: go_on(target, done))

    go_on()
    app.exec()
    session.close()
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(demo_home(Home(Path(sys.argv[1]))), Path(sys.argv[2])))
