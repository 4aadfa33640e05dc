"""Functional groups become facts for each frame; pydicom's reading is the oracle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests import phantom
from viewer.dicom.records import read_instance
from viewer.model.study import Instance

ENHANCED = (
    "modality/mr-enhanced/001.dcm",
    "modality/mr-enhanced/mr_brucker.dcm",
    "modality/mr-enhanced/MOVEKNEE.dcm",
    "modality/mr-enhanced/MultiframeWindowing.dcm",
    "modality/mr-enhanced/IM-0001-0001-0001.dcm",
    "modality/mr-enhanced/IM-0001-3835-0001.dcm",
    "series/ct-tiny-enhanced-seg/mf.dcm",
    "series/ct-seg-dcmqi/seg/liver.dcm",
    "syntax/encapsulated/CT0012.not_fragmented_bot_rle.dcm",
)


def macro_value(dataset: Dataset, frame: int, macro: str, keyword: str) -> Any:
    """What the standard says: the frame's own macro, else the shared one."""
    own = dataset.PerFrameFunctionalGroupsSequence[frame]
    shared = dataset.get("SharedFunctionalGroupsSequence")
    for groups in (own, shared[0] if shared else Dataset()):
        items = groups.get(macro)
        if items:
            value = items[0].get(keyword)
            return None if value in (None, "") else value
    return None


def plain(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, pydicom.multival.MultiValue | list):
        numbers = [plain(part) for part in value]
        return tuple(numbers) if len(numbers) != 1 else numbers[0]
    return float(value)


def same(ours: Any, theirs: Any) -> bool:
    return bool(ours == plain(theirs))


@pytest.mark.corpus
@pytest.mark.parametrize("name", ENHANCED)
def test_frames_of_real_objects_are_read(data_dir: Path, name: str) -> None:
    instance = read_instance(str(data_dir / name))
    dataset = pydicom.dcmread(data_dir / name, stop_before_pixels=True)
    assert len(instance.frames) == len(dataset.PerFrameFunctionalGroupsSequence)
    for number, facts in enumerate(instance.frames):
        position = macro_value(dataset, number, "PlanePositionSequence", "ImagePositionPatient")
        if position is None:
            assert facts.plane is None
        else:
            assert facts.plane is not None
            assert facts.plane.position_lps == plain(position)
            cosines = macro_value(
                dataset, number, "PlaneOrientationSequence", "ImageOrientationPatient"
            )
            assert (*facts.plane.row_lps, *facts.plane.column_lps) == pytest.approx(plain(cosines))
            spacing = macro_value(dataset, number, "PixelMeasuresSequence", "PixelSpacing")
            assert facts.plane.spacing_mm == plain(spacing)
        for macro, keyword in (
            ("FrameVOILUTSequence", "WindowCenter"),
            ("FrameVOILUTSequence", "WindowWidth"),
            ("PixelValueTransformationSequence", "RescaleSlope"),
            ("PixelValueTransformationSequence", "RescaleIntercept"),
            ("PixelMeasuresSequence", "SliceThickness"),
            ("FrameContentSequence", "StackID"),
            ("FrameContentSequence", "InStackPositionNumber"),
            ("FrameContentSequence", "DimensionIndexValues"),
            ("FrameContentSequence", "TemporalPositionIndex"),
            ("MRDiffusionSequence", "DiffusionBValue"),
            ("MREchoSequence", "EffectiveEchoTime"),
            ("MRTimingAndRelatedParametersSequence", "RepetitionTime"),
        ):
            expected = macro_value(dataset, number, macro, keyword)
            assert same(instance.get(keyword, number), expected), keyword


def test_geometry_of_a_made_object_is_exact(tmp_path: Path) -> None:
    geometry = phantom.Geometry()
    instance = read_instance(str(phantom.make_enhanced(tmp_path / "enhanced", geometry)))
    assert instance.n_frames == len(instance.frames) == geometry.shape[0]
    for number, facts in enumerate(instance.frames):
        expected = geometry.affine @ (0, 0, number, 1)
        assert facts.plane is not None
        assert facts.plane.position_lps == pytest.approx(tuple(expected[:3]), abs=1e-6)
        assert facts.plane.spacing_mm == geometry.spacing[1:]


def enhanced_with(tmp_path: Path, **tags: Any) -> Instance:
    return read_instance(str(phantom.make_enhanced(tmp_path / "enhanced", tags=tags)))


def test_fewer_groups_than_frames_are_reported(tmp_path: Path) -> None:
    instance = enhanced_with(tmp_path, NumberOfFrames=9)
    assert len(instance.frames) == 9
    assert instance.frames[5].plane is not None
    assert instance.facts(8).plane is None
    assert any("do not match" in sentence for sentence in instance.warnings)


def test_more_groups_than_frames_are_reported(tmp_path: Path) -> None:
    instance = enhanced_with(tmp_path, NumberOfFrames=2)
    assert len(instance.frames) == 2
    assert any("do not match" in sentence for sentence in instance.warnings)


def test_absurd_number_of_frames_is_not_believed(tmp_path: Path) -> None:
    instance = enhanced_with(tmp_path, NumberOfFrames=2_000_000_000)
    assert len(instance.frames) == 1
    assert instance.facts(1_999_999_999).plane is None


def test_shared_values_hold_for_the_instance(tmp_path: Path) -> None:
    shared = Dataset()
    transformation = Dataset()
    transformation.RescaleSlope, transformation.RescaleIntercept = "2", "-7"
    shared.PixelValueTransformationSequence = Sequence([transformation])
    instance = enhanced_with(tmp_path, SharedFunctionalGroupsSequence=[shared])
    assert instance.attributes["RescaleSlope"] == 2.0
    assert instance.number("RescaleIntercept", 3) == -7.0


def test_diffusion_direction_is_found_one_level_deeper(tmp_path: Path) -> None:
    frames = []
    for number in range(6):
        direction = Dataset()
        direction.DiffusionGradientOrientation = [0.0, 0.6, 0.8]
        diffusion = Dataset()
        diffusion.DiffusionBValue = 100.0 * number
        diffusion.DiffusionDirectionality = "DIRECTIONAL"
        diffusion.DiffusionGradientDirectionSequence = Sequence([direction])
        frame = Dataset()
        frame.MRDiffusionSequence = Sequence([diffusion])
        frames.append(frame)
    instance = enhanced_with(tmp_path, PerFrameFunctionalGroupsSequence=frames)
    assert instance.number("DiffusionBValue", 4) == 400.0
    assert instance.numbers("DiffusionGradientOrientation", 4) == (0.0, 0.6, 0.8)
