"""Contrast of every text colour on every surface it stands on, by WCAG 2.2's own formula."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QLabel

from viewer.base.paths import resources
from viewer.ui.application import make_application
from viewer.ui.icons import icon, icon_source
from viewer.ui.theme import DARK_TOKENS, LIGHT_TOKENS, Tokens, style_sheet

LEAST = 4.5
TEXTS = ("text", "muted", "accent", "warning", "error", "good")
SURFACES = ("ground", "surface", "selection")


def luminance(colour: str) -> float:
    """Return relative luminance (WCAG 2.2, 'relative luminance')."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, 'contrast ratio')."""
    brighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_formula_gives_21_for_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colours", [DARK_TOKENS, LIGHT_TOKENS], ids=["dark", "light"])
def test_every_text_colour_can_be_read_on_every_surface(colours: Tokens) -> None:
    weak = [
        (text, surface, round(contrast(getattr(colours, text), getattr(colours, surface)), 2))
        for text, surface in itertools.product(TEXTS, SURFACES)
        if contrast(getattr(colours, text), getattr(colours, surface)) < LEAST
    ]
    assert not weak


@pytest.mark.parametrize("colours", [DARK_TOKENS, LIGHT_TOKENS], ids=["dark", "light"])
def test_text_on_the_main_button_can_be_read(colours: Tokens) -> None:
    assert contrast(colours.on_accent, colours.accent_fill) >= LEAST
    assert contrast(colours.on_accent, colours.accent_hover) >= LEAST


@pytest.mark.parametrize("colours", [DARK_TOKENS, LIGHT_TOKENS], ids=["dark", "light"])
def test_style_sheet_has_no_name_left_over(colours: Tokens) -> None:
    assert "@" not in style_sheet(colours)


def test_every_shipped_icon_draws_something(qapp: QApplication) -> None:
    make_application()
    empty = []
    for path in sorted((resources() / "icons").glob("*.svg")):
        image = icon(path.stem).pixmap(20, 20).toImage()
        pixels = QRect(0, 0, image.width(), image.height())
        drawn = any(
            image.pixelColor(x, y).alpha() > 0
            for x in range(pixels.width())
            for y in range(pixels.height())
        )
        if not drawn:
            empty.append(path.stem)
    assert not empty


def test_unknown_icon_is_a_bug_that_shows() -> None:
    with pytest.raises(FileNotFoundError):
        icon_source("no-such-icon")


def test_figures_have_equal_width(qapp: QApplication) -> None:
    make_application()
    label = QLabel()
    metrics = label.fontMetrics()
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1
