"""Where a pixel of the image lies on the canvas and in the patient: derived, never stored.

Canvas coordinates are logical pixels from the pane's upper left corner, y downwards. Image
coordinates are (column, row); (0, 0) is the centre of the first pixel, so that the image covers
-0.5 to columns - 0.5. The order of the view is flips, then rotation, then zoom and pan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.model.geometry import pixel_to_lps
from viewer.model.spacing import Spacing
from viewer.model.study import ImagePlane
from viewer.model.view_state import Framing
from viewer.viewport.scene import Point

ZOOM_LOWEST = 0.05
ZOOM_HIGHEST = 200.0
_WHOLE_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Projection:
    """The map between image, canvas and patient for one pane at one moment.

    Attributes
    ----------
    framing
        Zoom, pan, rotation and flips.
    image_size
        (columns, rows).
    spacing
        Distances between pixel centres; their ratio makes the picture true (R-074).
    canvas_size
        (width, height) of the pane in logical pixels.
    plane
        Where the image lies in the patient, or None.
    device_pixel_ratio
        Device pixels for each logical one; whole enlargements are put on whole device pixels.
    """

    framing: Framing
    image_size: tuple[int, int]
    spacing: Spacing
    canvas_size: tuple[float, float]
    plane: ImagePlane | None = None
    device_pixel_ratio: float = 1.0

    @property
    def linear(self) -> tuple[float, float, float, float]:
        """Canvas pixels for each image pixel: (dx/dcolumn, dx/drow, dy/dcolumn, dy/drow)."""
        angle = math.radians(self.framing.rotation_deg)
        cosine, sine = _snapped(math.cos(angle)), _snapped(math.sin(angle))
        scale = self.scale
        horizontal = -scale if self.framing.flip_horizontal else scale
        vertical = -scale if self.framing.flip_vertical else scale
        column = horizontal * self.spacing.between_columns
        row = vertical * self.spacing.between_rows
        return (cosine * column, -sine * row, sine * column, cosine * row)

    @property
    def fit_scale(self) -> float:
        """Canvas pixels for each mm (or pixel of the image) when the whole image just fits."""
        columns, rows = self.image_size
        width = columns * self.spacing.between_columns
        height = rows * self.spacing.between_rows
        angle = math.radians(self.framing.rotation_deg)
        cosine, sine = abs(_snapped(math.cos(angle))), abs(_snapped(math.sin(angle)))
        return min(
            self.canvas_size[0] / (width * cosine + height * sine),
            self.canvas_size[1] / (width * sine + height * cosine),
        )

    @property
    def scale(self) -> float:
        """Canvas pixels for each mm (or pixel of the image without spacing)."""
        return self.fit_scale * self.framing.zoom

    @property
    def device_pixels_per_image_pixel(self) -> float:
        """Enlargement as people speak of it: 1 is one device pixel for the finer pixel side."""
        finer = min(self.spacing.between_rows, self.spacing.between_columns)
        return self.scale * finer * self.device_pixel_ratio

    @property
    def offset(self) -> Point:
        """Canvas position of the image's point (column 0, row 0)."""
        x, y = self.free_offset
        if self._is_whole():
            a, b, c, d = self.linear
            ratio = self.device_pixel_ratio
            edge_x, edge_y = (abs(a) + abs(b)) / 2, (abs(c) + abs(d)) / 2
            x = round((x - edge_x) * ratio) / ratio + edge_x
            y = round((y - edge_y) * ratio) / ratio + edge_y
        return x, y

    @property
    def free_offset(self) -> Point:
        """Where ``offset`` would be if whole enlargements were not put on device pixels."""
        a, b, c, d = self.linear
        columns, rows = self.image_size
        pan_x, pan_y = self.framing.pan_mm
        x = self.canvas_size[0] / 2 + pan_x * self.scale
        y = self.canvas_size[1] / 2 + pan_y * self.scale
        x -= a * (columns - 1) / 2 + b * (rows - 1) / 2
        y -= c * (columns - 1) / 2 + d * (rows - 1) / 2
        return x, y

    def _is_whole(self) -> bool:
        """Tell whether image pixels cover whole device pixels and may be put right on them."""
        if any(abs(part) > _WHOLE_TOLERANCE for part in self.linear[1:3]) and any(
            abs(part) > _WHOLE_TOLERANCE for part in (self.linear[0], self.linear[3])
        ):
            return False
        sides = [abs(part) * self.device_pixel_ratio for part in self.linear]
        sides = [side for side in sides if side > _WHOLE_TOLERANCE]
        return all(round(s) >= 1 and abs(s - round(s)) < 1e-4 * s for s in sides)

    @property
    def is_native(self) -> bool:
        """Tell whether each image pixel is exactly one device pixel, turned by right angles."""
        sides = (abs(part) * self.device_pixel_ratio for part in self.linear)
        return self._is_whole() and all(side < 0.5 or abs(side - 1) < 1e-4 for side in sides)

    def to_canvas(self, column: float, row: float) -> Point:
        """Return where a point of the image lies on the canvas."""
        a, b, c, d = self.linear
        x, y = self.offset
        return a * column + b * row + x, c * column + d * row + y

    def to_image(self, point_canvas: Point) -> Point:
        """Return (column, row) under a point of the canvas, also outside the image."""
        a, b, c, d = self.linear
        x, y = self.offset
        determinant = a * d - b * c
        dx, dy = point_canvas[0] - x, point_canvas[1] - y
        return (d * dx - b * dy) / determinant, (a * dy - c * dx) / determinant

    def pixel_at(self, point_canvas: Point) -> tuple[int, int] | None:
        """Return the pixel (column, row) under a point of the canvas; None outside the image."""
        column, row = (math.floor(value + 0.5) for value in self.to_image(point_canvas))
        columns, rows = self.image_size
        return (column, row) if 0 <= column < columns and 0 <= row < rows else None

    def to_lps(self, point_canvas: Point) -> NDArray[np.float64] | None:
        """Return the patient point (3,), LPS mm, under a canvas point; None without positions."""
        if self.plane is None or self.plane.spacing_mm is None:
            return None
        column, row = self.to_image(point_canvas)
        return pixel_to_lps(self.plane, column, row)

    def lps_to_canvas(self, point_lps: NDArray[np.float64]) -> Point | None:
        """Return where a patient point, LPS mm, falls when it is dropped onto the image's plane."""
        plane = self.plane
        if plane is None or plane.spacing_mm is None:
            return None
        delta = np.asarray(point_lps, np.float64) - np.asarray(plane.position_lps, np.float64)
        column = float(np.dot(delta, plane.row_lps)) / plane.spacing_mm[1]
        row = float(np.dot(delta, plane.column_lps)) / plane.spacing_mm[0]
        return self.to_canvas(column, row)

    def corners_canvas(self) -> tuple[Point, Point, Point, Point]:
        """Return the outer corners of the image: first row first, clockwise in the image."""
        columns, rows = self.image_size
        right, bottom = columns - 0.5, rows - 0.5
        return (
            self.to_canvas(-0.5, -0.5),
            self.to_canvas(right, -0.5),
            self.to_canvas(right, bottom),
            self.to_canvas(-0.5, bottom),
        )

    @property
    def shows_mirror_image(self) -> bool:
        """Tell whether exactly one flip turns the image into its mirror image."""
        return self.framing.flip_horizontal != self.framing.flip_vertical

    @property
    def is_turned(self) -> bool:
        """Tell whether rows do not run along the canvas as they are stored."""
        return abs(math.remainder(self.framing.rotation_deg, 360.0)) > 1e-9


