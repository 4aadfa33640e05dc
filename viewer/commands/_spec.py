"""What a command declares, and what it may ask of the window that runs it.

A command is one record: menus, keys, the palette and the help page all come from it. It sees no
Qt type: it acts on the workspace (``viewer.viewport``) and on the protocols below, which the
window and its places implement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from viewer.base.features import load_features
from viewer.model.listing import StudyRow

if TYPE_CHECKING:
    from viewer.commands._reading import ReadingActions

STUDIES = "studies"
READING = "reading"
SETTINGS = "settings"
ANYWHERE = ""

MENUS = ("File", "Studies", "View", "Image", "Tools", "Help")
"""The menus in the order of the menu bar; a command names one, or none with ''."""


class StudiesActions(Protocol):
    """What the Studies place can be asked for."""

    @property
    def selected(self) -> tuple[StudyRow, ...]:
        """The studies that are chosen in the list."""

    @property
    def can_undo(self) -> bool:
        """Whether something done in the list can be taken back."""

    def open_selected(self) -> None:
        """Open the chosen studies, each in its patient's tab."""

    def toggle_read(self) -> None:
        """Mark the chosen studies as read, or as unread when all of them are read."""

    def delete_selected(self) -> None:
        """Delete the chosen studies; undo brings them back."""

    def undo(self) -> None:
        """Take back the last change made in the list."""

    def edit_comment(self) -> None:
        """Put the caret into the comment of the chosen study."""

    def focus_search(self) -> None:
        """Put the caret into the search box."""

    def clear_filters(self) -> None:
        """List everything again."""

    def toggle_preview(self) -> None:
        """Show or hide the preview at the right."""

    def show_receipt(self) -> None:
        """Show what became of each file of the latest import."""

    def refresh(self) -> None:
        """Ask the library again."""


class WindowActions(Protocol):
    """What the window can be asked for from any place."""

    def show_place(self, place: str) -> None:
        """Bring ``STUDIES`` or ``SETTINGS`` to the front."""

    def import_files(self) -> None:
        """Ask for files and import them."""

    def import_folder(self) -> None:
        """Ask for a folder and import it."""

    def open_files(self) -> None:
        """Ask for files and open them in place."""

    def open_folder(self) -> None:
        """Ask for a folder and open it in place."""

    def import_paths(self, paths: Sequence[str]) -> None:
        """Import files and folders into the library."""

    def open_paths(self, paths: Sequence[str]) -> None:
        """Open files and folders in place, as a source that is not in the library."""

    def choose_home(self) -> None:
        """Ask for another data folder and start over with it."""

    def cancel_import(self) -> None:
        """Stop the running import; what was stored stays."""

    @property
    def can_import(self) -> bool:
        """Whether there is a library to import into."""

    @property
    def importing(self) -> bool:
        """Whether an import is under way."""

    def show_palette(self) -> None:
        """Open the command palette."""

    def show_help(self) -> None:
        """Show keys and mouse on one page."""

    def show_about(self) -> None:
        """Show version, licence and what the program is not for."""

    def toggle_theme(self) -> None:
        """Change between the dark and the light Studies place."""

    @property
    def is_light(self) -> bool:
        """Whether the light theme is on."""

    @property
    def is_full_screen(self) -> bool:
        """Whether the window fills the screen."""

    @property
    def is_bare(self) -> bool:
        """Whether everything but the panes is hidden."""

    def show_menu(self) -> None:
        """Open the menu with all commands."""

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop doing so."""

    def toggle_bare(self) -> None:
        """Hide everything but the panes, or show it again."""

    def step_tab(self, step: int) -> None:
        """Go ``step`` tabs to the right (negative: left), around the end."""

    def close_tab(self) -> None:
        """Close the tab in front; the Studies tab stays."""

    @property
    def has_patient_tab(self) -> bool:
        """Whether the tab in front is a patient's."""

    def notify(self, sentence: str) -> None:
        """Show a sentence for a while, without taking the focus."""

    def quit(self) -> None:
        """Close the window and end the program."""


class CommandContext(Protocol):
    """What a command sees when it is asked whether it applies, and when it runs."""

    @property
    def place(self) -> str:
        """``STUDIES``, ``READING`` or ``SETTINGS``."""

    @property
    def window(self) -> WindowActions:
        """The window."""

    @property
    def studies(self) -> StudiesActions:
        """The Studies place."""

    @property
    def reading(self) -> ReadingActions | None:
        """The patient view in front; None in other places."""

    @property
    def workspace(self) -> Any:
        """The ``viewer.viewport.workspace.Workspace`` in front; None in other places."""

    @property
    def services(self) -> Any:
        """The ``viewer.services.compose.Services``."""


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
