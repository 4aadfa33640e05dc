"""Open studies of the library and files in place: scanned and split in jobs, shown at home."""

from __future__ import annotations

import functools
import importlib
import threading
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from viewer.base.errors import ViewerError
from viewer.base.jobs import READ, Task
from viewer.base.text import count, tr
from viewer.model.listing import StudyRow
from viewer.model.receipt import UNREADABLE
from viewer.model.study import Identity
from viewer.model.wording import date_text, name_text
from viewer.ui.member_room import MemberRoom
from viewer.ui.wording import number

if TYPE_CHECKING:
    from viewer.model.displayset import OpenStudy
    from viewer.model.study import Instance
    from viewer.services.compose import Services

_VIEW = "viewer.ui.reading.patient_view"
"""Imported by the scan while the window is being drawn; it brings VTK."""

_EARLY_FRAMES = 4
_PATIENCE_MS = 300
_FIRST_PICTURE_SECONDS = 0.8
"""How long a scan makes way for the first picture: both need the interpreter."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A study that is ready for panes, and whose tab it belongs in.

    Attributes
    ----------
    patient
        Equal for studies of one person; a source's patients never equal the library's.
    patient_key
        The library's key of the patient; -1 for a source.
    paths
        What a source was opened from; empty for the library.
    """

    study: OpenStudy
    patient: Hashable
    patient_key: int
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found below the paths of a source."""

    studies: tuple[Opened, ...]
    n_unreadable: int
    paths: tuple[str, ...]


def patient_of(identity: Identity) -> Hashable:
    """Return what tells a source's patients apart (R-052): never an ID alone."""
    return (
        identity.raw_patient_id.strip(),
        identity.issuer,
        identity.raw_name,
        identity.birth_date,
    )


def title_of(study: OpenStudy) -> str:
    """Return the name that a patient's tab shows."""
    return name_text(study.study.identity.name) or tr("No name")


def detail_of(study: OpenStudy) -> str:
    """Return the quieter part of a patient's tab: sex, birth date, ID."""
    identity = study.study.identity
    parts = (identity.sex, date_text(identity.birth_date), identity.patient_id)
    return " · ".join(part for part in parts if part)


class Growth:
    """Says when a scan that runs is worth showing: at first, then each time it has doubled."""

    def __init__(self) -> None:
        self.shown = False
        self._due = 1

    def due(self, n_instances: int) -> bool:
        """Tell whether to show ``n_instances`` now."""
        if n_instances < self._due:
            return False
        self._due = 2 * n_instances
        return True


