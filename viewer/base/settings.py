"""Every setting in one table: name, type, default, limits, help. Read with ``tomllib``.

The dialog, the command line's help and the documentation come from this table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from viewer.base.errors import UsageError
from viewer.base.events import Event
from viewer.base.paths import Home
from viewer.base.platform import replace_file
from viewer.base.text import N_

SettingValue = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: what a setting is called, what it may be, and what it does.

    Attributes
    ----------
    low, high
        Limits of a number, inclusive.
    choices
        Allowed texts; empty when any text may be given.
    unit
        Shown behind the number.
    """

    name: str
    group: str
    title: str
    default: SettingValue
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""


TABLE: tuple[Setting, ...] = (
    Setting(
        "appearance.theme",
        N_("Appearance"),
        N_("Theme of the Studies place"),
        "dark",
        N_("Panes are always black; light changes the lists only."),
        choices=("dark", "light"),
    ),
    Setting(
        "import.mode",
        N_("Import"),
        N_("When importing"),
        "copy",
        N_(
            "Copy files into the library, or link to them where they are. "
            "Linked originals are never touched."
        ),
        choices=("copy", "link"),
    ),
    Setting(
        "memory.cache_mb",
        N_("Memory"),
        N_("Image cache"),
        0,
        N_(
            "Memory for decoded images; 0 takes a quarter of the machine's. "
            "In force from the next start."
        ),
        low=0,
        high=1_000_000,
        unit="MB",
    ),
    Setting(
        "decode.workers",
        N_("Memory"),
        N_("Decoding processes"),
        0,
        N_(
            "Processes that decode images; 0 takes one for each core, four at most. "
            "In force from the next start."
        ),
        low=0,
        high=32,
    ),
    Setting(
        "decode.frame_seconds",
        N_("Safety"),
        N_("Time for one image"),
        10,
        N_(
            "A decoder that needs longer is stopped and the image is marked. "
            "In force from the next start."
        ),
        low=1,
        high=600,
        unit="s",
    ),
    Setting(
        "limits.object_mb",
        N_("Safety"),
        N_("Largest object"),
        2048,
        N_(
            "Objects that claim more pixel data than this, and more than their file holds, are "
            "listed but not opened. In force from the next start."
        ),
        low=64,
        high=65_536,
        unit="MB",
    ),
    Setting(
        "store.reserve_mb",
        N_("Library"),
        N_("Space to leave free"),
        2048,
        N_("Imports stop before the disk holds less than this. In force from the next start."),
        low=16,
        high=1_000_000,
        unit="MB",
    ),
    Setting(
        "store.trash_days",
        N_("Library"),
        N_("Keep deleted studies"),
        30,
        N_(
            "Days after which a deleted study leaves the disk, when Lightbox is started. "
            "Linked originals are never touched."
        ),
        low=1,
        high=3650,
        unit="days",
    ),
    Setting(
        "view.window_direction",
        N_("Reading"),
        N_("Window drag"),
        "up is brighter",
        N_("Dragging right widens the window; this chooses what dragging up does."),
        choices=("up is brighter", "up is darker"),
    ),
    Setting(
        "view.interpolation",
        N_("Reading"),
        N_("Enlarged pixels"),
        "linear",
        N_("How enlarged images are drawn: smooth, or as squares."),
        choices=("linear", "nearest"),
    ),
    Setting(
        "view.cine_fallback_fps",
        N_("Reading"),
        N_("Cine rate without a rate in the file"),
        15,
        N_("Frames per second where the file gives none."),
        low=1,
        high=120,
    ),
    Setting(
        "render.texture",
        N_("Reading"),
        N_("Texture mode"),
        "automatic",
        N_(
            "Automatic chooses by the graphics renderer. Both modes show the same grey levels. "
            "In force for patients opened from now on."
        ),
        choices=("automatic", "display", "value"),
    ),
)


def setting(name: str) -> Setting:
    """Return the row of a setting.

    Raises
    ------
    UsageError
        When no setting has this name.
    """
    for row in TABLE:
        if row.name == name:
            return row
    message = f"There is no setting called '{name}'."
    raise UsageError(message)


def checked(row: Setting, value: object) -> SettingValue:
    """Return ``value`` as the row's type.

    Raises
    ------
    UsageError
        When the value has another type, lies outside the limits or is no allowed choice.
    """
    kind = type(row.default)
    if kind is float and type(value) is int:
        value = float(value)
    if not isinstance(value, bool | int | float | str) or type(value) is not kind:
        message = f"The setting '{row.name}' must be a {kind.__name__}."
        raise UsageError(message)
    if row.choices and value not in row.choices:
        message = f"The setting '{row.name}' must be one of: {', '.join(row.choices)}."
        raise UsageError(message)
    too_low = row.low is not None and not isinstance(value, str) and value < row.low
    too_high = row.high is not None and not isinstance(value, str) and value > row.high
    if too_low or too_high:
        message = f"The setting '{row.name}' must lie between {row.low:g} and {row.high:g}."
        raise UsageError(message)
    return value


class Settings:
    """The values in force. ``changed`` tells the name of a setting that got another value.

    Parameters
    ----------
    path
        The TOML file, or None to keep the values in memory only.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.changed: Event[str] = Event()
        self.problems: tuple[str, ...] = ()
        self._path = path
        self._values: dict[str, SettingValue] = {row.name: row.default for row in TABLE}
        if path is not None and path.is_file():
            self._read(path)

    def _read(self, path: Path) -> None:
        problems = []
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            problems.append("The settings file could not be read; the defaults are used.")
            document = {}
        for name, value in flatten(document).items():
            try:
                self._values[name] = checked(setting(name), value)
            except UsageError as err:
                problems.append(str(err))
        self.problems = tuple(problems)

    def text(self, name: str) -> str:
        """Return a text setting."""
        return str(self._values[name])

    def number(self, name: str) -> int:
        """Return a whole-number setting."""
        return int(self._values[name])

    def get(self, name: str) -> SettingValue:
        """Return a setting of any type."""
        return self._values[name]

    def set(self, name: str, value: SettingValue) -> None:
        """Change a setting and write the file.

        Raises
        ------
        UsageError
            When there is no such setting or the value is not allowed.
        OSError
            When the file cannot be written; the value is in force all the same.
        """
        row = setting(name)
        new = checked(row, value)
        if self._values[name] == new:
            return
        self._values[name] = new
        self.changed.emit(name)
        if self._path is not None:
            self._write(self._path)

    def _write(self, path: Path) -> None:
        lines = ["# Settings of Lightbox. Rows that are not here have their default.", ""]
        for row in TABLE:
            value = self._values[row.name]
            if value != row.default:
                lines.append(f"{row.name} = {toml_text(value)}")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
        replace_file(draft, path)


def flatten(document: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Return a nested TOML document with dotted names."""
    flat: dict[str, object] = {}
    for key, value in document.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat.update(flatten(value, f"{name}."))
        else:
            flat[name] = value
    return flat


def toml_text(value: SettingValue) -> str:
    """Return a value as TOML source."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)


def open_settings(home: Home) -> Settings:
    """Return the settings of a home; a missing file means defaults."""
    return Settings(home.settings)
