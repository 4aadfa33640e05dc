"""Which transfer syntaxes can be decoded; the others are refused by name (PS3.5 A)."""

from __future__ import annotations

from viewer.base.errors import UnsupportedSyntaxError
from viewer.model.ids import DEFLATED, TransferSyntax, transfer_syntax

NATIVE = "native"
RLE = "rle"
DEFLATED_FRAME = "deflated-frame"
_DECODABLE = frozenset(
    {NATIVE, RLE, DEFLATED_FRAME, "jpeg", "jpegls", "jpeg2000", "htj2k", "jpegxl"}
)
_ABSENT = TransferSyntax("", "no transfer syntax", NATIVE)


def is_deflated(uid: str) -> bool:
    """Tell whether the whole data set is deflated (PS3.5 A.5)."""
    return uid == DEFLATED


def require_decodable(uid: str) -> TransferSyntax:
    """Return the transfer syntax when its pixels can be decoded.

    An absent UID (files from before PS3.10) counts as native.

    Raises
    ------
    UnsupportedSyntaxError
        For video, references to a server, and unknown syntaxes, by name.
    """
    syntax = transfer_syntax(uid) if uid else _ABSENT
    if syntax is None:
        raise UnsupportedSyntaxError(
            f"The pixels use a transfer syntax that Lightbox does not know ({uid[:64]}). "
            "The object is kept; ask its sender for another syntax."
        )
    if syntax.coding == "video":
        raise UnsupportedSyntaxError(
            f"This object is a video ({syntax.name}), which Lightbox cannot play. "
            "It is kept and can be sent or exported."
        )
    if syntax.coding not in _DECODABLE:
        raise UnsupportedSyntaxError(
            f"The pixels of this object lie on a server ({syntax.name}), not in the file."
        )
    return syntax
