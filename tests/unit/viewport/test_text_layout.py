from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records import LetterMetrics
from viewer.viewport import scene
from viewer.viewport.scene import REQUIRED, STRONG, WRAP, Text
from viewer.viewport.text_layout import (
    MARGIN,
    PlacedText,
    elide,
    font_size,
    layout_texts,
    wrap,
)

METRICS = LetterMetrics()

CORNERS = (scene.TOP_LEFT, scene.TOP_RIGHT, scene.BOTTOM_LEFT, scene.BOTTOM_RIGHT)
EDGES = (scene.TOP, scene.BOTTOM)


def overlapping(placed: tuple[PlacedText, ...], height: float) -> list[tuple[str, str]]:
    return [
        (a.shown, b.shown)
        for a, b in itertools.combinations(placed, 2)
        if a.left < b.left + b.width
        and b.left < a.left + a.width
        and a.top < b.top + height
        and b.top < a.top + height
    ]


def usual(name: str = "Phantom, Alma", patient_id: str = "4711") -> list[Text]:
    return [
        Text(name, scene.TOP_LEFT, 0, REQUIRED, STRONG),
        Text(f"{patient_id} · F · 1961-04-09 · 62 y", scene.TOP_LEFT, 1, REQUIRED, overflow=WRAP),
        Text("City Hospital", scene.TOP_LEFT, 2, 30),
        Text("A", scene.TOP, 0, REQUIRED, STRONG),
        Text("2024-03-05 10:15", scene.TOP_RIGHT, 0, 90),
        Text("CT chest with contrast", scene.TOP_RIGHT, 1, 70),
        Text("Chest 1.0 soft · Acc 88213", scene.TOP_RIGHT, 2, 60),
        Text("R", scene.LEFT, 0, REQUIRED, STRONG),
        Text("L", scene.RIGHT, 0, REQUIRED, STRONG),
        Text("P", scene.BOTTOM, 0, REQUIRED, STRONG),
        Text("100 mm", scene.BOTTOM, 20, 45),
        Text("W 350  L 40", scene.BOTTOM_LEFT, 10, 85),
        Text("Zoom 1.9 ×", scene.BOTTOM_LEFT, 11, 40),
        Text("Im 45 (45/102)", scene.BOTTOM_RIGHT, 10, 95),
        Text("H 112.4 mm", scene.BOTTOM_RIGHT, 11, 65),
    ]


@pytest.mark.parametrize("size", [(700.0, 480.0), (318.0, 178.0), (240.0, 160.0), (1900.0, 1060.0)])
@pytest.mark.parametrize("name", ["Phantom, Alma", "X" * 64 + " (" + "山" * 64 + ")"])
@pytest.mark.parametrize("patient_id", ["4711", "1234567890" * 6 + "ABCD"])
def test_nothing_overlaps_and_no_identifier_is_cut(
    size: tuple[float, float], name: str, patient_id: str
) -> None:
    # 64 characters in each group, panes of a 4x4 grid at 1280x720 up to 4K.
    placed = layout_texts(usual(name, patient_id), METRICS, size)

    assert not overlapping(placed, METRICS.line_height)
    assert all(p.left >= MARGIN - 0.01 for p in placed)
    assert all(p.left + p.width <= size[0] - MARGIN + 0.01 for p in placed)
    shown_id = "".join(p.shown for p in placed if p.full.startswith(patient_id))
    assert patient_id in shown_id.replace(" ", "")
    assert any(p.shown.startswith(name[:2]) for p in placed)
    for letter in "ARLP":
        assert [p.shown for p in placed].count(letter) == 1


def test_optional_texts_go_first() -> None:
    wide = layout_texts(usual(), METRICS, (900.0, 600.0))
    small = layout_texts(usual(), METRICS, (300.0, 110.0))

    assert {p.full for p in wide} == {t.text for t in usual()}
    kept = {p.full for p in small}
    assert "City Hospital" not in kept
    assert "Phantom, Alma" in kept


