"""The pool's side of one worker process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeAlias

from viewer.base.errors import DecodeError, ViewerError, WorkerLostError
from viewer.dicom.shared import Block
from viewer.dicom.wire import Message, from_bytes, unpack_error, unpack_frame
from viewer.dicom.worker import NewBlock, Request, WorkerLimits, run_worker
from viewer.model.frame import Frame

Outcome: TypeAlias = Frame | ViewerError

_START_SECONDS = 30.0
_LARGEST_MESSAGE = 8 << 20
_LARGEST_BLOCK = 4 << 30
_SMALLEST_BLOCK = 1 << 20
_KEPT_BLOCK = 64 << 20
_STOP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has started and loaded its decoders."""


class Crewman:
    """One worker process with its connection and its block of shared memory.

    Every method may raise ``OSError`` or ``EOFError`` when the worker has died.

    Attributes
    ----------
    starting, busy, taken
        It has not reported yet; it was given a request; it has begun with the request.
    deadline
        Time (monotonic, seconds) by which it must have answered.
    """

    def __init__(self, limits: WorkerLimits) -> None:
        context = get_context("spawn")
        self.limits = limits
        self.starting = True
        self.busy = False
        self.taken = False
        self.deadline = time.monotonic() + _START_SECONDS
        self.cpu_seconds = 0.0
        self._block: Block | None = None
        self.connection, theirs = context.Pipe()
        try:
            self.process = context.Process(
                target=run_worker, args=(theirs, limits), daemon=True, name="lightbox-decoder"
            )
            self.process.start()
        finally:
            theirs.close()

    @property
    def idle(self) -> bool:
        """Tell whether it can take a request."""
        return not (self.starting or self.busy)

    @property
    def worn(self) -> bool:
        """Tell whether it has used half of the processor time it may ever use."""
        return self.cpu_seconds * 2 > self.limits.cpu_seconds

    @property
    def late(self) -> bool:
        """Tell whether it should have answered by now."""
        return (self.busy or self.starting) and time.monotonic() > self.deadline

    def give(self, request: Request, seconds: float) -> None:
        """Hand over a request, to be answered within ``seconds``."""
        self.connection.send(request)
        self.busy = True
        self.taken = False
        self.deadline = time.monotonic() + seconds

    def take(self) -> Ready | Outcome | None:
        """Read one message; None when it is neither the start nor the end of anything."""
        message = from_bytes(self.connection.recv_bytes(_LARGEST_MESSAGE))
        if "ready" in message:
            self.starting = False
            return Ready()
        if "taken" in message:
            self.taken = True
            return None
        if "need" in message:
            self._grow(int(message["need"]))
            return None
        self.busy = False
        self.cpu_seconds = float(message["cpu_seconds"])
        return self._outcome(message)

    def kill(self) -> None:
        """End the process at once and free everything."""
        self.process.kill()
        self._release()

    def stop(self) -> None:
        """Let the process end by itself; kill it when it does not."""
        self.connection.close()
        self.process.join(_STOP_SECONDS if self.idle else 0)
        if self.process.is_alive():
            self.process.kill()
        self._release()

    def _release(self) -> None:
        self.connection.close()
        self.process.join()
        self.process.close()
        if self._block is not None:
            self._block.close()
            self._block = None

    def _outcome(self, message: Message) -> Outcome:
        if "error" in message:
            return unpack_error(message)
        if self._block is None:
            return DecodeError("The decoder answered nonsense.")
        try:
            frame = unpack_frame(message, self._block.buffer)
        except (KeyError, TypeError, ValueError):
            return DecodeError("The decoder answered nonsense.")
        if self._block.size > _KEPT_BLOCK:
            self._replace_block(0)
        return frame

    def _grow(self, size: int) -> None:
        if size > _LARGEST_BLOCK:
            raise WorkerLostError("The decoder asked for more memory than any image needs.")
        self._replace_block(max(size, _SMALLEST_BLOCK))

    def _replace_block(self, size: int) -> None:
        if self._block is not None:
            self._block.close()
            self._block = None
        block = Block.create(size) if size else None
        self.connection.send(NewBlock(size, block.name if block else ""))
        if block is not None:
            block.send(self.connection, self.process.pid or 0)
            self._block = block
