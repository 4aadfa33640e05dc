"""Full disks, failing system calls, read-only folders (FI-04, FI-05, R-033).

The message names the cause, nothing is acknowledged falsely, the program goes on, and a retry
works once the fault is over.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import N_OBJECTS
from tests.faults.invariants import check_home

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
STRACE = shutil.which("strace")
UNSHARE = shutil.which("unshare")

SYSCALLS = ("write", "pwrite64", "fsync", "fdatasync", "rename", "openat", "mkdir", "ftruncate")
ERRORS = ("ENOSPC", "EIO", "EACCES", "EMFILE")


def can_trace() -> bool:
    if STRACE is None:
        return False
    done = subprocess.run([STRACE, "-o", os.devnull, "true"], capture_output=True, check=False)
    return done.returncode == 0


def can_mount() -> bool:
    if UNSHARE is None:
        return False
    script = "mount -t tmpfs tmpfs /mnt"
    done = subprocess.run([UNSHARE, "-rm", "sh", "-c", script], capture_output=True, check=False)
    return done.returncode == 0


needs_strace = pytest.mark.skipif(not can_trace(), reason="strace cannot trace here")
needs_mount = pytest.mark.skipif(not can_mount(), reason="no file system may be mounted here")


def run_import(home: Path, source: Path, prefix: tuple[str, ...] = ()) -> tuple[int, str]:
    command = [PYTHON, "-m", "viewer", "--home", str(home), "--json", "import", str(source)]
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stderr


def inject(folder: Path, source: Path, call: str, error: str, first: int) -> None:
    """Import with one system call failing from its nth use on; then without."""
    home = folder / f"{call}-{error}-{first}"
    # What the interpreter itself opens while it starts is not our matter.
    program = (
        "import contextlib, io, sys\n"
        "from viewer.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        f"    main(['--home', {str(folder / 'scratch')!r}, '--json', 'import', {__file__!r}])\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        f"sys.exit(main(['--home', {str(home)!r}, '--json', 'import', {str(source)!r}]))"
    )
    child = subprocess.Popen(
        [PYTHON, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert STRACE is not None
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    assert child.stdout.readline() == b"ready\n"
    injection = f"inject={call}:error={error}:when={first}+"
    attach = ("-f", "-p", str(child.pid), "-o", os.devnull, "-e", f"trace={call}", "-e", injection)
    tracer = subprocess.Popen([STRACE, *attach], stderr=subprocess.PIPE)
    assert tracer.stderr is not None
    assert b"attached" in tracer.stderr.readline()
    out, err = child.communicate(b"\n")
    tracer.communicate()
    text = err.decode()
    what = f"{call} {error} from use {first}: exit {child.returncode}, {text[-300:]}"
    assert "Traceback" not in text, what
    assert child.returncode in (0, 1, 2), what
    there = check_home(home) if home.exists() else 0
    if out.strip() and call != "write":
        document = json.loads(out)
        assert document["stored"] + document["already"] <= there, what
        assert document["complete"] or text.startswith("lightbox import: "), what
    status, message = run_import(home, source)
    assert status == 0, f"{what}; retry: {message}"
    assert check_home(home) == N_OBJECTS


@needs_strace
@pytest.mark.slow
@pytest.mark.parametrize("call", SYSCALLS)
def test_failing_system_call_costs_nothing_acknowledged(
    tmp_path: Path, source: Path, call: str
) -> None:
    chance = random.Random(call)
    for error in chance.sample(ERRORS, 2):
        inject(tmp_path, source, call, error, chance.choice((1, 2, 5, 20, 90)))


@needs_strace
@pytest.mark.soak
@pytest.mark.parametrize("call", SYSCALLS)
@pytest.mark.parametrize("error", ERRORS)
def test_failing_system_call_at_every_use(
    tmp_path: Path, source: Path, call: str, error: str
) -> None:
    for first in range(1, 200, 4):
        inject(tmp_path, source, call, error, first)


def failing_reads(path: Path, how: str) -> tuple[str, ...]:
    """Return the command in front of which reads of one file fail."""
    assert STRACE is not None
    calls = "read,pread64"
    trace = (STRACE, "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-P", str(path))
    return (*trace, "-e", f"inject={calls}:{how}")


@needs_strace
def test_medium_with_read_errors_is_read_again_and_then_listed(
    tmp_path: Path, source: Path
) -> None:
    bad = sorted((source / "a").iterdir())[3]

    status, _ = run_import(tmp_path / "home", source, failing_reads(bad, "error=EIO"))

    assert status == 1
    assert check_home(tmp_path / "home") == N_OBJECTS - 1
    reasons = receipt_of(tmp_path / "home")
    assert reasons[str(bad)] == ("unreadable", "the medium reports a read error (3 tries)")


@needs_strace
def test_read_error_that_passes_is_no_loss(tmp_path: Path, source: Path) -> None:
    bad = sorted((source / "a").iterdir())[3]

    status, _ = run_import(tmp_path / "home", source, failing_reads(bad, "error=EIO:when=1..2"))

    assert status == 0
    assert check_home(tmp_path / "home") == N_OBJECTS


def receipt_of(home: Path) -> dict[str, tuple[str, str]]:
    command = [PYTHON, "-m", "viewer", "--home", str(home), "--json", "receipts", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {e["path"]: (e["status"], e["reason"]) for e in json.loads(done.stdout)["entries"]}


ON_SMALL_DISK = """
import json, subprocess, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.faults.invariants import check_home
home, source = Path(sys.argv[2]), sys.argv[3]

