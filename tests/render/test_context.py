"""Contexts come and go, on every platform that gives one, and without any."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.render.pictures import Array, as_rgb, at_native, cut_out, frame_of, noise
from viewer.base.errors import GraphicsError
from viewer.imaging.grey import display
from viewer.render import offscreen
from viewer.render.offscreen import OffscreenContext, is_software_renderer, renderer_name
from viewer.render.slice_view import SliceView
from viewer.render.software_view import SoftwareView
from viewer.render.texture import Texture
from viewer.render.views import Views

SIZE = (320, 300)
ROOT = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024

PROGRAM = """
import numpy as np
from tests.render.pictures import as_rgb, at_native, cut_out, frame_of, noise
from viewer.imaging.grey import display
from viewer.render.slice_view import SliceView
frame = frame_of(noise((201, 143), np.int16, -500, 500))
for mode in ("display", "value"):
    view = SliceView(mode)
    state, projection = at_native(frame, (320, 300))
    picture = view.draw(frame, state, projection, (320, 300))
    assert np.array_equal(cut_out(picture, projection), as_rgb(display(frame, state.appearance)))
    print(type(view._context._window).__name__)
    view.close()
"""


@pytest.mark.parametrize(
    ("name", "software"),
    [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", True),
        ("GDI Generic", True),
        ("Microsoft Basic Render Driver", True),
        ("Software Rasterizer", True),
        ("SwiftShader", True),
        ("NVIDIA GeForce RTX 4070/PCIe/SSE2", False),
        ("AMD Radeon Pro W6600", False),
        ("Mesa Intel(R) UHD Graphics 630 (CFL GT2)", False),
        ("Apple M3", False),
    ],
)
def test_renderer_string_chooses_the_texture_mode(name: str, software: bool) -> None:
    assert is_software_renderer(name) == software


def test_automatic_mode_follows_the_renderer(
    context: OffscreenContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = {}
    for name in ("llvmpipe", "NVIDIA GeForce"):
        monkeypatch.setattr(context, "renderer_name", name)
        view = SliceView("automatic", context)
        modes[name] = view.mode
        view.close()

    assert modes == {"llvmpipe": "display", "NVIDIA GeForce": "value"}


def test_sixty_windows_leave_nothing_behind() -> None:
    frame = frame_of(noise((512, 512), np.int16, -500, 500))
    process = psutil.Process()
    sizes = []
    for _ in range(60):
        view = SliceView("display")
        state, projection = at_native(frame, (600, 600))
        view.draw(frame, state, projection, (600, 600))
        view.close()
        del view
        gc.collect()
        sizes.append(process.memory_info().rss)

    # The first ones fill caches of driver and libraries; after that the memory stays level.
    assert max(sizes[40:]) - sizes[20] < 24 * MIB


def test_sixty_views_of_one_context_leave_nothing_behind(context: OffscreenContext) -> None:
    frame = frame_of(noise((512, 512), np.int16, -500, 500))
    process = psutil.Process()
    sizes = []
    for k in range(60):
        view = SliceView(("display", "value")[k % 2], context)
        state, projection = at_native(frame, (600, 600))
        view.draw(frame, state, projection, (600, 600))
        view.close()
        sizes.append(process.memory_info().rss)

    assert max(sizes[40:]) - sizes[20] < 16 * MIB


def test_closing_twice_is_harmless_and_others_go_on(context: OffscreenContext) -> None:
    first, second = SliceView("display", context), SliceView("display", context)
    first.close()
    first.close()

    frame = frame_of(noise((51, 43), np.int16, -500, 500))
    state, projection = at_native(frame, SIZE)
    picture = second.draw(frame, state, projection, SIZE)
    second.close()

    expected = as_rgb(display(frame, state.appearance))
    assert np.array_equal(cut_out(picture, projection), expected)


def test_without_opengl_the_processor_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offscreen, "_renderer_name", lambda _window: "")
    with pytest.raises(GraphicsError, match="slower"):
        OffscreenContext()

    views = Views()
    view = views.make()
    frame = frame_of(noise((51, 43), np.int16, -500, 500))
    state, projection = at_native(frame, SIZE)
    picture = view.draw(frame, state, projection, SIZE)

    assert isinstance(view, SoftwareView)
    assert "driver" in views.problem
    expected = as_rgb(display(frame, state.appearance))
    assert np.array_equal(cut_out(picture, projection), expected)
    assert "OpenGL" in renderer_name()
    view.close()
    views.close()


@pytest.mark.parametrize(
    "untrue",
    [
        lambda picture: picture[::-1].copy(),
        lambda picture: picture[..., [2, 1, 0, 3]].copy(),
        lambda picture: picture // 2,
        lambda picture: np.maximum(picture, 3),
    ],
    ids=["turned over", "colours swapped", "too dark", "no black"],
)
def test_a_driver_that_shows_something_else_is_not_used(
    monkeypatch: pytest.MonkeyPatch, untrue: Callable[[Array], Array]
) -> None:
    finish = OffscreenContext.finish
    monkeypatch.setattr(OffscreenContext, "finish", lambda self: untrue(finish(self)))

    views = Views()
    view = views.make()

    assert isinstance(view, SoftwareView)
    assert "does not show what it is told" in views.problem
    view.close()
    views.close()


def test_a_driver_that_rounds_values_still_draws_finished_pixels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = Texture.upload

    def rounded(self: Texture, pixels: Array) -> None:
        coarse = np.round(pixels / 512) * 512 if pixels.dtype == np.float32 else pixels
        upload(self, coarse.astype(pixels.dtype))

    monkeypatch.setattr(Texture, "upload", rounded)
    views = Views("value")
    view = views.make()

    assert isinstance(view, SliceView)
    assert (view.mode, views.problem) == ("display", "")
    view.close()
    views.close()


@pytest.mark.allow_log("VTK: ")
def test_what_vtk_complains_about_reaches_the_log(
    context: OffscreenContext, caplog: pytest.LogCaptureFixture
) -> None:
    cache = context._window.GetShaderCache()
    with caplog.at_level("ERROR", "viewer.render"):
        cache.ReadyShaderProgram("void main() { nonsense; }", "void main() { nonsense; }", "")

    assert any("nonsense" in record.getMessage() for record in caplog.records)


def test_views_share_one_context_and_the_last_one_ends_it() -> None:
    views = Views("display")
    first, second = views.make(), views.make()

    assert isinstance(first, SliceView)
    assert isinstance(second, SliceView)
    assert first._context is second._context
    assert first.renderer_name == views.renderer_name
    for one in (first, second):
        one.close()
    views.close()


def test_the_program_draws_without_a_display() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )

    assert done.returncode == 0, done.stderr
    assert "WARN" not in done.stderr  # nobody complains about a missing X server
    if sys.platform.startswith("linux"):
        assert done.stdout.split() == ["vtkEGLRenderWindow"] * 2


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs xvfb-run")
def test_the_program_draws_on_an_x_server() -> None:
    done = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 640x480x24", sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "DISPLAY"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["vtkXOpenGLRenderWindow"] * 2
