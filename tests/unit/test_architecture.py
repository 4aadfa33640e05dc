"""The shape of the code: what may import what, and how large a file may grow.

import-linter (pyproject.toml) holds the contracts; here each is broken once, in a copy of the
package, to see it fire, and the rules it cannot say are checked with grimp.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path
from typing import Any

import grimp
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "viewer"
MAX_LINES = 400
FEATURE_FOLDERS = (
    "importers",
    "exporters",
    "displays",
    "tools",
    "overlays",
    "hanging",
    "commands",
    "ui.panes",
    "cli.verbs",
)
PICTURE_FOLDERS = ("imaging", "displays", "viewport", "tools", "overlays", "hanging", "render")
SOURCE_FOLDERS = ("store", "net", "services", "importers", "exporters")
DICOM = ("dicom",)
DOORS = {
    "PySide6": ("ui",),
    "shiboken6": ("ui",),
    "vtkmodules": ("render",),
    "numpy": ("*",),
    "pydicom": ("dicom", "net"),
    "highdicom": DICOM,
    "imagecodecs": DICOM,
    "pylibjpeg": DICOM,
    "openjpeg": DICOM,
    "jpeg_ls": DICOM,
    "rle": DICOM,
    "PIL": DICOM,
    "pycdlib": DICOM,
    "pynetdicom": ("net",),
    "dicomweb_client": ("net",),
    "keyring": ("net",),
    "scipy": ("imaging",),
    "SimpleITK": ("imaging",),
    "pyqtgraph": ("ui",),
    "superqt": ("ui",),
    "sqlalchemy": ("store",),
    "alembic": ("store",),
    "sqlite3": ("store",),
}
HEAVY = ("PySide6", "vtkmodules", "pydicom", "sqlalchemy", "numpy", "pynetdicom", "imagecodecs")
GPL_TRAPS = ("pylibjpeg-libjpeg", "pyside6-addons", "av", "pymupdf", "opencv-python")


def folder_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def contracts() -> list[dict[str, Any]]:
    with (ROOT / "pyproject.toml").open("rb") as handle:
        return list(tomllib.load(handle)["tool"]["importlinter"]["contracts"])


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("viewer", include_external_packages=True, cache_dir=None)


def test_libraries_are_imported_at_their_doors_only(graph: grimp.ImportGraph) -> None:
    strays = []
    for library in sorted(m for m in graph.modules if graph.is_module_squashed(m)):
        if library in sys.stdlib_module_names and library not in DOORS:
            continue
        assert library in DOORS, f"{library} is imported but has no door in this test's table"
        allowed = DOORS[library]
        strays += [
            f"{importer} imports {library}"
            for importer in graph.find_modules_that_directly_import(library)
            if "*" not in allowed and folder_of(importer) not in allowed
        ]
    assert not strays, "\n".join(strays)


def test_every_door_in_use_has_its_contract(graph: grimp.ImportGraph) -> None:
    protected = {
        module
        for contract in contracts()
        if contract["type"] == "protected"
        for module in contract["protected_modules"]
    }

    in_use = {
        name for name, allowed in DOORS.items() if name in graph.modules and "*" not in allowed
    }

    assert in_use == protected


def test_pictures_do_not_know_where_they_came_from(graph: grimp.ImportGraph) -> None:
    chains = [
        f"{importer} → {imported}"
        for picture in PICTURE_FOLDERS
        for source in SOURCE_FOLDERS
        if {f"viewer.{picture}", f"viewer.{source}"} <= graph.modules
        for importer, *_, imported in graph.find_shortest_chains(
            f"viewer.{picture}", f"viewer.{source}", as_packages=True
        )
    ]
    assert not chains, "\n".join(chains)


def test_contract_names_every_picture_and_every_source(graph: grimp.ImportGraph) -> None:
    (contract,) = (c for c in contracts() if c["type"] == "forbidden")

    pictures = {f"viewer.{name}" for name in PICTURE_FOLDERS} & graph.modules
    sources = {f"viewer.{name}" for name in SOURCE_FOLDERS} & graph.modules

    assert set(contract["source_modules"]) == pictures
    assert set(contract["forbidden_modules"]) == sources


def test_base_is_standard_library_only(graph: grimp.ImportGraph) -> None:
    foreign = [
        f"{module} imports {imported}"
        for module in graph.find_descendants("viewer.base")
        for imported in graph.find_modules_directly_imported_by(module)
        if not imported.startswith("viewer.") and imported not in sys.stdlib_module_names
    ]
    assert not foreign, "\n".join(foreign)


def test_no_module_imports_a_feature_file(graph: grimp.ImportGraph) -> None:
    packages = {f"viewer.{folder}" for folder in FEATURE_FOLDERS} & graph.modules
    assert packages, "no feature folder was found: is the list out of date?"
    features = {
        module
        for package in packages
        for module in graph.find_children(package)
        if not module.rpartition(".")[2].startswith("_")
    }
    imports = [
        f"{importer} imports {feature}"
        for feature in features
        for importer in graph.find_modules_that_directly_import(feature)
        if not importer.startswith(f"{feature}.")
    ]
    assert not imports, "\n".join(imports)


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}

    too_long = [
        f"{path.relative_to(ROOT)}: {n_lines}"
        for path, n_lines in lengths.items()
        if n_lines > MAX_LINES
    ]
    assert not too_long, "\n".join(too_long)


def test_nothing_is_named_after_nothing() -> None:
    vague = re.compile(r"^(utils?|helpers?|common|managers?|misc)$")

    named = [path for path in PACKAGE.rglob("*") if vague.match(path.stem.strip("_"))]

    assert not named


def copy_package(folder: Path) -> Path:
    """Copy code and rules, so that they can be broken."""
    shutil.copytree(PACKAGE, folder / "viewer", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder / "viewer"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {"PATH": "/usr/bin", "PYTHONPATH": str(folder), "COLUMNS": "400"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def breach(package: Path, importer: str, imported: str) -> None:
    """Let the package `importer` import `imported`."""
    target = package / importer / "__init__.py" if importer else package / "__init__.py"
    if not target.exists():
        target = package / f"{importer}.py"
    with target.open("a", encoding="utf-8") as handle:
        handle.write(f"\nimport {imported}\n")


def existing_layers(package: Path) -> list[list[str]]:
    """Return the layers, top first, each the list of those of its folders that exist."""
    (contract,) = (c for c in contracts() if c["type"] == "layers")
    rows = [re.findall(r"\w+", layer) for layer in contract["layers"]]
    kept = [
        [name for name in row if (package / name).is_dir() or (package / f"{name}.py").is_file()]
        for row in rows
    ]
    return [row for row in kept if row]


def test_package_keeps_its_contracts(tmp_path: Path) -> None:
    copy_package(tmp_path)

    result = lint(tmp_path)

    assert result.returncode == 0, result.stdout + result.stderr


def test_each_layer_refuses_to_import_the_one_above(tmp_path: Path) -> None:
    package = copy_package(tmp_path)
    rows = existing_layers(package)
    pairs = [
        (low, high)
        for highs, lows in pairwise(rows)
        for low in lows
        for high in highs
        if high != "__main__"
    ]
    for low, high in pairs:
        breach(package, low, f"viewer.{high}")

    result = lint(tmp_path)

    assert result.returncode == 1
    for low, high in pairs:
        assert f"viewer.{low} is not allowed to import viewer.{high}" in result.stdout


def test_neighbours_refuse_each_other(tmp_path: Path) -> None:
    package = copy_package(tmp_path)
    pairs = [(row[0], row[1]) for row in existing_layers(package) if len(row) == 2]
    for left, right in pairs:
        breach(package, left, f"viewer.{right}")

    result = lint(tmp_path)

    assert (result.returncode == 1) is bool(pairs)
    for left, right in pairs:
        assert f"viewer.{left} is not allowed to import viewer.{right}" in result.stdout


def test_new_folder_has_no_place_until_it_is_given_one(tmp_path: Path) -> None:
    package = copy_package(tmp_path)
    (package / "invented").mkdir()
    (package / "invented" / "__init__.py").touch()

    result = lint(tmp_path)

    assert result.returncode == 1
    assert "invented" in result.stdout


def test_each_door_refuses_strangers(tmp_path: Path) -> None:
    package = copy_package(tmp_path)
    libraries = [
        module
        for contract in contracts()
        if contract["type"] == "protected"
        for module in contract["protected_modules"]
    ]
    for library in libraries:
        breach(package, "base", library)

    result = lint(tmp_path)

    assert (result.returncode == 1) is bool(libraries)
    for library in libraries:
        assert re.search(rf"viewer\.base -> {library}\b", result.stdout), library


def test_picture_refuses_its_source(tmp_path: Path) -> None:
    package = copy_package(tmp_path)
    forbidden = [contract for contract in contracts() if contract["type"] == "forbidden"]
    pairs = [
        (source.split(".")[1], target)
        for contract in forbidden
        for source in contract["source_modules"]
        for target in contract["forbidden_modules"]
    ]
    assert pairs
    for source, target in pairs:
        breach(package, source, target)

    result = lint(tmp_path)

    assert result.returncode == 1
    for source, target in pairs:
        assert f"viewer.{source} is not allowed to import {target}" in result.stdout


def test_ring_of_neighbours_is_refused(tmp_path: Path) -> None:
    package = copy_package(tmp_path)
    breach(package, "base", "viewer.model")
    breach(package, "model", "viewer.base")

    result = lint(tmp_path)

    assert result.returncode == 1
    assert re.search(r"neighbours form no ring\s+BROKEN", result.stdout)


def test_help_needs_no_heavy_library() -> None:
    program = (
        "import sys\n"
        "from viewer.__main__ import main\n"
        "sys.argv = ['lightbox', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('LOADED', [m for m in {HEAVY!r} if m in sys.modules])\n"
    )

    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert "usage: lightbox" in result.stdout, result.stderr
    assert result.stdout.splitlines()[-1] == "LOADED []"


def test_no_dependency_forces_gpl() -> None:
    found: dict[str, str] = {}
    todo = ["lightbox"]
    while todo:
        metadata = distribution(todo.pop())
        for text in metadata.requires or []:
            need = Requirement(text)
            if need.name.lower() in found or (
                need.marker and not need.marker.evaluate({"extra": ""})
            ):
                continue
            about = distribution(need.name).metadata
            classifiers = [c for c in about.get_all("Classifier", []) if "License" in c]
            licence = " ".join([*about.get_all("License-Expression", []), *classifiers])
            found[need.name.lower()] = licence
            todo.append(need.name)

    assert "numpy" in found
    forced = [
        f"{name}: {licence}"
        for name, licence in found.items()
        if "GPL" in licence and "LGPL" not in licence and "Lesser" not in licence
    ]
    assert not forced, "\n".join(forced)
    assert not set(GPL_TRAPS) & set(found)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "uv.lock"])
def test_lock_is_portable_and_free_of_traps(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "file://" not in text
    assert not re.search(r"(/opt/|/tmp/|/home/|/root/)", text)
    hosts = set(re.findall(r"https?://([^/\"\s]+)", text))
    assert hosts <= {"pypi.org", "files.pythonhosted.org"}
    for trap in GPL_TRAPS:
        assert not re.search(rf"(?m)^(name = \"{trap}\"|{trap}==)", text), trap
