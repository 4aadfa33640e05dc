"""The exception tree. Every error that Lightbox raises on purpose descends from ``ViewerError``.

::

    ViewerError
    ├── UsageError                 the command line or a setting asks for something impossible
    ├── CancelledError             a person stopped the work
    ├── BlockingCallError          slow work was called on the user-interface thread (a bug)
    ├── UnreadableError            a file or object cannot be read
    │   ├── NotDicomError          it is no DICOM object at all
    │   ├── TruncatedError         it ends before it should
    │   └── LimitError             it claims more than the budgets allow
    ├── DecodeError                pixel data cannot be turned into an image
    │   ├── UnsupportedSyntaxError the transfer syntax is refused by name
    │   ├── MismatchError          the codestream contradicts the header
    │   └── WorkerLostError        the decoder died or ran out of time
    ├── GeometryError              positions do not form what was asked for
    ├── IdentityError              an object is not the one the index promised
    ├── GraphicsError              the graphics system gives no picture
    └── StoreError                 the library cannot do what was asked
        ├── StoreBusyError         another process holds it
        ├── StoreDamagedError      the index is corrupt
        ├── StoreFullError         no space is left
        ├── StoreReadOnlyError     the folder may not be written
        └── StoreVersionError      it was written by a newer Lightbox

The text of an error is for people: what failed, what was kept, what to do. It never holds
patient data.
"""

from __future__ import annotations

FILE_GONE = "The file is not there any more. Bring its folder or disc back, then open it again."


def reading_sentence(error: OSError) -> str:
    """Return what to say of a file that the system did not let us read."""
    if isinstance(error, FileNotFoundError):
        return FILE_GONE
    return f"The file cannot be read: {error.strerror or 'the system refused'}."


class ViewerError(Exception):
    """Base of every error that Lightbox raises on purpose."""


class UsageError(ViewerError):
    """The command line or a setting asks for something impossible."""


class CancelledError(ViewerError):
    """A person stopped the work."""


class BlockingCallError(ViewerError):
    """Slow work was called on the user-interface thread."""


class UnreadableError(ViewerError):
    """A file or object cannot be read."""


class NotDicomError(UnreadableError):
    """The bytes are no DICOM object."""


class TruncatedError(UnreadableError):
    """The bytes end before they should."""


class LimitError(UnreadableError):
    """The object claims more memory, depth or elements than the budgets allow."""


class DecodeError(ViewerError):
    """Pixel data cannot be turned into an image."""


class UnsupportedSyntaxError(DecodeError):
    """The transfer syntax is refused by name."""


class MismatchError(DecodeError):
    """The codestream contradicts the header that carries it."""


class WorkerLostError(DecodeError):
    """The decoding process died or ran out of time or memory."""


class GeometryError(ViewerError):
    """Positions and orientations do not form what was asked for."""


class IdentityError(ViewerError):
    """An object is not the one that the index or the scan promised."""


class GraphicsError(ViewerError):
    """The graphics system gives no context to draw in."""


class StoreError(ViewerError):
    """The library cannot do what was asked."""


class StoreBusyError(StoreError):
    """Another process holds the library."""


class StoreDamagedError(StoreError):
    """The index of the library is corrupt."""


class StoreFullError(StoreError):
    """No space is left where the library lives."""


class StoreReadOnlyError(StoreError):
    """The folder of the library may not be written."""


class StoreVersionError(StoreError):
    """The library was written by a newer Lightbox."""
