"""One QAction for each command: title, key, icon, whether it applies and whether it is on."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from viewer.base.errors import ViewerError
from viewer.base.text import tr
from viewer.commands._spec import ANYWHERE, MENUS, CommandContext, CommandSpec, CommandTable
from viewer.ui.icons import icon
from viewer.ui.theme import DARK_TOKENS

log = logging.getLogger("viewer.ui.actions")


class CommandActions(QObject):
    """Makes the actions, keeps them up to date and runs commands.

    Parameters
    ----------
    context
        What every command sees.
    complain
        Shows the sentence of a command that could not do what was asked.
    """

    def __init__(
        self,
        table: CommandTable,
        context: CommandContext,
        complain: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.table = table
        self._context = context
        self._complain = complain
        self._actions = {spec.id: self._make(spec) for spec in table.specs}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)

    def __getitem__(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def _make(self, spec: CommandSpec) -> QAction:
        action = QAction(tr(spec.title), self)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setCheckable(spec.checked is not None)
        action.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut
            if spec.place == ANYWHERE
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        action.setToolTip(tooltip(spec))
        if spec.icon:
            action.setIcon(icon(spec.icon, DARK_TOKENS))
            action.setIconVisibleInMenu(False)
        action.triggered.connect(lambda _on=False, id=spec.id: self.run(id))
        return action

    def give_keys(self, widget: QWidget, place: str) -> None:
        """Let the keys of a place's commands work inside a widget (everywhere for ANYWHERE)."""
        for spec in self.table.specs:
            if spec.place == place and spec.keys:
                widget.addAction(self._actions[spec.id])

    def run(self, command_id: str) -> None:
        """Run a command if it applies; an error it raises becomes a sentence."""
        spec = self.table[command_id]
        if not spec.when(self._context):
            return
        try:
            spec.run(self._context)
        except ViewerError as err:
            self._complain(str(err))
        except Exception:  # the edge of every command
            log.exception("command %s failed", spec.id)
            text = tr("'{title}' failed unexpectedly. Nothing was changed on the disk.")
            self._complain(text.format(title=tr(spec.title)))
        self.refresh_soon()

    def refresh_soon(self) -> None:
        """Refresh at the end of this turn of the event loop, once."""
        if not self._soon.isActive():
            self._soon.start()

    def refresh(self) -> None:
        """Ask every command whether it applies and whether it is on."""
        for spec in self.table.specs:
            action = self._actions[spec.id]
            action.setEnabled(self.applies(spec))
            if spec.checked is not None:
                action.setChecked(action.isEnabled() and spec.checked(self._context))

    def applies(self, spec: CommandSpec) -> bool:
        """Tell whether a command applies now."""
        return spec.place in (ANYWHERE, self._context.place) and spec.when(self._context)

    def fill_menu(self, menu: QMenu, title: str) -> None:
        """Put the commands of one menu into a QMenu, with lines between tens."""
        last = None
        for spec in self.table.in_menu(title):
            if last is not None and spec.order // 10 != last:
                menu.addSeparator()
            last = spec.order // 10
            menu.addAction(self._actions[spec.id])

    def main_menu(self, parent: QWidget) -> QMenu:
        """Return the menu with all menus in it."""
        menu = QMenu(parent)
        menu.aboutToShow.connect(self.refresh)
        for title in MENUS:
            if self.table.in_menu(title):
                inner = menu.addMenu(tr(title))
                self.fill_menu(inner, title)
        return menu


def tooltip(spec: CommandSpec) -> str:
    """Return a tooltip that names the key: 'Invert (I)', with the help sentence below."""
    title = tr(spec.title)
    if spec.keys:
        title = f"{title} ({key_text(spec.keys[0])})"
    return f"{title}\n{tr(spec.help)}" if spec.help else title


def key_text(key: str) -> str:
    """Return a key as this platform writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
