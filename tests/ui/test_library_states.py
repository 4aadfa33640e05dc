"""Libraries that cannot be opened: the place says why, and its buttons work."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.ui.conftest import Desk
from viewer.base.paths import Home
from viewer.store.lock import hold_library
from viewer.ui.library_client import BUSY, DAMAGED, NEWER, PROBLEM, READY, WITHOUT
from viewer.ui.message_view import Message

OpenDesk = Callable[[Home], Desk]


def message_of(desk: Desk) -> Message:
    message = desk.window.studies.message.message
    assert message is not None
    assert desk.window.studies.message.isVisible()
    return message


def press(desk: Desk, title: str) -> None:
    step = next(step for step in message_of(desk).steps if step.title == title)
    step.run()


def damage(home: Home) -> None:
    with home.index.open("r+b") as handle:
        handle.write(b"no database at all, but forty-eight bytes of text ")


def test_empty_library_says_what_to_do(open_desk: OpenDesk, lightbox_home: Path) -> None:
    desk = open_desk(Home(lightbox_home))
    desk.start()
    assert message_of(desk).heading == "The library is empty"
    assert [step.title for step in message_of(desk).steps] == [
        "Import a folder …",
        "Open in place …",
    ]


@pytest.mark.allow_log("viewer")
def test_damaged_index_is_rebuilt_by_its_button(open_desk: OpenDesk, filled_home: Home) -> None:
    damage(filled_home)
    desk = open_desk(filled_home)
    desk.start()
    assert desk.window.client.state == PROBLEM
    assert desk.window.client.problem is not None
    assert desk.window.client.problem.kind == DAMAGED
    assert message_of(desk).heading == "The index of the library is damaged"
    press(desk, "Rebuild the index")
    desk.until(lambda: desk.window.client.state == READY and len(desk.names) == 4)


def test_library_of_a_newer_program_is_left_alone(open_desk: OpenDesk, filled_home: Home) -> None:
    with closing(sqlite3.connect(filled_home.index)) as connection:
        connection.execute("UPDATE meta SET value = '999' WHERE key = 'version'")
        connection.commit()
    desk = open_desk(filled_home)
    desk.start()
    assert desk.window.client.problem is not None
    assert desk.window.client.problem.kind == NEWER
    titles = [step.title for step in message_of(desk).steps]
    assert "Rebuild the index" not in titles
    assert "Choose another folder …" in titles


def test_busy_library_opens_on_the_second_try(open_desk: OpenDesk, filled_home: Home) -> None:
    lock = hold_library(filled_home, shared=False, purpose="a rebuild")
    try:
        desk = open_desk(filled_home)
        desk.start()
        assert desk.window.client.problem is not None
        assert desk.window.client.problem.kind == BUSY
    finally:
        lock.release()
    press(desk, "Try again")
    desk.until(lambda: len(desk.names) == 4)
    assert not desk.window.studies.message.isVisible()


@pytest.mark.allow_log("viewer")
def test_without_a_library_nothing_can_be_imported(open_desk: OpenDesk, filled_home: Home) -> None:
    damage(filled_home)
    desk = open_desk(filled_home)
    desk.start()
    press(desk, "Continue without library")
    assert desk.window.client.state == WITHOUT
    assert message_of(desk).heading == "Working without a library"
    desk.until(lambda: not desk.window.action("file.import_folder").isEnabled())
    assert desk.window.action("file.open_folder").isEnabled()
