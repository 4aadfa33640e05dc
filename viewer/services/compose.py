"""Build the parts once and hand them to each other. The only place that knows all of them.

What is slow to import (the index's library, the file library) is imported when it is first asked
for, so that a window can be on the screen before either is loaded.
"""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from viewer.base.errors import StoreError
from viewer.base.jobs import Jobs, Post, blocking
from viewer.base.paths import Home
from viewer.base.settings import Settings, open_settings

if TYPE_CHECKING:
    from viewer.dicom.pool import DecodePool
    from viewer.dicom.worker import WorkerLimits
    from viewer.imaging.loader import FrameLoader
    from viewer.store.library import Library

_MOST_WORKERS = 4
_MB = 1024 * 1024
_FALLBACK_MEMORY = 4096 * _MB


class Services:
    """What the window and the command line work with.

    Parameters
    ----------
    home
        The data folder.
    post
        Brings results of jobs home; None runs them where they are.

    Attributes
    ----------
    library_problem
        The sentence that says why there is no library; empty while there is one or none was
        opened yet.
    """

    def __init__(self, home: Home, post: Post | None = None) -> None:
        self.home = home
        self.settings: Settings = open_settings(home)
        self.jobs = Jobs(post)
        self.library_problem = ""
        self._library: Library | None = None
        self._pool: DecodePool | None = None
        self._loader: FrameLoader | None = None
        self._lock = threading.RLock()

    @property
    def library(self) -> Library | None:
        """The library once ``open_library`` has succeeded."""
        return self._library

    @blocking
    def open_library(self) -> Library:
        """Open the index, repairing what an earlier crash left; the same one on later calls.

        Raises
        ------
        StoreError
            When it is held, damaged, read-only or newer; ``library_problem`` keeps the sentence.
        """
        from viewer.store.library import open_library  # noqa: PLC0415  loaded at first use

        with self._lock:
            if self._library is None:
                reserve = self.settings.number("store.reserve_mb") * _MB
                try:
                    self._library = open_library(self.home, reserve_bytes=reserve)
                except StoreError as err:
                    self.library_problem = str(err)
                    raise
                self.library_problem = ""
            return self._library

    @property
    def pool(self) -> DecodePool:
        """The decoding processes, started at first use."""
        from viewer.dicom.pool import DecodePool  # noqa: PLC0415  loaded at first use

        with self._lock:
            if self._pool is None:
                self._pool = DecodePool(
                    n_workers(self.settings),
                    deadline_seconds=float(self.settings.number("decode.frame_seconds")),
                    limits=worker_limits(self.settings),
                )
            return self._pool

    @property
    def loader(self) -> FrameLoader:
        """The loader of frames, with its byte budget."""
        from viewer.imaging.loader import FrameLoader  # noqa: PLC0415  loaded at first use

        with self._lock:
            if self._loader is None:
                self._loader = FrameLoader(self.jobs, self.pool, cache_bytes(self.settings))
            return self._loader

    def close(self) -> None:
        """Stop all work, end the decoding processes and close the library."""
        self.jobs.close()
        with self._lock:
            if self._pool is not None:
                self._pool.close()
                self._pool = None
            if self._library is not None:
                self._library.close()
                self._library = None
            self._loader = None


def n_workers(settings: Settings) -> int:
    """Return how many decoding processes to run: the setting, else one a core, four at most."""
    chosen = settings.number("decode.workers")
    return chosen or max(1, min(_MOST_WORKERS, os.cpu_count() or 1))


def worker_limits(settings: Settings) -> WorkerLimits:
    """Return what a decoding process may use, with the reader's limit for one object."""
    from viewer.dicom.budgets import DEFAULT_LIMITS  # noqa: PLC0415  loaded at first use
    from viewer.dicom.worker import WorkerLimits  # noqa: PLC0415  loaded at first use

    object_bytes = settings.number("limits.object_mb") * _MB
    return WorkerLimits(pixels=replace(DEFAULT_LIMITS, object_bytes=object_bytes))


def cache_bytes(settings: Settings) -> int:
    """Return the budget of the image cache: the setting, else a quarter of the memory."""
    chosen = settings.number("memory.cache_mb")
    return chosen * _MB if chosen else physical_memory_bytes() // 4


def physical_memory_bytes() -> int:
    """Return the machine's memory, or 4 GiB where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return _FALLBACK_MEMORY
