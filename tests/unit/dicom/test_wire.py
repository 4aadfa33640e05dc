"""What a worker says is checked before it is believed."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.base.errors import DecodeError, LimitError, UsageError, ViewerError
from viewer.dicom.wire import (
    Message,
    Packer,
    from_bytes,
    pack_error,
    pack_frame,
    to_bytes,
    unpack_error,
    unpack_frame,
)
from viewer.model.frame import Frame, GreyRules
from viewer.model.study import ObjectIdentity

IDENTITY = ObjectIdentity("2.25.1", b"\xff\x00id", b"M\xfcller^J", "19700101")
FRAME = Frame(np.arange(12, dtype=np.int16).reshape(3, 4), GreyRules(), IDENTITY, 3, "native")


def packed() -> tuple[Message, bytearray]:
    packer = Packer()
    message = from_bytes(to_bytes(pack_frame(FRAME, packer)))
    buffer = bytearray(packer.size)
    packer.write(memoryview(buffer))
    return message, buffer


def test_bytes_that_are_no_text_survive() -> None:
    message, buffer = packed()
    found = unpack_frame(message, memoryview(buffer))
    assert found.identity == IDENTITY
    assert np.array_equal(found.stored, FRAME.stored)


@pytest.mark.parametrize(
    "lie",
    [
        {"shape": [1 << 20, 1 << 20]},
        {"shape": [3, -4]},
        {"shape": [3, 4, 1, 1]},
        {"shape": []},
        {"at": 1 << 40},
        {"at": -8},
        {"dtype": "O"},
        {"dtype": "f2"},
        {"shape": [3, 400]},
    ],
)
def test_impossible_arrays_are_refused(lie: Message) -> None:
    message, buffer = packed()
    message["stored"] |= lie
    with pytest.raises(DecodeError):
        unpack_frame(message, memoryview(buffer))


@pytest.mark.parametrize("data", [b"", b"\x80\x04.", b"[1]", b"{", b"null"])
def test_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(DecodeError, match="nonsense"):
        from_bytes(data)


def test_errors_come_back_as_our_own() -> None:
    for error in (LimitError("too much"), DecodeError("broken"), UsageError("no")):
        found = unpack_error(from_bytes(to_bytes(pack_error(error))))
        assert type(found) is type(error)
        assert str(found) == str(error)
    for name in ("SystemExit", "Exception", "annotations", "__name__"):
        assert isinstance(unpack_error({"error": name, "text": "x"}), ViewerError)
