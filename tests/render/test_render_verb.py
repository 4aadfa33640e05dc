"""``lightbox render`` on files whose values are known by formula."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import phantom
from viewer.cli import main

SIZE = "400x300"
GEOMETRY = phantom.Geometry(shape=(3, 120, 160), spacing=(3.0, 0.5, 0.5))


def render(path: Path, out: Path, *more: str) -> int:
    return main(["render", str(path), "--size", SIZE, "-o", str(out), *more])


def pixels(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


@pytest.fixture
def series(tmp_path: Path) -> Path:
    tags = {"WindowCenter": 200, "WindowWidth": 800, "RescaleSlope": 1, "RescaleIntercept": 0}
    phantom.make_series(tmp_path / "ct", GEOMETRY, tags=tags)
    return tmp_path / "ct"


def expected(k: int, center: float = 200.0, width: float = 800.0) -> phantom.Array:
    """Window of PS3.3 C.11.2.1.2.1, floor."""
    values = phantom.ramp(GEOMETRY)[k].astype(float)
    levels = np.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1) * 255
    return np.asarray(np.floor(levels + 1e-7).astype(np.uint8))


def test_bare_picture_at_native_zoom_is_the_window_of_the_file(
    series: Path, tmp_path: Path
) -> None:
    out, state = tmp_path / "out.png", tmp_path / "state.json"
    fit = min(400 / 160, 300 / 120)
    state.write_text(json.dumps({"framing": {"zoom": 1 / fit}, "navigation": {"index": 1}}))

    assert render(series, out, "--bare", "--state", str(state)) == 0

    shown = pixels(out)[90:210, 120:280]
    order = expected(1)
    assert np.array_equal(shown[..., 0], order)
    assert np.array_equal(shown[..., 1], order)


def test_state_chooses_window_and_inversion(series: Path, tmp_path: Path) -> None:
    out, state = tmp_path / "out.png", tmp_path / "state.json"
    document = {
        "framing": {"zoom": 0.4},
        "appearance": {"window": {"center": 100, "width": 50}},
        "navigation": {"index": 1},
    }
    state.write_text(json.dumps(document))

    assert render(series, out, "--bare", "--state", str(state)) == 0

    assert np.array_equal(pixels(out)[90:210, 120:280, 0], expected(1, 100, 50))


def test_letters_are_drawn_unless_bare(series: Path, tmp_path: Path) -> None:
    bare, full = tmp_path / "bare.png", tmp_path / "full.png"

    assert render(series, bare, "--bare") == 0
    assert render(series, full) == 0

    difference = (pixels(bare) != pixels(full)).any(axis=2)
    assert difference[:60, :200].any()
    assert difference[-60:, -200:].any()
    assert not difference[130:170, 100:300].any()


def test_json_names_what_was_drawn(
    series: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.png"

    assert render(series, out, "--json") == 0

    document = json.loads(capsys.readouterr().out)
    assert document["size"] == [400, 300]
    assert document["complete"] is True
    assert document["index"] == 0
    assert document["display_set"]


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ('{"display_set_id": "nonsense"}', "no such display set"),
        ('{"framing": {"zoom": -1}}', "framing.zoom"),
        ('{"navigation": {"index": 99}}', "no image 99"),
        ("nonsense", "JSON"),
    ],
)
def test_impossible_state_is_one_line(
    series: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    document: str,
    sentence: str,
) -> None:
    state = tmp_path / "state.json"
    state.write_text(document)

    assert render(series, tmp_path / "out.png", "--state", str(state)) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert sentence in line
    assert not (tmp_path / "out.png").exists()


def test_absent_path_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render(tmp_path / "nothing", tmp_path / "out.png") == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert "no file or folder" in line


def test_rendering_writes_nothing_into_the_home(
    series: Path, tmp_path: Path, lightbox_home: Path
) -> None:
    render(series, tmp_path / "out.png")

    written = {path.name for path in lightbox_home.iterdir()} if lightbox_home.exists() else set()
    assert written <= {"logs"}


def test_a_study_with_images_goes_before_one_without(
    series: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.88.11", "Modality": "SR"}
    newer = {"StudyDate": "20991231", **report}
    (path, *_) = phantom.make_series(tmp_path / "reports", seed="report", tags=newer)
    path.rename(series / "report.dcm")

    assert render(series, tmp_path / "out.png", "--bare", "--json") == 0
    assert json.loads(capsys.readouterr().out)["display_set"]
    assert int(pixels(tmp_path / "out.png").max()) > 0
