"""What a command declares, and what it may ask of the window that runs it.

A command is one record: menus, keys, the palette and the help page all come from it. It sees no
Qt type: it acts on the workspace (``viewer.viewport``) and on the protocols of ``_asks``, which
the window and its places implement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from viewer.base.features import load_features
from viewer.commands._asks import CommandContext, ReadingActions, StudiesActions, WindowActions

__all__ = [
    "ANYWHERE",
    "MENUS",
    "READING",
    "SETTINGS",
    "STUDIES",
    "CommandContext",
    "CommandSpec",
    "CommandTable",
    "ReadingActions",
    "StudiesActions",
    "WindowActions",
    "load_commands",
]

STUDIES = "studies"
READING = "reading"
SETTINGS = "settings"
ANYWHERE = ""

MENUS = ("File", "Studies", "View", "Image", "Tools", "Help")
"""The menus in the order of the menu bar; a command names one, or none with ''."""


def always(_context: CommandContext) -> bool:
    """Tell that a command applies wherever its place is in front."""
    return True


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One command.

    Attributes
    ----------
    id
        Dotted: ``studies.open``; stable, since keys may be bound to it.
    title
        A verb first, sentence case, marked with ``N_``.
    menu
        One of ``MENUS``, or '' for a command without a menu entry.
    keys
        Portable names as in 'Ctrl+K', 'R', 'PgDown', 'Shift+Up', 'Del'; the first is shown.
    when
        Whether it applies now; entries that do not apply are greyed and their keys do nothing.
    run
        Does it. A ``ViewerError`` becomes a sentence in the window.
    place
        ``STUDIES`` or ``READING`` when it (and its keys) belong to one place, else ``ANYWHERE``.
    order
        Place in its menu; a line separates tens (10-19 | 20-29 | ...).
    icon
        Name of a file in resources/icons without '.svg'.
    checked
        For a command that switches something on and off: whether it is on.
    help
        A sentence for the tooltip and the help page where the title does not say enough.
    """

    id: str
    title: str
    menu: str
    keys: tuple[str, ...]
    run: Callable[[CommandContext], None]
    when: Callable[[CommandContext], bool] = always
    place: str = ANYWHERE
    order: int = 50
    icon: str = ""
    checked: Callable[[CommandContext], bool] | None = None
    help: str = ""


class CommandTable:
    """All commands, by id, key and menu.

    Raises
    ------
    ValueError
        When two commands have the same id, or the same key in one place: a bug.
    """

    def __init__(self, specs: Iterable[CommandSpec]) -> None:
        self.specs: tuple[CommandSpec, ...] = tuple(specs)
        self._by_id: dict[str, CommandSpec] = {}
        for spec in self.specs:
            if spec.id in self._by_id:
                message = f"two commands are called {spec.id}"
                raise ValueError(message)
            if spec.menu and spec.menu not in MENUS:
                message = f"{spec.id} names the menu {spec.menu!r}, which does not exist"
                raise ValueError(message)
            self._by_id[spec.id] = spec
        for first, second, key in key_clashes(self.specs):
            message = f"{first} and {second} both want the key {key}"
            raise ValueError(message)

    def __getitem__(self, command_id: str) -> CommandSpec:
        return self._by_id[command_id]

    def __contains__(self, command_id: object) -> bool:
        return command_id in self._by_id

    def in_menu(self, menu: str) -> tuple[CommandSpec, ...]:
        """Return a menu's commands in their order."""
        found = [spec for spec in self.specs if spec.menu == menu]
        return tuple(sorted(found, key=lambda spec: (spec.order, spec.id)))

    def key_of(self, command_id: str) -> str:
        """Return the key to show for a command; empty when it has none."""
        spec = self._by_id.get(command_id)
        return spec.keys[0] if spec and spec.keys else ""


def key_clashes(specs: Sequence[CommandSpec]) -> list[tuple[str, str, str]]:
    """Return (command, command, key) for keys that two commands want in the same place."""
    clashes = []
    owners: dict[str, list[CommandSpec]] = {}
    for spec in specs:
        for key in spec.keys:
            others = owners.setdefault(key.casefold(), [])
            clashes += [(other.id, spec.id, key) for other in others if meet(spec, other)]
            others.append(spec)
    return clashes


def meet(first: CommandSpec, second: CommandSpec) -> bool:
    """Tell whether two commands can apply in the same place."""
    return ANYWHERE in (first.place, second.place) or first.place == second.place


def load_commands() -> CommandTable:
    """Find every command of the program."""
    return CommandTable(load_features("viewer.commands", CommandSpec))
