"""README and CONTRIBUTING speak of what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from viewer.base.features import feature_modules
from viewer.base.settings import TABLE

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def reading_order() -> list[tuple[str, str]]:
    """Return (folder, file) for each file that CONTRIBUTING asks to read first."""
    found = []
    for line in CONTRIBUTING.splitlines():
        if not line.startswith("| `viewer/"):
            continue
        _, folders, files, _, _ = line.split("|")
        first = re.findall(r"`([\w/]+)`", folders)[0]
        found += [(first, name) for name in re.findall(r"`(\w+\.py)`", files)]
    return found


@pytest.mark.parametrize(("folder", "name"), reading_order())
def test_file_to_read_first_exists(folder: str, name: str) -> None:
    assert (ROOT / folder / name).is_file()


def test_every_folder_has_its_place_in_the_reading_order() -> None:
    table = "\n".join(line for line in CONTRIBUTING.splitlines() if line.startswith("| `viewer/"))
    named = {name.rpartition("/")[2] for name in re.findall(r"`([\w/]+)`", table)}

    folders = {path.parent.name for path in (ROOT / "viewer").glob("*/__init__.py")}

    assert folders <= named


def test_every_verb_is_in_the_readme() -> None:
    verbs = {name.rpartition(".")[2].strip("_") for name in feature_modules("viewer.cli.verbs")}

    missing = {verb for verb in verbs - {"open"} if not re.search(rf"`[^`]*\b{verb}\b", README)}

    assert not missing


def test_readme_offers_no_verb_that_is_missing() -> None:
    verbs = {name.rpartition(".")[2].strip("_") for name in feature_modules("viewer.cli.verbs")}

    offered = set(re.findall(r"(?m)^\| `lightbox ([a-z]+)", README))

    assert offered <= verbs


def test_files_that_documents_link_to_exist() -> None:
    for text in (README, CONTRIBUTING):
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / target).is_file(), target


def test_settings_are_explained() -> None:
    for setting in TABLE:
        assert setting.help.endswith("."), setting.name
