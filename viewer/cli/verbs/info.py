"""``lightbox info``: versions, decoders, renderer, paths, features and the ViewState schema."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from argparse import ArgumentParser

from viewer.base.features import feature_modules
from viewer.base.paths import resources
from viewer.base.settings import TABLE, open_settings
from viewer.cli._spec import ALL_DONE, Call, VerbSpec, print_document, print_line

FEATURE_PACKAGES = (
    "viewer.importers",
    "viewer.displays",
    "viewer.tools",
    "viewer.overlays",
    "viewer.hanging",
    "viewer.commands",
    "viewer.cli.verbs",
)
_LIBRARIES = (
    "PySide6-Essentials",
    "vtk",
    "pydicom",
    "pynetdicom",
    "numpy",
    "imagecodecs",
    "pylibjpeg",
    "pylibjpeg-openjpeg",
    "pylibjpeg-rle",
    "pyjpegls",
    "Pillow",
    "SQLAlchemy",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--features", action="store_true", help="list the feature files")
    parser.add_argument("--state-schema", action="store_true", help="JSON schema of a ViewState")


def run(call: Call) -> int:
    """Print what this installation is; nothing is written."""
    if call.arguments.state_schema:
        from viewer.viewport.state_json import state_schema  # noqa: PLC0415  loaded at first use

        print_document(state_schema())
        return ALL_DONE
    if call.arguments.features:
        return print_features(call)
    facts = {
        "version": version("lightbox"),
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "home": str(call.home.root),
        "resources": str(resources()),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "decoders": decoders(),
        "renderer": renderer(),
        "settings": {row.name: open_settings(call.home).get(row.name) for row in TABLE},
    }
    if call.json:
        print_document(facts)
        return ALL_DONE
    for name, value in facts.items():
        if isinstance(value, dict):
            print_line(name)
            for key, part in value.items():
                print_line(f"  {key:24} {part}")
        else:
            print_line(f"{name:12} {value}")
    return ALL_DONE


def print_features(call: Call) -> int:
    """Print the feature files of each folder."""
    found = {name: feature_modules(name) for name in FEATURE_PACKAGES}
    if call.json:
        print_document(found)
        return ALL_DONE
    for package, modules in found.items():
        print_line(package)
        for module in modules:
            print_line(f"  {module.rpartition('.')[2]}")
    return ALL_DONE


def version(distribution: str) -> str:
    """Return the installed version of a distribution, or 'not installed'."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def decoders() -> dict[str, str]:
    """Return which decoder each transfer syntax uses first, or why it is refused."""
    from viewer.dicom.codecs import decoder_names  # noqa: PLC0415  loaded at first use

    return dict(decoder_names())


def renderer() -> str:
    """Return the name of the OpenGL renderer, or why there is none."""
    from viewer.render.offscreen import renderer_name  # noqa: PLC0415  loaded at first use

    return renderer_name()


SPEC = VerbSpec(
    "info",
    "Versions, decoders, renderer, paths and features.",
    add_arguments,
    run,
    leaves_home=True,
)
