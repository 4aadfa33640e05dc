"""Decoded frames in memory, within a number of bytes that is never exceeded.

A uniform stack (grey, one size, one type) lives in one array (frames, rows, columns), so that a
volume can be made of it without a copy; its pages are touched as frames arrive. Everything else
is kept frame by frame. What a pane shows is never thrown away; of the rest goes first what no
pane shows, least recently used first, then what is farthest from where its reader is.

Room is reserved before a frame is read, so that frames on their way count, too.
"""

from __future__ import annotations

import mmap
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.native_read import stored_dtype
from viewer.imaging.prefetch import UNWANTED, Key, Position, nearest
from viewer.model.displayset import DisplaySet, FrameRef
from viewer.model.frame import Frame
from viewer.model.study import PixelFormat

Array = NDArray[Any]

VOLUME_SHARE = 0.75
"""Share of the budget that arrays of whole stacks may take; the rest is for single frames."""


@dataclass(slots=True)
class _Entry:
    """What is kept of one display set; bytes are counted where they change."""

    display_set: DisplaySet
    format: PixelFormat | None
    frames: list[Frame | None]
    volume: Array | None = None
    loose: OrderedDict[int, int] = field(default_factory=OrderedDict)
    reserved: dict[int, int] = field(default_factory=dict)
    overlays: dict[int, int] = field(default_factory=dict)
    n_loaded: int = 0

    def set(self, index: int, frame: Frame | None) -> None:
        """Put a frame in, or take it out, and keep count."""
        self.n_loaded += (frame is not None) - (self.frames[index] is not None)
        self.frames[index] = frame

    def clear(self) -> None:
        """Drop everything but reservations."""
        self.volume = None
        self.loose.clear()
        self.overlays.clear()
        self.frames = [None] * len(self.frames)
        self.n_loaded = 0


def uniform_format(display_set: DisplaySet) -> PixelFormat | None:
    """Return the pixel format that all frames share when they can live in one array."""
    first = display_set.frames[0].instance.pixels if display_set.frames else None
    if first is None or first.samples != 1 or first.photometric == "PALETTE COLOR":
        return None
    shape = _array_facts(first)
    for instance in display_set.instances:
        pixels = instance.pixels
        if pixels is None or pixels.samples != 1 or _array_facts(pixels) != shape:
            return None
        if pixels.photometric == "PALETTE COLOR":
            return None
    return first


def _array_facts(pixels: PixelFormat) -> tuple[object, ...]:
    return (pixels.rows, pixels.columns, pixels.bits_allocated, pixels.signed, pixels.kind)