def _snapped(value: float) -> float:
    """Return -1, 0 or 1 where the sine of a right angle misses it by rounding."""
    nearest = round(value)
    return float(nearest) if abs(value - nearest) < 1e-12 else value


def clamped_zoom(zoom: float) -> float:
    """Return a zoom inside what makes sense."""
    return min(max(zoom, ZOOM_LOWEST), ZOOM_HIGHEST)


def zoomed_about(projection: Projection, factor: float, point_canvas: Point) -> Framing:
    """Return the framing ``factor`` times larger, with what lies under a point kept there."""
    framing = projection.framing
    zoom = clamped_zoom(framing.zoom * factor)
    ratio = zoom / framing.zoom
    old, free, put = projection.scale, projection.free_offset, projection.offset
    away_x = (point_canvas[0] + free[0] - put[0] - projection.canvas_size[0] / 2) / old
    away_y = (point_canvas[1] + free[1] - put[1] - projection.canvas_size[1] / 2) / old
    pan_x = away_x / ratio - away_x + framing.pan_mm[0]
    pan_y = away_y / ratio - away_y + framing.pan_mm[1]
    return replace(framing, zoom=zoom, pan_mm=(pan_x, pan_y))


def panned(projection: Projection, dx: float, dy: float) -> Framing:
    """Return the framing moved by canvas pixels to the right and down."""
    pan_x, pan_y = projection.framing.pan_mm
    scale = projection.scale
    return replace(projection.framing, pan_mm=(pan_x + dx / scale, pan_y + dy / scale))


def fitted(framing: Framing) -> Framing:
    """Return the framing that shows the whole image, turned as it is."""
    return replace(framing, zoom=1.0, pan_mm=(0.0, 0.0))


def at_actual_pixels(projection: Projection, device_pixels: float = 1.0) -> Framing:
    """Return the framing that gives each image pixel ``device_pixels`` device pixels.

    Where pixels are not square their finer side gets them.
    """
    now = projection.device_pixels_per_image_pixel
    zoom = projection.framing.zoom * device_pixels / now
    return replace(projection.framing, zoom=zoom)


def at_true_size(projection: Projection, canvas_pixel_mm: float) -> Framing | None:
    """Return the framing that shows a millimetre as one; None when the image has no spacing.

    Parameters
    ----------
    canvas_pixel_mm
        Width of a logical pixel on the monitor, from its calibration.
    """
    if not projection.spacing.is_metric:
        return None
    zoom = projection.framing.zoom / (projection.scale * canvas_pixel_mm)
    return replace(projection.framing, zoom=zoom)


def rotated(framing: Framing, degrees: float) -> Framing:
    """Return the framing turned clockwise on the canvas; what was seen keeps its place."""
    angle = math.radians(degrees)
    cosine, sine = _snapped(math.cos(angle)), _snapped(math.sin(angle))
    x, y = framing.pan_mm
    pan = (x * cosine - y * sine, x * sine + y * cosine)
    return replace(framing, rotation_deg=(framing.rotation_deg + degrees) % 360.0, pan_mm=pan)


def mirrored(framing: Framing, *, horizontally: bool) -> Framing:
    """Return the framing mirrored as it is seen: left-right, or top-bottom.

    The stored flips come before the rotation, so a mirror on the canvas also turns the other way.
    """
    x, y = framing.pan_mm
    turned = replace(framing, rotation_deg=(-framing.rotation_deg) % 360.0)
    if horizontally:
        flip = not framing.flip_horizontal
        return replace(turned, flip_horizontal=flip, pan_mm=(-x, y))
    return replace(turned, flip_vertical=not framing.flip_vertical, pan_mm=(x, -y))
