"""Every command has a name, a key that clashes with no other, a place in menu, palette and help."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from tests.ui.conftest import Desk
from viewer.base.errors import UsageError
from viewer.base.paths import resources
from viewer.commands._spec import (
    READING,
    STUDIES,
    CommandContext,
    CommandSpec,
    CommandTable,
    load_commands,
)
from viewer.ui.actions import CommandActions
from viewer.ui.help import help_lines, in_columns
from viewer.ui.palette import rank


def fail(_context: CommandContext) -> None:
    raise UsageError("It cannot be done, and this is why.")


def break_down(_context: CommandContext) -> None:
    raise ZeroDivisionError


def spec(id: str = "x.y", **options: object) -> CommandSpec:
    fields = {"title": "Do it", "menu": "", "keys": (), "run": fail, **options}
    return CommandSpec(id=id, **fields)  # type: ignore[arg-type]


def test_all_commands_load_without_a_clash() -> None:
    assert len(load_commands().specs) > 30


def test_two_commands_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two commands are called x\.y"):
        CommandTable([spec(), spec()])


def test_a_key_twice_in_one_place_is_refused() -> None:
    pair = [spec("a.a", keys=("R",), place=STUDIES), spec("b.b", keys=("r",))]
    with pytest.raises(ValueError, match="both want the key"):
        CommandTable(pair)


def test_a_key_may_mean_different_things_in_different_places() -> None:
    pair = [spec("a.a", keys=("R",), place=STUDIES), spec("b.b", keys=("R",), place=READING)]
    assert len(CommandTable(pair).specs) == 2


def test_an_unknown_menu_is_refused() -> None:
    with pytest.raises(ValueError, match="does not exist"):
        CommandTable([spec(menu="Nowhere")])


def test_every_key_is_one_that_qt_knows() -> None:
    unknown = [
        (command.id, key)
        for command in load_commands().specs
        for key in command.keys
        if QKeySequence(key).isEmpty() or "Unknown" in QKeySequence(key).toString()
    ]
    assert not unknown


def test_every_icon_of_a_command_is_shipped() -> None:
    shipped = {path.stem for path in (resources() / "icons").glob("*.svg")}
    assert {c.icon for c in load_commands().specs if c.icon} <= shipped


def test_help_page_names_every_command_that_has_a_key() -> None:
    table = load_commands()
    on_page = {line.text for line in help_lines(table)}
    assert {c.title for c in table.specs if c.keys} <= on_page


def test_help_columns_keep_all_lines_in_order() -> None:
    lines = help_lines(load_commands())
    columns = in_columns(lines, 4)
    assert tuple(line for column in columns for line in column) == lines
    assert all(column[-1].key for column in columns)


def test_palette_finds_by_beginnings_of_words_and_prefers_the_title() -> None:
    open_folder = spec("file.open_folder", title="Open a folder in place …", menu="File")
    assert rank(open_folder, "op fol") is not None
    assert rank(open_folder, "zebra") is None
    first, second = rank(open_folder, "open"), rank(open_folder, "file")
    assert first is not None
    assert second is not None
    assert first < second


def test_palette_runs_what_was_chosen(desk: Desk) -> None:
    window = desk.window
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    desk.until(window.palette_box.isVisible)
    QTest.keyClicks(window.palette_box.box, "go settings")
    QTest.keyClick(window.palette_box.box, Qt.Key.Key_Return)
    desk.until(lambda: window.settings_place.isVisible())
    assert not window.palette_box.isVisible()


def test_palette_gives_the_caret_back_on_escape(desk: Desk) -> None:
    box = desk.window.studies.filters.search
    desk.window.run_command("view.palette")
    QTest.keyClick(desk.window.palette_box.box, Qt.Key.Key_Escape)
    assert desk.window.focusWidget() is box


def test_palette_offers_only_what_applies(desk: Desk) -> None:
    offered = {command.id for command in desk.window.palette_box.applying()}
    assert "studies.open" in offered
    assert not any(desk.window.commands[name].place == READING for name in offered)


def test_every_control_has_an_accessible_name(desk: Desk) -> None:
    desk.window.show_receipt(0)
    desk.window.show_place("settings")
    nameless = []
    for widget in desk.window.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QLineEdit):
            name = widget.accessibleName() or getattr(widget, "text", str)()
            inner = widget.objectName().startswith("qt_")
            if not name and not inner and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                nameless.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    assert not nameless


def test_no_label_interprets_markup(desk: Desk) -> None:
    plain = Qt.TextFormat.PlainText
    assert all(label.textFormat() == plain for label in desk.window.findChildren(QLabel))


def test_error_of_a_command_becomes_its_sentence(desk: Desk) -> None:
    table = CommandTable([spec("a.fails", run=fail)])
    CommandActions(table, desk.window.context, desk.window.notify).run("a.fails")
    assert desk.window.notice.text == "It cannot be done, and this is why."


@pytest.mark.allow_log("viewer.ui.actions")
def test_bug_in_a_command_does_not_end_the_program(desk: Desk) -> None:
    table = CommandTable([spec("a.breaks", run=break_down)])
    CommandActions(table, desk.window.context, desk.window.notify).run("a.breaks")
    assert "'Do it' failed unexpectedly" in desk.window.notice.text
