"""The journal: whole lines only, in order, private, passed over where damaged (R-034)."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from viewer.base.paths import Home
from viewer.store.journal import Journal


@pytest.fixture
def journal(lightbox_home: Path) -> Journal:
    return Journal(Home(lightbox_home))


def texts(journal: Journal) -> list[object]:
    return [act.get("text") for act in journal.acts()]


def test_acts_come_back_in_order(journal: Journal, lightbox_home: Path) -> None:
    for text in ("Müller\nzwei", "日本", ""):
        journal.append("comment", {"study": "1.2", "text": text})

    assert texts(journal) == ["Müller\nzwei", "日本", ""]
    assert stat.S_IMODE((lightbox_home / "journal.jsonl").stat().st_mode) == 0o600


def test_no_journal_has_no_acts(journal: Journal) -> None:
    assert list(journal.acts()) == []


def test_half_a_line_costs_that_line_only(journal: Journal, lightbox_home: Path) -> None:
    journal.append("comment", {"text": "one"})
    with (lightbox_home / "journal.jsonl").open("ab") as file:
        file.write(b'{"kind": "comment", "text": "cut o')
    journal.append("comment", {"text": "two"})

    assert texts(journal) == ["one", "two"]


def test_writers_side_by_side_do_not_mix_lines(journal: Journal) -> None:
    def write(number: int) -> None:
        journal.append("comment", {"text": f"{number}" * 5_000})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    assert sorted(map(str, texts(journal))) == sorted(f"{n}" * 5_000 for n in range(40))
