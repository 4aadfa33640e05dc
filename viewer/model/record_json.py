"""Instances as JSON text: for the index and between processes.

The text is compact and exact: raw bytes, the difference between whole and fractional numbers and
tuples come back as they were. Path and digest are not part of it; the index keeps them in columns
of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

from viewer.base.errors import UnreadableError
from viewer.model.study import (
    FileRef,
    FrameFacts,
    Identity,
    ImagePlane,
    Instance,
    PixelFormat,
    Value,
    Vector,
)

VERSION = 1
"""Of the text's form; records of another version are read again from their files."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_BARE = FrameFacts()
_NAMES = (
    "sop_class_uid",
    "sop_instance_uid",
    "study_instance_uid",
    "series_instance_uid",
    "transfer_syntax_uid",
    "modality",
)
_Values = Mapping[str, Value]


def to_json(instance: Instance) -> str:
    """Return the record as JSON text, without path and digest."""
    who = instance.identity
    return _ENCODER.encode(
        [
            VERSION,
            instance.file.size,
            instance.file.dataset_offset,
            [getattr(instance, name) for name in _NAMES],
            [who.patient_id, who.issuer, who.name, who.birth_date, who.sex],
            [who.raw_patient_id.decode("latin-1"), who.raw_name.decode("latin-1")],
            dict(instance.attributes),
            astuple(instance.pixels) if instance.pixels else None,
            _pack_frames(instance.frames),
            instance.warnings,
        ]
    )


def from_json(text: str, path: str, digest: str = "") -> Instance:
    """Return the record that ``to_json`` wrote.

    Parameters
    ----------
    path
        Where the file lies now.
    digest
        Of its data set.

    Raises
    ------
    UnreadableError
        When the text is damaged or of another version; the file must be read again.
    """
    try:
        version, size, offset, names, who, raws, attributes, pixels, frames, warnings = json.loads(
            text
        )
        if version != VERSION:
            raise UnreadableError("The record was written by another version of Lightbox.")
        return Instance(
            FileRef(path, size, offset, digest),
            **dict(zip(_NAMES, names, strict=True)),
            identity=Identity(*who, *(raw.encode("latin-1") for raw in raws)),
            attributes=_values(attributes),
            pixels=PixelFormat(*pixels) if pixels else None,
            frames=_unpack_frames(frames),
            warnings=tuple(warnings),
        )
    except (ValueError, TypeError, LookupError, AttributeError) as err:
        raise UnreadableError("The record in the index is damaged; read the file again.") from err


def _values(attributes: dict[str, Any]) -> dict[str, Value]:
    return {
        keyword: tuple(value) if type(value) is list else value
        for keyword, value in attributes.items()
    }


def _pack_frames(frames: Sequence[FrameFacts]) -> list[Any]:
    """Return [number of frames, planes' shared parts, planes, constant values, other values].

    A plane is [index of its shared part, x, y, z] or 0. Trailing frames without facts are left
    out; values that differ between frames are columns, one list for each keyword.
    """
    n_frames = len(frames)
    last = next((count for count in range(n_frames, 0, -1) if frames[count - 1] != _BARE), 0)
    frames = frames[:last]
    shared: dict[tuple[Any, ...], int] = {}
    planes = [_pack_plane(facts.plane, shared) for facts in frames]
    constant, columns = _pack_values([facts.attributes for facts in frames])
    return [n_frames, list(shared), planes, constant, columns]


def _pack_plane(plane: ImagePlane | None, shared: dict[tuple[Any, ...], int]) -> Any:
    if plane is None:
        return 0
    rest = (plane.row_lps, plane.column_lps, plane.spacing_mm, plane.thickness_mm)
    return [shared.setdefault(rest, len(shared)), *plane.position_lps]


def _pack_values(rows: Sequence[_Values]) -> tuple[dict[str, Value], dict[str, list[Any]]]:
    keywords = dict.fromkeys(keyword for row in rows for keyword in row)
    constant: dict[str, Value] = {}
    columns: dict[str, list[Any]] = {}
    for keyword in keywords:
        column = [row.get(keyword) for row in rows]
        first = column[0]
        if first is not None and all(_same(value, first) for value in column):
            constant[keyword] = first
        else:
            columns[keyword] = column
    return constant, columns


def _same(value: Value | None, first: Value) -> bool:
    return value is first or (value == first and repr(value) == repr(first))  # 1 is not 1.0


def _unpack_frames(packed: list[Any]) -> tuple[FrameFacts, ...]:
    n_frames, parts, planes, constant, columns = packed
    shared = [_unpack_part(part) for part in parts]
    same = _values(constant)
    values = {
        keyword: [tuple(value) if type(value) is list else value for value in column]
        for keyword, column in columns.items()
    }
    frames: tuple[FrameFacts, ...] = tuple(
        FrameFacts(
            _unpack_plane(plane, shared),
            same | {key: col[index] for key, col in values.items() if col[index] is not None},
        )
        for index, plane in enumerate(planes)
    )
    bare: tuple[FrameFacts, ...] = (_BARE,) * (n_frames - len(frames))
    return frames + bare


_Part = tuple[Vector, Vector, tuple[float, float] | None, float | None]


def _unpack_part(part: list[Any]) -> _Part:
    row, column, spacing, thickness = part
    return tuple(row), tuple(column), tuple(spacing) if spacing else None, thickness


def _unpack_plane(plane: Any, shared: list[_Part]) -> ImagePlane | None:
    if not plane:
        return None
    part, *position = plane
    return ImagePlane(tuple(position), *shared[part])
