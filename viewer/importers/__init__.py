"""Ways in: folders, disc directories, archives. Each file is one feature, found by its ``SPEC``."""

from __future__ import annotations

from viewer.importers._scan import ScanReport, read_found, scan_source
from viewer.importers._spec import Find, Found, Listed, Missing, Refused
from viewer.importers._walk import SourceWalk, printable

__all__ = [
    "Find",
    "Found",
    "Listed",
    "Missing",
    "Refused",
    "ScanReport",
    "SourceWalk",
    "printable",
    "read_found",
    "scan_source",
]
