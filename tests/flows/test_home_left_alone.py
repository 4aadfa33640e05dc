"""``stacks pixels render info`` read and answer; they write nothing below the data folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.phantom import make_series

VERBS = {
    "stacks": ("{folder}",),
    "pixels": ("{file}", "--stage", "modality", "-o", "{out}.npy"),
    "render": ("{file}", "--bare", "--size", "64x64", "-o", "{out}.png"),
    "info": ("--json",),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_that_only_looks_leaves_no_data_folder(
    verb: str, tmp_path: Path, lightbox_home: Path
) -> None:
    first = make_series(tmp_path / "series")[0]
    places = {"folder": first.parent, "file": first, "out": tmp_path / "out"}
    words = [word.format(**places) for word in VERBS[verb]]
    done = subprocess.run(
        [sys.executable, "-m", "viewer", verb, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert not lightbox_home.exists()
