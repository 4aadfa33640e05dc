"""The cine ultrasound of the demo study: a beating heart from the apex, in a sector.

Forty frames are one beat, so that the loop closes without a jump. The left ventricle is an
ellipse whose axes follow `contraction`, so its length in any frame is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import cos, pi, radians, tan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.demo.shapes import Plane, noise, soften

CAVITY = 7.0
WALL = 92.0
FAR = 40.0
GREEN = (72, 214, 120)
GREY = (150, 156, 166)
LONG_AXIS_MM = 41.0  # half the length of the left ventricle at rest
SHORT_AXIS_MM = 21.0


def contraction(frame: int, n_frames: int) -> float:
    """Return how far the ventricle has contracted: 0 at rest, 1 at the end of systole."""
    phase = frame / n_frames
    if phase < 0.35:
        return (1 - cos(pi * phase / 0.35)) / 2
    if phase < 0.75:
        return (1 + cos(pi * (phase - 0.35) / 0.40)) / 2
    return 0.0


class Heart:
    """Paints the frames of the loop that a recipe describes."""

    def __init__(self, recipe: Mapping[str, Any]) -> None:
        self.recipe = recipe
        self.n_frames = int(recipe["n_frames"])
        shape = (int(recipe["rows"]), int(recipe["columns"]))
        self._scale = float(recipe["mm_per_pixel"])
        apex_x, apex_y = recipe["apex_px"]
        across = np.arange(shape[1], dtype=np.float32) - np.float32(apex_x)
        down = np.arange(shape[0], dtype=np.float32) - np.float32(apex_y)
        self._x = (across * np.float32(self._scale))[None, :] + np.zeros(shape, np.float32)
        self._y = (down * np.float32(self._scale))[:, None] + np.zeros(shape, np.float32)
        self._depth = np.sqrt(self._x * self._x + self._y * self._y)
        self._sector = self._find_sector()
        self._speckle = self._make_speckle(shape)

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """Yield the frames, (rows, columns, 3) uint8 RGB."""
        for index in range(self.n_frames):
            grey = self._tissue(index) * self._grain(index)
            decay = 1.12 - self._depth * np.float32(0.0026)
            shown = np.clip(grey * decay * self._sector, 0, 255)
            rgb = np.repeat(np.rint(shown).astype(np.uint8)[:, :, None], 3, axis=2)
            self._graphics(rgb, index)
            yield rgb

    def _find_sector(self) -> Plane:
        slope = tan(radians(self.recipe["half_angle_degrees"]))
        sides = np.abs(self._x) < self._y * np.float32(slope)
        depth = (self._depth > 4) & (self._depth < self.recipe["depth_mm"])
        return np.asarray((sides & depth).astype(np.float32))

    def _make_speckle(self, shape: tuple[int, int]) -> Plane:
        """Return speckle that widens with depth, as a sector probe makes it, mean about 1.

        It is drawn in lines of sight and depth and then laid out over the picture; there is a
        margin in depth, so that tissue can carry its grain along as it moves.
        """
        lines, depths = 150, 700
        real, imaginary = (noise((depths, lines), seed) for seed in (31, 32))
        amplitude = np.sqrt(real * real + imaginary * imaginary) / np.float32(1.25)
        return soften(amplitude.astype(np.float32))

    def _grain(self, index: int) -> Plane:
        squeeze = contraction(index, self.n_frames)
        sight = self._x / np.maximum(self._y, np.float32(1))
        reach = tan(radians(self.recipe["half_angle_degrees"]))
        line = np.clip((sight / np.float32(reach) + 1) * np.float32(74.0), 0, 148)
        depth = np.clip(self._depth * np.float32(4.0) - np.float32(12.0 * squeeze) + 20, 0, 698)
        low_line, low_depth = line.astype(np.intp), depth.astype(np.intp)
        part_line, part_depth = line - low_line, depth - low_depth
        table = self._speckle
        near = table[low_depth, low_line] * (1 - part_line) + (
            table[low_depth, low_line + 1] * part_line
        )
        far = table[low_depth + 1, low_line] * (1 - part_line) + (
            table[low_depth + 1, low_line + 1] * part_line
        )
        return np.asarray(near * (1 - part_depth) + far * part_depth)

    def _tissue(self, index: int) -> Plane:
        """Return the echo strength of each point, without speckle."""
        squeeze = contraction(index, self.n_frames)
        sink = 7.0 * squeeze  # the base moves towards the apex
        half_long, half_short = ventricle(index, self.n_frames)
        image = np.full_like(self._x, FAR)
        left = (13.0, 28.0 + LONG_AXIS_MM - sink * 0.5)
        right = (-29.0, 72.0 - sink * 0.4)
        image = self._oval(image, left, (SHORT_AXIS_MM + 12.0, LONG_AXIS_MM + 12.0), WALL)
        image = self._oval(image, right, (20.0, 37.0), WALL * 0.92)
        atrium = 20.0 + 2.0 * squeeze
        image = self._oval(image, (18.0, 124.0 - sink), (atrium + 4, 23.0), WALL * 0.8)
        image = self._oval(image, (-24.0, 122.0 - sink), (atrium + 1, 21.0), WALL * 0.8)
        image = self._oval(image, (18.0, 124.0 - sink), (atrium, 19.0), CAVITY)
        image = self._oval(image, (-24.0, 122.0 - sink), (atrium - 3, 17.0), CAVITY)
        image = self._oval(image, right, (15.5 - 3.0 * squeeze, 33.0 - 3.0 * squeeze), CAVITY)
        image = self._oval(image, left, (half_short, half_long), CAVITY)
        open_part = 0.0 if index / self.n_frames < 0.4 else 1.0
        for x, sign in ((14.0, -1.0), (14.0, 1.0), (-28.0, -1.0), (-28.0, 1.0)):
            reach = 15.0 if x > 0 else 12.0
            image = self._leaflet(image, x, 105.0 - sink, sign, (reach, open_part))
        rim = np.abs(self._depth - 144) < 3
        return np.asarray(np.where(rim, np.float32(150.0), image))

    def _oval(
        self, image: Plane, centre: tuple[float, float], axes: tuple[float, float], value: float
    ) -> Plane:
        u = (self._x - np.float32(centre[0])) / np.float32(axes[0])
        v = (self._y - np.float32(centre[1])) / np.float32(axes[1])
        radius = np.sqrt(u * u + v * v)
        cover = np.clip((1 - radius) * np.float32(min(axes) / 1.6) + np.float32(0.5), 0, 1)
        return np.asarray(image + cover * (np.float32(value) - image))

    def _leaflet(
        self, image: Plane, x: float, y: float, sign: float, motion: tuple[float, float]
    ) -> Plane:
        """Paint half a valve: it lies across when shut and points to the apex when open."""
        reach, opening = motion
        hinge_x = x + sign * reach
        tip_x = x + sign * (1.5 + 8.5 * opening)
        tip_y = y - (3.0 + 11.0 * opening)
        dx, dy = np.float32(tip_x - hinge_x), np.float32(tip_y - y)
        px, py = self._x - np.float32(hinge_x), self._y - np.float32(y)
        along = np.clip((px * dx + py * dy) / (dx * dx + dy * dy), 0, 1)
        ox, oy = px - along * dx, py - along * dy
        cover = np.clip(np.float32(1.9) - np.sqrt(ox * ox + oy * oy), 0, 1)
        return np.asarray(image + cover * (np.float32(165.0) - image))

    def _graphics(self, rgb: NDArray[np.uint8], index: int) -> None:
        """Draw what such a machine burns in: depth marks, grey bar, heart trace."""
        apex_x, apex_y = (int(value) for value in self.recipe["apex_px"])
        for depth_cm in range(int(self.recipe["depth_mm"]) // 10 + 1):
            row = apex_y + round(depth_cm * 10 / self._scale)
            width = 10 if depth_cm % 5 == 0 else 5
            rgb[row : row + 1, 500 : 500 + width] = GREY
        bar = np.linspace(255, 0, 140).astype(np.uint8)
        rgb[40:180, 540:552] = bar[:, None, None]
        rgb[apex_y - 6 : apex_y - 2, apex_x - 40 : apex_x - 36] = GREEN
        trace = [_heart_trace(column / 200) for column in range(200)]
        now = int(200 * index / self.n_frames)
        for column in range(1, 200):
            low, high = sorted((trace[column - 1], trace[column]))
            top, bottom = 402 - round(high * 34), 402 - round(low * 34)
            rgb[top : bottom + 1, 24 + column] = GREEN
        rgb[360:412, 24 + now : 26 + now] = (255, 255, 255)


def ventricle(frame: int, n_frames: int) -> tuple[float, float]:
    """Return half the long and half the short axis of the left ventricle, mm."""
    squeeze = contraction(frame, n_frames)
    return LONG_AXIS_MM * (1 - 0.14 * squeeze), SHORT_AXIS_MM * (1 - 0.34 * squeeze)


def _heart_trace(phase: float) -> float:
    """Return the height of an electrocardiogram at a phase of the beat, 0 to 1."""
    height = 0.0
    for centre, width, size in (
        (0.90, 0.030, 0.14),
        (0.985, 0.008, -0.12),
        (0.005, 0.012, 1.0),
        (0.025, 0.010, -0.22),
        (0.27, 0.050, 0.26),
    ):
        away = min(abs(phase - centre), 1 - abs(phase - centre)) / width
        height += size * max(0.0, 1 - away * away / 4) ** 2
    return height
