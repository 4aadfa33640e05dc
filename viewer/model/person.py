"""Do two headers name one person? (R-051, R-052; PS3.5 6.2.1.1 for the parts of a name).

Only what a header says is compared, never what a display corrected. The rules are strict where a
mistake would merge two people: what is tolerated is case, width, spaces, trailing carets, an
absent middle name or prefix, and an issuer that one of the two leaves out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from viewer.model.study import Identity

_PLACEHOLDERS = frozenset(
    {"", "unknown", "unk", "anon", "anonymous", "anonymized", "anonymised", "deidentified"}
    | {"none", "null", "nil", "na", "n/a", "not available", "noid", "no id", "no_id", "id"}
    | {"patient", "patientid", "patient id", "undefined", "unnamed", "removed", "test", "xxx"}
    | {"nn", "-", "?", ".", "0"}
)
_ONE_SIGN = re.compile(r"([09x?*.\-])\1*")


@dataclass(frozen=True, slots=True)
class NameParts:
    """The five components of one group of a person name."""

    family: str = ""
    given: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""

    def __bool__(self) -> bool:
        return any((self.family, self.given, self.middle, self.prefix, self.suffix))


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person name in its three groups; each may be empty."""

    alphabetic: NameParts = NameParts()
    ideographic: NameParts = NameParts()
    phonetic: NameParts = NameParts()

    @property
    def groups(self) -> tuple[NameParts, NameParts, NameParts]:
        """Return alphabetic, ideographic and phonetic group."""
        return self.alphabetic, self.ideographic, self.phonetic


def parse_name(name: str) -> PersonName:
    """Split a person name (``Yamada^Tarou=山田^太郎=やまだ^たろう``) into groups and components."""
    groups = [_parts(group) for group in name.split("=")[:3]]
    return PersonName(*groups)


def is_placeholder_id(patient_id: str) -> bool:
    """Tell whether a Patient ID says nothing: empty, 'UNKNOWN', all nines, ... (R-052)."""
    plain = _comparable(patient_id)
    return plain in _PLACEHOLDERS or _ONE_SIGN.fullmatch(plain) is not None


def identities_agree(first: Identity, second: Identity) -> bool:
    """Tell whether nothing in two headers speaks against one person.

    This is the question *within* one study, where the same ID is expected and may be absent in
    both. Across studies ask ``same_person``.
    """
    if first == second:
        return True
    sexes = {first.sex.strip().upper(), second.sex.strip().upper()} - {"", "O"}
    return (
        _comparable(first.patient_id) == _comparable(second.patient_id)
        and _issuers_agree(first.issuer, second.issuer)
        and _digits(first.birth_date) == _digits(second.birth_date)
        and len(sexes) < 2
        and names_agree(first.name, second.name)
    )


def same_within_study(first: Identity, second: Identity) -> bool:
    """Tell whether two headers of one study mean one person (R-051).

    As ``identities_agree``, but a birth date that one of them leaves out does not count.
    """
    if not first.birth_date or not second.birth_date:
        first, second = (replace(one, birth_date="") for one in (first, second))
    return identities_agree(first, second)


def same_person(first: Identity, second: Identity) -> bool:
    """Tell whether two headers mean one person: Patient ID, issuer, name and birth date (R-052).

    An ID that stands for 'unknown' never makes two headers one person, however alike they are.
    """
    return not is_placeholder_id(first.patient_id) and identities_agree(first, second)


def names_agree(first: str, second: str) -> bool:
    """Tell whether two person names agree in every group that both have, and in at least one.

    Two empty names agree.
    """
    one = parse_name(_comparable(first)).groups
    other = parse_name(_comparable(second)).groups
    both = [(a, b) for a, b in zip(one, other, strict=True) if a and b]
    if not both:
        return not any(one) and not any(other)
    return all(_parts_agree(a, b) for a, b in both)


def _parts_agree(first: NameParts, second: NameParts) -> bool:
    strict = (first.family, first.given, first.suffix) == (
        second.family,
        second.given,
        second.suffix,
    )
    optional = ((first.middle, second.middle), (first.prefix, second.prefix))
    return strict and all(not a or not b or a == b for a, b in optional)


def _parts(group: str) -> NameParts:
    parts = [part.strip() for part in group.split("^")]
    return NameParts(*parts[:5])


def _issuers_agree(first: str, second: str) -> bool:
    one, other = _comparable(first), _comparable(second)
    return not one or not other or one == other


def _comparable(text: str) -> str:
    """Return text without case, width and superfluous spaces; carets and ``=`` stay."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.replace("\0", " ").split())


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
