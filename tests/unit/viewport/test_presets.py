from __future__ import annotations

from pathlib import Path

import pytest

from viewer.base.errors import UsageError
from viewer.viewport.presets import load_presets, presets_for


def test_the_programs_presets_are_the_consensus_for_ct() -> None:
    presets = presets_for(load_presets(), "CT")
    widths = {p.title: p.window.width for p in presets}
    centers = {p.title: p.window.center for p in presets}

    expected = {"Lung": (1500, -600), "Brain": (80, 40), "Bone": (2000, 350), "Liver": (150, 90)}
    for title, (width, center) in expected.items():
        assert widths[title] == width
        assert centers[title] == center
    keys = [p.key for p in presets if p.key]
    assert len(keys) == len(set(keys))
    assert len({p.id for p in presets}) == len(presets)


def test_other_modalities_have_none() -> None:
    assert presets_for(load_presets(), "MG") == ()


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "[[preset]]\nid = 'a'\nmodality = 'CT'\ntitle = 'A'\ncenter = 'x'\nwidth = 1",
        "[[preset]]\nid = 'a'\nmodality = 'CT'\ntitle = 'A'\ncenter = 1\nwidth = 0",
        "[[preset]]\nid = 'a'\nmodality = 'CT'\ntitle = 'A'\ncenter = 1\nwidth = 9\nfunction='F'",
        "= broken",
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "windows.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=r"windows\.toml"):
        load_presets(path)