def test_shortened_text_ends_with_an_ellipsis_and_keeps_its_full_words() -> None:
    long = Text("A very long series description indeed", scene.TOP_RIGHT, 0, 60)
    (placed,) = layout_texts([long], METRICS, (160.0, 300.0))

    assert placed.shown.endswith("…")
    assert placed.full == long.text
    assert placed.width <= 160 - 2 * MARGIN


def test_corners_stand_at_their_edges() -> None:
    size = (700.0, 480.0)
    by_text = {p.full: p for p in layout_texts(usual(), METRICS, size)}

    assert (by_text["Phantom, Alma"].left, by_text["Phantom, Alma"].top) == (MARGIN, MARGIN)
    right = by_text["2024-03-05 10:15"]
    assert right.left + right.width == pytest.approx(size[0] - MARGIN)
    low = by_text["H 112.4 mm"]
    assert low.top + METRICS.line_height == pytest.approx(size[1] - MARGIN)
    assert by_text["Im 45 (45/102)"].top < low.top
    letter = by_text["A"]
    assert letter.left + letter.width / 2 == pytest.approx(size[0] / 2)


@given(
    st.lists(
        st.builds(
            Text,
            text=st.text("abc de·", min_size=1, max_size=60).filter(str.strip),
            anchor=st.sampled_from(CORNERS + EDGES),
            line=st.integers(0, 5).map(float),
            priority=st.integers(0, 99),
        ),
        max_size=14,
    ),
    st.floats(60, 800),
    st.floats(60, 600),
)
def test_no_arrangement_overlaps_or_leaves_the_pane(
    texts: list[Text], width: float, height: float
) -> None:
    alone = [t for t in texts if t.anchor not in EDGES]

    placed = layout_texts(alone, METRICS, (width, height))

    assert not overlapping(placed, METRICS.line_height)
    for one in placed:
        assert one.left >= MARGIN - 0.01
        assert one.left + one.width <= width - MARGIN + 0.01
        assert one.top >= -0.01
        assert one.top + METRICS.line_height <= height + 0.01


def test_wrapping_loses_no_letter() -> None:
    text = "4711 · F · 1961-04-09 " + "9" * 50
    lines = wrap(text, "normal", METRICS, 100.0)

    assert all(METRICS.width(line, "normal") <= 100 for line in lines)
    kept = "".join(lines).replace(" ", "").replace("·", "")
    assert kept == text.replace(" ", "").replace("·", "")


def test_eliding_to_nothing_gives_nothing() -> None:
    assert elide("abc", "normal", METRICS, 3.0) == ""
    assert elide("abc", "normal", METRICS, 21.0) == "abc"
    assert elide("abcdef", "normal", METRICS, 28.0) == "abc…"


def test_letters_grow_with_the_pane_within_limits() -> None:
    sizes = [font_size((side, side)) for side in (100.0, 300.0, 480.0, 1000.0, 4000.0)]

    assert sizes == sorted(sizes)
    assert sizes[0] == 10.0  # smaller letters cannot be read at arm's length; texts go instead
    assert sizes[-1] == 15.0


def test_text_at_a_point_stays_inside() -> None:
    text = Text("HU 47 at 231, 288", scene.AT_POINT, position_canvas=(590.0, 395.0))
    (placed,) = layout_texts([text], METRICS, (600.0, 400.0))

    assert placed.left + placed.width <= 600 - MARGIN
    assert placed.top + METRICS.line_height <= 400 - MARGIN


def test_sentence_in_the_middle_is_broken_and_centred() -> None:
    text = Text("This image is not the one that was asked for, so it is not shown.", scene.CENTRE)
    placed = layout_texts([text], METRICS, (300.0, 300.0))

    assert len(placed) > 1
    for one in placed:
        assert one.left + one.width / 2 == pytest.approx(150.0)
