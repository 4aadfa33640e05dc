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
from viewer.viewport.scene import Bitmap, Blank, Hatching, Polyline, Rectangle, Scene, Text

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


def test_a_bitmap_covers_whole_squares_and_has_a_dark_rim(qtbot: QtBot) -> None:
    mask = np.zeros((20, 30), np.bool_)
    mask[4, 6] = mask[5, 7] = True
    bits = np.packbits(mask, axis=1)
    pixels = painted((Bitmap(bits, 30, (5.0, 0.0, 0.0, 5.0), (10.0, 20.0)),), 255)
    accent = ink(scene.ACCENT)
    inked = (pixels == (accent.red(), accent.green(), accent.blue())).all(axis=2)
    expected = np.zeros(inked.shape, np.bool_)
    expected[20:120, 10:160] = np.kron(mask, np.ones((5, 5), np.bool_))
    assert np.array_equal(inked, expected)
    assert pixels[39, 42].max() < 110  # right above the first square
    assert pixels[37, 42].min() == 255


def test_a_turned_bitmap_is_turned_with_its_image(qtbot: QtBot) -> None:
    mask = np.zeros((10, 10), np.bool_)
    mask[0, :3] = True
    bits = np.packbits(mask, axis=1)
    pixels = painted((Bitmap(bits, 10, (0.0, -4.0, 4.0, 0.0), (100.0, 50.0)),), 0)
    rows, columns = np.nonzero(pixels.max(axis=2))
    assert (rows.min(), rows.max()) == (50, 61)
    assert (columns.min(), columns.max()) == (96, 99)


@pytest.mark.parametrize("scale", [0.05, 0.31, 0.77, 1.0, 1.3, 2.9])
@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_a_stroke_of_one_bit_is_seen_whole_at_every_size(
    qtbot: QtBot, scale: float, ratio: float
) -> None:
    mask = np.zeros((600, 600), np.bool_)
    mask[301] = mask[:, 203] = True
    bits = np.packbits(mask, axis=1)
    shown = Bitmap(bits, 600, (scale, 0.0, 0.0, scale), (3.4, 5.6))
    seen = painted((shown,), 0, ratio).max(axis=2) > 0
    bottom, right = (min(side, start + 600 * scale) for side, start in ((240, 5.6), (320, 3.4)))
    crossing = 5.6 + 301.5 * scale, 3.4 + 203.5 * scale
    length = round((right - 3.4) * ratio), round((bottom - 5.6) * ratio)
    if crossing[0] < 238:
        assert seen.sum(axis=1).max() >= length[0] - 2
    if crossing[1] < 318:
        assert seen.sum(axis=0).max() >= length[1] - 2


def test_a_region_is_tinted_and_not_covered(qtbot: QtBot) -> None:
    bits = np.packbits(np.ones((8, 8), np.bool_), axis=1)
    one = painted((Bitmap(bits, 8, (9.0, 0.0, 0.0, 9.0), (0.0, 0.0), opacity=0.4),), 0)[30, 30]
    other = painted((Bitmap(bits, 8, (9.0, 0.0, 0.0, 9.0), (0.0, 0.0), opacity=0.4),), 200)[30, 30]
    assert (other.astype(int) - one).tolist() == pytest.approx([120, 120, 120], abs=2)


def test_bitmaps_of_many_images_do_not_pile_up(qtbot: QtBot) -> None:
    painter_of = ScenePainter()
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    kept = [np.full((1500, 188), 255, np.uint8) for _ in range(40)]
    painter = QPainter(image)
    for bits in kept:
        shown = Bitmap(bits, 1500, (1.0, 0.0, 0.0, 1.0), (0.0, 0.0))
        painter_of.paint(painter, (shown,), SIZE)
    painter.end()
    assert painter_of.bitmaps.used_bytes <= 64 << 20
