"""Shapes with known places, painted into planes. Coordinates are LPS in mm.

Only sums, products, quotients and square roots are used on arrays: IEEE 754 defines them to the
last bit, so that the demo study has the same pixels on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Vector = tuple[float, float, float]


def noise(shape: tuple[int, ...], seed: int) -> Plane:
    """Return bell-shaped noise of mean 0 and standard deviation 1, the same for the same seed."""
    n_values = int(np.prod(shape))
    raw = np.random.PCG64(seed).random_raw(n_values).view(np.uint8).reshape(n_values, 8)
    total = raw.sum(axis=1, dtype=np.int32)  # eight uniform bytes: mean 1020, sd 209.02
    return np.asarray((total - 1020).astype(np.float32) / np.float32(209.02)).reshape(shape)


def soften(plane: Plane, times: int = 1) -> Plane:
    """Average each pixel with its neighbours, 1-2-1 in both directions."""
    for _ in range(times):
        padded = np.pad(plane, 1, mode="edge")
        rows = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) * np.float32(0.25)
        plane = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) * np.float32(0.25)
    return plane


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """An ellipsoid along the axes of the patient."""

    centre: Vector
    semi_axes: Vector
    value: float
    squareness: float = 0.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece of tube with round ends, `radius` mm thick at start and end."""

    start: Vector
    end: Vector
    radius: float
    end_radius: float
    value: float

    def reaches(self, z: float) -> bool:
        """Tell whether the plane at height `z` can meet the tube."""
        margin = max(self.radius, self.end_radius) + 1
        low, high = sorted((self.start[2], self.end[2]))
        return low - margin < z < high + margin


def segments(
    points: Sequence[Sequence[float] | NDArray[np.float64]], radii: Sequence[float], value: float
) -> list[Segment]:
    """Join points by tubes; there is one radius for each point."""
    corners = [(float(p[0]), float(p[1]), float(p[2])) for p in points]
    return [
        Segment(corners[i], corners[i + 1], radii[i], radii[i + 1], value)
        for i in range(len(corners) - 1)
    ]


@dataclass(frozen=True, slots=True)
class Canvas:
    """An axial plane that shapes are painted into, with soft edges.

    Attributes
    ----------
    x, y
        Coordinates of the columns and of the rows, evenly spaced, float32.
    edge
        Width of an edge.
    """

    x: Plane
    y: Plane
    edge: float

    def ellipsoid(self, image: Plane, shape: Ellipsoid, z: float) -> None:
        """Paint the cut of an ellipsoid at height `z` into `image` (rows, columns)."""
        window = self._cover(shape, z)
        if window is None:
            return
        rows, columns, cover = window
        region = image[rows, columns]
        region += cover * (np.float32(shape.value) - region)

    def gas(self, image: Plane, shape: Ellipsoid, z: float, level_y: float, value: float) -> None:
        """Fill what lies in front of `level_y` within the cut of an ellipsoid."""
        window = self._cover(shape, z)
        if window is None:
            return
        rows, columns, cover = window
        above = (self.y[rows] < level_y).astype(np.float32)[:, None]
        region = image[rows, columns]
        region += cover * above * (np.float32(value) - region)

    def tubes(self, image: Plane, tubes: Iterable[Segment], z: float) -> None:
        """Paint those pieces of tubes that the plane at height `z` meets."""
        for tube in tubes:
            if tube.reaches(z):
                self._tube(image, tube, z)

    def _cover(self, shape: Ellipsoid, z: float) -> tuple[slice, slice, Plane] | None:
        height = (z - shape.centre[2]) / shape.semi_axes[2]
        if abs(height) >= 1:
            return None
        shrink = (1 - height * height) ** 0.5
        half_x, half_y = shape.semi_axes[0] * shrink, shape.semi_axes[1] * shrink
        columns = self._span(self.x, shape.centre[0], half_x)
        rows = self._span(self.y, shape.centre[1], half_y)
        u = (self.x[columns] - np.float32(shape.centre[0])) / np.float32(half_x)
        v = (self.y[rows] - np.float32(shape.centre[1])) / np.float32(half_y)
        uu, vv = (u * u)[None, :], (v * v)[:, None]
        square = uu + vv
        if shape.squareness:
            square = square - np.float32(shape.squareness) * uu * vv
        slope = np.float32(min(half_x, half_y) / self.edge)
        return rows, columns, _ramp((1 - np.sqrt(square)) * slope)

    def _tube(self, image: Plane, tube: Segment, z: float) -> None:
        reach = max(tube.radius, tube.end_radius)
        (x0, y0, z0), (x1, y1, z1) = tube.start, tube.end
        columns = self._span(self.x, (x0 + x1) / 2, abs(x1 - x0) / 2 + reach)
        rows = self._span(self.y, (y0 + y1) / 2, abs(y1 - y0) / 2 + reach)
        dx = (self.x[columns] - np.float32(x0))[None, :]
        dy = (self.y[rows] - np.float32(y0))[:, None]
        dz = np.float32(z - z0)
        ax, ay, az = np.float32(x1 - x0), np.float32(y1 - y0), np.float32(z1 - z0)
        length = ax * ax + ay * ay + az * az
        along = np.clip((dx * ax + dy * ay + dz * az) / length, 0, 1)
        ox, oy, oz = dx - along * ax, dy - along * ay, dz - along * az
        distance = np.sqrt(ox * ox + oy * oy + oz * oz)
        radius = np.float32(tube.radius) + along * np.float32(tube.end_radius - tube.radius)
        region = image[rows, columns]
        cover = _ramp((radius - distance) / np.float32(self.edge))
        region += cover * (np.float32(tube.value) - region)

    def _span(self, axis: Plane, centre: float, half: float) -> slice:
        reach = half + self.edge
        low, high = np.searchsorted(axis, (centre - reach, centre + reach))
        return slice(int(low), int(high))


def _ramp(distance: Plane) -> Plane:
    """Return how much of a pixel is covered, from its distance to the edge in edge widths."""
    return np.asarray(np.clip(distance + np.float32(0.5), 0, 1))
