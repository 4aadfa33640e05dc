"""The demo study: two people who do not exist, made by formula from `resources/demo/recipe.toml`.

Nothing is stored but numbers. The files are the same on every machine, their geometry and the
places of their lesions are known, and both are as asymmetric as people: the liver lies on the
right, the heart on the left.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.base.paths import resources
from viewer.dicom.demo import brain, chest
from viewer.dicom.demo.heart import Heart
from viewer.dicom.demo.objects import (
    CT_IMAGE,
    DX_FOR_PRESENTATION,
    MR_IMAGE,
    US_MULTIFRAME,
    Patient,
    Series,
    Study,
    add_ct,
    add_mr,
    add_plane,
    add_radiograph,
    add_ultrasound,
    make_object,
    save,
)
from viewer.dicom.demo.shapes import noise
from viewer.dicom.demo.trunk import Trunk

ALMA = Patient("Phantom^Alma", "DEMO-1", "19580314", "F")
BERT = Patient("Phantom^Bert", "DEMO-2", "19711102", "M")
CT_STUDY = Study(ALMA, "ct", "20260305", "101500", "067Y", "CT chest and upper abdomen")
DX_STUDY = Study(ALMA, "radiograph", "20251118", "084200", "067Y", "Chest PA")
MR_STUDY = Study(BERT, "mr", "20260211", "140500", "054Y", "MR head")
US_STUDY = Study(BERT, "ultrasound", "20260212", "093000", "054Y", "Echocardiography")
TRUNK_FRAME = "trunk"
BODY_WINDOWS = (("50", "-600"), ("400", "1500"), ("SOFT TISSUE", "LUNG"))
LOCALISER_WINDOW = (("240",), ("1000",), ("LOCALIZER",))


def read_recipe() -> dict[str, Any]:
    """Return the numbers that the demo study is made of."""
    with (resources() / "demo" / "recipe.toml").open("rb") as handle:
        return tomllib.load(handle)


def write_demo(folder: Path) -> list[Path]:
    """Write the demo study into a folder, which is made if need be, and return its files.

    Two patients: a CT of the trunk (a volume of 120 slices and its localiser, in one frame of
    reference) and an earlier chest radiograph; an oblique MR of the head and a cine ultrasound.
    The same files are written each time; files of the same name are replaced.

    Raises
    ------
    OSError
        When the folder cannot be written or is full.
    """
    recipe = read_recipe()
    folder.mkdir(parents=True, exist_ok=True)
    return [
        *_write_ct(folder, recipe),
        *_write_radiograph(folder, recipe),
        *_write_mr(folder, recipe["mr"]),
        *_write_ultrasound(folder, recipe["ultrasound"]),
    ]


def _write_ct(folder: Path, recipe: Mapping[str, Any]) -> list[Path]:
    """Write the volume from the head down, as scanners number it, and its localiser."""
    trunk = Trunk(recipe["ct"])
    n_slices, first = len(trunk.heights()), trunk.first_mm
    image_type = ("ORIGINAL", "PRIMARY", "AXIAL")
    series = Series(
        CT_STUDY, "volume", 2, "CT", CT_IMAGE, "Portal venous 3 mm", image_type, "CHEST"
    )
    spacing = (trunk.spacing, trunk.spacing, float(recipe["ct"]["slice_spacing_mm"]))
    paths = []
    thickness = np.zeros((n_slices, trunk.matrix))
    for k, (z, image) in enumerate(zip(trunk.heights(), trunk.slices(), strict=True)):
        thickness[k] = np.maximum(image + 1000, 0).sum(axis=0, dtype=np.int64) * trunk.spacing
        number = n_slices - k
        ds = make_object(series, number, (image + 1024).astype(np.uint16))
        add_plane(ds, np.array([[first, first, z], [1, 0, 0], [0, 1, 0]]), spacing, TRUNK_FRAME)
        add_ct(ds, BODY_WINDOWS)
        paths.append(save(ds, folder / f"ct-{number:03d}.dcm"))
    paths.append(_write_localiser(folder, recipe, trunk, thickness / 1000))
    return paths[::-1]


def _write_localiser(
    folder: Path, recipe: Mapping[str, Any], trunk: Trunk, water_mm: NDArray[np.float64]
) -> Path:
    """Write the frontal view of the volume; `water_mm` is (slices from the feet, columns)."""
    step = float(recipe["topogram"]["row_spacing_mm"])
    heights = np.array(trunk.heights())
    rows = np.arange(heights[-1], heights[0] - step / 2, -step)
    place = (rows - heights[0]) / float(recipe["ct"]["slice_spacing_mm"])
    low = np.clip(place.astype(int), 0, len(heights) - 2)
    part = (place - low)[:, None]
    smooth = water_mm[low] * (1 - part) + water_mm[low + 1] * part
    exponent = smooth * float(recipe["topogram"]["attenuation_per_mm"])
    values = exponent * 230 - 560 + noise(smooth.shape, 21) * 7
    image_type = ("ORIGINAL", "PRIMARY", "LOCALIZER")
    series = Series(CT_STUDY, "localiser", 1, "CT", CT_IMAGE, "Topogram", image_type, "CHEST")
    stored = np.clip(np.rint(values) + 1024, 0, 4095).astype(np.uint16)
    ds = make_object(series, 1, stored)
    axes = np.array([[trunk.first_mm, 0.0, rows[0]], [1, 0, 0], [0, 0, -1]])
    add_plane(ds, axes, (step, trunk.spacing, step), TRUNK_FRAME)
    add_ct(ds, LOCALISER_WINDOW, units="US")
    return save(ds, folder / "ct-localiser.dcm")


def _write_radiograph(folder: Path, recipe: Mapping[str, Any]) -> list[Path]:
    series = Series(
        DX_STUDY,
        "pa",
        1,
        "DX",
        DX_FOR_PRESENTATION,
        "Chest PA upright",
        ("ORIGINAL", "PRIMARY", ""),
        "CHEST",
    )
    ds = make_object(series, 1, chest.paint(recipe["ct"], recipe["radiograph"]))
    add_radiograph(ds, float(recipe["radiograph"]["imager_pixel_spacing_mm"]))
    return [save(ds, folder / "radiograph.dcm")]


def _write_mr(folder: Path, recipe: Mapping[str, Any]) -> list[Path]:
    stack = brain.make_stack(recipe)
    series = Series(
        MR_STUDY,
        "flair",
        1,
        "MR",
        MR_IMAGE,
        "FLAIR axial oblique",
        ("ORIGINAL", "PRIMARY", "OTHER"),
        "HEAD",
    )
    spacing = (stack.spacing, stack.spacing, float(recipe["slice_thickness_mm"]))
    paths = []
    for k, image in enumerate(brain.slices(recipe)):
        ds = make_object(series, k + 1, image)
        axes = np.array([stack.origin(k), stack.row, stack.column])
        add_plane(ds, axes, spacing, "head")
        add_mr(ds, stack.step)
        paths.append(save(ds, folder / f"mr-{k + 1:02d}.dcm"))
    return paths


def _write_ultrasound(folder: Path, recipe: Mapping[str, Any]) -> list[Path]:
    series = Series(
        US_STUDY,
        "apical",
        1,
        "US",
        US_MULTIFRAME,
        "Four chambers from the apex",
        ("ORIGINAL", "PRIMARY", "TTE", "0001"),
        "HEART",
    )
    ds = make_object(series, 1, np.array(list(Heart(recipe).frames())))
    add_ultrasound(ds, recipe)
    return [save(ds, folder / "ultrasound.dcm")]
