"""What travels when a series is dragged from the strip to a pane.

The payload names a display set by its id and the view it comes from by a number that only this
process knows, so that a series of another patient, or of another program, is refused.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QMimeData

MIME_TYPE = "application/x-lightbox-display-set"


@dataclass(frozen=True, slots=True)
class DraggedSeries:
    """A display set on its way to a pane."""

    origin: str
    display_set_id: str


def new_origin() -> str:
    """Return a name for a patient's view that no other view or program has."""
    return secrets.token_hex(8)


def pack(dragged: DraggedSeries) -> QMimeData:
    """Return the payload of a drag."""
    text = json.dumps({"origin": dragged.origin, "display_set": dragged.display_set_id})
    data = QMimeData()
    data.setData(MIME_TYPE, QByteArray(text.encode()))
    return data


def unpack(data: QMimeData) -> DraggedSeries | None:
    """Return what is dragged, or None when it is no series of ours."""
    if not data.hasFormat(MIME_TYPE):
        return None
    try:
        document = json.loads(bytes(data.data(MIME_TYPE).data()))
        return DraggedSeries(str(document["origin"]), str(document["display_set"]))
    except (ValueError, KeyError, TypeError):
        return None
