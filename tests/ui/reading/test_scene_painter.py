"""Overlays as pixels: legible on white and on black, inside the pane, in the colours named."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.ui.reading.room import pixels_of
from viewer.ui.reading.scene_painter import Letters, ScenePainter, ink
from viewer.viewport import scene
from viewer.viewport.scene import Blank, Hatching, Polyline, Rectangle, Scene, Text

SIZE = (320.0, 240.0)


def painted(drawn: Scene, ground: int, ratio: float = 1.0) -> npt.NDArray[np.uint8]:
    """Paint a scene on an even grey and return the pixels, (height, width, 3)."""
    image = QImage(round(SIZE[0] * ratio), round(SIZE[1] * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(0xFF000000 | ground * 0x010101)
    painter = QPainter(image)
    ScenePainter().paint(painter, drawn, SIZE)
    painter.end()
    return pixels_of(image)


def contrast(first: float, second: float) -> float:
    """Return the contrast ratio of two greys, 0 to 255 (WCAG 2.2)."""

    def luminance(level: float) -> float:
        share = level / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", [0, 90, 180, 255])
def test_letters_have_contrast_on_every_grey(qtbot: QtBot, ground: int) -> None:
    pixels = painted((Text("Phantom, Alma", scene.TOP_LEFT),), ground)[:40, :140]
    brightest, darkest = int(pixels.max()), int(pixels.min())
    assert contrast(brightest, darkest) >= 4.5
    assert brightest >= 210  # the letters, thinned by smoothing
    assert darkest <= 30  # the rim, or the ground itself


def test_texts_stay_inside_the_pane(qtbot: QtBot) -> None:
    anchors = (scene.TOP_LEFT, scene.TOP_RIGHT, scene.BOTTOM_LEFT, scene.BOTTOM_RIGHT)
    long = tuple(Text("A very long series description " * 4, a) for a in anchors)
    pixels = painted(long, 0)
    assert pixels.max() > 200
    assert pixels[:, :4].max() == 0
    assert pixels[:, -4:].max() == 0


def test_a_shortened_text_can_be_read_in_full(qtbot: QtBot) -> None:
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    words = "A very long series description " * 4
    drawn = ScenePainter()
    drawn.paint(painter, (Text(words, scene.TOP_LEFT),), SIZE)
    painter.end()
    found = drawn.texts_at((20, 14))
    assert [text.full for text in found] == [words]
    assert found[0].shown.endswith("…")
    assert not drawn.texts_at((20, 200))


def test_blank_hides_everything_below(qtbot: QtBot) -> None:
    assert painted((Blank(),), 255).max() == 0


def test_shapes_have_the_colour_of_their_style(qtbot: QtBot) -> None:
    box = Rectangle(50, 60, 30, 20, scene.WARNING)
    line = Polyline(((10.5, 200.0), (300.5, 200.0)), scene.ACCENT, width=2)
    pixels = painted((box, line), 0)
    warning, accent = ink(scene.WARNING), ink(scene.ACCENT)
    assert tuple(pixels[70, 65]) == (warning.red(), warning.green(), warning.blue())
    assert tuple(pixels[200, 150]) == (accent.red(), accent.green(), accent.blue())


def test_a_line_has_a_dark_rim_on_white(qtbot: QtBot) -> None:
    line = Polyline(((10.0, 100.0), (300.0, 100.0)), scene.NORMAL, width=2)
    column = painted((line,), 255)[90:110, 150, 0]
    assert column.min() < 60


def test_hatching_marks_missing_rows_without_filling_them(qtbot: QtBot) -> None:
    corners = ((0.0, 120.0), (320.0, 120.0), (320.0, 240.0), (0.0, 240.0))
    pixels = painted((Hatching(corners),), 0)
    assert pixels[:119].max() == 0
    share = (pixels[125:] > 0).any(axis=2).mean()
    assert 0.02 < share < 0.5


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_letters_are_as_large_and_as_sharp_on_every_screen(qtbot: QtBot, ratio: float) -> None:
    pixels = painted((Text("Hx", scene.TOP_LEFT),), 0, ratio)
    rows = np.flatnonzero((pixels > 120).any(axis=(1, 2)))
    reference = painted((Text("Hx", scene.TOP_LEFT),), 0)
    wanted = np.flatnonzero((reference > 120).any(axis=(1, 2)))
    assert rows[0] / ratio == pytest.approx(wanted[0], abs=1)
    assert len(rows) / ratio == pytest.approx(len(wanted), abs=1.5)


def test_figures_have_equal_width(qtbot: QtBot) -> None:
    letters = Letters(13)
    widths = {letters.width(digit * 8, scene.NORMAL) for digit in "0123456789"}
    assert max(widths) - min(widths) < 0.5
