"""The radiograph of the demo study: a frontal chest view of the same trunk as the CT.

X-rays are taken to run straight from the back to the front. The thickness of an ellipsoid along
such a ray is known in closed form, so that no volume has to be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.demo.shapes import Plane, Segment, noise, soften
from viewer.dicom.demo.trunk import LUNGS, bones, lung_vessels, outline, recipe_tubes

WATER_PER_MM = 0.0165
MIDDLE_Z = 36.0  # of the detector, in the frame of the CT
FULL_SCALE = 4095
AIR_SHARE = 0.82  # of the lungs
FILLS_LUNG = {  # organs that take the place of lung, by how much of their depth
    "heart wall": 0.80,
    "mediastinum": 0.55,
    "right dome": 1.0,
    "left dome": 1.0,
}


def paint(trunk: Mapping[str, Any], recipe: Mapping[str, Any]) -> NDArray[np.uint16]:
    """Return the stored values, (rows, columns) uint16, 12 bits: high where little is absorbed.

    They are meant for MONOCHROME1, where high is dark: the lungs. Columns run to the patient's
    left, rows to the feet.
    """
    n_rows, n_columns = int(recipe["rows"]), int(recipe["columns"])
    spacing = float(recipe["imager_pixel_spacing_mm"])
    density = _enlarge(_soft_parts(trunk, n_rows // 4, n_columns // 4, spacing * 4))
    density += _hard_parts(trunk, n_rows // 2, n_columns // 2, spacing * 2)
    exponent = _enlarge(density) * np.float32(WATER_PER_MM)
    tone = exponent / (exponent + np.float32(1.7))  # a film's curve without a logarithm
    grain = soften(noise((n_rows, n_columns), 51)) * np.float32(1.9 * recipe["noise"])
    stored = tone * np.float32(5200) + grain + 120
    _letter(stored)
    return np.asarray((FULL_SCALE - np.clip(np.rint(stored), 0, FULL_SCALE)).astype(np.uint16))


def _hard_parts(trunk: Mapping[str, Any], n_rows: int, n_columns: int, spacing: float) -> Plane:
    """Return what bones, vessels and airways add to the water-equivalent thickness, mm.

    Pieces of one bone overlap at their joints: the thickest counts there, not the sum. What lies
    before and behind the middle of the trunk adds up.
    """
    x, z = _axes(n_rows, n_columns, spacing)
    skeleton = bones(trunk, bodies=True)
    shell_hu = trunk["bones"]["cortex_hu"]
    airways = [tube for tube in recipe_tubes(trunk) if tube.value < -500 and tube.end[2] > 60]
    total = np.zeros((n_rows, n_columns), np.float32)
    for tubes, factor in (
        (lung_vessels(trunk), 0.8),
        ([bone for bone in skeleton if bone.value == shell_hu], 1.15),
        ([bone for bone in skeleton if 100 < bone.value < shell_hu], -0.6),
        (airways, -0.9),
    ):
        for behind in (False, True):
            plane = np.zeros_like(total)
            for tube in tubes:
                if (tube.start[1] + tube.end[1] > 0) is behind:
                    _shadow(plane, tube, x, z)
            total += plane * np.float32(factor)
    return total


def _axes(n_rows: int, n_columns: int, spacing: float) -> tuple[Plane, Plane]:
    """Return x of the columns (rising) and z of the rows (falling), mm."""
    x = (np.arange(n_columns, dtype=np.float32) - np.float32((n_columns - 1) / 2)) * spacing
    z = np.float32(MIDDLE_Z) - (
        np.arange(n_rows, dtype=np.float32) - np.float32((n_rows - 1) / 2)
    ) * np.float32(spacing)
    return x.astype(np.float32), z.astype(np.float32)


def _soft_parts(trunk: Mapping[str, Any], n_rows: int, n_columns: int, spacing: float) -> Plane:
    """Return the water-equivalent thickness of the trunk and its organs, mm."""
    x, z = _axes(n_rows, n_columns, spacing)
    rows = [outline(trunk["outline"], float(height)) for height in z]
    width = np.array([row[0] for row in rows], np.float32)
    depth = np.array([row[1] for row in rows], np.float32)[:, None]
    slope = np.clip((z - 148) / 62, 0, 1)
    width -= slope * slope * (3 - 2 * slope) * 112  # shoulders and neck
    across = x[None, :] / width[:, None]
    base = 2 * depth * np.sqrt(np.clip(1 - across * across * across * across, 0, None))
    lungs = np.zeros_like(base)
    filled = np.zeros_like(base)
    for organ in trunk["organs"]:
        middle, axes = organ["centre"], organ["semi_axes"]
        chord = _chord(x, z, (middle[0], middle[2]), (axes[0], axes[2])) * np.float32(2 * axes[1])
        if organ["name"] in LUNGS:
            lungs += chord
        elif organ["name"] in FILLS_LUNG:
            filled += chord * np.float32(FILLS_LUNG[organ["name"]])
        elif organ["name"] == "lung nodule":
            filled += chord * 2
    air = np.clip(lungs - filled, 0, None) * np.float32(AIR_SHARE)
    return np.asarray(np.clip(base * np.float32(0.8) - air, 4, None), np.float32)


def _chord(x: Plane, z: Plane, centre: tuple[float, float], axes: tuple[float, float]) -> Plane:
    """Return the share of its full depth that a ray crosses of an ellipsoid, 0 to 1."""
    u = (x[None, :] - np.float32(centre[0])) / np.float32(axes[0])
    w = (z[:, None] - np.float32(centre[1])) / np.float32(axes[1])
    return np.asarray(np.sqrt(np.clip(1 - u * u - w * w, 0, None)))


def _enlarge(plane: Plane) -> Plane:
    """Return the plane at twice its size, linear in between."""
    padded = np.pad(plane, 1, mode="edge")
    near, far = np.float32(0.75), np.float32(0.25)
    rows = np.empty((plane.shape[0] * 2, padded.shape[1]), np.float32)
    rows[0::2] = padded[1:-1] * near + padded[:-2] * far
    rows[1::2] = padded[1:-1] * near + padded[2:] * far
    whole = np.empty((rows.shape[0], plane.shape[1] * 2), np.float32)
    whole[:, 0::2] = rows[:, 1:-1] * near + rows[:, :-2] * far
    whole[:, 1::2] = rows[:, 1:-1] * near + rows[:, 2:] * far
    return whole


def _shadow(plane: Plane, tube: Segment, x: Plane, z: Plane) -> None:
    """Enter the thickness of a round tube along the ray, seen from the front."""
    reach = max(tube.radius, tube.end_radius)
    (x0, _, z0), (x1, _, z1) = tube.start, tube.end
    columns = slice(*np.searchsorted(x, (min(x0, x1) - reach, max(x0, x1) + reach)))
    rows = slice(*np.searchsorted(-z, (-max(z0, z1) - reach, -min(z0, z1) + reach)))
    dx, dz = (x[columns] - np.float32(x0))[None, :], (z[rows] - np.float32(z0))[:, None]
    ax, az = np.float32(x1 - x0), np.float32(z1 - z0)
    along = np.clip((dx * ax + dz * az) / max(ax * ax + az * az, np.float32(1e-3)), 0, 1)
    ox, oz = dx - along * ax, dz - along * az
    radius = np.float32(tube.radius) + along * np.float32(tube.end_radius - tube.radius)
    thick = 2 * np.sqrt(np.clip(radius * radius - ox * ox - oz * oz, 0, None))
    plane[rows, columns] = np.maximum(plane[rows, columns], thick)


def _letter(stored: Plane) -> None:
    """Lay a lead L on the detector, at the patient's left shoulder."""
    stored[150:290, 1790:1814] = FULL_SCALE
    stored[266:290, 1790:1876] = FULL_SCALE
