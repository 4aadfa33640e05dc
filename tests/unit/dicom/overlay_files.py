"""Write overlay planes into DICOM files, and read them with our code and with pydicom."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom

from viewer.dicom.frames import decode_frame
from viewer.dicom.native_read import is_native, read_native, stored_dtype
from viewer.model.frame import OverlayPlane
from viewer.model.study import Instance

Mask = npt.NDArray[np.bool_]
Tags = Mapping[int, tuple[str, Any]]


def on_image(plane: OverlayPlane, rows: int, columns: int) -> Mask:
    """Return a plane as large as its image."""
    whole = np.zeros((rows, columns), np.bool_)
    mask = plane.mask
    below, right = plane.first_row + mask.shape[0], plane.first_column + mask.shape[1]
    whole[plane.first_row : below, plane.first_column : right] = mask
    return whole


def overlay_array(dataset: pydicom.Dataset, group: int) -> Mask:
    """Ask pydicom, which refuses data whose length was rounded down, as in GH1728."""
    needed = -(-dataset[group, 0x10].value * dataset[group, 0x11].value // 8)
    data = dataset[group, 0x3000]
    data.value = data.value[:needed].ljust(needed + needed % 2, b"\0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(dataset.overlay_array(group), np.bool_)


def placed(mask: Mask, origin: Sequence[int], rows: int, columns: int) -> Mask:
    """Return what lies on an image when the first bit is at ``origin`` (row, column, from 1)."""
    whole = np.zeros((rows, columns), np.bool_)
    for row, column in np.argwhere(mask) + np.subtract(origin, 1):
        if 0 <= row < rows and 0 <= column < columns:
            whole[row, column] = True
    return whole


def both_ways(instance: Instance, index: int = 0) -> tuple[tuple[OverlayPlane, ...], list[str]]:
    """Decode a frame, and read it in place where that is possible; both must agree."""
    frame = decode_frame(instance, index)
    if is_native(instance):
        pixels = instance.pixels
        assert pixels is not None
        out = np.empty((pixels.rows, pixels.columns), stored_dtype(pixels))
        read = read_native(instance, index, out)
        assert read.warnings == frame.warnings
        assert np.array_equal(out, frame.stored)
        assert len(read.overlays) == len(frame.overlays)
        for mine, other in zip(read.overlays, frame.overlays, strict=True):
            assert np.array_equal(mine.bits, other.bits)
    return frame.overlays, list(frame.warnings)


def with_tags(path: Path, tags: Tags) -> Path:
    """Add elements to a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path)
        for tag, (vr, value) in tags.items():
            dataset.add_new(tag, vr, value)
        dataset.save_as(path)
    return path


def with_raw(path: Path, elements: Mapping[int, tuple[bytes, bytes]]) -> Path:
    """Put explicit little-endian elements of group 6000 right before the pixels."""
    group = b""
    for element in sorted(elements):
        vr, value = elements[element]
        even = value + bytes(len(value) % 2)
        length = struct.pack("<HI", 0, len(even)) if vr == b"OW" else struct.pack("<H", len(even))
        group += struct.pack("<HH2s", 0x6000, element, vr) + length + even
    whole = path.read_bytes()
    at = whole.index(b"\xe0\x7f\x10\x00")
    path.write_bytes(whole[:at] + group + whole[at:])
    return path


def plane_tags(mask: Mask, base: int = 0x60000000, vr: str = "OW", **changes: Any) -> Tags:
    """Describe a plane with data of its own; ``mask`` is (rows, columns) or (frames, …)."""
    data = np.packbits(mask.reshape(-1), bitorder="little").tobytes()
    tags: dict[int, tuple[str, Any]] = {
        base | 0x10: ("US", mask.shape[-2]),
        base | 0x11: ("US", mask.shape[-1]),
        base | 0x40: ("CS", changes.get("kind", "G")),
        base | 0x50: ("SS", list(changes.get("origin", (1, 1)))),
        base | 0x100: ("US", 1),
        base | 0x102: ("US", 0),
        base | 0x3000: (vr, data + bytes(len(data) % 2)),
    }
    return tags


def pattern(*shape: int, seed: int = 5) -> Mask:
    mask = np.random.default_rng(seed).random(shape) < 0.4
    mask.reshape(-1)[[0, -1]] = True
    return mask


def embedded_tags(positions: Mapping[int, int], rows: int, columns: int) -> Tags:
    tags: dict[int, tuple[str, Any]] = {}
    for base, position in positions.items():
        tags[base | 0x10] = ("US", rows)
        tags[base | 0x11] = ("US", columns)
        tags[base | 0x40] = ("CS", "G")
        tags[base | 0x50] = ("SS", [1, 1])
        tags[base | 0x100] = ("US", 16)
        tags[base | 0x102] = ("US", position)
    return tags
