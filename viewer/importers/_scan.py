"""Open paths as a source: scanned in memory, read in place, nothing stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from viewer.base.errors import NotDicomError, StoreError
from viewer.base.jobs import Task, blocking
from viewer.dicom.header import MEDIA_STORAGE_DIRECTORY
from viewer.dicom.records import read_instance
from viewer.importers._spec import DIRECTORY_REASON, Found, Listed, Missing, Refused
from viewer.importers._walk import SourceWalk
from viewer.model.receipt import SKIPPED, UNREADABLE, Entry
from viewer.model.study import Instance
from viewer.store.reading import read_patiently, reason_of

NOT_DICOM = "no DICOM object"
_BATCH_SECONDS = 0.15
_FIRST_BATCH = 16
_LARGEST_BATCH = 500


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a scan met besides the objects it handed over.

    Attributes
    ----------
    n_instances
        Objects that were handed over.
    refused
        Files that are no readable objects: status ``skipped`` or ``unreadable``, and the reason.
    missing
        Paths that a directory refers to and that are not there.
    expected
        Objects of each study that directories list, by Study Instance UID.
    """

    n_instances: int
    refused: tuple[Entry, ...]
    missing: tuple[str, ...]
    expected: dict[str, int]


@blocking
def scan_source(
    paths: Sequence[str | Path],
    task: Task,
    on_found: Callable[[tuple[Instance, ...]], None],
    *,
    new_file: Callable[[], Path] | None = None,
) -> ScanReport:
    """Read the headers below some paths and hand the objects over as they are found.

    Parameters
    ----------
    task
        Cancels the scan.
    on_found
        Called in the scanning thread with small batches: the first one soon, then a few each
        second.
    new_file
        Gives names in a private folder for members of archives, which stay there as long as they
        are shown; without it archives are listed as not opened.

    Raises
    ------
    CancelledError
        After ``task.cancel()``.
    """
    walk = SourceWalk(task.check, new_file)
    batch: list[Instance] = []
    refused: list[Entry] = []
    missing: list[str] = []
    expected: dict[str, int] = {}
    n_instances, sent = 0, time.monotonic()
    for find in walk.find(paths):
        if isinstance(find, Found):
            read = read_found(find)
            if isinstance(read, Entry):
                refused.append(read)
            else:
                batch.append(read)
                n_instances += 1
        elif isinstance(find, Refused):
            refused.append(Entry(find.shown, find.status, find.reason))
        elif isinstance(find, Missing):
            missing.append(find.shown)
        elif isinstance(find, Listed):
            expected.update(find.counts)
        is_first = n_instances == len(batch)
        enough = _FIRST_BATCH if is_first else _LARGEST_BATCH
        late = time.monotonic() - sent > _BATCH_SECONDS
        if batch and (len(batch) >= enough or late):
            on_found(tuple(batch))
            batch, sent = [], time.monotonic()
    if batch:
        on_found(tuple(batch))
    return ScanReport(n_instances, tuple(refused), tuple(missing), expected)


def read_found(found: Found) -> Instance | Entry:
    """Return the object in a file, or the receipt's line that says why there is none."""
    try:
        instance = read_patiently(lambda: read_instance(str(found.path)))
    except NotDicomError:
        return Entry(found.shown, SKIPPED, NOT_DICOM)
    except StoreError:
        raise
    except Exception as err:  # noqa: BLE001  one file of a scan never ends it
        return Entry(found.shown, UNREADABLE, reason_of(err))
    if instance.sop_class_uid == MEDIA_STORAGE_DIRECTORY:
        return Entry(found.shown, SKIPPED, DIRECTORY_REASON)
    return instance
