"""The MR of the demo study: a head in oblique axial slices, with a FLAIR-like contrast.

The stack is tilted about the left-right axis and turned a little, so that its orientation has no
zero where a careless reader would expect one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.demo.shapes import Plane, noise, soften

Vector64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the slices of the head lie: directions are unit vectors, LPS."""

    centre: Vector64
    row: Vector64
    column: Vector64
    normal: Vector64
    matrix: int
    spacing: float
    step: float
    n_slices: int

    def origin(self, k: int) -> Vector64:
        """Return the centre of the first pixel of slice `k`, LPS mm."""
        half = self.spacing * (self.matrix - 1) / 2
        along = (k - (self.n_slices - 1) / 2) * self.step
        return np.asarray(self.centre + along * self.normal - half * self.row - half * self.column)


def make_stack(recipe: Mapping[str, Any]) -> Stack:
    """Place the stack that the recipe describes."""
    tilt, turn = radians(recipe["tilt_degrees"]), radians(recipe["turn_degrees"])
    row = np.array((cos(turn), sin(turn), 0.0))
    column = np.array((-sin(turn) * cos(tilt), cos(turn) * cos(tilt), -sin(tilt)))
    return Stack(
        centre=np.array(recipe["centre"]),
        row=row,
        column=column,
        normal=np.cross(row, column),
        matrix=int(recipe["matrix"]),
        spacing=float(recipe["pixel_spacing_mm"]),
        step=float(recipe["slice_spacing_mm"]),
        n_slices=int(recipe["n_slices"]),
    )


def slices(recipe: Mapping[str, Any]) -> Iterator[NDArray[np.uint16]]:
    """Yield the slices from the lowest up, (rows, columns) uint16."""
    stack = make_stack(recipe)
    n = stack.matrix
    steps = np.arange(n, dtype=np.float32) * np.float32(stack.spacing)
    rows, columns = steps[:, None], steps[None, :]
    field = 1.12 - (rows / steps[-1] - 0.5) ** 2 * 0.5 - (columns / steps[-1] - 0.42) ** 2 * 0.4
    for k in range(stack.n_slices):
        first = stack.origin(k)
        x, y, z = (
            np.float32(first[i])
            + columns * np.float32(stack.row[i])
            + rows * np.float32(stack.column[i])
            for i in range(3)
        )
        image = _head(x, y, z, recipe) * field
        grain = soften(noise((n, n), 100 + k)) * np.float32(1.9 * recipe["noise"])
        magnitude = np.sqrt(image * image + grain * grain) + grain * np.float32(0.6)
        yield np.clip(np.rint(soften(magnitude)), 0, 4095).astype(np.uint16)


def _head(x: Plane, y: Plane, z: Plane, recipe: Mapping[str, Any]) -> Plane:
    """Return the signal at the points, without noise; layers from the scalp inwards."""
    value = recipe["values"]
    outer = _radius(x, y, z, (0, 4, 14), (78, 98, 88))
    face = _radius(x, y, z, (0, -30, -50), (62, 64, 56))
    image = _fill(np.zeros_like(outer), face, 62, value["scalp"] * 0.62)
    image = _fill(image, outer, 78, value["scalp"])
    image = _fill(image, outer, 78, value["skull"], shrink=0.945)
    image = _fill(image, outer, 78, 250.0, shrink=0.915)
    image = _fill(image, outer, 78, value["skull"], shrink=0.9)
    inner = _radius(x, y, z, (0, 4, 14), (66, 85, 76))
    image = _fill(image, inner, 66, value["fluid"])
    image = _cortex(image, x, y, z, inner, value)
    image = _deep(image, x, y, z, inner, value)
    cleft = np.abs(x - y * np.float32(0.01)) - np.float32(1.1)
    away = _radius(x, y, z, (0, 6, 6), (60, 50, 34))
    cover = np.clip(np.float32(0.5) - cleft / np.float32(1.4), 0, 1) * ((away > 1) & (inner < 0.97))
    image = image + cover * (np.float32(value["fluid"]) - image)
    lesion = recipe["lesion"]
    spot = _radius(x, y, z, tuple(lesion["centre"]), (lesion["radius"],) * 3)
    image = _fill(image, spot, lesion["radius"], value["lesion"])
    return _face(image, x, y, z, value)


def _cortex(
    image: Plane, x: Plane, y: Plane, z: Plane, inner: Plane, value: Mapping[str, float]
) -> Plane:
    """Paint the brain: white matter, a grey ribbon that dips into the folds, fluid in them."""
    fold = np.abs(_waves(x, y, z))
    dip = np.clip((np.float32(0.30) - fold) * np.float32(1.1), 0, np.float32(0.27))
    image = _fill(image, inner, 66, value["grey"], shrink=0.975)
    image = _fill(image, inner + dip, 66, value["white"], shrink=0.9)
    gap = np.clip((np.float32(0.06) - fold) * 12, 0, 1) * np.clip(
        (inner - np.float32(0.72)) * 8, 0, 1
    )
    return np.asarray(image + gap * (np.float32(value["fluid"] * 1.6) - image) * (inner < 0.985))


