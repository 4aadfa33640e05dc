"""Find out why several frames lie at one position, and part them by it (R-083).

A key explains repeated positions when no two frames with one value share a position. Discrete
keys are tried first, alone and then together; a moment (trigger or acquisition time) need not be
shared by the slices of one phase, so it is compared at each position by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from viewer.displays._keys import (
    EXPLAINING,
    MOMENTS,
    TIME,
    SplitKey,
    sort_token,
    values_of,
)
from viewer.model.displayset import FrameRef

Codes = NDArray[np.int64]

MOST_KEYS_TOGETHER = 3

MOST_PARTS_AT_ONE_POSITION = 7
"""At a single position up to so many contrasts become display sets of their own; more are one to
scroll through, as moments always are. (Above seven Weasis keeps phases together, too.)"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why positions repeat.

    Attributes
    ----------
    keys
        What tells the frames apart.
    values
        For each frame, its values of the keys.
    """

    keys: tuple[SplitKey, ...]
    values: tuple[tuple[Hashable | None, ...], ...]

    @property
    def title(self) -> str:
        """Name the keys: 'b-value and diffusion direction'."""
        return " and ".join(key.title for key in self.keys)

    @property
    def is_time(self) -> bool:
        """Tell whether the frames differ by moment only."""
        return all(key.kind == TIME for key in self.keys)


def repeats(labels: Sequence[int]) -> bool:
    """Tell whether any position occurs more than once."""
    return len(set(labels)) < len(labels)


def explain(frames: Sequence[FrameRef], labels: Sequence[int]) -> Explanation | None:
    """Return what explains the repeated positions; None when nothing in the headers does.

    Parameters
    ----------
    labels
        The number of each frame's position.
    """
    found = [(key, values_of(key, frames)) for key in EXPLAINING]
    found = [(key, values) for key, values in found if _separates(values, labels)]
    codes = [_codes(values) for _, values in found]
    places = np.asarray(labels, dtype=np.int64)
    for n_keys in range(1, MOST_KEYS_TOGETHER + 1):
        for chosen in combinations(range(len(found)), n_keys):
            timely = any(found[one][0].kind == TIME for one in chosen)
            if _explains(_joined([codes[one] for one in chosen]), places, strict=timely):
                columns = [found[one][1] for one in chosen]
                keys = tuple(found[one][0] for one in chosen)
                return Explanation(keys, tuple(zip(*columns, strict=True)))
    return _by_moment(frames, labels) or _by_moment_within(frames, labels, found)


def _separates(values: Sequence[Hashable | None], labels: Sequence[int]) -> bool:
    """Tell whether two frames at one position differ in this value."""
    first: dict[int, Hashable | None] = {}
    return any(
        first.setdefault(label, value) != value for label, value in zip(labels, values, strict=True)
    )


def _codes(values: Sequence[Hashable | None]) -> Codes:
    """Return a number for each value, in the order in which values are met."""
    known: dict[Hashable | None, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)


def _joined(codes: Sequence[Codes]) -> Codes:
    """Return a number for each combination of several codes."""
    joint = codes[0]
    for code in codes[1:]:
        joint = np.unique(joint * (int(code.max()) + 1) + code, return_inverse=True)[1]
    return joint


def _explains(codes: Codes, places: Codes, *, strict: bool) -> bool:
    """Tell whether frames with one value have one position each, in parts worth having."""
    n_places = int(places.max()) + 1
    if np.unique(codes * n_places + places).size < codes.size:
        return False
    most = int(np.bincount(places).max())
    n_values = int(np.unique(codes).size)
    return n_values <= most or (not strict and n_values <= codes.size // 2)


def _by_moment(frames: Sequence[FrameRef], labels: Sequence[int]) -> Explanation | None:
    """Rank the frames at each position by their moment."""
    for key in MOMENTS:
        ranks = _ranks(values_of(key, frames), labels)
        if ranks is not None:
            return Explanation((key,), tuple((rank,) for rank in ranks))
    return None


def _by_moment_within(
    frames: Sequence[FrameRef],
    labels: Sequence[int],
    found: Sequence[tuple[SplitKey, Sequence[Hashable | None]]],
) -> Explanation | None:
    """Rank the frames by moment among those that agree in one other key."""
    for key, values in found:
        if len(set(values)) > max(Counter(labels).values()):
            continue
        numbers = _numbered(values, labels)
        joint = [numbers[pair] for pair in zip(values, labels, strict=True)]
        for moment in MOMENTS:
            ranks = _ranks(values_of(moment, frames), joint, even=False)
            if ranks is not None:
                return Explanation((key, moment), tuple(zip(values, ranks, strict=True)))
    return None


def _numbered(
    values: Sequence[Hashable | None], labels: Sequence[int]
) -> dict[tuple[Hashable | None, int], int]:
    pairs = dict.fromkeys(zip(values, labels, strict=True))
    return {pair: number for number, pair in enumerate(pairs)}


def _ranks(
    moments: Sequence[Hashable | None], labels: Sequence[int], *, even: bool = True
) -> list[int] | None:
    """Return the rank of each frame's moment at its position; None when that says nothing.

    With ``even`` every position must have the same number of frames, or one less where the
    last phase was not finished.
    """
    at: dict[int, list[Hashable]] = {}
    for moment, label in zip(moments, labels, strict=True):
        if moment is None:
            return None
        at.setdefault(label, []).append(moment)
    counts = {len(found) for found in at.values()}
    if any(len(set(found)) < len(found) for found in at.values()):
        return None
    if even and max(counts) - min(counts) > 1:
        return None
    ordered = {label: sorted(found, key=sort_token) for label, found in at.items()}
    return [
        ordered[label].index(moment)
        for moment, label in zip(moments, labels, strict=True)
        if moment is not None
    ]
