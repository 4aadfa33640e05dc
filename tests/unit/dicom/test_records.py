"""From header to record: numbers, text, identity, pixel format, planes, replacement UIDs."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.unit.dicom.bytes_of import CT, explicit, identifying, image, implicit, item, meta
from viewer.dicom.header import parse_header
from viewer.dicom.keywords import KEYWORDS
from viewer.dicom.records import (
    corrected_identity,
    derived_uid,
    make_instance,
    object_identity,
    read_instance,
)
from viewer.model.study import Instance, Value

IMPLICIT = "1.2.840.10008.1.2"
MADE_UP = "Identifiers are missing from the header; Lightbox made some of its own."
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def record(*elements: bytes, start: bytes = b"", end: bytes = b"") -> Instance:
    """The record of an object with further elements; no file is needed for it."""
    data = meta() + start + identifying() + b"".join(elements) + end
    return make_instance(parse_header(data), "/nowhere")


def plane_elements(
    position: bytes = b"-10\\20.5\\30",
    orientation: bytes = b"1\\0\\0\\0\\1\\0",
    spacing: bytes = b"0.5\\0.75",
) -> bytes:
    return (
        explicit(0x00200032, b"DS", position)
        + explicit(0x00200037, b"DS", orientation)
        + explicit(0x00280030, b"DS", spacing)
    )


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"40", 40.0),
        (b" 40.5 ", 40.5),
        (b"1e3", 1000.0),
        (b"40,5", 40.5),
        (b"40\\80", (40.0, 80.0)),
        (b"40\\ ", 40.0),
        (b"40\0", 40.0),
        (b"- 5", -5.0),
        (b"\\", None),
        (b"", None),
        (b"wide", None),
        (b"40\\wide", None),
        (b"40\\\\80", None),
        (b"nan", None),
        (b"inf", None),
        (b"1_0", None),
        (b"1,000.5", None),
    ],
)
def test_decimal_strings_are_read_or_left_out(raw: bytes, value: Value | None) -> None:
    instance = record(explicit(0x00281050, b"DS", raw))
    assert instance.attributes.get("WindowCenter") == value
    useless = value is None and raw.strip(b"\\ ") != b""
    assert ("WindowCenter is no number and was left out." in instance.warnings) == useless


@pytest.mark.parametrize(
    ("raw", "value"),
    [(b"7", 7), (b"+7", 7), (b"7.0", 7), (b"7.5", 7.5), (b"9" * 30, None), (b"7a", None)],
)
def test_integer_strings_are_read_or_left_out(raw: bytes, value: Value | None) -> None:
    found = record(explicit(0x00200013, b"IS", raw)).attributes.get("InstanceNumber")
    assert found == value
    assert type(found) is type(value)


def test_numbers_keep_their_kind() -> None:
    instance = record(
        explicit(0x00180080, b"DS", b"500"),
        explicit(0x00189087, b"FD", struct.pack("<d", 800.0)),
        explicit(0x00280120, b"SS", struct.pack("<h", -2000)),
    )
    assert repr(instance.attributes["RepetitionTime"]) == "500.0"
    assert instance.attributes["DiffusionBValue"] == 800.0
    assert instance.attributes["PixelPaddingValue"] == -2000


def test_padding_of_an_implicit_dataset_takes_the_sign_of_the_pixels() -> None:
    for signed, padding in ((1, -2000), (0, 63536)):
        data = (
            meta(IMPLICIT)
            + identifying("implicit")
            + implicit(0x00280103, struct.pack("<H", signed))
            + implicit(0x00280120, struct.pack("<H", 63536))
        )
        instance = make_instance(parse_header(data), "/nowhere")
        assert instance.attributes["PixelPaddingValue"] == padding


def test_number_written_with_another_vr_is_understood() -> None:
    instance = record(
        explicit(0x00280010, b"UL", struct.pack("<I", 0x10000001)),
        explicit(0x00280011, b"IS", b"512"),
        explicit(0x7FE00010, b"OW", b"\0\0"),
    )
    assert instance.pixels is not None
    assert (instance.pixels.rows, instance.pixels.columns) == (0x10000001, 512)


def test_several_texts_become_a_tuple_and_long_text_stays_whole() -> None:
    instance = record(
        explicit(0x00204000, b"LT", b"left\\right"),
        start=explicit(0x00080008, b"CS", b"ORIGINAL\\PRIMARY"),
    )
    assert instance.attributes["ImageType"] == ("ORIGINAL", "PRIMARY")
    assert instance.attributes["ImageComments"] == "left\\right"


def test_dates_in_the_old_form_are_brought_to_the_new() -> None:
    instance = record(start=explicit(0x00080020, b"DA", b"1999.01.02"))
    assert instance.attributes["StudyDate"] == "19990102"
    assert record(start=explicit(0x00080020, b"DA", b"199?")).attributes["StudyDate"] == "199?"


def test_identity_keeps_the_bytes_as_stored() -> None:
    raw_name, raw_id = "Müller^Jürgen".encode("latin-1"), b" 0042 "
    instance = record(
        explicit(0x00100010, b"PN", raw_name),
        explicit(0x00100020, b"LO", raw_id),
        explicit(0x00100021, b"LO", b"CLINIC"),
        explicit(0x00100030, b"DA", b"19700102"),
        explicit(0x00100040, b"CS", b"F"),
        start=explicit(0x00080005, b"CS", b"ISO_IR 100"),
    )
    who = instance.identity
    assert (who.name, who.patient_id, who.issuer) == ("Müller^Jürgen", "0042", "CLINIC")
    assert (who.birth_date, who.sex) == ("19700102", "F")
    assert (who.raw_name, who.raw_patient_id) == (raw_name + b" ", raw_id)
    assert instance.warnings == ()


def test_identity_is_the_same_however_it_is_read() -> None:
    data = meta() + identifying() + explicit(0x00100010, b"PN", b"A^B") + image()
    header = parse_header(data)
    assert (
        object_identity(header, "/nowhere") == make_instance(header, "/nowhere").expected_identity()
    )


def test_text_in_the_wrong_character_set_is_shown_with_a_warning() -> None:
    instance = record(
        explicit(0x00100010, b"PN", b"M\xfcller"), start=explicit(0x00080005, b"CS", b"ISO_IR 192")
    )
    assert instance.identity.name == "M\ufffdller"
    assert instance.identity.raw_name == b"M\xfcller"
    assert any("wrong character set" in sentence for sentence in instance.warnings)


def test_chosen_character_set_corrects_the_display_only(tmp_path: Path) -> None:
    raw = "Щёголев^Роза".encode("iso8859_5")
    path = tmp_path / "object"
    declared = explicit(0x00080005, b"CS", b"ISO_IR 100")
    description = explicit(0x00081030, b"LO", "Голова".encode("iso8859_5"))
    path.write_bytes(
        meta() + declared + identifying()[:-32] + description + explicit(0x00100010, b"PN", raw)
    )
    believed = read_instance(str(path))
    corrected = read_instance(str(path), character_set="ISO_IR 144")
    assert believed.identity.name != "Щёголев^Роза"
    assert corrected.identity.name == "Щёголев^Роза"
    assert corrected.attributes["StudyDescription"] == "Голова"
    assert corrected.identity.raw_name == believed.identity.raw_name == raw
    assert corrected_identity(believed.identity, "ISO_IR 144") == corrected.identity


def test_pixel_format_is_what_the_tags_say() -> None:
    pixels = record(end=image(3, 5)).pixels
    assert pixels is not None
    assert (pixels.rows, pixels.columns, pixels.samples) == (3, 5, 1)
    assert (pixels.bits_allocated, pixels.bits_stored, pixels.high_bit) == (16, 12, 11)
    assert (pixels.photometric, pixels.signed, pixels.n_frames) == ("MONOCHROME2", False, 1)
    assert (pixels.length, pixels.kind, pixels.big_endian) == (30, "integer", False)
    assert pixels.offset == len(meta() + identifying() + image(3, 5)) - 30


def test_float_pixels_have_their_own_kind() -> None:
    rows = explicit(0x00280010, b"US", b"\1\0") + explicit(0x00280011, b"US", b"\1\0")
    pixels = record(rows, end=explicit(0x7FE00008, b"OF", bytes(4))).pixels
    assert pixels is not None
    assert (pixels.kind, pixels.bits_allocated) == ("float", 32)


def test_object_without_pixels_has_no_frames() -> None:
    instance = record()
    assert instance.pixels is None
    assert instance.frames == ()
    assert instance.n_frames == 0


@pytest.mark.parametrize("frames", [b"0", b"-3", b"many"])
def test_senseless_number_of_frames_counts_as_one(frames: bytes) -> None:
    instance = record(explicit(0x00280008, b"IS", frames), end=image())
    assert instance.n_frames == 1
    assert instance.warnings


def test_absurd_number_of_frames_costs_nothing() -> None:
    instance = record(explicit(0x00280008, b"IS", b"2000000000"), end=image())
    assert instance.n_frames == 2_000_000_000
    assert len(instance.frames) == 1


def test_missing_rows_are_reported() -> None:
    instance = record(end=explicit(0x7FE00010, b"OW", bytes(8)))
    assert instance.pixels is not None
    assert instance.pixels.rows == 0
    assert any("Rows" in sentence for sentence in instance.warnings)


def test_plane_comes_from_position_and_orientation() -> None:
    thickness = explicit(0x00180050, b"DS", b"2.5")
    (facts,) = record(thickness, plane_elements(), end=image()).frames
    assert facts.plane is not None
    assert facts.plane.position_lps == (-10.0, 20.5, 30.0)
    assert facts.plane.row_lps == (1.0, 0.0, 0.0)
    assert facts.plane.column_lps == (0.0, 1.0, 0.0)
    assert facts.plane.spacing_mm == (0.5, 0.75)
    assert facts.plane.thickness_mm == 2.5


def test_rounded_cosines_are_brought_to_unit_length() -> None:
    cosines = b"0.7071\\0.7071\\0\\0\\0\\-1"
    (facts,) = record(plane_elements(orientation=cosines), end=image()).frames
    assert facts.plane is not None
    assert facts.plane.row_lps == pytest.approx((0.5**0.5, 0.5**0.5, 0.0), abs=1e-12)


@pytest.mark.parametrize(
    "cosines",
    [
        b"1\\0\\0\\0\\0.99\\0",
        b"1\\0\\0\\0.01\\1\\0",
        b"0\\0\\0\\0\\0\\0",
        b"1\\0\\0\\1\\0\\0",
        b"1\\0\\0\\0\\1",
        b"1\\0\\0\\0\\1\\0\\0",
    ],
)
def test_invalid_orientation_gives_no_plane(cosines: bytes) -> None:
    instance = record(plane_elements(orientation=cosines), end=image())
    assert instance.frames[0].plane is None
    assert any("orientation" in sentence for sentence in instance.warnings)


@pytest.mark.parametrize("spacing", [b"0\\0.5", b"-1\\1", b"0.5"])
def test_invalid_spacing_is_not_used(spacing: bytes) -> None:
    instance = record(plane_elements(spacing=spacing), end=image())
    assert instance.frames[0].plane is not None
    assert instance.frames[0].plane.spacing_mm is None
    assert any("Spacing" in sentence for sentence in instance.warnings)


def test_meanings_of_codes_are_attributes() -> None:
    view = item(explicit(0x00080104, b"LO", b"cranio-caudal"))
    instance = record(explicit(0x00540220, b"SQ", view))
    assert instance.attributes["ViewCodeSequence"] == "cranio-caudal"


def test_ultrasound_regions_are_counted() -> None:
    regions = item(b"") + item(b"")
    instance = record(start=b"", end=explicit(0x00186011, b"SQ", regions))
    assert instance.attributes["SequenceOfUltrasoundRegions"] == 2


@pytest.mark.parametrize(
    ("creator", "group", "element", "vr", "value", "b_value"),
    [
        (b"GEMS_PARM_01", 0x0043, 0x39, b"IS", b"1000000800\\8\\0\\0", 800.0),
        (b"GEMS_PARM_01", 0x0043, 0x39, b"IS", b"800\\8\\0\\0", 800.0),
        (b"SIEMENS MR HEADER", 0x0019, 0x0C, b"IS", b"1000", 1000.0),
        (b"Philips Imaging DD 001", 0x2001, 0x03, b"FL", struct.pack("<f", 500.0), 500.0),
        (b"SOMEBODY ELSE", 0x0043, 0x39, b"IS", b"800", None),
    ],
)
@pytest.mark.parametrize("block", [0x10, 0x12])
def test_private_b_values_need_their_creator(
    creator: bytes,
    group: int,
    element: int,
    vr: bytes,
    value: bytes,
    b_value: float | None,
    block: int,
) -> None:
    reservation = explicit(group << 16 | block, b"LO", creator)
    private = explicit(group << 16 | block << 8 | element, vr, value)
    assert record(reservation, private).attributes.get("DiffusionBValue") == b_value


def test_missing_uids_are_replaced_by_stable_ones(tmp_path: Path) -> None:
    body = explicit(0x00080016, b"UI", CT) + explicit(0x00080060, b"CS", b"CT")
    patient = explicit(0x00100010, b"PN", b"A^B") + explicit(0x00100020, b"LO", b"7")
    first, copy, second = tmp_path / "a", tmp_path / "copy", tmp_path / "b"
    first.write_bytes(body + patient + image(2, 2))
    copy.write_bytes(first.read_bytes())
    second.write_bytes(body + patient + image(2, 4))
    records = [read_instance(str(path)) for path in (first, copy, second)]
    assert all(MADE_UP in one.warnings for one in records)
    assert records[0].sop_instance_uid == records[1].sop_instance_uid
    assert records[0].sop_instance_uid != records[2].sop_instance_uid
    assert len({one.study_instance_uid for one in records}) == 1
    assert len({one.series_instance_uid for one in records}) == 1
    assert all(len(one.sop_instance_uid) <= 64 for one in records)


def test_strangers_without_uids_do_not_share_a_study(tmp_path: Path) -> None:
    body = explicit(0x00080016, b"UI", CT) + explicit(0x00080060, b"CS", b"CT")
    uids = set()
    for number, name in enumerate((b"A^B", b"C^D", b"", b"")):
        path = tmp_path / str(number)
        path.write_bytes(body + explicit(0x00100010, b"PN", name) + image(2, 2 + number))
        uids.add(read_instance(str(path)).study_instance_uid)
    assert len(uids) == 4


def test_meta_information_lends_its_uid(tmp_path: Path) -> None:
    path = tmp_path / "object"
    path.write_bytes(meta() + identifying()[34 + 16 :] + image())
    assert read_instance(str(path)).sop_instance_uid == "1.2.3.4"


def test_derived_uids_are_valid() -> None:
    uid = derived_uid("study", b"facts")
    prefix, _, number = uid.rpartition(".")
    assert prefix == "2.25"
    assert 0 < int(number) < 1 << 128
    assert derived_uid("series", b"facts") != uid


def test_keywords_are_those_of_the_dictionary() -> None:
    datadict = pytest.importorskip("pydicom.datadict")
    for tag, keyword, vr, _ in KEYWORDS:
        assert datadict.keyword_for_tag(tag) == keyword
        assert vr in datadict.dictionary_VR(tag)
    assert len({row[0] for row in KEYWORDS}) == len(KEYWORDS)