def lightbox(*words):
    command = [sys.executable, "-m", "viewer", "--home", str(home), "--json", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=sys.argv[1])
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr

(home / "settings.toml").write_text('store.reserve_mb = 16\\n')
filler = home / "filler"
with filler.open("wb") as file:
    file.truncate(0)
    free = __import__("shutil").disk_usage(home).free
    file.write(bytes(free - 16_900_000 if sys.argv[4] == "reserve" else free - 700_000))
if sys.argv[4] != "reserve":
    (home / "settings.toml").unlink()
    sys.path.insert(0, sys.argv[1])
first = lightbox("import", source) if sys.argv[4] == "reserve" else None
if first is None:  # past the reserve: the disk itself says no
    program = ("import sys; from pathlib import Path; from viewer.base.paths import Home\\n"
               "from viewer.store.library import open_library\\n"
               "from viewer.services.importing import Importer\\n"
               "library = open_library(Home(Path(sys.argv[1])), reserve_bytes=0)\\n"
               "result = Importer(library, 'copy', lambda: None).run([sys.argv[2]])\\n"
               "print(result.problem, file=sys.stderr)\\n"
               "counts = library.receipt(result.receipt).counts()\\n"
               "import json; print(json.dumps({'stored': counts['stored']})); library.close()")
    done = subprocess.run([sys.executable, "-c", program, str(home), source],
                          capture_output=True, text=True, cwd=sys.argv[1])
    first = 1, done.stdout, done.stderr
there = check_home(home)
filler.unlink()
(home / "settings.toml").write_text('store.reserve_mb = 16\\n')
again = lightbox("import", source)
print(json.dumps({"first": first, "there": there, "again": again[0], "all": check_home(home)}))
"""


def on_small_disk(folder: Path, source: Path, how: str) -> dict[str, Any]:
    home = folder / "home"
    home.mkdir()
    assert UNSHARE is not None
    script = f'mount -t tmpfs -o size=48m,mode=700 tmpfs {home} && exec "$@"'
    words = [str(ROOT), str(home), str(source), how]
    done = subprocess.run(
        [UNSHARE, "-rm", "sh", "-c", script, "sh", PYTHON, "-c", ON_SMALL_DISK, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    return dict(found)


@needs_mount
@pytest.mark.slow
@pytest.mark.parametrize("how", ["full", "reserve"])
def test_full_disk_stops_the_import_in_words_and_a_retry_completes_it(
    tmp_path: Path, source: Path, how: str
) -> None:
    found = on_small_disk(tmp_path, source, how)

    status, out, err = found["first"]
    assert status in (1, 2)
    words = "are to stay free" if how == "reserve" else "is full"
    assert words in err
    stored = json.loads(out)["stored"] if out else 0
    assert stored <= found["there"] < N_OBJECTS
    assert (found["again"], found["all"]) == (0, N_OBJECTS)


@needs_mount
def test_read_only_home_is_said_and_left_alone(tmp_path: Path, source: Path) -> None:
    home = tmp_path / "home"
    assert run_import(home, source / "a")[0] == 0
    assert UNSHARE is not None
    script = f'mount --bind {home} {home} && mount -o remount,bind,ro {home} && exec "$@"'

    status, message = run_import(home, source, (UNSHARE, "-rm", "sh", "-c", script, "sh"))

    assert status == 2
    assert "may not be written" in message
    assert check_home(home) == N_OBJECTS // 3


def test_too_few_open_files_is_said(tmp_path: Path, source: Path) -> None:
    program = (
        "import os, resource, sys, viewer.dicom.pool\n"
        "from pathlib import Path; from viewer.base.paths import Home\n"
        "from viewer.store.library import open_library\n"
        "from viewer.services.importing import Importer\n"
        f"library = open_library(Home(Path({str(tmp_path / 'home')!r})), reserve_bytes=0)\n"
        "used = len(os.listdir('/proc/self/fd'))\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (used + 4, used + 4))\n"
        f"result = Importer(library, 'copy', lambda: None).run([{str(source)!r}])\n"
        "print(result.problem); library.close()"
    )
    done = subprocess.run(
        [PYTHON, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )

    assert done.returncode == 0, done.stderr
    assert "no more open files" in done.stdout
    check_home(tmp_path / "home")
    assert run_import(tmp_path / "home", source)[0] == 0
    assert check_home(tmp_path / "home") == N_OBJECTS
