"""Every real file becomes a picture, a named tile or a sentence, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.reading.room import Room, open_paths, open_room
from viewer.ui.reading.tiles import tile_for

pytestmark = [pytest.mark.corpus, pytest.mark.slow]


def answered(room: Room) -> bool:
    """Tell whether the active pane shows words or a picture."""
    room.canvas.grab()
    return tile_for(room.workspace.active) is not None or room.canvas.picture is not None


@pytest.mark.parametrize("folder", ["display", "modality", "malformed", "objects"])
def test_every_series_shows_something_true(
    qtbot: QtBot, lightbox_home: Path, data_dir: Path, folder: str
) -> None:
    with open_room(qtbot, lightbox_home, (480, 420)) as room:
        for study in open_paths(data_dir / folder):
            for closing in room.workspace.studies:
                room.workspace.close(closing.study.study_instance_uid)
            room.view.add_study(study)
            for display_set in study.display_sets:
                room.workspace.assign(room.workspace.active, display_set.id)
                qtbot.waitUntil(lambda: answered(room), timeout=30_000)
                tile, picture = tile_for(room.workspace.active), room.canvas.picture
                if tile is None:
                    assert picture is not None
                    assert picture.display_set_id == display_set.id
                else:
                    assert picture is None
                    assert tile.title
                    assert tile.sentence
