"""A screen of our own (Xvfb) and the moment at which a medical image appears on it.

Both we and the peer are judged by the same eye: soft tissue in the sample's window is a middle grey
that neither program's own controls have.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.children import LIMIT_SECONDS, ROOT, environment

MIDDLE_GREY = (90, 170)
PIXELS_OF_AN_IMAGE = 3000

WATCHER = f"""
import json, subprocess, sys, time
import numpy
from PySide6.QtGui import QGuiApplication, QImage
application = QGuiApplication([])
screen = application.primaryScreen()
def grab():
    image = screen.grabWindow(0, 560, 240, 640, 480).toImage()
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    view = numpy.frombuffer(image.constBits(), numpy.uint8)
    return view.reshape(image.height(), image.width(), 4).copy()
def image_there():
    pixels = grab()
    grey = (pixels[..., 0] == pixels[..., 1]) & (pixels[..., 1] == pixels[..., 2])
    value = pixels[..., 0]
    middle = grey & (value >= {MIDDLE_GREY[0]}) & (value <= {MIDDLE_GREY[1]})
    return int(middle.sum()) >= {PIXELS_OF_AN_IMAGE}
assert not image_there()
started = time.perf_counter()
process = subprocess.Popen(json.loads(sys.argv[1]), stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
seconds = None
while time.perf_counter() - started < 60:
    if image_there():
        seconds = time.perf_counter() - started
        break
    time.sleep(0.02)
if len(sys.argv) > 2:
    screen.grabWindow(0).save(sys.argv[2])
process.terminate()
try:
    process.wait(10)
except subprocess.TimeoutExpired:
    process.kill()
print(json.dumps(seconds))
"""


@contextmanager
def own_screen(size: str = "1920x1080") -> Iterator[str | None]:
    """Start Xvfb and yield its DISPLAY; None where it is not installed."""
    if shutil.which("Xvfb") is None:
        yield None
        return
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
        pass_fds=(writer,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        number = os.read(reader, 16).decode().strip()
        yield f":{number}"
    finally:
        os.close(reader)
        server.terminate()
        server.wait(10)


def seconds_to_image(display: str, command: list[str], picture: Path | None = None) -> float | None:
    """Return the seconds from the start of ``command`` to an image on the screen, or None."""
    values = environment() | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    arguments = [json.dumps(command), *([str(picture)] if picture else [])]
    done = subprocess.run(
        [sys.executable, "-c", WATCHER, *arguments],
        env=values,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )
    time.sleep(0.5)  # let the closed window leave the screen
    if done.returncode:
        message = f"the watcher failed: {done.stderr[-400:]}"
        raise RuntimeError(message)
    value = json.loads(done.stdout.splitlines()[-1])
    return None if value is None else float(value)
