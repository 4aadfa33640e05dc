"""Shared for all, exclusive for maintenance; a dead holder holds nothing (R-038)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from viewer.base.errors import StoreBusyError
from viewer.base.paths import Home
from viewer.store.lock import hold_library, holders


@pytest.fixture
def home(lightbox_home: Path) -> Home:
    return Home(lightbox_home)


def test_many_may_share(home: Home) -> None:
    first = hold_library(home, shared=True, purpose="window")
    second = hold_library(home, shared=True, purpose="import")

    assert sorted(text.split(" (")[0] for text in holders(home)) == ["import", "window"]

    first.release()
    second.release()
    assert holders(home) == []
    assert [path.name for path in home.locks.iterdir()] == ["library.lock"]


def test_exclusive_refuses_and_names_the_holder(home: Home) -> None:
    shared = hold_library(home, shared=True, purpose="the window")

    with pytest.raises(StoreBusyError, match=r"in use by: the window \(process \d+\)"):
        hold_library(home, shared=False, purpose="rebuild", patience_seconds=0.1)
    shared.release()

    exclusive = hold_library(home, shared=False, purpose="rebuilding the index")
    with pytest.raises(StoreBusyError, match="worked on by: rebuilding the index"):
        hold_library(home, shared=True, purpose="window", patience_seconds=0.1)
    exclusive.release()


def test_becoming_the_only_one_fails_while_others_are_there(home: Home) -> None:
    first = hold_library(home, shared=True, purpose="a")
    second = hold_library(home, shared=True, purpose="b")

    assert not first.try_exclusive()
    second.release()
    assert first.try_exclusive()

    with pytest.raises(StoreBusyError):
        hold_library(home, shared=True, purpose="c", patience_seconds=0.1)
    first.make_shared()
    hold_library(home, shared=True, purpose="c").release()
    first.release()


def test_lock_of_a_killed_process_is_free(home: Home) -> None:
    program = (
        "import sys; from pathlib import Path; from viewer.base.paths import Home\n"
        "from viewer.store.lock import hold_library\n"
        f"lock = hold_library(Home(Path({str(home.root)!r})), shared=False, purpose='doomed')\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == b"held\n"
    with pytest.raises(StoreBusyError, match="doomed"):
        hold_library(home, shared=True, purpose="next", patience_seconds=0.1)

    child.kill()
    child.wait()

    hold_library(home, shared=True, purpose="next").release()
    assert holders(home) == []
    child.stdin.close()
    child.stdout.close()