def _deep(
    image: Plane, x: Plane, y: Plane, z: Plane, inner: Plane, value: Mapping[str, float]
) -> Plane:
    """Paint basal ganglia, thalami, ventricles, brain stem and cerebellum."""
    grey, fluid = value["grey"], value["fluid"]
    for side in (-1.0, 1.0):
        across = x * np.float32(side)
        for centre, axes, signal in (
            ((24, -8, 12), (9, 20, 14), grey * 0.97),  # lentiform nucleus
            ((13, -16, 22), (6, 14, 12), grey),  # head of the caudate
            ((11, 14, 14), (10, 15, 11), grey * 0.98),  # thalamus
            ((10, -18, 28), (6, 22, 9), fluid),  # frontal horn
            ((15, 18, 30), (7, 24, 9), fluid),  # body
            ((24, 38, 18), (7, 20, 9), fluid),  # occipital horn
        ):
            image = _fill(image, _radius(across, y, z, centre, axes), min(axes), signal)
        half = _radius(across, y, z, (22, 48, -36), (28, 30, 22))
        leaves = np.float32(0.9) + _triangle(z * np.float32(0.21) + y * np.float32(0.05))
        image = np.where(
            (half < 1) & (inner < 0.95),
            np.float32(value["white"]) * (leaves * np.float32(0.28) + 1),
            image,
        )
    stem = _radius(x, y, z, (0, 18, -34), (14, 14, 44))
    image = _fill(image, stem, 14, value["white"] * 1.05)
    image = _fill(image, _radius(x, y, z, (0, 34, -28), (8, 6, 10)), 6, fluid)
    return _fill(image, _radius(x, y, z, (0, 4, 10), (2.4, 14, 9)), 2.4, fluid)


def _face(image: Plane, x: Plane, y: Plane, z: Plane, value: Mapping[str, float]) -> Plane:
    """Paint the eyes and the nasal cavity."""
    for side in (-1.0, 1.0):
        across = x * np.float32(side)
        orbit = _radius(across, y, z, (32, -66, -26), (20, 22, 18))
        image = _fill(image, orbit, 18, value["scalp"] * 0.85)
        globe = _radius(across, y, z, (32, -72, -26), (12.5, 12.5, 12.5))
        image = _fill(image, globe, 12, value["fluid"])
        lens = _radius(across, y, z, (32, -82, -26), (5, 2.5, 5))
        image = _fill(image, lens, 2.5, 260.0)
        nerve = _radius(across - y * np.float32(-0.28), y, z, (15, -48, -26), (2.6, 16, 2.6))
        image = _fill(image, nerve, 2.6, value["white"])
    return _fill(image, _radius(x, y, z, (0, -70, -44), (14, 24, 20)), 14, 60.0)


def _radius(
    x: Plane,
    y: Plane,
    z: Plane,
    centre: tuple[float, float, float],
    axes: tuple[float, float, float],
) -> Plane:
    """Return the distance from the centre in units of the semi-axes: below 1 is inside."""
    u, v, w = (
        (point - np.float32(middle)) / np.float32(axis)
        for point, middle, axis in zip((x, y, z), centre, axes, strict=True)
    )
    return np.asarray(np.sqrt(u * u + v * v + w * w))


def _fill(image: Plane, radius: Plane, size: float, value: float, shrink: float = 1.0) -> Plane:
    cover = np.clip((np.float32(shrink) - radius) * np.float32(size / 0.9) + np.float32(0.5), 0, 1)
    return np.asarray(image + cover * (np.float32(value) - image))


def _triangle(phase: Plane) -> Plane:
    """Return a wave between -1 and 1 with period 1, made without a sine."""
    part = phase - np.floor(phase)
    return np.asarray(np.abs(part * 4 - 2) - 1)


def _swell(phase: Plane) -> Plane:
    """Return a round wave between -1 and 1 with period 1: parabolas, near a sine."""
    part = (phase - np.floor(phase)) * 2 - 1
    return np.asarray(part * (1 - np.abs(part)) * 4)


def _waves(x: Plane, y: Plane, z: Plane) -> Plane:
    """Return the folds of the cortex: waves in several directions that bend each other."""
    bend = _swell(z * np.float32(0.019) + x * np.float32(0.013) - y * np.float32(0.011))
    first = _swell(x * np.float32(0.031) + y * np.float32(0.017) + bend * np.float32(0.30))
    second = _swell(y * np.float32(0.036) - z * np.float32(0.027) + first * np.float32(0.27))
    third = _swell(x * np.float32(-0.033) + z * np.float32(0.031) + second * np.float32(0.25))
    return np.asarray((first + second + third) / 3)
