"""`lightbox stacks` and `lightbox pixels`, as scripts call them."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from pydicom.uid import JPEG2000Lossless

from tests.phantom import (
    AXIAL,
    OBLIQUE,
    TILTED,
    Geometry,
    make_enhanced,
    make_image,
    make_series,
    ramp,
)
from viewer.cli import main

Output = pytest.CaptureFixture[str]


def stacks(capsys: Output, *paths: Path, status: int = 0) -> dict[str, Any]:
    assert main(["stacks", "--json", *map(str, paths)]) == status
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def uids_of(paths: list[Path]) -> list[str]:
    return [str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID) for path in paths]


@pytest.mark.parametrize("order", ["reading", "reversed", "shuffled"])
@pytest.mark.parametrize("geometry", [AXIAL, OBLIQUE, TILTED])
def test_affine_and_order_are_those_of_the_phantom(
    tmp_path: Path, capsys: Output, geometry: Geometry, order: Any
) -> None:
    geometry = replace(geometry, shape=(9, 20, 24))
    paths = make_series(tmp_path / "s", geometry, order=order)

    (found,) = stacks(capsys, tmp_path / "s")["display_sets"]

    affine = np.asarray(found["affine"])
    uids = uids_of(paths)
    turned = found["sop_uids"] != uids
    assert found["sop_uids"] == (uids[::-1] if turned else uids)
    if order != "shuffled":
        assert turned == (order == "reversed")
    expected = geometry.affine
    if turned:
        expected[:3, 3] += 8 * expected[:3, 2]
        expected[:3, 2] *= -1
    assert affine == pytest.approx(expected, abs=1e-6)
    normal = np.cross(geometry.row_lps, geometry.column_lps)
    along = abs(float(geometry.step_lps @ normal))
    assert found["spacing_mm"] == pytest.approx([along, *geometry.spacing[1:]], abs=1e-6)
    assert found["n_images"] == 9
    assert found["modality"] == "CT"
    assert bool(found["warnings"]) == any(geometry.shear_lps)  # a tilt is told


def test_affine_maps_voxels_to_where_their_values_say(tmp_path: Path, capsys: Output) -> None:
    make_series(tmp_path / "s", TILTED)

    (found,) = stacks(capsys, tmp_path / "s")["display_sets"]

    paths = {
        uid: path
        for path, uid in zip(
            sorted((tmp_path / "s").iterdir()),
            uids_of(sorted((tmp_path / "s").iterdir())),
            strict=True,
        )
    }
    affine = np.asarray(found["affine"])
    for k, uid in enumerate(found["sop_uids"]):
        pixels = pydicom.dcmread(paths[uid]).pixel_array
        for column, row in ((0, 0), (23, 0), (0, 19), (11, 7)):
            point = (affine @ (column, row, k, 1))[:3]
            assert pixels[row, column] == pytest.approx(point @ (5.0, 7.0, 11.0), abs=0.51)


def test_gap_has_no_affine_and_is_named(tmp_path: Path, capsys: Output) -> None:
    geometry = replace(AXIAL, shape=(30, 20, 24))
    make_series(tmp_path / "s", geometry, missing=[10, 11])

    (found,) = stacks(capsys, tmp_path / "s")["display_sets"]

    assert found["affine"] is None
    assert found["spacing_mm"] is None
    assert found["gaps"] == [[9, 2]]
    assert "between 10 and 11" in found["warnings"][0]


def test_duplicates_have_no_affine(tmp_path: Path, capsys: Output) -> None:
    make_series(tmp_path / "s", AXIAL, duplicated=[2])

    (found,) = stacks(capsys, tmp_path / "s")["display_sets"]

    assert found["affine"] is None
    assert "uplicate positions" in found["warnings"][0]


def test_enhanced_object_has_the_grid_of_its_twin(tmp_path: Path, capsys: Output) -> None:
    make_enhanced(tmp_path / "e", OBLIQUE)

    (found,) = stacks(capsys, tmp_path / "e")["display_sets"]

    assert found["affine"] == pytest.approx(OBLIQUE.affine, abs=1e-6)
    assert found["kind"] == "enhanced"
    assert found["frames"] == list(range(6))
    assert len(set(found["sop_uids"])) == 1


def test_unreadable_file_is_listed_and_the_status_says_in_part(
    tmp_path: Path, capsys: Output
) -> None:
    paths = make_series(tmp_path / "s", AXIAL)
    broken = tmp_path / "s" / "broken"
    broken.write_bytes(paths[0].read_bytes()[:300])

    document = stacks(capsys, tmp_path / "s", status=1)

    assert [one["n_images"] for one in document["display_sets"]] == [6]
    assert [left["path"] for left in document["unmatched"]] == [str(broken)]
    assert document["unmatched"][0]["reason"]


def test_file_that_was_cut_short_is_told(tmp_path: Path, capsys: Output) -> None:
    paths = make_series(tmp_path / "s", replace(AXIAL, shape=(3, 20, 24)))
    content = paths[1].read_bytes()
    paths[1].write_bytes(content[:-100])

    (found,) = stacks(capsys, tmp_path / "s")["display_sets"]

    (warning,) = found["warnings"]
    assert warning.startswith("The pixel data end early")
    assert warning.endswith("(1 of 3 files)")


def test_text_for_people_names_sets_and_warnings(tmp_path: Path, capsys: Output) -> None:
    make_series(tmp_path / "s", AXIAL, missing=[3])

    assert main(["stacks", str(tmp_path / "s")]) == 0

    text = capsys.readouterr().out
    assert "Known values · 5 images" in text
    assert "Missing slice(s)" in text


def test_missing_path_could_not_run(tmp_path: Path, capsys: Output) -> None:
    assert main(["stacks", str(tmp_path / "none")]) == 2

    assert "no file or folder" in capsys.readouterr().err


def pixels(path: Path, out: Path, *options: str, status: int = 0) -> Any:
    assert main(["pixels", str(path), *options, "-o", str(out)]) == status
    return np.load(out) if status != 2 else None


@pytest.mark.parametrize("syntax", [pydicom.uid.ExplicitVRBigEndian, JPEG2000Lossless])
def test_stages_of_one_image(tmp_path: Path, capsys: Output, syntax: Any) -> None:
    tags = {"RescaleSlope": "2", "RescaleIntercept": "-1000"}
    path = make_series(tmp_path / "s", AXIAL, transfer_syntax=syntax, tags=tags)[2]
    stored = ramp(AXIAL)[2]
    out = tmp_path / "out.npy"

    found = pixels(path, out, "--stage", "stored")
    assert found.dtype == np.int16
    assert np.array_equal(found, stored)

    found = pixels(path, out, "--stage", "modality")
    assert found.dtype == np.float32
    assert np.array_equal(found, stored * 2.0 - 1000)

    found = pixels(path, out, "--stage", "display", "--window", "-600,1500")
    value = stored * 2.0 - 1000
    expected = np.floor(np.clip((value + 600.5) / 1499 + 0.5, 0, 1) * 255)
    assert found.dtype == np.uint8
    assert np.array_equal(found, expected)


def test_frames_count_from_zero_and_colour_is_as_decoded(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 255, (3, 8, 9, 3), np.uint8)
    path = make_image(tmp_path / "cine", frames)
    out = tmp_path / "out.npy"

    for index in range(3):
        found = pixels(path, out, "--frame", str(index), "--stage", "display")
        assert np.array_equal(found, frames[index])
    pixels(path, out, "--frame", "3", status=2)
    pixels(path, out, "--stage", "modality", status=2)


def test_window_of_the_file_is_chosen_by_its_number(tmp_path: Path) -> None:
    tags = {"WindowCenter": [1100, 1000], "WindowWidth": [50, 400]}
    path = make_series(tmp_path / "s", AXIAL, tags=tags)[0]
    out = tmp_path / "out.npy"

    first = pixels(path, out, "--stage", "display")
    second = pixels(path, out, "--stage", "display", "--voi", "1")

    assert np.array_equal(first, pixels(path, out, "--stage", "display", "--window", "1100,50"))
    assert np.array_equal(second, pixels(path, out, "--stage", "display", "--window", "1000,400"))
    assert not np.array_equal(first, second)
    pixels(path, out, "--stage", "display", "--voi", "2", status=2)


@pytest.mark.parametrize("text", ["40", "a,b", "40,-3", "40,400,CUBIC", "1,2,LINEAR,3"])
def test_window_that_is_none_could_not_run(tmp_path: Path, capsys: Output, text: str) -> None:
    path = make_series(tmp_path / "s", AXIAL)[0]

    pixels(path, tmp_path / "out.npy", "--stage", "display", f"--window={text}", status=2)

    assert len(capsys.readouterr().err.splitlines()) == 1


def test_file_that_is_no_image_could_not_run(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "text").write_text("hello")

    pixels(tmp_path / "text", tmp_path / "out.npy", status=2)

    assert "lightbox pixels:" in capsys.readouterr().err


@pytest.mark.corpus
def test_modality_values_are_those_of_simpleitk(data_dir: Path, tmp_path: Path) -> None:
    folder = data_dir / "series" / "pt-headneck-cps"
    paths = sorted(folder.glob("0000*.dcm"))[:5]
    assert paths

    for path in paths:
        found = pixels(path, tmp_path / "out.npy", "--stage", "modality")
        theirs = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))[0]
        assert found == pytest.approx(theirs, rel=1e-6)


@pytest.mark.skipif(shutil.which("dcm2pnm") is None, reason="needs dcmtk")
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("shape", [None, "IDENTITY", "INVERSE"])
def test_photometric_and_presentation_shape_together_are_as_dcmtk_has_them(
    tmp_path: Path, photometric: str, shape: str | None
) -> None:
    tags = {"WindowCenter": "120", "WindowWidth": "200", "PresentationLUTShape": shape}
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    path = make_image(tmp_path / "ramp", levels, photometric=photometric, tags=tags)

    found = pixels(path, tmp_path / "out.npy", "--stage", "display")

    theirs = tmp_path / "theirs.pgm"
    subprocess.run(["dcm2pnm", "-q", "+Wi", "1", "+op", str(path), str(theirs)], check=True)
    expected = np.frombuffer(theirs.read_bytes(), np.uint8)[-256:].reshape(16, 16)
    assert np.array_equal(found, expected)
    assert found[0, 0] != found[-1, -1]


@pytest.mark.parametrize("verb", ["pixels", "render"])
def test_output_never_replaces_the_image_itself(tmp_path: Path, capsys: Output, verb: str) -> None:
    (path,) = make_series(tmp_path / "s", replace(AXIAL, shape=(1, 20, 24)))
    before = path.read_bytes()
    other_name = tmp_path / "other.dcm"
    other_name.symlink_to(path)

    assert main([verb, str(path), "-o", str(other_name)]) == 2

    assert path.read_bytes() == before
    assert "is the image itself" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["pixels", "render"])
def test_output_that_cannot_be_written_is_named(tmp_path: Path, capsys: Output, verb: str) -> None:
    (path,) = make_series(tmp_path / "s", replace(AXIAL, shape=(1, 20, 24)))

    assert main([verb, str(path), "-o", str(tmp_path / "none" / "out")]) == 2

    shown = capsys.readouterr().err
    assert str(tmp_path / "none" / "out") in shown
    assert "No such file or directory" in shown


@pytest.mark.parametrize("index", [-1, 1, 10**30])
def test_frame_out_of_range_is_named_as_it_was_asked_for(
    tmp_path: Path, capsys: Output, index: int
) -> None:
    (path,) = make_series(tmp_path / "s", replace(AXIAL, shape=(1, 20, 24)))

    assert main(["pixels", str(path), "--frame", str(index), "-o", str(tmp_path / "o.npy")]) == 2

    assert f"There is no frame {index}; the file has 1, from 0." in capsys.readouterr().err
