"""The CT of the demo study: a trunk from the shoulders to the hips, slice by slice.

Organs come from `resources/demo/recipe.toml`; bones and the vessels of the lungs follow a rule.
The liver lies on the right and the heart points to the left, so that a mirrored picture shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.demo.shapes import Canvas, Ellipsoid, Plane, Segment, noise, segments, soften

GOLDEN_TURN = 2.399963229728653  # radians; spreads points evenly over a sphere
AIR_HU = -1000.0
LUNGS = ("right lung", "left lung")
BODY_HALF_MM = 11.5  # half the height of a vertebral body


class Trunk:
    """Paints slices of the trunk that a recipe describes."""

    def __init__(self, recipe: Mapping[str, Any]) -> None:
        self.recipe = recipe
        self.matrix = int(recipe["matrix"])
        self.spacing = float(recipe["pixel_spacing_mm"])
        self.first_mm = -self.spacing * (self.matrix - 1) / 2
        axis = np.arange(self.matrix, dtype=np.float32) * np.float32(self.spacing)
        axis += np.float32(self.first_mm)
        self._canvas = Canvas(axis, axis, float(recipe["edge_mm"]))
        self._bones = bones(recipe)
        self._lung_vessels = lung_vessels(recipe)
        self._liver_vessels = liver_vessels()
        self._tubes = [*small_bowel(recipe["bowel"]), *recipe_tubes(recipe)]
        self._lattice = noise((48, 36, 36), 12)
        self._noise = soften(noise((self.matrix + 128, self.matrix + 128), 11)) * np.float32(1.9)

    def heights(self) -> list[float]:
        """Return the height of each slice, from the lowest up."""
        low, step = float(self.recipe["lowest_z_mm"]), float(self.recipe["slice_spacing_mm"])
        return [low + step * k for k in range(int(self.recipe["n_slices"]))]

    def slices(self) -> Iterator[NDArray[np.int16]]:
        """Yield the slices from the lowest up, (rows, columns) int16, Hounsfield units."""
        for k, z in enumerate(self.heights()):
            image = self.paint(z)
            down, across = (k * 37) % 128, (k * 71) % 128  # another piece of the noise each time
            grain = self._noise[down : down + self.matrix, across : across + self.matrix]
            noisy = image + grain * np.float32(self.recipe["noise_hu"])
            yield np.clip(np.rint(noisy), -1024, 3071).astype(np.int16)

    def paint(self, z: float) -> Plane:
        """Return the plane at height `z` without noise, (rows, columns) in Hounsfield units."""
        image = np.full((self.matrix, self.matrix), AIR_HU, np.float32)
        self._table(image)
        for layer in self._wall(z):
            self._canvas.ellipsoid(image, layer, z)
        for organ in self.recipe["organs"]:
            self._organ(image, organ, z)
            if organ["name"] == "left lung":
                self._canvas.tubes(image, self._lung_vessels, z)
            elif organ["name"] == "liver, left lobe":
                self._canvas.tubes(image, self._liver_vessels, z)
        self._canvas.tubes(image, self._tubes, z)
        self._canvas.tubes(image, self._bones, z)
        self._vertebra(image, z)
        tissue = (image > -200) & (image < 250)
        image += tissue * self._unrest(z)
        return image

    def _unrest(self, z: float) -> Plane:
        """Return slow variation at height `z`, the same wherever planes through it lie."""
        at_z = (z + 200.0) / 9.0
        k = int(at_z)
        part = np.float32(at_z - k)
        plane = self._lattice[k] * (1 - part) + self._lattice[k + 1] * part
        steps = np.arange(self.matrix, dtype=np.float32) * np.float32(34 / self.matrix)
        low = steps.astype(np.intp)
        rest = steps - low
        rows = plane[low] * (1 - rest)[:, None] + plane[low + 1] * rest[:, None]
        whole = rows[:, low] * (1 - rest) + rows[:, low + 1] * rest
        return np.asarray(whole * np.float32(self.recipe["unrest_hu"]))

    def _organ(self, image: Plane, organ: Mapping[str, Any], z: float) -> None:
        shape = Ellipsoid(tuple(organ["centre"]), tuple(organ["semi_axes"]), organ["value"])
        self._canvas.ellipsoid(image, shape, z)
        if "gas_value" in organ:
            self._canvas.gas(image, shape, z, organ["level_y"], organ["gas_value"])

    def _vertebra(self, image: Plane, z: float) -> None:
        """Paint the body of the vertebra that the plane meets, if it meets one."""
        pitch, bone = float(self.recipe["bones"]["vertebra_pitch_mm"]), self.recipe["bones"]
        middle = round(z / pitch) * pitch
        away = abs(z - middle)
        waist = 1.0 - 1.5 * (1 - (away / BODY_HALF_MM) ** 2)  # bodies are slimmer in the middle
        for reach, inset, value in ((0.0, 0.0, bone["cortex_hu"]), (1.6, 2.0, bone["marrow_hu"])):
            if away < BODY_HALF_MM - reach:
                half = (21.0 - inset + waist, 16.0 - inset + waist, 1000.0)
                self._canvas.ellipsoid(image, Ellipsoid((0, 42, middle), half, value, 0.55), z)

    def _wall(self, z: float) -> list[Ellipsoid]:
        width, depth, forward = outline(self.recipe["outline"], z)
        layers = self.recipe["layers"]
        steps = [(0.0, layers["fat_hu"]), (layers["fat_mm"], layers["muscle_hu"])]
        if z < layers["cavity_top_z"]:
            steps.append((layers["wall_mm"], layers["cavity_hu"]))
        return [
            Ellipsoid((0.0, -forward, z), (width - inset, depth - inset, 1.0), value, 0.4)
            for inset, value in steps
        ]

    def _table(self, image: Plane) -> None:
        """Lay a curved couch under the patient: carbon fibre around foam."""
        x, y = self._canvas.x[None, :], self._canvas.y[:, None]
        top = np.float32(self.recipe["bones"]["table_y"]) - x * x * np.float32(0.0009)
        inside = (np.abs(x) < 178) & (y > top) & (y < top + 30)
        core = (np.abs(x) < 176) & (y > top + 2) & (y < top + 28)
        image[inside] = -350.0
        image[core] = -930.0


def outline(rows: Sequence[Mapping[str, float]], z: float) -> tuple[float, float, float]:
    """Return half width, half depth and forward shift of the trunk at height `z`."""
    heights = [row["z"] for row in rows]
    width, depth, forward = (
        float(np.interp(z, heights, [row[key] for row in rows]))
        for key in ("half_width", "half_depth", "forward")
    )
    return width, depth, forward


def recipe_tubes(recipe: Mapping[str, Any]) -> list[Segment]:
    """Return the tubes of the recipe: for those with a wall, first the wall, then the lumen."""
    found: list[Segment] = []
    for tube in recipe["tubes"]:
        n_points = len(tube["points"])
        if "wall_value" in tube:
            outer = tube["radius"] + tube["wall_mm"]
            found += segments(tube["points"], [outer] * n_points, tube["wall_value"])
        found += segments(tube["points"], [tube["radius"]] * n_points, tube["value"])
    return found


def bones(recipe: Mapping[str, Any], *, bodies: bool = False) -> list[Segment]:
    """Return spine, ribs, breastbone, collarbones and shoulders: all cortex, then all marrow.

    With `bodies`, the vertebral bodies are among them, as bundles of columns.
    """
    cortex_hu, marrow_hu = recipe["bones"]["cortex_hu"], recipe["bones"]["marrow_hu"]
    shells: list[Segment] = []
    cores: list[Segment] = []

    def bone(points: Sequence[Sequence[float]], radius: float, shell: float) -> None:
        shells.extend(segments(points, [radius] * len(points), cortex_hu))
        cores.extend(segments(points, [radius - shell] * len(points), marrow_hu))

    pitch = recipe["bones"]["vertebra_pitch_mm"]
    for i in range(-7, 8):
        _vertebra(bone, i * pitch, bodies=bodies)
    for i in range(int(recipe["bones"]["n_ribs"])):
        top = 176.0 - 23.0 * i
        for side in (-1.0, 1.0):
            bone(_rib(recipe, top, side, floating=i > 8), 5.0, 1.9)
    bone([[0, -84, 122], [0, -92, 60], [0, -94, 12]], 8.0, 1.8)
    for side in (-1.0, 1.0):
        bone([[side * 12, -72, 140], [side * 70, -62, 156], [side * 128, -20, 168]], 6.5, 2.0)
        if not bodies:  # a radiograph is taken with the arms down
            bone([[side * 140, -8, 184], [side * 152, -14, 210]], 19.0, 2.2)
        blade = [[side * 104, 58, 92], [side * 120, 62, 130], [side * 136, 30, 166]]
        bone(blade, 5.0, 2.0)
        bone([[side * 92, 68, 150], [side * 120, 62, 130]], 4.5, 2.0)
    discs = segments([[0.0, 43.0, -200.0], [0.0, 43.0, 200.0]], [17.0, 17.0], 88.0)
    canal = [[0.0, 67.0, -200.0], [0.0, 67.0, 200.0]]
    cord = [*segments(canal, [8.5, 8.5], 12.0), *segments(canal, [5.0, 5.0], 42.0)]
    return [*discs, *shells, *cores, *cord]


def _vertebra(bone: Any, z: float, *, bodies: bool) -> None:
    """Add arch and processes of the vertebra at height `z`, and its body if asked."""
    columns = ((-12, 42), (0, 34), (12, 42), (-8, 49), (8, 49), (-7, 37), (7, 37), (0, 44))
    for x, y in columns if bodies else ():
        bone([[x, y, z - 4], [x, y, z + 4]], 8.0, 1.6)
    for side in (-1.0, 1.0):
        bone([[side * 11, 53, z], [side * 13, 67, z], [side * 6, 78, z - 3]], 4.5, 1.6)
        bone([[side * 13, 67, z], [side * 34, 71, z - 2]], 4.0, 1.5)
    tip = 88.0 - max(0.0, z - 90.0) * 0.15  # the back is flatter at the shoulders
    bone([[0, 76, z - 3], [0, tip, z - 11]], 4.0, 1.5)


def _rib(
    recipe: Mapping[str, Any], top: float, side: float, *, floating: bool
) -> list[list[float]]:
    """Return the course of one rib: from the spine round the side, falling towards the front."""
    points = []
    n_points = 15 if floating else 24
    for step in range(n_points):
        turn = 0.34 + step * 0.108  # radians from straight back
        z = top - 30.0 * (1 - float(np.cos(turn))) - (8.0 if step > 15 else 0.0) * (step - 15) / 8
        width, depth, forward = outline(recipe["outline"], max(z, -60.0))
        width, depth = min(width - 22.0, 136.0), depth - 20.0
        x = side * width * float(np.sin(turn))
        y = depth * float(np.cos(turn)) - forward
        points.append([x, y, z])
    return points


def lung_vessels(recipe: Mapping[str, Any]) -> list[Segment]:
    """Return trees of vessels that fan out from the hilum of each lung and grow thin."""
    found: list[Segment] = []
    for organ in recipe["organs"]:
        if organ["name"] not in LUNGS:
            continue
        centre = np.array(organ["centre"])
        axes = np.array(organ["semi_axes"])
        side = 1.0 if centre[0] > 0 else -1.0
        hilum = np.array([side * 42.0, 16.0, 74.0])
        n_tips = 54
        for i in range(n_tips):
            height = 1 - 2 * (i + 0.5) / n_tips
            ring = (1 - height * height) ** 0.5
            turn = i * GOLDEN_TURN
            toward = np.array([ring * np.cos(turn), ring * np.sin(turn), height])
            if toward[0] * side < -0.35:
                continue  # the heart and the great vessels lie there
            tip = centre + toward * axes * 0.93
            bend = hilum + (tip - hilum) * 0.5 + np.array([0, 0, 6.0 if i % 2 else -6.0])
            found += segments([hilum, bend, tip], [3.4, 2.0, 0.7], 55.0)
            for j in (-1.0, 1.0):
                twig = bend + (tip - bend) * 0.75 + np.cross(toward, (0, 0, 1)) * 13.0 * j
                found += segments([bend, twig], [1.6, 0.7], 45.0)
    return found


def liver_vessels() -> list[Segment]:
    """Return portal and hepatic veins: they leave the hilum and the caval vein and fan out."""
    found: list[Segment] = []
    roots = (((-28.0, -4.0, -72.0), 13, 172.0), ((-20.0, 14.0, -8.0), 9, 160.0))
    for (x, y, z), n_tips, value in roots:
        root = np.array((x, y, z))
        for i in range(n_tips):
            height = 1 - 2 * (i + 0.5) / n_tips
            ring = (1 - height * height) ** 0.5
            turn = i * GOLDEN_TURN + 0.8
            tip = np.array((-62.0, -4.0, -48.0))
            tip += np.array((ring * np.cos(turn), ring * np.sin(turn), height)) * (52, 60, 54)
            if np.linalg.norm(tip - (-86.0, 8.0, -45.0)) < 24:
                continue  # vessels run round the lesion
            bend = root + (tip - root) * 0.45 + (0.0, 4.0, -5.0)
            found += segments([root, bend, tip], [5.0, 3.2, 1.2], value)
    return found


def small_bowel(recipe: Mapping[str, Any]) -> list[Segment]:
    """Return the small bowel as one winding tube, its wall first, gas in every fifth piece."""
    turns = np.arange(72) * 0.42
    points = np.stack(
        (78 * np.sin(turns * 1.00), -24 + 30 * np.cos(turns * 2.30), -198 + turns * 2.1), axis=1
    )
    outer = [recipe["radius"] + recipe["wall_mm"]] * len(points)
    lumen = segments(points.tolist(), [recipe["radius"]] * len(points), recipe["value"])
    filled = [
        replace(piece, value=recipe["gas_value"]) if i % 5 == 0 else piece
        for i, piece in enumerate(lumen)
    ]
    return [*segments(points.tolist(), outer, recipe["wall_value"]), *filled]
