"""How real series split: what their makers say, SimpleITK and highdicom as witnesses."""

from __future__ import annotations

from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
import SimpleITK as sitk

from viewer.base.errors import UnreadableError
from viewer.dicom.records import read_instance
from viewer.displays import open_study
from viewer.model.displayset import DisplaySet
from viewer.model.grouping import group_studies
from viewer.model.sop_classes import sop_class_name
from viewer.model.study import Instance

pytestmark = pytest.mark.corpus


def instances_below(folder: Path) -> list[Instance]:
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            try:
                found.append(read_instance(str(path)))
            except UnreadableError:
                continue
    return found


def sets_of(folder: Path) -> list[DisplaySet]:
    studies = group_studies(instances_below(folder))
    return [one for study in studies for one in open_study(study).display_sets]


def stacks_of(folder: Path) -> list[DisplaySet]:
    return [one for one in sets_of(folder) if one.kind == "stack"]


def numbers(display_set: DisplaySet) -> list[float | None]:
    return [ref.instance.number("InstanceNumber") for ref in display_set.frames]


WHOLE = {
    "ct-chest-philips-lidc": (102, 1.0),
    "mr-brain-epi-philips": (22, 6.0),
    "mr-brain-flair-philips": (22, 6.0),
    "mr-fmri-4d-siemens": (4, 2.5),
    "mr-hitachi": (4, 4.0),
    "mr-knee-t1-philips-j2k": (24, 3.8),
    "mr-knee-t2-philips-j2k": (26, 3.8),
    "mr-nonsquare-pmod": (4, 0.5),
    "mr-scaling-philips": (4, 8.0),
    "pt-headneck-cps": (79, 3.375),
    "rt-ibsi-phantom": (60, 3.0),
    "ct-seg-dcmqi": (3, 1.0),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_series_is_one_volume_as_simpleitk_sees_it(data_dir: Path, name: str) -> None:
    (stack,) = stacks_of(data_dir / "series" / name)
    n_slices, spacing = WHOLE[name]
    assert stack.n_frames == n_slices
    assert stack.geometry is not None
    assert stack.warnings == ()

    reader = sitk.ImageSeriesReader()
    reader.SetFileNames([ref.instance.file.path for ref in stack.frames])
    image = reader.Execute()

    affine = np.asarray(image.GetDirection()).reshape(3, 3) @ np.diag(image.GetSpacing())
    ours = stack.geometry.affine
    assert ours[:3, :2] == pytest.approx(affine[:, :2], abs=1e-4)
    assert np.abs(ours[:3, 2]) == pytest.approx(np.abs(affine[:, 2]), abs=2e-3)  # ITK: mean, sign
    assert ours[:3, 3] == pytest.approx(image.GetOrigin(), abs=1e-6)
    assert stack.geometry.spacing_mm[0] == pytest.approx(spacing, abs=1e-3)


@pytest.mark.parametrize("name", ["rt-ibsi-phantom", "pt-headneck-cps", "mr-brain-flair-philips"])
def test_affine_is_that_of_highdicom(data_dir: Path, name: str) -> None:
    (stack,) = stacks_of(data_dir / "series" / name)
    assert stack.geometry is not None
    datasets = [pydicom.dcmread(ref.instance.file.path) for ref in stack.frames]

    volume = highdicom.get_volume_from_series(datasets, apply_modality_transform=False)

    n = stack.n_frames
    theirs = {
        tuple(np.round(volume.map_indices_to_reference(np.array([[k, 0, 0]]))[0], 2))
        for k in range(n)
    }
    ours = {tuple(np.round((stack.geometry.affine @ (0, 0, k, 1))[:3], 2)) for k in range(n)}
    assert ours == theirs


def test_reading_order_follows_instance_number(data_dir: Path) -> None:
    for name in ("ct-chest-philips-lidc", "pt-headneck-cps", "mr-knee-t2-philips-j2k"):
        (stack,) = stacks_of(data_dir / "series" / name)
        assert numbers(stack) == sorted(numbers(stack), key=float)  # type: ignore[arg-type]


def test_tilted_head_keeps_its_shear_in_both_of_its_parts(data_dir: Path) -> None:
    stacks = stacks_of(data_dir / "series" / "ct-tilt-ge")

    assert [one.n_frames for one in stacks] == [8, 10]  # 4 mm skull base, 7 mm above it
    for one in stacks:
        assert one.geometry is not None
        assert one.geometry.tilt_deg == pytest.approx(
            18.5, abs=0.01
        )  # the gantry tilt tag says 18.5
        assert one.geometry.affine[:2, 2] == pytest.approx((0, 0), abs=1e-6)  # the table moves in z
        assert "Gantry tilt" in one.warnings[0]


def test_inconsistent_increment_is_a_gap(data_dir: Path) -> None:
    (stack,) = stacks_of(data_dir / "series" / "ct-irregular-spacing-ge")

    assert stack.geometry is None
    assert stack.gaps == ((2, 1),)
    assert "between 3 and 4" in stack.warnings[0]


def test_bolus_tracking_is_no_volume_and_in_the_order_of_acquisition(data_dir: Path) -> None:
    (stack,) = stacks_of(data_dir / "series" / "ct-not-a-volume-siemens")

    assert stack.geometry is None
    assert [ref.instance.number("AcquisitionNumber") for ref in stack.frames] == [14, 15]
    assert "at one position" in stack.warnings[0]


def test_topogram_is_apart_from_the_head(data_dir: Path) -> None:
    topogram, head = stacks_of(data_dir / "series" / "ct-head-with-topogram-siemens")

    assert (topogram.n_frames, head.n_frames) == (2, 4)
    assert topogram.geometry is None
    assert "Localiser" in topogram.notes[0]
    assert topogram.warnings == ()
    assert head.geometry is not None
    assert head.geometry.spacing_mm[0] == pytest.approx(5.0)


def test_orientations_of_one_series_are_parted(data_dir: Path) -> None:
    stacks = stacks_of(data_dir / "series" / "mr-orientation-mix-philips")

    assert [(one.split, one.n_frames) for one in stacks] == [("sagittal", 2), ("axial oblique", 2)]


def test_echoes_are_parted(data_dir: Path) -> None:
    stacks = stacks_of(data_dir / "series" / "mr-multiecho-siemens")

    assert [one.n_frames for one in stacks] == [3, 2, 2]
    assert [one.split for one in stacks] == [f"echo {k} of 3, TE {20 * k} ms" for k in (1, 2, 3)]
    assert stacks[0].gaps == ((1, 1),)  # only every third slice is there: 10.5 and 21 mm


def test_diffusion_is_parted_by_b_value_and_direction(data_dir: Path) -> None:
    stacks = stacks_of(data_dir / "series" / "mr-dwi-philips")

    assert [one.split for one in stacks] == [
        "b 0 s/mm²",
        *[f"b 1000 s/mm², direction {k} of 3" for k in (1, 2, 3)],
    ]
    assert all(one.geometry is not None for one in stacks)


@pytest.mark.parametrize(("name", "n_passes"), [("mr-fmri-4d-ge", 2), ("mr-dwi-ge", 4)])
def test_passes_that_no_header_tells_apart_are_marked(
    data_dir: Path, name: str, n_passes: int
) -> None:
    (stack,) = stacks_of(data_dir / "series" / name)  # the anonymiser took what told them apart

    assert stack.geometry is None
    assert "Duplicate positions" in stack.warnings[0]
    assert numbers(stack) == sorted(numbers(stack), key=float)  # type: ignore[arg-type]
    assert stack.n_frames == 4 * n_passes


def test_mosaic_is_labelled(data_dir: Path) -> None:
    (stack,) = stacks_of(data_dir / "series" / "mr-mosaic-siemens")

    assert stack.n_frames == 3
    assert stack.geometry is None
    assert "Mosaic" in stack.notes[0]


def test_converted_object_has_the_grid_of_its_single_frames(data_dir: Path) -> None:
    sets = sets_of(data_dir / "series" / "ct-tiny-enhanced-seg")
    single = next(one for one in sets if one.kind == "stack")
    enhanced = next(one for one in sets if one.kind == "enhanced")
    assert single.geometry is not None
    assert enhanced.geometry is not None

    corners = np.array([[0, 0, 0, 1], [23, 37, 0, 1], [0, 0, 2, 1], [23, 37, 2, 1]]).T
    ours = {tuple(np.round(p, 5)) for p in (single.geometry.affine @ corners)[:3].T}
    twin = {tuple(np.round(p, 5)) for p in (enhanced.geometry.affine @ corners)[:3].T}
    assert ours == twin


def test_dose_grid_has_a_plane_for_each_frame(data_dir: Path) -> None:
    doses = [one for one in sets_of(data_dir / "objects" / "rt") if one.kind == "dose"]

    assert len(doses) == 2
    for one in doses:
        ds = pydicom.dcmread(one.frames[0].instance.file.path, force=True)
        offsets = [float(value) for value in ds.GridFrameOffsetVector]
        assert one.geometry is not None
        step = (offsets[-1] - offsets[0]) / (len(offsets) - 1)
        assert one.geometry.spacing_mm[0] == pytest.approx(abs(step))
        last = one.frames[-1].instance.facts(one.frames[-1].frame).plane
        assert last is not None
        assert last.position_lps[2] == pytest.approx(
            float(ds.ImagePositionPatient[2]) + offsets[-1] - offsets[0]
        )


def test_every_object_is_shown_or_listed_with_a_reason(data_dir: Path) -> None:
    everything = instances_below(data_dir)
    shown: set[tuple[str, str]] = set()
    listed = 0
    ids: set[str] = set()
    for study in group_studies(everything):
        opened = open_study(study)
        for one in opened.display_sets:
            assert one.id not in ids
            ids.add(one.id)
            assert one.n_frames > 0
            shown |= {(i.file.path, i.sop_instance_uid) for i in one.instances}
        for left in opened.unmatched:
            assert left.reason
        listed += len(opened.unmatched)

    assert len(everything) > 650
    assert len(shown) + listed == len(everything)


def test_what_is_no_image_becomes_a_named_tile(data_dir: Path) -> None:
    tiles = [one for one in sets_of(data_dir / "objects") if one.kind == "unsupported"]

    assert len(tiles) > 15
    for one in tiles:
        name = sop_class_name(one.frames[0].instance.sop_class_uid)
        assert one.message.splitlines()[0].lower() == name.lower()
        assert len(one.message.splitlines()) >= 2
