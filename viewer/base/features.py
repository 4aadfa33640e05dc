"""Find feature files: one file is one feature, and deleting the file removes it.

A feature module ends in ``SPEC = ...`` or, for commands, ``COMMANDS = (...)``. Nothing imports a
feature module by name; the loader walks the folder, also in a frozen program.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TypeVar

Spec = TypeVar("Spec")


def feature_modules(package_name: str) -> list[str]:
    """Return the dotted names of the feature modules in a package, sorted; no import happens.

    Modules whose name starts with an underscore hold what features share and are left out.
    """
    package = importlib.import_module(package_name)
    names = (item.name for item in pkgutil.iter_modules(package.__path__))
    return [f"{package_name}.{name}" for name in sorted(names) if not name.startswith("_")]


def load_features(package_name: str, kind: type[Spec]) -> list[Spec]:
    """Import every feature module of a package and return its records of type ``kind``.

    Parameters
    ----------
    package_name
        For instance ``viewer.tools``.
    kind
        The record type that ``SPEC`` must have, or that ``COMMANDS`` must hold.

    Raises
    ------
    TypeError
        When a module has neither record, or one of the wrong type: a bug, not bad input.
    """
    found: list[Spec] = []
    for name in feature_modules(package_name):
        module = importlib.import_module(name)
        records = getattr(module, "COMMANDS", None) or (getattr(module, "SPEC", None),)
        for record in records:
            if not isinstance(record, kind):
                message = f"{name} must end in SPEC or COMMANDS of type {kind.__name__}"
                raise TypeError(message)
            found.append(record)
    return found
