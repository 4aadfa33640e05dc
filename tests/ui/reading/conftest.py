from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.reading.room import Room, open_room


@pytest.fixture
def room(qtbot: QtBot, lightbox_home: Path) -> Iterator[Room]:
    with open_room(qtbot, lightbox_home) as opened:
        yield opened
