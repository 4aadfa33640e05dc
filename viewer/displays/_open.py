"""Open a study: give each instance to its displayer and collect the display sets."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from viewer.base.features import load_features
from viewer.displays._spec import DisplaySpec, takes
from viewer.model.displayset import DisplaySet, OpenStudy, Unmatched
from viewer.model.study import Instance, Series, Study

_SAME_OBJECT = "the same object as another file of this series; the first one is shown"
_SAME_HEADER = (
    "the same SOP Instance UID and header as another file of this series; the first one is shown"
)
_OTHER_CONTENT = (
    "another object with the same SOP Instance UID as a file of this series; the first one is shown"
)
_NO_DISPLAYER = "no displayer takes this kind of object"


@functools.cache
def displayers() -> tuple[DisplaySpec, ...]:
    """Return all displayers, those that are asked first in front."""
    found = load_features("viewer.displays", DisplaySpec)
    return tuple(sorted(found, key=lambda spec: (-spec.priority, spec.id)))


def open_study(study: Study) -> OpenStudy:
    """Split a study into display sets, series by series.

    Instances that no display set holds are listed in ``unmatched`` with the reason: none is
    dropped in silence.
    """
    sets: list[DisplaySet] = []
    unmatched: list[Unmatched] = []
    for series in study.series:
        kept, left = _first_of_each(series.instances)
        unmatched += left
        opened, left = _open_series(series, kept)
        sets += opened
        unmatched += left
    return OpenStudy(study, tuple(sets), tuple(unmatched))


def _open_series(
    series: Series, instances: Sequence[Instance]
) -> tuple[list[DisplaySet], list[Unmatched]]:
    taken: dict[str, list[Instance]] = {}
    unmatched: list[Unmatched] = []
    for instance in instances:
        spec = next((spec for spec in displayers() if takes(spec, instance)), None)
        if spec is None:
            unmatched.append(Unmatched(instance, _NO_DISPLAYER))
        else:
            taken.setdefault(spec.id, []).append(instance)
    sets = [
        spec.open(series, part)
        for spec in displayers()
        if spec.id in taken
        for part in spec.split(taken[spec.id])
    ]
    return sets, unmatched


def _first_of_each(instances: Iterable[Instance]) -> tuple[list[Instance], list[Unmatched]]:
    """Keep one instance of each SOP Instance UID, the first."""
    kept: dict[str, Instance] = {}
    left: list[Unmatched] = []
    for instance in instances:
        first = kept.setdefault(instance.sop_instance_uid, instance)
        if first is not instance:
            left.append(Unmatched(instance, _why_left(first, instance)))
    return list(kept.values()), left


def _why_left(first: Instance, second: Instance) -> str:
    """Return how a file relates to the first of its UID; without digests no pixels were read."""
    if first.file.digest and second.file.digest:
        return _SAME_OBJECT if first.file.digest == second.file.digest else _OTHER_CONTENT
    alike = first.attributes == second.attributes and first.frames == second.frames
    return _SAME_HEADER if alike else _OTHER_CONTENT
