"""What people entered, written down beside the index so that it survives it (R-034).

One line of JSON for each act, appended and made durable before the act is acknowledged. A
rebuilt index replays the lines in order. Unknown kinds are kept and passed over, so that an older
program does not lose what a newer one wrote.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from viewer.base.paths import Home
from viewer.base.platform import sync_file, sync_folder
from viewer.store.columns import json_text

STATE = "state"
COMMENT = "comment"
TRASH = "trash"
RESTORE = "restore"
PURGE = "purge"
CHARSET = "charset"
LINK_PERSONS = "link-persons"
UNLINK_PERSONS = "unlink-persons"
LINKED_FILES = "linked-files"

Act = Mapping[str, object]


def now() -> str:
    """Return the time in UTC as ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Journal:
    """The journal of one home; any process may append, lines never mix."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def append(self, kind: str, act: Act) -> None:
        """Write one act and make it durable.

        Raises
        ------
        OSError
            When it cannot be written; the caller must then not acknowledge the act.
        """
        line = json_text({"at": now(), "kind": kind, **act}).encode()
        path = self._home.journal
        is_new = not path.exists()
        self._home.ensure(self._home.root)
        flags = os.O_CREAT | os.O_APPEND | os.O_RDWR
        with os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0) as handle:
            size = handle.seek(0, os.SEEK_END)
            handle.seek(max(size - 1, 0))
            was_cut = size > 0 and handle.read(1) != b"\n"
            handle.write((b"\n" if was_cut else b"") + line + b"\n")
            sync_file(handle.fileno())
        if is_new:
            sync_folder(self._home.root)

    def acts(self) -> Iterator[dict[str, object]]:
        """Yield the acts in order; a line that was cut off or damaged is passed over."""
        try:
            handle = self._home.journal.open("rb")
        except FileNotFoundError:
            return
        with handle:
            for line in handle:
                try:
                    act = json.loads(line)
                except ValueError:
                    continue
                if isinstance(act, dict):
                    yield act
