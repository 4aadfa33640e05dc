"""Every transfer syntax decodes or is refused by name, in a sentence."""

from __future__ import annotations

import pytest

from viewer.base.errors import UnsupportedSyntaxError
from viewer.dicom.codecs import decoder_names
from viewer.dicom.syntaxes import require_decodable
from viewer.model.ids import TRANSFER_SYNTAXES


@pytest.mark.parametrize(
    ("uid", "words"),
    [
        ("1.2.840.10008.1.2.4.100", "video"),
        ("1.2.840.10008.1.2.4.102", "AVC"),
        ("1.2.840.10008.1.2.4.107", "HEVC"),
        ("1.2.840.10008.1.2.7.1", "SMPTE"),
        ("1.2.840.10008.1.2.4.94", "server"),
        ("1.2.840.10008.1.2.4.204", "server"),
        ("1.2.3.4.5", "1.2.3.4.5"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(uid: str, words: str) -> None:
    with pytest.raises(UnsupportedSyntaxError, match=words) as refusal:
        require_decodable(uid)
    assert str(refusal.value).endswith(".")


def test_every_known_syntax_has_a_decoder_or_a_refusal() -> None:
    names = decoder_names()
    assert len(names) == len(TRANSFER_SYNTAXES)
    refused = {name for name, decoder in names.items() if decoder.startswith("refused")}
    assert names["JPEG lossless, first order"] == "imagecodecs.jpeg8"
    assert names["RLE lossless"] == "imagecodecs.packbits"
    assert {"HEVC main profile", "JPEG lossless, process 15"} <= refused
    assert not any("JPEG 2000" in name for name in refused)


def test_an_absent_syntax_is_native() -> None:
    assert require_decodable("").coding == "native"
