"""A pane without a window: the same renderer and painter, into a picture file's bytes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication

from viewer.base.errors import UsageError, ViewerError
from viewer.hanging._choose import choose
from viewer.imaging.grey import default_voi
from viewer.model.displayset import DisplaySet, OpenStudy
from viewer.model.frame import Frame
from viewer.model.view_state import ViewState
from viewer.overlays._spec import draw_overlays, load_overlays
from viewer.render.views import Views
from viewer.ui.reading.canvas import as_image
from viewer.ui.reading.scene_painter import ScenePainter
from viewer.ui.reading.tiles import paint_tile, tile_for
from viewer.ui.theme import apply_theme
from viewer.viewport.notes import study_notes
from viewer.viewport.viewport import Viewport, projection
from viewer.viewport.workspace import Workspace

Load = Callable[[DisplaySet, int], Frame]
Size = tuple[int, int]


def render_pane(
    study: OpenStudy,
    state: ViewState,
    size: Size,
    load: Load,
    *,
    bare: bool = False,
    texture: str = "automatic",
) -> bytes:
    """Return a pane as the window would show it, as the bytes of a PNG file.

    Parameters
    ----------
    state
        What to show; without a display set id the one that opens first.
    size
        (width, height) in pixels.
    load
        Gives a decoded frame, or raises.
    bare
        True to leave out everything that is drawn over the image.
    texture
        ``automatic``, ``display`` or ``value``.

    Raises
    ------
    UsageError
        When the study has no such display set.
    ViewerError
        When the frame cannot be shown, with the reason.
    """
    _ensure_application()
    viewport = _viewport(study, state, size)
    display_set = viewport.display_set
    if display_set is not None and display_set.frames and not display_set.message:
        viewport.frame = load(display_set, viewport.index)
        problem = viewport.identity_problem()
        if problem:
            raise ViewerError(problem)
        if viewport.state.appearance.window is None:
            _settle(viewport, display_set)
    return png_bytes(_paint(viewport, size, bare=bare, texture=texture))


def _viewport(study: OpenStudy, state: ViewState, size: Size) -> Viewport:
    display_set_id = state.display_set_id
    if not display_set_id:
        plan = choose(study)
        display_set_id = plan.assignments[0].display_set_id if plan.assignments else ""
    display_set = study.find(display_set_id)
    if display_set is None:
        message = "The study has no such display set; `lightbox stacks` lists them."
        raise UsageError(message)
    index = state.navigation.index
    if display_set.frames and not 0 <= index < display_set.n_frames:
        message = f"There is no image {index}; the last one is {display_set.n_frames - 1}."
        raise UsageError(message)
    workspace = Workspace("offscreen")
    workspace.open(study)
    viewport = workspace.active
    viewport.resize((float(size[0]), float(size[1])))
    viewport.show(display_set, index, appearance=state.appearance, framing=state.framing)
    viewport.set(replace(viewport.state, visibility=state.visibility))
    viewport.notes = study_notes(study)
    return viewport


def _settle(viewport: Viewport, display_set: DisplaySet) -> None:
    """Use the window that all slices of the series share where it needs one (R-081)."""
    frame = viewport.frame
    window = default_voi(display_set, (frame,)) if frame is not None else None
    if window is not None:
        appearance = replace(viewport.state.appearance, window=window)
        viewport.set(replace(viewport.state, appearance=appearance))


def _paint(viewport: Viewport, size: Size, *, bare: bool, texture: str) -> QImage:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    canvas = (float(size[0]), float(size[1]))
    tile, view, frame = tile_for(viewport), projection(viewport), viewport.frame
    if tile is not None:
        paint_tile(painter, QRectF(0, 0, *canvas), tile)
    elif view is not None and frame is not None:
        views = Views(texture)
        slices = views.make()
        pixels = slices.draw(frame, viewport.state, view, size, 1.0)
        painter.drawImage(0, 0, as_image(pixels, 1.0))
        slices.close()
        views.close()
    if not bare:
        scene = draw_overlays(load_overlays(), viewport, Workspace().annotations(""))
        ScenePainter().paint(painter, scene, canvas)
    painter.end()
    return image


def png_bytes(image: QImage) -> bytes:
    """Return an image as the bytes of a PNG file without any text in it (R-110)."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _ensure_application() -> None:
    """Make what letters need, without a display, where no window has made it before."""
    if QGuiApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        apply_theme(QApplication(["lightbox"]))
