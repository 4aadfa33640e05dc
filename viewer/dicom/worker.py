"""The process that decodes: reads one request at a time, answers, and may die without harm.

Runs with limits on memory and processor time; the pool adds one on the clock (R-005).
"""

from __future__ import annotations

import logging
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from viewer.base.errors import DecodeError, LimitError, ViewerError
from viewer.base.platform import limit_process
from viewer.dicom.budgets import DEFAULT_LIMITS, PixelLimits
from viewer.dicom.frames import decode_frame
from viewer.dicom.shared import Block
from viewer.dicom.source import ObjectCache
from viewer.dicom.thumbnail import reduce_frame
from viewer.dicom.wire import Message, Packer, pack_error, pack_frame, to_bytes
from viewer.model.frame import Frame
from viewer.model.study import Instance


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one worker may use.

    Attributes
    ----------
    memory_bytes
        Address space: room for the interpreter and three copies of the largest frame.
    cpu_seconds
        Processor time of its whole life, so that a worker in an endless loop ends even when its
        pool was killed; the pool replaces workers in good time before.
    """

    pixels: PixelLimits = DEFAULT_LIMITS
    memory_bytes: int = 4 << 30
    cpu_seconds: int = 600


@dataclass(frozen=True, slots=True)
class Request:
    """Decode one frame; ``size_px`` above 0 asks for a reduced one."""

    instance: Instance
    index: int
    size_px: int = 0


@dataclass(frozen=True, slots=True)
class NewBlock:
    """Announce a block of shared memory; size 0 only takes the old one away."""

    size: int
    name: str = ""


_TAKEN = to_bytes({"taken": True})
"""Sent before a request is looked at: whatever happens to the worker later is due to it."""


def run_worker(connection: Connection, limits: WorkerLimits) -> None:
    """Serve requests until the pool closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the pool's process
    logging.getLogger().addHandler(logging.NullHandler())  # a terminal may show patient data
    limit_process(limits.memory_bytes, limits.cpu_seconds)
    _load_decoders()
    _Worker(connection, limits).serve()


class _Worker:
    """The state of one worker: its connection, its block, what it knows of recent files."""

    def __init__(self, connection: Connection, limits: WorkerLimits) -> None:
        self.connection = connection
        self.limits = limits
        self.cache = ObjectCache()
        self.block: Block | None = None

    def serve(self) -> None:
        """Answer until the other end is gone."""
        try:
            self.connection.send_bytes(to_bytes({"ready": True}))
            while True:
                message = self.connection.recv()
                if isinstance(message, NewBlock):
                    self.take_block(message)
                else:
                    self.connection.send_bytes(_TAKEN)
                    self.answer(message)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return

    def answer(self, request: Request) -> None:
        """Decode and send the result, or the error in words."""
        packer = Packer()
        try:
            message = pack_frame(self.decode(request), packer)
        except MemoryError:
            message = pack_error(LimitError("Decoding this image needs more memory than allowed."))
            packer = Packer()
        except ViewerError as err:
            message = pack_error(err)
        except Exception as err:  # noqa: BLE001  the edge: one damaged image, not the worker
            text = f"The image could not be decoded ({type(err).__name__}). The file is kept."
            message = pack_error(DecodeError(text))
        if packer.size > (self.block.size if self.block else 0):
            self.connection.send_bytes(to_bytes({"need": packer.size}))
            self.take_block(self.connection.recv())
        if self.block is not None:
            packer.write(self.block.buffer)
        self.send(message)

    def decode(self, request: Request) -> Frame:
        """Decode the frame of a request."""
        frame = decode_frame(request.instance, request.index, self.limits.pixels, cache=self.cache)
        return reduce_frame(frame, request.size_px) if request.size_px else frame

    def send(self, message: Message) -> None:
        """Send an answer with the processor time used so far."""
        message["cpu_seconds"] = time.process_time()
        self.connection.send_bytes(to_bytes(message))

    def take_block(self, message: NewBlock) -> None:
        """Replace the block of shared memory."""
        if self.block is not None:
            self.block.close()
            self.block = None
        if message.size:
            self.block = Block.receive(self.connection, message.size, message.name)


def _load_decoders() -> None:
    """Load the codecs before the first request needs them."""
    from imagecodecs import (  # noqa: PLC0415  loaded here, and nowhere but in a worker
        jpeg2k_decode,
        jpeg8_decode,
        jpegls_decode,
        packbits_decode,
    )

    for decode in (jpeg2k_decode, jpeg8_decode, jpegls_decode, packbits_decode):
        callable(decode)
