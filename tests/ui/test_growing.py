"""A study that still arrives grows in its open tab; the picture stays where it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.importing import opened, take
from tests.phantom import AXIAL, make_series
from tests.ui.conftest import Desk
from viewer.base.paths import Home
from viewer.ui.opening import Growth


def shown_frames(desk: Desk) -> int:
    view = desk.window.tabs.current_view
    display_set = view.workspace.active.display_set if view else None
    return display_set.n_frames if display_set else 0


def test_images_that_another_process_stores_appear_in_the_open_tab(
    open_desk: Callable[[Home], Desk], lightbox_home: Path, tmp_path: Path
) -> None:
    paths = make_series(tmp_path / "all", seed="growing")
    for name, half in (("first", paths[::2]), ("second", paths[1::2])):
        (tmp_path / name).mkdir()
        for path in half:
            path.rename(tmp_path / name / path.name)
    with opened(lightbox_home) as library:
        take(library, tmp_path / "first")
    desk = open_desk(Home(lightbox_home))
    desk.start()
    desk.window.studies.open_selected()
    desk.until(lambda: shown_frames(desk) == len(paths[::2]))
    viewport = desk.window.tabs.current_view.workspace.active
    viewport.show(viewport.display_set, 1)
    position = viewport.display_set.frames[1].instance.sop_instance_uid
    command = [sys.executable, "-m", "viewer", "--home", str(lightbox_home), "import"]
    subprocess.run([*command, str(tmp_path / "second")], check=True, capture_output=True)
    desk.until(lambda: shown_frames(desk) == len(paths) == AXIAL.shape[0])
    there = viewport.display_set.frames[viewport.index].instance.sop_instance_uid
    assert there == position
    assert "new image" in desk.window.notice.text


def test_scan_is_shown_at_first_and_then_each_time_it_has_doubled() -> None:
    growth = Growth()
    assert [n for n in range(1, 40) if growth.due(n)] == [1, 2, 4, 8, 16, 32]


def test_source_opens_with_all_its_images_in_the_end(
    open_desk: Callable[[Home], Desk], lightbox_home: Path, tmp_path: Path
) -> None:
    paths = make_series(tmp_path / "source", seed="source")
    desk = open_desk(Home(lightbox_home))
    desk.start(str(tmp_path / "source"))
    desk.until(lambda: not desk.window.opener.busy and shown_frames(desk) == len(paths))
    assert len(desk.window.tabs.tabs) == 1
