"""The platform door: locks that die with their process, private files, durable renames."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from viewer.base import platform

HOLDER = """
import sys
from viewer.base.platform import lock_file
handle = open(sys.argv[1], "r+b")
print(lock_file(handle, shared=sys.argv[2] == "shared"), flush=True)
sys.stdin.read()
"""


def hold(path: Path, how: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "True"
    return process


def let_go(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_shared_locks_go_together_and_keep_the_exclusive_one_out(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    holder = hold(path, "shared")
    try:
        with path.open("r+b") as shared, path.open("r+b") as exclusive:
            assert platform.lock_file(shared, shared=True)
            platform.unlock_file(shared)
            assert not platform.lock_file(exclusive)
    finally:
        let_go(holder)


def test_killed_holder_frees_its_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    let_go(hold(path, "exclusive"))
    with path.open("r+b") as handle:
        assert platform.lock_file(handle)


def test_replace_takes_the_place_of_the_old_file(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"old")
    new.write_bytes(b"new")
    platform.replace_file(new, old)
    platform.sync_folder(tmp_path)
    assert old.read_bytes() == b"new"
    assert not new.exists()


def test_memory_limit_ends_a_greedy_process() -> None:
    code = (
        "from viewer.base.platform import limit_process\n"
        "limit_process(512 * 1024 * 1024, 60)\n"
        "try:\n    bytearray(2 * 1024 ** 3)\n"
        "except MemoryError:\n    print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "refused"
