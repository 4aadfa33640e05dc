"""Damaged overlay planes cost a sentence on the image, never the image (R-001, R-069)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.dicom.overlay_files import (
    Tags,
    both_ways,
    embedded_tags,
    on_image,
    pattern,
    plane_tags,
    with_raw,
    with_tags,
)
from tests.unit.dicom.pixel_files import (
    instance_of,
    write_native,
)

DAMAGE: dict[str, tuple[Tags, str]] = {
    "no size": ({0x60000010: ("US", 0)}, "it has data, but no size"),
    "outside": ({0x60000050: ("SS", [500, 1])}, "it lies outside the image"),
    "origin": ({0x60000050: ("SS", [1, 1, 1])}, "its origin is damaged"),
    "for another image": ({0x60000051: ("US", 9)}, "it is for image 9 of an object that has 1"),
    "cut": ({0x60003000: ("OW", b"\xff\xff" * 4)}, "is incomplete: 8 of 16 rows"),
    "long number": ({0x60000010: ("US", [16] * 60)}, "its description is damaged"),
    "not finite": ({0x60000010: ("FD", float("nan"))}, ""),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damage_costs_a_sentence_and_not_the_image(tmp_path: Path, case: str) -> None:
    changes, sentence = DAMAGE[case]
    path = write_native(tmp_path / "a.dcm", bytes(range(256)), Rows=16, Columns=16)
    good = plane_tags(pattern(16, 8), 0x60020000)
    bad = {**plane_tags(np.ones((16, 8), np.bool_)), **changes}

    planes, told = both_ways(instance_of(with_tags(path, {**bad, **good})))

    assert np.array_equal(planes[-1].mask, pattern(16, 8))
    assert sentence in " ".join(told)
    assert len(told) == 1


def test_a_plane_without_data_or_in_used_bits_is_told(tmp_path: Path) -> None:
    path = write_native(tmp_path / "a.dcm", bytes(32), BitsAllocated=16, BitsStored=12)
    tags = dict(embedded_tags({0x60000000: 11, 0x60020000: 16, 0x60040000: 0}, 4, 4))
    tags[0x60040100] = ("US", 1)

    planes, told = both_ways(instance_of(with_tags(path, tags)))

    assert planes == ()
    assert [sentence.partition(": ")[2] for sentence in told] == [
        "it names bit 11, which belongs to the pixel values.",
        "it names bit 16, which the pixels do not have.",
        "it has no data.",
    ]


def test_only_as_many_planes_as_the_standard_knows_are_read(tmp_path: Path) -> None:
    path = write_native(tmp_path / "a.dcm", bytes(16))
    tags: dict[int, tuple[str, Any]] = {}
    for number in range(20):
        tags |= plane_tags(pattern(4, 4), 0x60000000 + 0x20000 * number)

    planes, told = both_ways(instance_of(with_tags(path, tags)))

    assert len(planes) == 16
    assert told == ["Only 16 of 20 overlays are shown."]


def test_a_claim_of_billions_of_points_takes_no_memory(tmp_path: Path) -> None:
    # 65535 x 65535 points and two thousand million frames in a file of 500 bytes
    path = write_native(tmp_path / "a.dcm", bytes(16))
    tags = {
        **plane_tags(pattern(4, 4)),
        0x60000010: ("US", 65535),
        0x60000011: ("US", 65535),
        0x60000015: ("IS", 2_000_000_000),
    }

    planes, told = both_ways(instance_of(with_tags(path, tags)))

    assert len(planes) <= 1
    assert len(told) == 1


NUMBERS = st.one_of(
    st.just(b""), st.integers(0, 20).map(lambda n: struct.pack("<H", n)), st.binary(max_size=9)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(
        st.sampled_from([0x10, 0x11, 0x15, 0x40, 0x50, 0x51, 0x100, 0x102, 0x1500]), NUMBERS
    ),
    data=st.one_of(st.none(), st.binary(max_size=40)),
    vr=st.sampled_from([b"US", b"SS", b"IS", b"DS", b"FD", b"CS", b"UL"]),
)
def test_random_planes_never_raise_and_stay_on_the_image(
    tmp_path: Path, values: dict[int, bytes], data: bytes | None, vr: bytes
) -> None:
    path = write_native(
        tmp_path / "a.dcm", bytes(160), Rows=8, Columns=10, BitsAllocated=16, BitsStored=12
    )
    elements = {element: (vr, value) for element, value in values.items()}
    if data is not None:
        elements[0x3000] = (b"OW", data)

    planes, _ = both_ways(instance_of(with_raw(path, elements)))

    for plane in planes:
        assert on_image(plane, 8, 10).any()