def frame_nbytes(pixels: PixelFormat) -> int:
    """Return the bytes that a decoded frame takes in memory."""
    if pixels.photometric == "PALETTE COLOR":
        return pixels.rows * pixels.columns * 3 * 2
    size = max(1, pixels.bits_allocated // 8)
    return pixels.rows * pixels.columns * pixels.samples * size


class FrameCache:
    """Frames by display set and index. Safe to use from several threads."""

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._positions: tuple[Position, ...] = ()
        self._used_bytes = 0
        self._lock = threading.RLock()

    @property
    def used_bytes(self) -> int:
        """Bytes of all frames, arrays and reservations."""
        return self._used_bytes

    def open(self, display_set: DisplaySet) -> bool:
        """Keep frames of a display set from now on; no memory is taken yet.

        A set of the same id with other frames (more have arrived) takes over what is there.
        Return True when the frames are others than before.
        """
        with self._lock:
            old = self._entries.get(display_set.id)
            if old is not None and _same_frames(old.display_set, display_set):
                old.display_set = display_set
                return False
            entry = _Entry(display_set, uniform_format(display_set), [None] * display_set.n_frames)
            if old is None:
                self._entries[display_set.id] = entry
                return False
            self._succeed(old, entry)
            return True

    def _succeed(self, old: _Entry, entry: _Entry) -> None:
        """Put an entry in the place of an older one and take its frames over where that fits.

        The old array is counted until the frames are out of it, so that both fit the budget.
        """
        self._used_bytes -= sum(old.reserved.values())
        old.reserved.clear()
        self._entries[entry.display_set.id] = entry
        both_fit = old.volume is None or self._has_slot(entry)
        self._used_bytes -= _nbytes(old)
        if not both_fit:
            return
        kept = {
            _name(ref): frame
            for ref, frame in zip(old.display_set.frames, old.frames, strict=True)
            if frame is not None
        }
        for index, ref in enumerate(entry.display_set.frames):
            if _name(ref) in kept:
                self._put(entry, index, kept[_name(ref)])

    def close(self, display_set_id: str) -> None:
        """Drop a display set and all of its frames."""
        with self._lock:
            entry = self._entries.pop(display_set_id, None)
            if entry is not None:
                self._used_bytes -= _nbytes(entry)

    def look_at(self, positions: Mapping[str, Position]) -> None:
        """Take note of where the readers are: that protects frames, and orders the rest."""
        with self._lock:
            self._positions = tuple(positions.values())
            for position in self._positions:
                if position.display_set_id in self._entries:
                    self._entries.move_to_end(position.display_set_id)

    def get(self, key: Key) -> Frame | None:
        """Return a frame that is there."""
        with self._lock:
            entry, index = self._entries.get(key[0]), key[1]
            if entry is None or not 0 <= index < len(entry.frames):
                return None
            if index in entry.loose:
                entry.loose.move_to_end(index)
            return entry.frames[index]

    def n_loaded(self, display_set_id: str) -> int:
        """Return how many frames of a display set are there."""
        with self._lock:
            entry = self._entries.get(display_set_id)
            return 0 if entry is None else entry.n_loaded

    def is_there(self, key: Key) -> bool:
        """Tell whether a frame is there, without counting as a use."""
        with self._lock:
            entry, index = self._entries.get(key[0]), key[1]
            return (
                entry is not None and index < len(entry.frames) and entry.frames[index] is not None
            )

    def volume(self, display_set_id: str) -> Array | None:
        """Return the array (frames, rows, columns) of a stack, read-only, once it is complete."""
        with self._lock:
            entry = self._entries.get(display_set_id)
            if entry is None or entry.volume is None or entry.loose:
                return None
            if entry.n_loaded < len(entry.frames):
                return None
            view = entry.volume.view()
        view.setflags(write=False)
        return view

    def reserve(self, key: Key) -> bool:
        """Make room for a frame that is about to be read; False when there is none.

        What is farther from every reader than this frame is thrown away for it.
        """
        with self._lock:
            entry, index = self._entries.get(key[0]), key[1]
            if entry is None or index >= len(entry.frames):
                return False
            pixels = entry.display_set.frames[index].instance.pixels
            if pixels is None or self._has_slot(entry) or index in entry.reserved:
                return pixels is not None
            nbytes = frame_nbytes(pixels)
            if not self._make_room(nbytes, nearest(self._positions, *key)):
                return False
            entry.reserved[index] = nbytes
            self._used_bytes += nbytes
            return True

    def slot(self, key: Key, ref: FrameRef) -> Array | None:
        """Return the writable place of a frame in its stack's array; None where it has none."""
        with self._lock:
            entry = self._entry_of(key, ref)
            return None if entry is None or entry.volume is None else entry.volume[key[1]]

    def _entry_of(self, key: Key, ref: FrameRef) -> _Entry | None:
        """Return the entry in which ``ref`` still has this index."""
        entry = self._entries.get(key[0])
        return entry if entry is not None and is_at(entry.display_set, key[1], ref) else None

    def release(self, key: Key) -> None:
        """Give back what was reserved for a frame that did not come."""
        with self._lock:
            entry = self._entries.get(key[0])
            if entry is not None:
                self._used_bytes -= entry.reserved.pop(key[1], 0)

    def put(self, key: Key, ref: FrameRef, frame: Frame) -> Frame | None:
        """Keep a frame that has come; return what is kept, or None when there is no room.

        A frame whose pixels lie elsewhere is copied into its stack's array where they fit. One
        that has lost its place meanwhile is not kept.
        """
        with self._lock:
            entry = self._entry_of(key, ref)
            return None if entry is None else self._put(entry, key[1], frame)

    def _put(self, entry: _Entry, index: int, frame: Frame) -> Frame | None:
        self._used_bytes -= entry.reserved.pop(index, 0) + entry.loose.pop(index, 0)
        self._used_bytes -= entry.overlays.pop(index, 0)
        entry.set(index, None)
        placed = _into_volume(entry, index, frame)
        counts, nbytes = entry.overlays, frame.overlay_nbytes
        if placed is None:
            counts, nbytes = entry.loose, nbytes + frame.stored.nbytes
        distance = nearest(self._positions, entry.display_set.id, index)
        if nbytes:
            had_array = entry.volume is not None
            if not self._make_room(nbytes, distance) or (had_array and entry.volume is None):
                return None
            counts[index] = nbytes
            self._used_bytes += nbytes
        placed = placed or _on_its_own(frame)
        entry.set(index, placed)
        return placed

    def forget(self, key: Key) -> None:
        """Drop one frame."""
        with self._lock:
            entry, index = self._entries.get(key[0]), key[1]
            if entry is not None and index < len(entry.frames):
                entry.set(index, None)
                self._used_bytes -= entry.loose.pop(index, 0) + entry.overlays.pop(index, 0)

    def _has_slot(self, entry: _Entry) -> bool:
        """Tell whether the entry has its array; make it when it may have one."""
        if entry.volume is not None or entry.format is None:
            return entry.volume is not None
        pixels = entry.format
        shape = (entry.display_set.n_frames, pixels.rows, pixels.columns)
        dtype = stored_dtype(pixels)
        nbytes = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        if not self._volume_fits(entry, nbytes) or not self._make_room(nbytes, UNWANTED):
            return False
        try:
            entry.volume = untouched_array(shape, dtype)
        except (MemoryError, OSError):  # the machine has less than the budget says
            return False
        self._used_bytes += nbytes
        for index in list(entry.loose):
            self._move_in(entry, index)
        return True

    def _move_in(self, entry: _Entry, index: int) -> None:
        """Take a frame that came before its stack's array into the array."""
        frame = entry.frames[index]
        placed = _into_volume(entry, index, frame) if frame is not None else None
        if placed is not None:
            entry.overlays[index] = placed.overlay_nbytes
            self._used_bytes -= entry.loose.pop(index) - placed.overlay_nbytes
            entry.set(index, placed)

    def _volume_fits(self, entry: _Entry, nbytes: int) -> bool:
        """Tell whether the array keeps within its share, what is shown now counted."""
        shown = {position.display_set_id for position in self._positions}
        others = sum(
            other.volume.nbytes
            for other in self._entries.values()
            if other is not entry and other.volume is not None and other.display_set.id in shown
        )
        return others + nbytes <= VOLUME_SHARE * self.budget_bytes

    def _make_room(self, nbytes: int, distance: float) -> bool:
        """Throw away what is unwanted or farther than ``distance`` until ``nbytes`` fit."""
        if nbytes > self.budget_bytes:
            return False
        while self._used_bytes + nbytes > self.budget_bytes:
            if not (self._drop_unwanted() or self._drop_farther(distance)):
                return False
        return True

    def _drop_unwanted(self) -> bool:
        shown = {position.display_set_id for position in self._positions}
        for display_set_id, entry in self._entries.items():
            if display_set_id not in shown and (entry.volume is not None or entry.loose):
                self._used_bytes -= _nbytes(entry) - sum(entry.reserved.values())
                entry.clear()
                return True
        return False

    def _drop_farther(self, distance: float) -> bool:
        """Drop the loose frame that is farthest from its readers, if it is farther."""
        farthest, victim = distance, None
        for display_set_id, entry in self._entries.items():
            for index in entry.loose:
                found = nearest(self._positions, display_set_id, index)
                if found > farthest and found > 0:
                    farthest, victim = found, (entry, index)
        if victim is None:
            return False
        entry, index = victim
        entry.set(index, None)
        self._used_bytes -= entry.loose.pop(index)
        return True


def _name(ref: FrameRef) -> tuple[str, int]:
    return (ref.instance.sop_instance_uid, ref.frame)


def untouched_array(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return an array whose pages the system gives as they are written, in small steps.

    NumPy asks for huge pages for large arrays. Finding them takes the system long when memory is
    fragmented: 500 MB took 0.95 s to touch the first time, in small pages 0.35 s (medians of 5).
    """
    nbytes = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    return np.frombuffer(mmap.mmap(-1, max(1, nbytes)), dtype, nbytes // dtype.itemsize).reshape(
        shape
    )


def is_at(display_set: DisplaySet, index: int, ref: FrameRef) -> bool:
    """Tell whether a frame has this place in a display set."""
    return index < display_set.n_frames and _name(display_set.frames[index]) == _name(ref)


def _same_frames(one: DisplaySet, other: DisplaySet) -> bool:
    if one is other or one.frames is other.frames:
        return True
    return len(one.frames) == len(other.frames) and all(
        mine is theirs or _name(mine) == _name(theirs)
        for mine, theirs in zip(one.frames, other.frames, strict=True)
    )


def _nbytes(entry: _Entry) -> int:
    array = entry.volume.nbytes if entry.volume is not None else 0
    counted = (entry.loose, entry.reserved, entry.overlays)
    return array + sum(sum(part.values()) for part in counted)


def _on_its_own(frame: Frame) -> Frame:
    """Return the frame without a hold on a larger array, which would outlive its entry."""
    base = frame.stored.base
    if not isinstance(base, np.ndarray) or base.nbytes <= frame.stored.nbytes:
        return frame
    stored = frame.stored.copy()
    stored.setflags(write=False)
    return replace(frame, stored=stored)


def _into_volume(entry: _Entry, index: int, frame: Frame) -> Frame | None:
    """Return the frame with its pixels in the stack's array; None when they do not belong there."""
    volume = entry.volume
    if volume is None or frame.stored.shape != volume.shape[1:]:
        return None
    if not np.can_cast(frame.stored.dtype, volume.dtype, "safe"):
        return None
    place = volume[index]
    if not np.may_share_memory(place, frame.stored):
        np.copyto(place, frame.stored)
    view = place.view()
    view.setflags(write=False)
    return replace(frame, stored=view)
