"""What rests on the screen is compared with the digest that the library holds (R-054, R-036)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importing import opened, take
from tests.phantom import make_series
from tests.ui.conftest import Desk
from viewer.base.paths import Home


@pytest.mark.allow_log("viewer.imaging")
def test_a_picture_whose_file_was_changed_is_taken_off_the_screen(
    open_desk: Callable[[Home], Desk], lightbox_home: Path, tmp_path: Path
) -> None:
    make_series(tmp_path / "series")
    with opened(lightbox_home) as library:
        take(library, tmp_path / "series")
    for path in (lightbox_home / "objects").rglob("*.dcm"):
        content = bytearray(path.read_bytes())
        content[-1] ^= 0xFF  # one pixel; every header stays as it was
        path.write_bytes(content)
    desk = open_desk(Home(lightbox_home))
    desk.start()
    desk.window.studies.open_selected()
    desk.until(lambda: desk.window.tabs.current_view is not None)
    viewport = desk.window.tabs.current_view.workspace.active
    desk.until(lambda: bool(viewport.failure))
    assert viewport.frame is None
    assert "content" in viewport.failure


def test_an_unchanged_picture_stays(open_desk: Callable[[Home], Desk], filled_home: Home) -> None:
    desk = open_desk(filled_home)
    desk.start()
    desk.window.studies.open_selected()
    desk.until(lambda: desk.window.tabs.current_view is not None)
    view = desk.window.tabs.current_view
    viewport = view.workspace.active
    desk.until(lambda: viewport.frame is not None)
    loader = desk.services.loader
    uid = viewport.display_set.frames[viewport.index].instance.sop_instance_uid
    desk.until(lambda: uid in loader._verified)
    assert viewport.failure == ""
    assert viewport.frame is not None