class Opener(QObject):
    """Opens what is asked for.

    ``opened`` gives ``Opened``; ``grew`` gives the ``Opened`` of a source that is still read, or
    of a library study that has changed; ``scanned`` gives ``Scanned`` once a source was read;
    ``working`` tells what is under way ('' when done); ``failed`` gives a sentence.
    """

    opened = Signal(object)
    grew = Signal(object)
    scanned = Signal(object)
    working = Signal(str)
    failed = Signal(str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._scan: Task | None = None
        self._n_running = 0
        self._room = MemberRoom(services.home)
        self._pictured = threading.Event()
        self._loading: dict[str, Task] = {}
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._say_loading)

    @property
    def busy(self) -> bool:
        """Whether something is being opened."""
        return self._n_running > 0 or bool(self._loading)

    def open_studies(self, rows: Sequence[StudyRow]) -> None:
        """Open studies of the library, each as soon as it is read."""
        for row in rows:
            uid = row.study_instance_uid
            if uid not in self._loading:
                self._loading[uid] = self._services.jobs.run(
                    READ,
                    functools.partial(self._load, uid, row.patient_key),
                    done=functools.partial(self._loaded, uid),
                    failed=functools.partial(self._not_loaded, uid),
                )
        if self._loading:
            self._patience.start()

    def _say_loading(self) -> None:
        if self._loading:
            what = count(len(self._loading), "study", "studies")
            self.working.emit(tr("Opening {what} …").format(what=what))

    def load_again(self, study_uid: str, patient_key: int) -> None:
        """Read a study of the library again that is open already; ``grew`` gives it."""
        self._services.jobs.run(
            READ,
            functools.partial(self._load, study_uid, patient_key),
            done=self.grew.emit,
            failed=lambda _error: None,  # what is shown stays; the list tells what is wrong
            key=f"again {study_uid}",
        )

    def open_paths(self, paths: Sequence[str]) -> None:
        """Read files and folders in place; a scan that still runs is given up."""
        self._cancel_scan()
        self._pictured.clear()
        chosen = tuple(paths)
        self._n_running += 1
        self.working.emit(tr("Looking for images …"))
        self._scan = self._services.jobs.run(
            READ,
            functools.partial(self._read_source, chosen),
            done=self._source_read,
            failed=self._not_opened,
        )

    def cancel(self) -> None:
        """Give up what is being opened."""
        for uid, task in list(self._loading.items()):
            task.cancel()
            self._end_loading(uid)
        self._cancel_scan()

    def _cancel_scan(self) -> None:
        if self._scan is not None:
            self._scan.cancel()
            self._pictured.set()
            self._scan = None
            self._n_running -= 1
            self.working.emit("")

    def close(self) -> None:
        """Give up what runs and remove what was unpacked for reading."""
        self.cancel()
        self._room.close()

    # ------------------------------------------------------------------ in jobs

    def _load(self, study_uid: str, patient_key: int, task: Task) -> Opened:
        from viewer.displays import open_study  # noqa: PLC0415  loaded at first use

        library = self._services.library
        if library is None:
            raise ViewerError(tr("The library is not open."))
        study = library.load_study(study_uid)
        task.check()
        return Opened(open_study(study), ("library", patient_key), patient_key)

    def _read_source(self, paths: tuple[str, ...], task: Task) -> Scanned:
        from viewer.importers import scan_source  # noqa: PLC0415  loaded at first use

        instances: list[Instance] = []
        growth = Growth()

        def found(batch: tuple[Instance, ...]) -> None:
            instances.extend(batch)
            text = tr("Looking for images … {n} so far").format(n=number(len(instances)))
            self.working.emit(text)  # comes home through Qt's queue
            early = self._early(instances, paths) if growth.due(len(instances)) else None
            if early is not None:
                importlib.import_module(_VIEW)
                self.grew.emit(early)
                if not growth.shown:
                    self._pictured.wait(_FIRST_PICTURE_SECONDS)
                growth.shown = True

        report = scan_source(paths, task, found, new_file=self._room.new_file)
        task.check()
        studies = tuple(_open_all(instances, paths))
        unreadable = sum(entry.status == UNREADABLE for entry in report.refused)
        return Scanned(studies, unreadable, paths)

    def _early(self, instances: list[Instance], paths: tuple[str, ...]) -> Opened | None:
        """Return what can be shown of a source that is still read, or None.

        Only a stack of one patient is shown early: it stays the same picture when the rest
        comes. Other studies are laid out by all that they hold.
        """
        opened = list(_open_all(instances, paths))
        if len({study.patient for study in opened}) != 1:
            return None
        stacks = (ds for ds in opened[0].study.display_sets if ds.spatially_ordered)
        return opened[0] if any(ds.n_frames >= _EARLY_FRAMES for ds in stacks) else None

    # ------------------------------------------------------------------ at home

    def picture_shown(self) -> None:
        """Let a scan that made way for the first picture go on."""
        self._pictured.set()

    def _loaded(self, uid: str, opened: Opened) -> None:
        self._end_loading(uid)
        self.opened.emit(opened)

    def _not_loaded(self, uid: str, error: Exception) -> None:
        self._end_loading(uid)
        self._say(error)

    def _end_loading(self, uid: str) -> None:
        self._loading.pop(uid, None)
        if not self._loading:
            self._patience.stop()
            if self._scan is None:
                self.working.emit("")

    def _source_read(self, scanned: Scanned) -> None:
        self._scan = None
        self._n_running -= 1
        self.working.emit("")
        if scanned.studies:
            self.scanned.emit(scanned)
        else:
            self.failed.emit(tr("No DICOM file was found there."))

    def _not_opened(self, error: Exception) -> None:
        self._n_running -= 1
        self._scan = None
        self.working.emit("")
        self._say(error)

    def _say(self, error: Exception) -> None:
        if isinstance(error, ViewerError):
            self.failed.emit(str(error))
        elif isinstance(error, OSError):
            reason = error.strerror or type(error).__name__
            self.failed.emit(tr("It cannot be read: {why}.").format(why=reason))
        else:
            self.failed.emit(tr("It could not be opened. Nothing was changed."))


def _open_all(instances: Sequence[Instance], paths: tuple[str, ...]) -> Iterator[Opened]:
    from viewer.displays import open_study  # noqa: PLC0415  loaded at first use
    from viewer.model.grouping import group_studies  # noqa: PLC0415  loaded at first use

    for study in group_studies(instances):
        yield Opened(open_study(study), patient_of(study.identity), -1, paths)


def summary(scanned: Scanned) -> str:
    """Return '3 patients, 5 studies'."""
    patients = len({opened.patient for opened in scanned.studies})
    return ", ".join(
        (
            count(patients, "patient", "patients"),
            count(len(scanned.studies), "study", "studies"),
        )
    )


def n_images(opened: Opened) -> str:
    """Return the number of frames of a study as text."""
    return number(sum(display_set.n_frames for display_set in opened.study.display_sets))
