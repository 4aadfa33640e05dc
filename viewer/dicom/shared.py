"""A block of memory that the pool and one worker both see; it never outlives them.

On Linux the block is an anonymous file that is handed over as a descriptor: it has no name, so
nothing can be left behind, whichever process is killed, and the size of /dev/shm does not matter.
Elsewhere it is named shared memory, owned by the pool.
"""

from __future__ import annotations

import mmap
import os
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from multiprocessing.shared_memory import SharedMemory


class Block:
    """Memory that two processes share, mapped here."""

    def __init__(self, size: int, *, map_: mmap.mmap | None, named: SharedMemory | None) -> None:
        self.size = size
        self._map = map_
        self._named = named
        self._handle = -1
        self._owned = False

    @property
    def name(self) -> str:
        """Return the name to open it by; empty when a descriptor is sent instead."""
        return self._named.name if self._named else ""

    @property
    def buffer(self) -> memoryview:
        """Return the memory. Release every view before ``close``."""
        if self._map is not None:
            return memoryview(self._map)
        return memoryview((self._named.buf if self._named else None) or b"")

    def send(self, connection: Connection, pid: int) -> None:
        """Hand the block to the process at the other end, which calls ``receive_block``."""
        if self._handle >= 0:
            send_handle(connection, self._handle, pid)

    def close(self) -> None:
        """Unmap the block; the owner also gives the memory back."""
        if self._map is not None:
            self._map.close()
            self._map = None
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        if self._named is not None:
            self._named.close()
            if self._owned:
                self._named.unlink()
            self._named = None

    @classmethod
    def create(cls, size: int) -> Block:
        """Make a block that this process owns.

        Raises
        ------
        OSError
            When the system has no memory left to share.
        """
        if hasattr(os, "memfd_create"):
            handle = os.memfd_create("lightbox-frame", os.MFD_CLOEXEC)
            os.ftruncate(handle, size)
            block = cls(size, map_=mmap.mmap(handle, size), named=None)
            block._handle = handle
        else:
            block = cls(size, map_=None, named=SharedMemory(create=True, size=size))
        block._owned = True
        return block

    @classmethod
    def receive(cls, connection: Connection, size: int, name: str) -> Block:
        """Open the block that the other end has announced and sent."""
        if name:
            return cls(size, map_=None, named=SharedMemory(name))
        handle = recv_handle(connection)
        try:
            return cls(size, map_=mmap.mmap(handle, size), named=None)
        finally:
            os.close(handle)
