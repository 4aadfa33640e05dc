"""Settings keep to their table and survive a restart."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.base.errors import UsageError
from viewer.base.settings import TABLE, Settings, checked, setting, toml_text


def test_every_default_is_allowed_by_its_own_row() -> None:
    for row in TABLE:
        assert checked(row, row.default) == row.default


def test_a_changed_setting_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    Settings(path).set("import.mode", "link")
    again = Settings(path)
    assert again.text("import.mode") == "link"
    assert again.number("decode.frame_seconds") == 10


def test_change_is_told_once_and_only_when_it_is_one(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.toml")
    told: list[str] = []
    settings.changed.listen(told.append)
    settings.set("import.mode", "link")
    settings.set("import.mode", "link")
    assert told == ["import.mode"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("import.mode", "steal"), ("decode.workers", -1), ("decode.workers", "4"), ("nothing", 1)],
)
def test_impossible_values_are_refused(name: str, value: object) -> None:
    with pytest.raises(UsageError):
        checked(setting(name), value)


def test_damaged_file_means_defaults_and_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe = [")
    settings = Settings(path)
    assert settings.text("import.mode") == "copy"
    assert "defaults" in settings.problems[0]


def test_one_bad_row_does_not_spoil_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('import.mode = "link"\ndecode.workers = 9999\n', encoding="utf-8")
    settings = Settings(path)
    assert settings.text("import.mode") == "link"
    assert settings.number("decode.workers") == 0
    assert len(settings.problems) == 1


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_written_text_reads_back(text: str) -> None:
    assert tomllib.loads(f"a = {toml_text(text)}")["a"] == text
