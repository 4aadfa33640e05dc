"""The series strip: what it lists, how it is used, and what it remembers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtTest import QTest

from tests.phantom import Geometry, make_image, make_series, uid
from tests.ui.reading.room import Room, open_paths
from viewer.ui.reading.drag import DraggedSeries, pack, unpack
from viewer.ui.reading.series_card import fill_or_fit
from viewer.ui.reading.series_model import IMAGE_ROLE, SeriesRow, StudyHeading
from viewer.ui.reading.study_headings import age_text, strip_rows

SMALL = Geometry(shape=(5, 40, 32), spacing=(2.0, 1.0, 1.0))
PERSON = {"PatientName": "Phantom^Strip", "PatientID": "S1"}


def make_two_studies(folder: Path) -> None:
    """Write a CT with a gap of 2024 and a series of 2023, of one patient."""
    make_series(folder / "new", SMALL, seed="new", tags=PERSON, missing=(2,))
    old = PERSON | {"StudyDate": "20230115", "StudyDescription": "Prior", "SeriesNumber": 4}
    make_series(folder / "old", SMALL, seed="old", tags=old)


@pytest.fixture
def reading(room: Room, tmp_path: Path) -> Room:
    make_two_studies(tmp_path / "patient")
    room.add(tmp_path / "patient")
    room.wait_for_picture()
    return room


def series(room: Room) -> list[SeriesRow]:
    return [row for row in room.view.strip.rows if isinstance(row, SeriesRow)]


def test_studies_are_listed_from_the_newest_with_their_age(reading: Room) -> None:
    headings = [row for row in reading.view.strip.rows if isinstance(row, StudyHeading)]
    assert [heading.title for heading in headings] == ["2024-02-29 Phantom", "2023-01-15 Prior"]
    assert [heading.note for heading in headings] == ["", "13 months older"]


@pytest.mark.parametrize(
    ("stored", "newest", "words"),
    [
        ("20240301", "20240301", ""),
        ("20240229", "20240301", "1 day older"),
        ("20230301", "20240301", "12 months older"),
        ("20140301", "20240301", "10 years older"),
        ("", "20240301", ""),
        ("2024", "20240301", ""),
    ],
)
def test_age_of_a_prior_is_said_in_words(stored: str, newest: str, words: str) -> None:
    assert age_text(stored, newest) == words


def test_a_gap_is_named_on_the_card(reading: Room) -> None:
    first = series(reading)[0]
    assert first.problem
    assert first.badge == "gap 2–3"
    assert "Known values" in first.details


def test_thumbnails_come_after_the_first_picture(reading: Room) -> None:
    model = reading.view.strip.model()
    rows = [n for n, row in enumerate(reading.view.strip.rows) if isinstance(row, SeriesRow)]
    reading.qtbot.waitUntil(lambda: all(model.index(n, 0).data(IMAGE_ROLE) for n in rows))
    image = model.index(rows[1], 0).data(IMAGE_ROLE)
    assert (image.width(), image.height()) == (32, 40)


def test_seen_images_are_counted(reading: Room) -> None:
    reading.qtbot.waitUntil(lambda: series(reading)[0].n_seen == 1)
    assert series(reading)[1].progress == "new"
    reading.wheel(-1)
    reading.wait_for_picture(1)
    reading.wheel(1)
    reading.wait_for_picture(0)
    reading.qtbot.waitUntil(lambda: series(reading)[0].progress == "seen 2")
    for index in (2, 3):
        reading.key(Qt.Key.Key_End if index == 3 else Qt.Key.Key_Down)
        reading.key(Qt.Key.Key_Down)
        reading.wait_for_picture()
    reading.wheel(1)
    reading.wait_for_picture()
    reading.qtbot.waitUntil(lambda: series(reading)[0].progress == "seen")


def test_a_click_shows_the_series_and_gives_the_keys_to_the_pane(reading: Room) -> None:
    strip = reading.view.strip
    index = strip.model().index(3, 0)
    strip.scrollTo(index)
    QTest.mouseClick(
        strip.viewport(), Qt.MouseButton.LeftButton, pos=strip.visualRect(index).center()
    )
    assert reading.workspace.active.display_set.series_number == 4
    assert series(reading)[1].active
    assert reading.view.grid.panes[0].hasFocus()


def test_the_keyboard_chooses_in_the_strip(reading: Room) -> None:
    strip = reading.view.strip
    strip.setFocus()
    before = reading.workspace.active.index
    QTest.keyClick(strip, Qt.Key.Key_Down)
    QTest.keyClick(strip, Qt.Key.Key_Down)
    assert reading.workspace.active.index == before  # the strip's own arrows
    QTest.keyClick(strip, Qt.Key.Key_Return)
    assert reading.workspace.active.display_set.series_number == 4


def test_the_strip_can_be_hidden(reading: Room) -> None:
    reading.key(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not reading.view.strip.isVisible()
    reading.key(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert reading.view.strip.isVisible()


def test_an_object_without_pictures_says_so(room: Room, tmp_path: Path) -> None:
    report = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.88.11", "Modality": "SR"}
    path = make_image(tmp_path / "sr.dcm", np.zeros((4, 4), np.uint8), tags=report)
    row = strip_rows(open_paths(path))[1]
    assert isinstance(row, SeriesRow)
    assert row.counted == "1 object"
    assert row.progress == ""


def test_more_images_of_an_open_study_keep_the_picture_in_place(room: Room, tmp_path: Path) -> None:
    paths = make_series(tmp_path / "ct", Geometry(shape=(8, 32, 32)))
    late = tmp_path / "late"
    late.mkdir()
    for path in paths[:3]:
        path.rename(late / path.name)
    room.add(tmp_path / "ct")
    room.wheel(-1)
    room.wait_for_picture(1)
    shown = room.workspace.active.frame_ref.instance.sop_instance_uid
    for path in paths[:3]:
        (late / path.name).rename(path)
    room.view.refresh(open_paths(tmp_path / "ct")[0])
    viewport = room.workspace.active
    assert viewport.frame_ref.instance.sop_instance_uid == shown
    assert viewport.index == 4
    assert viewport.display_set.n_frames == 8
    assert room.host.said == ["3 new images came in."]
    assert series(room)[0].counted == "8 images"
    room.wait_for_picture(4)


def test_payload_of_a_drag_comes_back() -> None:
    dragged = DraggedSeries("origin", str(uid("set")))
    assert unpack(pack(dragged)) == dragged


@pytest.mark.parametrize(
    ("size", "filled"),
    [((512, 512), True), ((600, 400), True), ((2000, 3000), False), ((3000, 300), False)],
)
def test_a_thumbnail_fills_its_frame_unless_too_much_would_be_lost(
    size: tuple[int, int], filled: bool
) -> None:
    frame = QRectF(0, 0, 150, 100)
    part, place = fill_or_fit(QSize(*size), frame)
    if filled:
        assert place == frame
        assert part.width() / part.height() == pytest.approx(1.5)
    else:
        assert (round(part.width()), round(part.height())) == size
        assert max(place.width() / frame.width(), place.height() / frame.height()) <= 1
        assert place.width() / place.height() == pytest.approx(size[0] / size[1])


def test_markup_in_a_header_is_shown_and_not_obeyed(room: Room, tmp_path: Path) -> None:
    nasty = '<b>bold</b><img src="file:///etc/passwd">'
    make_series(tmp_path / "ct", SMALL, tags={"SeriesDescription": nasty})
    room.add(tmp_path / "ct")
    model = room.view.strip.model()
    tooltip = str(model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole))
    assert "bold" in tooltip
    assert not GuiQt.mightBeRichText(tooltip.partition(": ")[2])
