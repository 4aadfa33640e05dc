"""Import in a child process: a crash there leaves the window alone, and so does the work.

The window starts this very program with ``import --child``. One line of JSON on the child's stdin
says what to import; lines of JSON on its stdout say how far it is; closing its stdin cancels, and
so does the death of the window. Paths never appear on a command line.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from viewer.base.errors import CancelledError, ViewerError
from viewer.base.jobs import Post
from viewer.base.paths import Home
from viewer.base.platform import child_flags, lower_priority, own_command
from viewer.services.importing import ImportProgress, ImportResult

_TELL_SECONDS = 0.2
_END_SECONDS = 20
_DIED = (
    "The import ended unexpectedly. What it had reported as stored is kept; "
    "the receipt lists it. Import again for the rest: what is there is not stored twice."
)


class ImportProcess:
    """One import in a child process.

    Parameters
    ----------
    home
        The data folder.
    paths
        What to import.
    mode
        ``copy`` or ``link``.
    """

    def __init__(self, home: Home, paths: Sequence[str | Path], mode: str) -> None:
        self._home = home
        self._request = {"paths": [str(path) for path in paths], "mode": mode}
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="import")
        self._receipt = 0
        self._cancelled = False

    def start(
        self,
        on_progress: Callable[[ImportProgress], None],
        on_done: Callable[[ImportResult], None],
        post: Post | None = None,
    ) -> None:
        """Start the child; both functions are called through ``post``.

        Parameters
        ----------
        post
            Brings a closure home, as in ``Jobs``; None calls from the reading thread.

        Raises
        ------
        OSError
            When the program cannot be started.
        """
        self._child = subprocess.Popen(
            [*own_command(), "--home", str(self._home.root), "import", "--child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=child_flags(),
        )
        _send(self._child.stdin, self._request)
        self._thread.submit(self._listen, self._child, on_progress, on_done, post or _directly)
        self._thread.shutdown(wait=False)

    @property
    def running(self) -> bool:
        """Tell whether the child lives."""
        return self._child is not None and self._child.poll() is None

    def cancel(self) -> None:
        """Ask the child to stop after the file it is at; ``on_done`` is called as always."""
        self._cancelled = True
        if self._child is not None and self._child.stdin is not None:
            _close(self._child.stdin)

    def close(self) -> None:
        """Cancel and wait for the child; one that does not end is killed."""
        self.cancel()
        if self._child is not None:
            try:
                self._child.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._child.kill()
        self._thread.shutdown(wait=True)

    def _listen(
        self,
        child: subprocess.Popen[bytes],
        on_progress: Callable[[ImportProgress], None],
        on_done: Callable[[ImportResult], None],
        post: Post,
    ) -> None:
        assert child.stdout is not None
        result: ImportResult | None = None
        for line in child.stdout:
            message = _read(line)
            if "progress" in message:
                progress = _progress(message["progress"])
                self._receipt = progress.receipt
                post(lambda progress=progress: on_progress(progress))  # type: ignore[misc]
            elif "done" in message:
                result = ImportResult(**message["done"])
        child.wait()
        child.stdout.close()
        if child.stdin is not None:
            _close(child.stdin)
        ended = result or ImportResult(self._receipt, complete=False, problem=_DIED)
        post(lambda: on_done(ended))


def run_child(home: Home, reserve_bytes: int) -> int:
    """Be the child: read the request, import, tell; return the exit status."""
    from viewer.services.importing import Importer  # noqa: PLC0415  loaded at first use
    from viewer.store.library import open_library  # noqa: PLC0415  loaded at first use

    lower_priority()
    request = json.loads(sys.stdin.buffer.readline())
    stop = threading.Event()
    _watch_stdin(stop)

    def check() -> None:
        if stop.is_set():
            raise CancelledError("Stopped.")

    try:
        library = open_library(home, reserve_bytes=reserve_bytes, purpose="import")
        try:
            teller = _Teller()
            result = Importer(library, request["mode"], check, teller.tell).run(request["paths"])
            teller.tell_last()
        finally:
            library.close()
    except ViewerError as err:
        result = ImportResult(0, complete=False, problem=str(err))
    _send(sys.stdout.buffer, {"done": asdict(result)})
    return 0 if result.complete else 1


class _Teller:
    """Sends progress, a few lines a second and always the last."""

    def __init__(self) -> None:
        self._told = 0.0
        self._kept: ImportProgress | None = None

    def tell(self, progress: ImportProgress) -> None:
        """Send progress unless the last line is too fresh."""
        self._kept = progress
        if time.monotonic() - self._told >= _TELL_SECONDS:
            self.tell_last()

    def tell_last(self) -> None:
        """Send what was kept back."""
        kept, self._kept = self._kept, None
        if kept is not None:
            self._told = time.monotonic()
            _send(sys.stdout.buffer, {"progress": asdict(kept)})


def _watch_stdin(stop: threading.Event) -> None:
    """Set ``stop`` when stdin is closed. A read cannot be interrupted, hence a daemon thread."""

    def wait() -> None:
        try:
            while sys.stdin.buffer.read(1):
                pass
        finally:
            stop.set()

    threading.Thread(target=wait, name="stdin", daemon=True).start()  # noqa: TID251


def _progress(facts: dict[str, Any]) -> ImportProgress:
    return ImportProgress(**{**facts, "current_study_uids": tuple(facts["current_study_uids"])})


def _read(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _send(stream: IO[bytes] | None, message: object) -> None:
    if stream is None:
        return
    try:
        stream.write(json.dumps(message, ensure_ascii=True).encode() + b"\n")
        stream.flush()
    except OSError:
        return  # the other end is gone; what is durable stays so


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        return


def _directly(closure: Callable[[], None]) -> None:
    closure()
