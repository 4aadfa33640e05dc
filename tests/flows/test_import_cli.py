"""The library from the command line, as scripts use it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.importing import small_series, study_uid
from viewer.model.receipt import STATUSES


def lightbox(home: Path, *words: str | Path) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "viewer", "--home", str(home), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def answer(home: Path, *words: str | Path) -> Any:
    status, out, err = lightbox(home, "--json", *words)
    assert status in (0, 1), err
    return json.loads(out)


def test_import_find_and_verify(tmp_path: Path) -> None:
    home = tmp_path / "home"
    small_series(tmp_path / "in", tags={"PatientName": "Müller^Änne"})
    (tmp_path / "in" / "readme.txt").write_text("hello")

    status, out, err = lightbox(home, "--json", "import", tmp_path / "in")

    assert (status, err) == (0, "")
    receipt = json.loads(out)
    assert {key: receipt[key] for key in ("files", "stored", "already", "skipped")} == {
        "files": 4,
        "stored": 3,
        "already": 0,
        "skipped": 1,
    }
    assert (receipt["unreadable"], receipt["conflicts"], receipt["missing"]) == (0, 0, [])
    assert set(receipt["entries"][0]) >= {"path", "status", "reason", "sha256", "sop_uid"}
    (study,) = answer(home, "studies", "muller")
    assert study["StudyInstanceUID"] == study_uid()
    assert study["PatientName"] == "Müller^Änne"
    assert study["ModalitiesInStudy"] == ["CT"]
    assert answer(home, "studies", "nobody") == []
    (series,) = answer(home, "series", study_uid())
    assert (series["Modality"], series["NumberOfSeriesRelatedInstances"]) == ("CT", 3)
    assert answer(home, "verify")["all_well"] is True
    assert answer(home, "receipts")[0]["counts"]["stored"] == 3
    assert answer(home, "receipts", "1") == receipt


def test_receipt_as_json_is_one_document_whatever_else_was_asked(tmp_path: Path) -> None:
    home = tmp_path / "home"
    small_series(tmp_path / "in")
    receipt = answer(home, "import", tmp_path / "in")

    assert answer(home, "receipts", "1", "--text") == receipt
    status, out, err = lightbox(home, "--json", "receipts", str(10**30))

    assert (status, out) == (2, "")
    assert err == f"lightbox receipts: There is no receipt {10**30}.\n"


@pytest.mark.parametrize("mode", [[], ["--link"]])
def test_file_that_was_cut_short_is_stored_and_told(tmp_path: Path, mode: list[str]) -> None:
    small_series(tmp_path / "in")
    cut = sorted(path for path in (tmp_path / "in").rglob("*") if path.is_file())[0]
    cut.write_bytes(cut.read_bytes()[:-100])

    receipt = answer(tmp_path / "home", "import", tmp_path / "in", *mode)

    assert receipt["stored"] == 3
    told = {one["path"]: one["reason"] for one in receipt["entries"] if "end" in one["reason"]}
    assert list(told) == [str(cut)]
    start = "linked; The pixel data end early" if mode else "The pixel data end early"
    assert told[str(cut)].startswith(start)


def test_words_for_people(tmp_path: Path) -> None:
    home = tmp_path / "home"
    small_series(tmp_path / "in")

    status, out, _ = lightbox(home, "import", tmp_path / "in")
    assert status == 0
    assert "3  stored" in out
    assert "Phantom" in lightbox(home, "studies")[1]
    assert "Known values" in lightbox(home, "series", study_uid())[1]
    assert "All is well." in lightbox(home, "verify")[1]
    assert "[stored]" in lightbox(home, "receipts", "1", "--text")[1]


def test_link_leaves_files_where_they_are(tmp_path: Path) -> None:
    small_series(tmp_path / "in")

    receipt = answer(tmp_path / "home", "import", tmp_path / "in", "--link")

    assert (receipt["stored"], receipt["mode"]) == (3, "link")
    assert not (tmp_path / "home" / "objects").exists()


def test_exit_status_tells_how_it_went(tmp_path: Path) -> None:
    home = tmp_path / "home"
    paths = small_series(tmp_path / "in")
    assert lightbox(home, "import", tmp_path / "in")[0] == 0
    assert lightbox(home, "import", tmp_path / "in")[0] == 0
    paths[0].write_bytes(paths[0].read_bytes()[:300])
    assert lightbox(home, "import", tmp_path / "in")[0] == 1
    assert lightbox(home, "import", tmp_path / "in", tmp_path / "nothing")[0] == 1
    for words in (["import", tmp_path / "nothing"], ["series", "1.2.3"], ["receipts", "77"]):
        status, out, err = lightbox(home, *words)
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
        assert err.startswith("lightbox ")


@pytest.mark.corpus
@pytest.mark.slow
def test_every_file_of_the_corpus_ends_on_the_receipt(tmp_path: Path, data_dir: Path) -> None:
    home = tmp_path / "home"
    files = sorted(str(path) for path in data_dir.rglob("*") if path.is_file())

    status, out, _ = lightbox(home, "--json", "import", data_dir)

    receipt = json.loads(out)
    assert status == 1  # real discs miss files, and some UIDs clash on purpose
    assert sorted(entry["path"] for entry in receipt["entries"]) == files
    statuses = Counter(entry["status"] for entry in receipt["entries"])
    assert set(statuses) <= set(STATUSES)
    assert receipt["files"] == sum(statuses.values()) == len(files)
    assert all(entry["reason"] for entry in receipt["entries"] if entry["status"] != "stored")
    directories = [e for e in receipt["entries"] if e["path"].endswith("DICOMDIR")]
    assert {(e["status"], e["reason"]) for e in directories} == {("skipped", "directory")}

    again = answer(home, "import", data_dir)

    assert again["stored"] == 0
    assert again["conflicts"] == receipt["conflicts"]
    assert again["already"] == receipt["stored"] + receipt["already"]
    assert answer(home, "verify")["all_well"] is True
    listed = answer(home, "studies")
    assert sum(study["NumberOfStudyRelatedInstances"] for study in listed) == receipt["stored"]
