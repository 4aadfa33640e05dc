"""Rows of the benchmark table: our figure, the peer's figure of the same run, their ratio."""

from __future__ import annotations

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    what
        What was measured.
    ours
        Our figure.
    unit
        ``s``, ``ms``, ``frames/s``, ``files/s``, ``MB``.
    peer
        Who or what it is held against; 'budget' for a fixed number.
    theirs
        The peer's figure of the same run; None when the peer is not installed.
    lower_is_better
        Whether a small figure is good.
    budget
        Largest allowed ratio ours/theirs (smallest where high is good).
    note
        What a reader must know to judge the figure.
    """

    what: str
    ours: float
    unit: str
    peer: str
    theirs: float | None
    lower_is_better: bool = True
    budget: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by theirs."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def verdict(self) -> str:
        """``ok``, ``OVER`` or empty when there is nothing to hold it against."""
        if self.ratio is None or self.budget is None:
            return ""
        good = self.ratio <= self.budget if self.lower_is_better else self.ratio >= self.budget
        return "ok" if good else "OVER"


def median_of(n: int, measure: Callable[[], float]) -> float:
    """Return the median of ``n`` measurements."""
    return statistics.median(measure() for _ in range(n))


def timed(function: Callable[[], object]) -> float:
    """Return the wall seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def print_table(rows: Sequence[Row]) -> None:
    """Print the rows as a table on stdout."""
    head = ("what", "ours", "peer", "theirs", "ratio", "")
    lines = [head]
    lines += [
        (
            row.what,
            f"{row.ours:.4g} {row.unit}",
            row.peer,
            "–" if row.theirs is None else f"{row.theirs:.4g}",
            "–" if row.ratio is None else f"{row.ratio:.2f}",
            row.verdict,
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))
    for row in rows:
        if row.note:
            print(f"  {row.what}: {row.note}")


def write_json(rows: Sequence[Row], path: Path) -> None:
    """Write the rows with the machine they were measured on."""
    document = {
        "machine": {"system": platform.platform(), "python": sys.version.split()[0]},
        "rows": [asdict(row) | {"ratio": row.ratio, "verdict": row.verdict} for row in rows],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
