"""How a frame travels from a worker to the pool: pixels in shared memory, the rest as JSON.

A worker reads files of unknown origin. Nothing that comes from it is unpickled, and what it says
about sizes is checked before it is believed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base import errors
from viewer.base.errors import DecodeError, ViewerError
from viewer.model.frame import Frame, GreyRules, OverlayPlane
from viewer.model.study import ObjectIdentity
from viewer.model.window import Lut, Rescale, Window

Array = NDArray[Any]
Message = dict[str, Any]

_ALIGNMENT = 64
_DTYPES = frozenset(["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"])


class Packer:
    """Collect arrays and where they will lie in the block."""

    def __init__(self) -> None:
        self.arrays: list[tuple[int, Array]] = []
        self.size = 0

    def add(self, array: Array) -> Message:
        """Give an array its place."""
        offset = self.size
        self.arrays.append((offset, array))
        self.size = -(-(offset + array.nbytes) // _ALIGNMENT) * _ALIGNMENT
        return {"at": offset, "dtype": array.dtype.str[1:], "shape": list(array.shape)}

    def write(self, buffer: memoryview) -> None:
        """Copy the arrays into the block."""
        for offset, array in self.arrays:
            target = np.ndarray(array.shape, array.dtype, buffer, offset)
            np.copyto(target, array)


def pack_frame(frame: Frame, packer: Packer) -> Message:
    """Describe a frame; its arrays go to the packer."""
    return {
        "stored": packer.add(frame.stored),
        "grey": None if frame.grey is None else _pack_grey(frame.grey, packer),
        "identity": {
            "uid": frame.identity.sop_instance_uid,
            "patient_id": frame.identity.raw_patient_id.hex(),
            "name": frame.identity.raw_name.hex(),
            "birth_date": frame.identity.raw_birth_date,
        },
        "n_rows_complete": frame.n_rows_complete,
        "decoder": frame.decoder,
        "bits_stored": frame.bits_stored,
        "warnings": list(frame.warnings),
        "overlays": [_pack_overlay(plane, packer) for plane in frame.overlays],
    }


def unpack_frame(message: Message, buffer: memoryview) -> Frame:
    """Build the frame that a worker described; its arrays are copied out of the block.

    Raises
    ------
    DecodeError
        When the description does not fit the block.
    """
    identity = message["identity"]
    grey = message["grey"]
    return Frame(
        stored=_array(message["stored"], buffer),
        grey=None if grey is None else _unpack_grey(grey, buffer),
        identity=ObjectIdentity(
            str(identity["uid"]),
            bytes.fromhex(identity["patient_id"]),
            bytes.fromhex(identity["name"]),
            str(identity["birth_date"]),
        ),
        n_rows_complete=int(message["n_rows_complete"]),
        decoder=str(message["decoder"]),
        bits_stored=int(message["bits_stored"]),
        warnings=tuple(str(text) for text in message["warnings"]),
        overlays=tuple(_unpack_overlay(plane, buffer) for plane in message["overlays"]),
    )


def pack_error(error: ViewerError) -> Message:
    """Describe an error by the name of its class and its text."""
    return {"error": type(error).__name__, "text": str(error)}


def unpack_error(message: Message) -> ViewerError:
    """Rebuild an error of our own tree; anything else becomes a ``DecodeError``."""
    kind = getattr(errors, str(message["error"]), None)
    if isinstance(kind, type) and issubclass(kind, ViewerError):
        return kind(str(message["text"]))
    return DecodeError(str(message["text"]))


def to_bytes(message: Message) -> bytes:
    """Encode a message."""
    return json.dumps(message).encode()


def from_bytes(data: bytes) -> Message:
    """Decode a message.

    Raises
    ------
    DecodeError
        When it is none.
    """
    try:
        message = json.loads(data)
    except ValueError as err:
        raise DecodeError("The decoder answered nonsense.") from err
    if not isinstance(message, dict):
        raise DecodeError("The decoder answered nonsense.")
    return message


def _array(place: Message, buffer: memoryview) -> Array:
    shape = tuple(int(side) for side in place["shape"])
    offset = int(place["at"])
    if place["dtype"] not in _DTYPES or not 1 <= len(shape) <= 3 or min(shape) < 0 or offset < 0:
        raise DecodeError("The decoder described an impossible image.")
    dtype = np.dtype(str(place["dtype"]))
    n_bytes = dtype.itemsize
    for side in shape:
        n_bytes *= side
    if offset + n_bytes > len(buffer):
        raise DecodeError("The decoder described an image larger than it made.")
    array: Array = np.array(np.ndarray(shape, dtype, buffer, offset))
    array.setflags(write=False)
    return array


def _pack_overlay(plane: OverlayPlane, packer: Packer) -> Message:
    return {
        "kind": plane.kind,
        "label": plane.label,
        "first_row": plane.first_row,
        "first_column": plane.first_column,
        "columns": plane.columns,
        "bits": packer.add(plane.bits),
    }


def _unpack_overlay(message: Message, buffer: memoryview) -> OverlayPlane:
    bits, columns = _array(message["bits"], buffer), int(message["columns"])
    if bits.dtype != np.uint8 or bits.ndim != 2 or bits.shape[1] != (columns + 7) // 8:
        raise DecodeError("The decoder described an impossible overlay.")
    return OverlayPlane(
        str(message["kind"]),
        str(message["label"]),
        int(message["first_row"]),
        int(message["first_column"]),
        columns,
        bits,
    )


def _pack_grey(grey: GreyRules, packer: Packer) -> Message:
    return {
        "modality": _pack_transform(grey.modality, packer),
        "voi": [_pack_transform(entry, packer) for entry in grey.voi],
        "inverse": grey.inverse,
        "padding": grey.padding,
        "units": grey.units,
    }


def _unpack_grey(message: Message, buffer: memoryview) -> GreyRules:
    padding = message["padding"]
    modality = _unpack_transform(message["modality"], buffer)
    if isinstance(modality, Window):
        raise DecodeError("The decoder answered nonsense.")
    voi = [_unpack_transform(entry, buffer) for entry in message["voi"]]
    return GreyRules(
        modality=modality,
        voi=tuple(entry for entry in voi if not isinstance(entry, Rescale)),
        inverse=bool(message["inverse"]),
        padding=None if padding is None else (float(padding[0]), float(padding[1])),
        units=str(message["units"]),
    )


def _pack_transform(entry: Rescale | Lut | Window, packer: Packer) -> Message:
    if isinstance(entry, Lut):
        return {
            "kind": "lut",
            "first": entry.first_mapped,
            "entries": packer.add(entry.entries),
            "bits": entry.bits,
            "explanation": entry.explanation,
        }
    if isinstance(entry, Window):
        return {
            "kind": "window",
            "center": entry.center,
            "width": entry.width,
            "function": entry.function,
            "explanation": entry.explanation,
        }
    return {
        "kind": "rescale",
        "slope": entry.slope,
        "intercept": entry.intercept,
        "units": entry.units,
    }


def _unpack_transform(message: Message, buffer: memoryview) -> Rescale | Lut | Window:
    return _BUILDERS[message["kind"]](message, buffer)


def _lut(message: Message, buffer: memoryview) -> Lut:
    entries = _array(message["entries"], buffer)
    return Lut(int(message["first"]), entries, int(message["bits"]), str(message["explanation"]))


def _window(message: Message, buffer: memoryview) -> Window:
    return Window(
        float(message["center"]),
        float(message["width"]),
        str(message["function"]),
        str(message["explanation"]),
    )


def _rescale(message: Message, buffer: memoryview) -> Rescale:
    return Rescale(float(message["slope"]), float(message["intercept"]), str(message["units"]))


_BUILDERS: dict[str, Callable[[Message, memoryview], Rescale | Lut | Window]] = {
    "lut": _lut,
    "window": _window,
    "rescale": _rescale,
}
