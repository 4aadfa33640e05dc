"""Which headers mean one person (R-052), from a table written by hand."""

from __future__ import annotations

import itertools

import pytest

from viewer.model.person import (
    NameParts,
    identities_agree,
    is_placeholder_id,
    names_agree,
    parse_name,
    same_person,
)
from viewer.model.study import Identity

BASE = Identity("4711", "CLINIC", "Müller^Anna^Maria", "19700102", "F")

SAME = [
    Identity("4711", "CLINIC", "MÜLLER^ANNA^MARIA", "19700102", "F"),
    Identity(" 4711 ", "clinic", "Müller^Anna^Maria^^", "19700102", "F"),
    Identity("4711", "CLINIC", "Müller ^ Anna^Maria", "19700102", "F"),
    Identity("4711", "CLINIC", "Müller^Anna", "19700102", "F"),
    Identity("4711", "CLINIC", "Müller^Anna^Maria^Dr.", "19700102", "F"),
    Identity("4711", "CLINIC", "Mu\u0308ller^Anna^Maria", "19700102", "F"),
    Identity("4711", "", "Müller^Anna^Maria", "1970.01.02", "F"),
    Identity("4711", "CLINIC", "Müller^Anna^Maria", "19700102", ""),
    Identity("4711", "CLINIC", "Müller^Anna^Maria=穆勒^安娜", "19700102", "O"),
    Identity("４７１１", "CLINIC", "Müller^Anna^Maria", "19700102", "F"),
]
OTHER = [
    Identity("4712", "CLINIC", "Müller^Anna^Maria", "19700102", "F"),
    Identity("4711", "HOSPITAL", "Müller^Anna^Maria", "19700102", "F"),
    Identity("4711", "CLINIC", "Müller^Anne^Maria", "19700102", "F"),
    Identity("4711", "CLINIC", "Meier^Anna^Maria", "19700102", "F"),
    Identity("4711", "CLINIC", "Müller^Anna^Marta", "19700102", "F"),
    Identity("4711", "CLINIC", "Müller^Anna^Maria", "19700201", "F"),
    Identity("4711", "CLINIC", "Müller^Anna^Maria", "", "F"),
    Identity("4711", "CLINIC", "Müller^Anna^Maria", "19700102", "M"),
    Identity("4711", "CLINIC", "", "19700102", "F"),
    Identity("4711", "CLINIC", "Anna^Müller^Maria", "19700102", "F"),
    Identity("4711", "CLINIC", "Müller^Anna^Maria^^Jr", "19700102", "F"),
    Identity("", "CLINIC", "Müller^Anna^Maria", "19700102", "F"),
    Identity("4711", "CLINIC", "=穆勒^安娜", "19700102", "F"),
]
PLACEHOLDERS = ["", " ", "0", "000000", "999", "9" * 12, "UNKNOWN", "unknown", "Anon", "ANONYMOUS"]
PLACEHOLDERS += ["N/A", "none", "No ID", "-", "???", "XXX", "test", "**"]


@pytest.mark.parametrize("other", SAME)
def test_tolerated_differences_are_one_person(other: Identity) -> None:
    assert same_person(BASE, other)
    assert same_person(other, BASE)


@pytest.mark.parametrize("other", OTHER)
def test_anything_else_is_another_person(other: Identity) -> None:
    assert not same_person(BASE, other)
    assert not same_person(other, BASE)


@pytest.mark.parametrize("patient_id", PLACEHOLDERS)
def test_placeholder_ids_never_match(patient_id: str) -> None:
    anonymous = Identity(patient_id, "", "Müller^Anna", "19700102", "F")
    assert is_placeholder_id(patient_id)
    assert not same_person(anonymous, anonymous)
    assert identities_agree(anonymous, anonymous)


@pytest.mark.parametrize("patient_id", ["4711", "90", "A0", "9998", "LIDC-IDRI-0314", "1", "7777"])
def test_real_ids_are_no_placeholders(patient_id: str) -> None:
    assert not is_placeholder_id(patient_id)


def test_all_pairs_of_different_people_stay_apart() -> None:
    """0 false merges over every pair of people who differ in one part."""
    people = [
        Identity(patient_id, issuer, name, birth, sex)
        for patient_id, issuer, name, birth, sex in itertools.product(
            ("1", "2"), ("A", "B"), ("X^Y", "X^Z", "Q^Y"), ("19700101", "19710101"), ("F", "M")
        )
    ]
    merged = [pair for pair in itertools.combinations(people, 2) if same_person(*pair)]
    assert merged == []


def test_anonymised_header_without_name_and_birth_date_is_known_by_its_id() -> None:
    first = Identity("LIDC-IDRI-0314", raw_name=b"  ")
    second = Identity("LIDC-IDRI-0314", raw_name=b"")
    assert same_person(first, second)


def test_name_is_split_into_groups_and_components() -> None:
    name = parse_name("Yamada^Tarou^^Dr^Jr=山田^太郎=やまだ^たろう")
    assert name.alphabetic == NameParts("Yamada", "Tarou", "", "Dr", "Jr")
    assert name.ideographic == NameParts("山田", "太郎")
    assert name.phonetic == NameParts("やまだ", "たろう")
    assert parse_name("").groups == (NameParts(), NameParts(), NameParts())
    assert parse_name("A^B^C^D^E^F=G=H=I").alphabetic.suffix == "E"


def test_groups_that_only_one_name_has_do_not_speak() -> None:
    assert names_agree("Yamada^Tarou=山田^太郎", "Yamada^Tarou")
    assert not names_agree("Yamada^Tarou=山田^太郎", "Yamada^Tarou=山田^次郎")
    assert not names_agree("Yamada^Tarou", "=山田^太郎")
    assert names_agree("", " ")
    assert names_agree("ﾔﾏﾀﾞ^ﾀﾛｳ", "ヤマダ^タロウ")
