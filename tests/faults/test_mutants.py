"""Damaged files through the product's own import: every one ends on the receipt (R-004, R-006).

``make check`` runs 300 mutants, ``make soak`` 10,000. The seed is printed with a failure.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from viewer.model.receipt import STATUSES

SEED = 20261
LARGEST_ORIGINAL = 600_000
RUN_LIMIT_SECONDS = 900


def originals(data_dir: Path) -> list[Path]:
    found = [path for path in data_dir.rglob("*") if path.is_file() and path.suffix != ".csv"]
    return sorted(path for path in found if path.stat().st_size <= LARGEST_ORIGINAL)


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Damage a file the way discs and programs do: bits, lengths, cuts, repeats."""
    damaged = bytearray(data)
    kind = chance.randrange(5)
    if kind == 0:
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    elif kind == 1:
        del damaged[chance.randrange(len(damaged)) :]
    elif kind == 2:
        place = chance.randrange(128, max(129, min(len(damaged), 4000)))
        damaged[place : place + 4] = chance.choice(
            (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\xfe\xff\xdd\xe0")
        )
    elif kind == 3:
        start = chance.randrange(len(damaged))
        block = bytes(damaged[start : start + chance.randint(1, 600)])
        damaged[start:start] = block * chance.randint(1, 4)
    else:
        start = chance.randrange(min(len(damaged), 4000))
        del damaged[start : start + chance.randint(1, 300)]
    return bytes(damaged)


def import_mutants(data_dir: Path, folder: Path, n_mutants: int, seed: int) -> None:
    chance = random.Random(seed)
    sources = originals(data_dir)
    discs, home = folder / "discs", folder / "home"
    discs.mkdir()
    for number in range(n_mutants):
        mutant = mutate(chance.choice(sources).read_bytes(), chance)
        (discs / f"{number:05d}").write_bytes(mutant)
    done = subprocess.run(
        [sys.executable, "-m", "viewer", "--home", str(home), "--json", "import", str(discs)],
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_LIMIT_SECONDS,
        env={**os.environ, "PYTHONFAULTHANDLER": "1"},
    )
    assert done.returncode in (0, 1), f"seed {seed}: {done.stderr[-800:]}"
    assert "Traceback" not in done.stderr, f"seed {seed}"
    receipt = json.loads(done.stdout)
    plain = [entry for entry in receipt["entries"] if "!/" not in entry["path"]]
    paths = {entry["path"] for entry in plain}
    assert len(paths) == len(plain) == n_mutants, f"seed {seed}"
    for entry in receipt["entries"]:
        assert entry["status"] in STATUSES
        assert entry["reason"] or entry["status"] == "stored", f"seed {seed}: no reason"
    with sqlite3.connect(home / "index.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


@pytest.mark.corpus
@pytest.mark.slow
def test_every_mutant_is_on_the_receipt(data_dir: Path, tmp_path: Path) -> None:
    import_mutants(data_dir, tmp_path, 300, SEED)


@pytest.mark.corpus
@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_mutants_are_on_the_receipt(data_dir: Path, tmp_path: Path, part: int) -> None:
    import_mutants(data_dir, tmp_path, 1_000, SEED + 1 + part)
