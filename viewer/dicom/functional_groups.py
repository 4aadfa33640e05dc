"""Read Shared and Per-Frame Functional Groups into facts for each frame (PS3.3 C.7.6.16)."""

from __future__ import annotations

from viewer.dicom.attributes import Plan, extract, make_plan
from viewer.dicom.dataset import DataSet
from viewer.dicom.macros import DIFFUSION_DIRECTIONS, DIFFUSION_MACRO, DIFFUSION_ROW, MACROS
from viewer.dicom.planes import ORIENTATION, POSITION, make_plane
from viewer.model.study import FrameFacts, ImagePlane, Value

SHARED_GROUPS = 0x52009229
PER_FRAME_GROUPS = 0x52009230

_PLANS: dict[int, Plan] = {tag: make_plan(rows) for tag, rows in MACROS.items()}
_DIRECTION_PLAN = make_plan([DIFFUSION_ROW])
_MOST_PADDED = 1_000_000
_Values = dict[str, Value]


class FunctionalGroups:
    """The functional groups of one object.

    Attributes
    ----------
    shared
        Values that hold for every frame, by keyword.
    frames
        One for each item of the per-frame groups; empty when there are none.
    """

    def __init__(self, dataset: DataSet, warnings: list[str]) -> None:
        self._warnings = warnings
        self._known: dict[tuple[int, bytes], _Values] = {}
        self._planes: dict[tuple[Value | None, ...], ImagePlane | None] = {}
        item = dataset.item(SHARED_GROUPS)
        self.shared: _Values = self._values(item) if item is not None else {}
        self.frames = tuple(self._facts(frame) for frame in dataset.items(PER_FRAME_GROUPS))
        self._known.clear()
        self._planes.clear()

    def for_frames(self, n_frames: int, plane: ImagePlane | None) -> tuple[FrameFacts, ...]:
        """Return facts for ``n_frames`` frames: one for all when the frames do not differ.

        Parameters
        ----------
        plane
            The data set's own plane, for objects without per-frame groups.
        """
        if not self.frames:
            own = make_plane(self.shared, self._warnings) if self.shared else None
            return (FrameFacts(own or plane),)
        if len(self.frames) == n_frames:
            return self.frames
        self._warnings.append("The functional groups do not match the number of frames.")
        if len(self.frames) > n_frames:
            return self.frames[:n_frames]
        missing = min(n_frames, _MOST_PADDED) - len(self.frames)
        if n_frames > _MOST_PADDED or missing < 0:
            return (FrameFacts(),)
        return self.frames + (FrameFacts(),) * missing

    def _facts(self, item: DataSet) -> FrameFacts:
        values = self._values(item)
        plane = self._plane(values)
        values.pop(POSITION, None)
        values.pop(ORIENTATION, None)
        return FrameFacts(plane, values)

    def _plane(self, values: _Values) -> ImagePlane | None:
        merged = self.shared | values
        parts = (POSITION, ORIENTATION, "PixelSpacing", "SliceThickness")
        key = tuple(merged.get(part) for part in parts)
        if key not in self._planes:
            self._planes[key] = make_plane(merged, self._warnings)
        return self._planes[key]

    def _values(self, item: DataSet) -> _Values:
        """Return the values of an item's macros; equal bytes are decoded once."""
        values: _Values = {}
        for tag in item.elements:
            if tag in _PLANS:
                key = (tag, item.raw(tag) or b"")
                if key not in self._known:
                    self._known[key] = self._macro(item, tag)
                values |= self._known[key]
        return values

    def _macro(self, item: DataSet, tag: int) -> _Values:
        macro = item.item(tag)
        if macro is None:
            return {}
        values = extract(macro, _PLANS[tag], self._warnings)
        if tag == DIFFUSION_MACRO:
            direction = macro.item(DIFFUSION_DIRECTIONS)
            if direction is not None:
                values |= extract(direction, _DIRECTION_PLAN, self._warnings)
        return values
