"""Settings of dmgbuild: a disk image to drag the application out of.

dmgbuild -s packaging/macos/dmg.py -D app=dist/Lightbox.app Lightbox dist/Lightbox.dmg
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

settings: dict[str, Any] = globals().get("defines", {})  # dmgbuild hands its -D options in
application = settings.get("app", "dist/Lightbox.app")
appname = Path(application).name

format = "ULFO"
filesystem = "APFS"
files = [application]
symlinks = {"Applications": "/Applications"}
icon_locations = {appname: (150, 170), "Applications": (430, 170)}
window_rect = ((200, 200), (580, 360))
icon_size = 112
default_view = "icon-view"
