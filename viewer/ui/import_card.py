"""Cards about imports: the one that runs, and the receipt of the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QToolButton, QWidget

from viewer.base.text import count, tr
from viewer.model.receipt import ALREADY, CONFLICT, SKIPPED, STORED, UNREADABLE
from viewer.ui.icons import icon, icon_pixmap
from viewer.ui.importing import ImportRunner
from viewer.ui.theme import tokens_of
from viewer.ui.widgets import Card, ElidedLabel, breakable, button, clear, label, set_kind
from viewer.ui.wording import moment_text, number, size_text

if TYPE_CHECKING:
    from viewer.services.importing import ImportProgress
    from viewer.store.receipts import ReceiptSummary

GOOD = "good"
WARN = "warning"
BAD = "error"
_SIGNS = {GOOD: "circle-check", WARN: "triangle-alert", BAD: "circle-alert"}


def receipt_lines(counts: dict[str, int], n_missing: int) -> list[tuple[str, str]]:
    """Return (tone, sentence) for what an import did, the good first."""
    lines: list[tuple[str, str]] = []
    stored, already = counts.get(STORED, 0), counts.get(ALREADY, 0)
    if stored or not already:
        lines.append((GOOD, tr("{n} stored").format(n=count(stored, "file", "files"))))
    if already:
        lines.append((GOOD, tr("{n} already in the library").format(n=number(already))))
    skipped, unreadable = counts.get(SKIPPED, 0), counts.get(UNREADABLE, 0)
    if unreadable:
        lines.append((WARN, tr("{n} could not be read").format(n=number(unreadable))))
    if counts.get(CONFLICT, 0):
        text = tr("{n} kept apart: they contradict what is stored")
        lines.append((BAD, text.format(n=number(counts[CONFLICT]))))
    if n_missing:
        lines.append((WARN, tr("{n} listed but not found").format(n=number(n_missing))))
    if skipped:
        lines.append((GOOD, tr("{n} skipped: not DICOM images").format(n=number(skipped))))
    return lines


class SignedLine(QWidget):
    """A sign in the colour of its tone, and a sentence."""

    def __init__(self, tone: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        sign = label()
        sign.setFixedWidth(16)
        colours = tokens_of(parent) if parent else tokens_of(self)
        colour = {GOOD: colours.good, WARN: colours.warning, BAD: colours.error}[tone]
        sign.setPixmap(icon_pixmap(_SIGNS[tone], colour, 14, self.devicePixelRatioF()))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(breakable(sentence), wrap=True), 1)


class ArrivingCard(Card):
    """The import that runs: what, how much, how fast, and a way to stop it."""

    def __init__(self, runner: ImportRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        top = QHBoxLayout()
        top.addWidget(label(tr("Arriving now"), kind="strong"), 1)
        self._stop = button(tr("Stop"), kind="flat")
        self._stop.setToolTip(tr("Stop the import. What was stored stays."))
        self._stop.clicked.connect(runner.cancel)
        top.addWidget(self._stop)
        self.column.addLayout(top)
        self._what = ElidedLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Import progress"))
        self._rate = label(kind="muted", wrap=True)
        self.column.addWidget(self._what)
        self.column.addSpacing(4)
        self.column.addWidget(self._bar)
        self.column.addWidget(self._rate)
        runner.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the runner's latest progress; hide without one."""
        self.setVisible(self._runner.running)
        if not self._runner.running:
            return
        progress = self._runner.progress
        self._stop.setEnabled(not self._runner.stopping)
        if progress is None or not progress.n_found:
            self._what.setText(tr("Looking for files …"))
            self._bar.setRange(0, 0)
            self._rate.setText("")
            return
        self._what.setText(progress_text(progress))
        text = tr("Stopping after this file …") if self._runner.stopping else rate_text(progress)
        if self._runner.n_waiting:
            text += tr(" · {n} more waiting").format(n=self._runner.n_waiting)
        self._rate.setText(text)


def progress_text(progress: ImportProgress) -> str:
    """Return '1,204 files'; how many there will be is not known while they are looked for."""
    return count(progress.n_done, "file", "files")


def rate_text(progress: ImportProgress) -> str:
    """Return size, rate and troubles so far."""
    parts = []
    if progress.n_bytes:
        parts.append(size_text(progress.n_bytes))
    if progress.rate >= 1:
        parts.append(tr("{n} files/s").format(n=number(round(progress.rate))))
    unreadable = progress.counts.get(UNREADABLE, 0)
    if unreadable:
        parts.append(tr("{n} could not be read").format(n=number(unreadable)))
    conflicts = progress.counts.get(CONFLICT, 0)
    if conflicts:
        parts.append(tr("{n} kept apart").format(n=number(conflicts)))
    return " · ".join(parts)


class ReceiptCard(Card):
    """What an import did; the latest one's stays until it is put away.

    ``details_wanted`` gives the number of the receipt.
    """

    details_wanted = Signal(int)
    put_away = Signal()

    def __init__(self, parent: QWidget | None = None, *, closable: bool = True) -> None:
        super().__init__(parent)
        self._number = 0
        top = QHBoxLayout()
        self._title = label(kind="strong")
        self._when = ElidedLabel(kind="muted")
        self._close = QToolButton()
        self._close.setAccessibleName(tr("Put the receipt away"))
        self._close.setToolTip(tr("Put away"))
        self._close.clicked.connect(self._put_away)
        self._close.setVisible(closable)
        top.addWidget(self._title)
        top.addWidget(self._when, 1)
        top.addWidget(self._close)
        self.column.addLayout(top)
        self._lines = QGridLayout()
        self._lines.setSpacing(4)
        self.column.addLayout(self._lines)
        self._show = button(tr("Show receipt"), kind="flat")
        self._show.clicked.connect(lambda: self.details_wanted.emit(self._number))
        self.column.addWidget(self._show, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_summary(self, summary: ReceiptSummary) -> None:
        """Show a receipt in short."""
        self._number = summary.id
        complete = summary.complete or summary.running
        self._title.setText(tr("Receipt") if complete else tr("Receipt, stopped early"))
        set_kind(self._title, "strong")
        self._when.setText(tr("imported {when}").format(when=moment_text(summary.started)))
        self._close.setIcon(icon("x", tokens_of(self)))
        clear(self._lines)
        for row, (tone, sentence) in enumerate(receipt_lines(summary.counts, summary.n_missing)):
            self._lines.addWidget(SignedLine(tone, sentence, self), row, 0)
        self.show()

    @property
    def number(self) -> int:
        """The receipt's number; 0 before one was shown."""
        return self._number

    def _put_away(self) -> None:
        self.hide()
        self.put_away.emit()
