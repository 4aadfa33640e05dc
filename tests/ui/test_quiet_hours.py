"""In quiet hours old trash is purged and linked files get the digests they are compared with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importing import opened, take
from tests.phantom import make_series
from tests.ui.conftest import Desk
from viewer.base.paths import Home
from viewer.dicom.digest import hash_file
from viewer.services.importing import LINK
from viewer.ui import quiet_hours


def test_linked_files_are_hashed_while_the_window_is_open(
    open_desk: Callable[[Home], Desk],
    lightbox_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quiet_hours, "_BEGIN_MS", 50)
    monkeypatch.setattr(quiet_hours, "_PAUSE_MS", 20)
    monkeypatch.setattr(quiet_hours, "_FILES_AT_ONCE", 4)
    make_series(tmp_path / "series")
    with opened(lightbox_home) as library:
        take(library, tmp_path / "series", mode=LINK)
    desk = open_desk(Home(lightbox_home))
    desk.start()
    uid = desk.uids[0]
    answers: list[set[str]] = []

    def all_hashed() -> bool:
        desk.window.client.ask(
            lambda library: {
                one.file.digest
                for series in library.load_study(uid).series
                for one in series.instances
            },
            answers.append,
            key="test",
        )
        return bool(answers) and "" not in answers[-1]

    desk.until(all_hashed)
    offset = 128 + 4
    expected = {
        hash_file(str(path), dataset_offset(path, offset)).digest
        for path in (tmp_path / "series").iterdir()
    }
    assert answers[-1] == expected


def dataset_offset(path: Path, meta_offset: int) -> int:
    """Return where the data set begins: behind group 0002, whose length is its first element."""
    head = path.read_bytes()[meta_offset : meta_offset + 12]
    return meta_offset + 12 + int.from_bytes(head[8:12], "little")
