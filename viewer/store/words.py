"""Sentences about the disk of the library, for failed system calls and failed statements."""

from __future__ import annotations

FULL = (
    "The disk that holds the library is full. What was acknowledged is kept; nothing else was "
    "stored. Make space and import again."
)
READ_ONLY = (
    "The library's folder may not be written. Nothing was changed. "
    "Choose another folder with --home, or give yourself the right to write to it."
)
FAILED = (
    "The disk that holds the library reports an error. What was acknowledged is kept; "
    "nothing else was stored. Check the disk, then try again."
)
