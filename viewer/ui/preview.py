"""The right side of the Studies place: who is chosen, pictures, what can be done, imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from viewer.base.text import count, tr
from viewer.model.listing import READ, SeriesRow, StudyRow
from viewer.ui.comment_editor import CommentEditor
from viewer.ui.import_card import ArrivingCard, ReceiptCard, SignedLine
from viewer.ui.importing import ImportRunner
from viewer.ui.library_client import LibraryClient
from viewer.ui.preview_pictures import PreviewPictures
from viewer.ui.study_columns import study_text
from viewer.ui.study_story import Story, ask_story, warning_lines
from viewer.ui.thumbnail_grid import ThumbnailGrid
from viewer.ui.widgets import Card, breakable, button, clear, label
from viewer.ui.wording import patient_line, patient_name

if TYPE_CHECKING:
    from viewer.services.compose import Services
    from viewer.store.receipts import ReceiptSummary


class Preview(QScrollArea):
    """Shows the chosen studies.

    ``open_wanted``, ``read_wanted`` and ``delete_wanted`` ask for what the buttons say.
    """

    open_wanted = Signal()
    read_wanted = Signal()
    delete_wanted = Signal()

    def __init__(
        self,
        services: Services,
        client: LibraryClient,
        runner: ImportRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._study: StudyRow | None = None
        self.trashed = False
        self._conflicts: tuple[str, ...] = ()
        self.pictures = PreviewPictures(services, self)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(280)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QFrame()
        inside.setProperty("kind", "panel")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(12)
        self.setWidget(inside)
        self._build_header()
        self._build_buttons()
        self.warnings = Card()
        self._column.addWidget(self.warnings)
        self.origin = ReceiptCard(closable=False)
        self._column.addWidget(self.origin)
        self.receipt = ReceiptCard()
        self._column.addWidget(self.receipt)
        self.arriving = ArrivingCard(runner)
        self._column.addWidget(self.arriving)
        self._build_comment()
        self._column.addStretch(1)
        self.pictures.ready.connect(self.grid.put_picture)
        self.grid.open_wanted.connect(lambda _uid: self.open_wanted.emit())
        self.show_studies(())

    def _build_header(self) -> None:
        self._name = label(kind="title", wrap=True)
        self._line = label(kind="muted", wrap=True)
        self._person = label(kind="muted", wrap=True)
        names = QVBoxLayout()
        names.setSpacing(4)
        for part in (self._name, self._line, self._person):
            names.addWidget(part)
        self._column.addLayout(names)
        self.grid = ThumbnailGrid()
        self._column.addWidget(self.grid)

    def _build_buttons(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.open_button = button(tr("Open"), kind="primary")
        self._read_button = button(tr("Mark as read"))
        self._delete_button = button(tr("Delete"))
        for made, signal in (
            (self.open_button, self.open_wanted),
            (self._read_button, self.read_wanted),
            (self._delete_button, self.delete_wanted),
        ):
            made.clicked.connect(signal)
            row.addWidget(made)
        row.addStretch(1)
        self._buttons = QWidget()
        self._buttons.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._buttons)

    def _build_comment(self) -> None:
        self._comment_card = Card()
        self._comment_card.column.addWidget(label(tr("Comment"), kind="strong"))
        self.comment = CommentEditor()
        self._comment_card.column.addWidget(self.comment)
        self._column.addWidget(self._comment_card)

    # ------------------------------------------------------------------ what is shown

    @property
    def name_text(self) -> str:
        """The heading."""
        return self._name.text()

    @property
    def study(self) -> StudyRow | None:
        """The one study that is shown; None for none or several."""
        return self._study

    def show_studies(self, studies: tuple[StudyRow, ...]) -> None:
        """Show the chosen studies: one in full, several in one line, none as a hint."""
        earlier = self._study
        self._study = studies[0] if len(studies) == 1 else None
        self._buttons.setVisible(bool(studies))
        self._comment_card.setVisible(self._study is not None)
        all_read = bool(studies) and all(study.state == READ for study in studies)
        self._delete_button.setText(tr("Restore") if self.trashed else tr("Delete"))
        self._read_button.setVisible(not self.trashed)
        self._read_button.setText(tr("Mark as unread") if all_read else tr("Mark as read"))
        if self._study is None:
            self._show_none_or_many(studies)
            return
        self._show_one(self._study)
        if earlier is None or _pictured(earlier) != _pictured(self._study):
            if earlier is None or earlier.study_instance_uid != self._study.study_instance_uid:
                self.grid.show_series(())
                self._conflicts = ()
                self.origin.hide()
                self._show_warnings(self._study)
            self._client.series(self._study.study_instance_uid, self._show_series)
            ask_story(self._client, self._study, self._show_story)

    def _show_none_or_many(self, studies: tuple[StudyRow, ...]) -> None:
        self.pictures.stop()
        self.comment.show_comment("", "")
        self.grid.show_series(())
        self._person.hide()
        self.warnings.hide()
        self.origin.hide()
        self._name.setVisible(bool(studies))
        if studies:
            self._name.setText(tr("{n} chosen").format(n=count(len(studies), "study", "studies")))
            names = sorted({patient_name(study) for study in studies})
            self._line.setText(" · ".join(names[:4]) + (" …" if len(names) > 4 else ""))
        else:
            self._name.setText("")
            self._line.setText(tr("Choose a study to see it here. Enter or double click opens it."))

    def _show_one(self, study: StudyRow) -> None:
        self._name.show()
        self._name.setText(breakable(patient_name(study)))
        when = " · ".join(part for part in (study_text(study, "date"), study.description) if part)
        lines = (patient_line(study), when)
        self._line.setText(breakable("\n".join(line for line in lines if line)))
        self._person.setText(breakable(study.person_note))
        self._person.setVisible(bool(study.person_note))
        self.comment.show_comment(study.study_instance_uid, study.comment)
        self._show_warnings(study)

    def _show_warnings(self, study: StudyRow) -> None:
        column = self.warnings.column
        clear(column)
        lines = warning_lines(study, self._conflicts)
        for tone, sentence in lines:
            column.addWidget(SignedLine(tone, sentence, self))
        self.warnings.setVisible(bool(lines))

    def _show_series(self, series: tuple[SeriesRow, ...]) -> None:
        if self._study is None or not series:
            return
        if series[0].study_instance_uid == self._study.study_instance_uid:
            self.grid.show_series(series)
            self.pictures.show(series)

    def _show_story(self, story: Story) -> None:
        if self._study is None or story.uid != self._study.study_instance_uid:
            return
        self._conflicts = story.conflicts
        self._show_warnings(self._study)
        receipt = story.receipt
        told = self.receipt.isVisible() and receipt is not None
        if receipt is None or receipt.running or (told and self.receipt.number == receipt.id):
            self.origin.hide()
        else:
            self.origin.show_summary(receipt)

    def show_receipt(self, summary: ReceiptSummary) -> None:
        """Show what the import that has just ended did."""
        self.receipt.show_summary(summary)
        if self._study is not None:
            ask_story(self._client, self._study, self._show_story)

    def repaint_signs(self) -> None:
        """Draw again what was drawn in the colours of another theme."""
        if self._study is not None:
            self._show_warnings(self._study)


def _pictured(study: StudyRow) -> tuple[str, int]:
    return study.study_instance_uid, study.n_instances
