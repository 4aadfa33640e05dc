"""Expected rates: PS3.3 C.7.6.5 (Cine module); 300 frames are timed by arithmetic (R-080)."""

from __future__ import annotations

import pytest

from tests import records
from viewer.model.displayset import DisplaySet
from viewer.model.study import Value
from viewer.viewport.cine import LOOP, SWEEP, CinePlayer, CineRate, file_rate, scaled


def multi_frame(attributes: dict[str, Value], n_frames: int = 10) -> DisplaySet:
    return records.display_set([records.instance(n_frames=n_frames, attributes=attributes)])


def even(n_frames: int = 10, fps: float = 10.0) -> CineRate:
    return CineRate((1 / fps,) * n_frames, "test")


@pytest.mark.parametrize(
    ("attributes", "fps", "source"),
    [
        ({"FrameTime": 40.0}, 25.0, "Frame Time"),
        ({"RecommendedDisplayFrameRate": 12}, 12.0, "Recommended Display Frame Rate"),
        (
            {"RecommendedDisplayFrameRate": 12, "FrameTime": 40.0},
            12.0,
            "Recommended Display Frame Rate",
        ),
        ({"CineRate": 30}, 30.0, "Cine Rate"),
        ({"CineRate": 30, "FrameTime": 40.0}, 25.0, "Frame Time"),
        ({"FrameTime": 0.0, "CineRate": 30}, 30.0, "Cine Rate"),
        ({"FrameTime": -5.0}, 15.0, "setting"),
        ({"RecommendedDisplayFrameRate": 0}, 15.0, "setting"),
        ({}, 15.0, "setting"),
    ],
)
def test_rate_comes_from_the_file(attributes: dict[str, Value], fps: float, source: str) -> None:
    rate = file_rate(multi_frame(attributes))

    assert rate.fps == pytest.approx(fps)
    assert rate.source == source
    assert rate.from_file == (source != "setting")


def test_frame_time_vector_gives_each_frame_its_time() -> None:
    # Increments between frames: the first is 0 (PS3.3 C.7.6.5.1.2).
    rate = file_rate(multi_frame({"FrameTimeVector": (0.0, 100.0, 50.0, 150.0)}, 4))

    assert rate.durations == pytest.approx((0.1, 0.05, 0.15, 0.1))
    assert rate.source == "Frame Time Vector"


@pytest.mark.parametrize("vector", [(0.0, 100.0), (0.0, 100.0, -5.0, 100.0)])
def test_broken_vector_is_not_followed(vector: tuple[float, ...]) -> None:
    rate = file_rate(multi_frame({"FrameTimeVector": vector, "FrameTime": 40.0}, 4))

    assert rate.source == "Frame Time"


def test_single_images_have_no_rate_of_their_own() -> None:
    stack = records.stack(20, attributes={"FrameTime": 40.0})

    rate = file_rate(stack, fallback_fps=8)

    assert not rate.from_file
    assert rate.fps == pytest.approx(8)


def test_three_hundred_frames_keep_the_rate_however_late_the_timer_is() -> None:
    rate = even(300, 29.97)
    player = CinePlayer(rate, 0, now=100.0)
    now, shown_at = 100.0, []
    late = (0.0, 0.004, 0.009, 0.001)
    for step in range(300):
        now += player.wait(now) + late[step % 4]
        index = player.due(now)
        shown_at.append((now, index))

    assert [index for _, index in shown_at] == [(k + 1) % 300 for k in range(300)]
    first, last = shown_at[0][0], shown_at[-1][0]
    assert 299 / (last - first) == pytest.approx(29.97, rel=0.01)
    assert player.n_dropped == 0
    assert player.measured_fps(now) == pytest.approx(29.97, rel=0.01)


def test_missed_frames_are_skipped_and_counted() -> None:
    player = CinePlayer(even(), 0, now=0.0)

    assert player.due(0.35) == 3
    assert player.n_dropped == 2
    assert player.due(0.41) == 4
    assert player.n_dropped == 2


def test_loop_begins_again_and_sweep_runs_back() -> None:
    loop = CinePlayer(even(4), 0, now=0.0, mode=LOOP)
    sweep = CinePlayer(even(4), 0, now=0.0, mode=SWEEP)

    times = [0.05 + 0.1 * k for k in range(9)]
    assert [loop.due(t) for t in times] == [0, 1, 2, 3, 0, 1, 2, 3, 0]
    assert [sweep.due(t) for t in times] == [0, 1, 2, 3, 2, 1, 0, 1, 2]


def test_playing_goes_on_from_the_frame_that_is_shown() -> None:
    player = CinePlayer(even(10), 7, now=50.0)

    assert player.due(50.01) == 7
    assert player.due(50.11) == 8

    player.change_rate(even(10, 20.0), 8, 50.11)
    assert player.due(50.12) == 8
    assert player.due(50.17) == 9


def test_another_rate_keeps_the_shares_of_the_frames() -> None:
    rate = CineRate((0.1, 0.3), "test")

    assert scaled(rate, 10.0).durations == pytest.approx((0.05, 0.15))
    assert scaled(rate, 1000.0).fps == pytest.approx(120.0)


def test_one_frame_stays() -> None:
    player = CinePlayer(even(1), 0, now=0.0)

    assert [player.due(t) for t in (0.0, 0.15, 5.0)] == [0, 0, 0]
