"""The graphics of a file are switched for all panes at once, from the View menu or by a key."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt

from tests.ui.reading.room import Room
from viewer.ui.reading.scene_painter import ink
from viewer.viewport import scene


def n_inked(room: Room) -> int:
    """Count the pixels of the middle that have the colour of a file's graphics."""
    pixels = room.pixels()
    accent = ink(scene.ACCENT)
    same = (pixels == (accent.red(), accent.green(), accent.blue())).all(axis=2)
    height = same.shape[0]
    return int(np.count_nonzero(same[height // 4 : height // 2]))


def test_graphics_are_shown_until_they_are_switched_off(room: Room, data_dir: Path) -> None:
    room.add(data_dir / "display/ovly_p01.dcm")
    room.wait_for_picture(0)
    drawn = n_inked(room)
    assert drawn > 300

    room.run("view.graphics")
    assert n_inked(room) == 0

    room.key(Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    assert n_inked(room) == drawn
