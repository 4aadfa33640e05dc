"""An instance's header facts as compact bytes, so that a study opens without its files.

Headers of one series are nearly alike. The first instance's record is kept with the series and
serves as the preset dictionary for compressing the others (RFC 1950), which makes them ten times
smaller. The format's own checksum turns damage into an error instead of wrong facts.
"""

from __future__ import annotations

import zlib

from viewer.base.errors import StoreDamagedError, UnreadableError
from viewer.model.record_json import from_json, to_json
from viewer.model.study import Instance
from viewer.store.database import DAMAGED

_LEVEL = 6
_MAX_DICTIONARY = 32_768
_MAX_FACTS_BYTES = 256 * 1024 * 1024


def pack_base(instance: Instance) -> bytes:
    """Return what the facts of a series are compressed against."""
    return zlib.compress(_text(instance)[:_MAX_DICTIONARY], _LEVEL)


def unpack_base(packed: bytes) -> bytes:
    """Return the dictionary that ``pack_base`` made.

    Raises
    ------
    StoreDamagedError
        When the bytes are not what was written.
    """
    try:
        return zlib.decompress(packed)
    except zlib.error as err:
        raise StoreDamagedError(DAMAGED) from err


def pack_facts(instance: Instance, base: bytes) -> bytes:
    """Return the facts of an instance, compressed against its series' base."""
    packer = zlib.compressobj(_LEVEL, zdict=base)
    return packer.compress(_text(instance)) + packer.flush()


def unpack_facts(packed: bytes, base: bytes, path: str, digest: str) -> Instance:
    """Return the instance whose facts these are.

    Parameters
    ----------
    path
        Absolute path of its file.

    Raises
    ------
    UnreadableError
        When the bytes are not what was written; the file must be read again.
    """
    try:
        unpacker = zlib.decompressobj(zdict=base)
        text = unpacker.decompress(packed, _MAX_FACTS_BYTES).decode("utf-8", "surrogatepass")
    except (zlib.error, ValueError) as err:
        raise UnreadableError("The record in the index is damaged; read the file again.") from err
    return from_json(text, path, digest)


def _text(instance: Instance) -> bytes:
    return to_json(instance).encode("utf-8", "surrogatepass")
