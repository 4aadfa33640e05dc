"""A canary patient goes through every verb; nothing is found outside the store (R-108, R-109).

The store proper is what must hold it: the index with its journal and backups, stored objects and
the quarantine. Everything else a run leaves, the log and the temporary folders above all, must
not; nor may anything be readable by others.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.phantom import make_series

NAME = "ZZCANARY^QX"
PATIENT_ID = "ZZ-4711-CANARY"
ACCESSION = "ACCZZCANARY"
SECRETS = (b"ZZCANARY", b"zzcanary", PATIENT_ID.encode(), ACCESSION.encode())
HOLDS_PATIENTS = ("index.db", "journal", "objects", "quarantine", "backups", "thumbnails")
TAGS = {"PatientName": NAME, "PatientID": PATIENT_ID, "AccessionNumber": ACCESSION}


@pytest.fixture
def discs(tmp_path: Path) -> Path:
    """Return a folder with a good series, a clash, a cut file and something else."""
    folder = tmp_path / "discs"
    folder.mkdir()
    paths = make_series(folder / "good", tags=TAGS)
    clash = folder / "clash"
    clash.mkdir()
    make_series(clash, tags={**TAGS, "PatientBirthDate": "19010101"})
    (folder / "cut.dcm").write_bytes(paths[0].read_bytes()[:700])
    (folder / f"{PATIENT_ID}.txt").write_text(f"{NAME} is no DICOM file")
    return folder


def lightbox(home: Path, temporary: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "viewer", "--home", str(home), *arguments],
        env={**os.environ, "TMPDIR": str(temporary), "HOME": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_nothing_of_a_patient_is_left_outside_the_store(discs: Path, tmp_path: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    temporary.mkdir()
    out = str(tmp_path / "out.npy")
    one = str(next((discs / "good").iterdir()))
    runs = [
        lightbox(home, temporary, *words)
        for words in (
            ("import", str(discs)),
            ("import", "--link", str(discs)),
            ("import", str(discs / "vanished" / NAME)),
            ("studies", "canary"),
            ("series", "1.2.3"),
            ("stacks", str(discs)),
            ("pixels", one, "--stage", "display", "-o", out),
            ("pixels", str(discs / "cut.dcm"), "--stage", "display", "-o", out),
            ("verify",),
            ("receipts",),
        )
    ]
    assert runs[0].returncode in (0, 1)
    assert b"ZZCANARY" in b"".join(path.read_bytes() for path in files_of(home / "objects"))
    outside = [path for path in files_of(home) if not is_store(path, home)]
    for path in [*outside, *files_of(temporary)]:
        content = path.read_bytes() + os.fsencode(path.relative_to(tmp_path))
        for secret in SECRETS:
            assert secret not in content, f"{path.name} holds patient data"
    for run in runs:
        assert "Traceback" not in run.stderr


def test_stored_names_and_rights_tell_nothing(discs: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    lightbox(home, tmp_path, "import", str(discs))
    for path in [home, *home.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, f"{path.relative_to(home)} can be read by others"
        assert not (path.is_file() and mode & 0o111), "a stored file is executable"
        for secret in SECRETS:
            assert secret not in os.fsencode(path.relative_to(home))


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def is_store(path: Path, home: Path) -> bool:
    return path.relative_to(home).parts[0].startswith(HOLDS_PATIENTS)
