"""What two headers say about each other's patient, in the three answers the library needs."""

from __future__ import annotations

import enum
from dataclasses import replace

from viewer.model.person import (
    identities_agree,
    is_placeholder_id,
    parse_name,
    same_person,
    same_within_study,
)
from viewer.model.study import Identity


class Agreement(enum.Enum):
    """Same person, same person with another surname (to be flagged), or another person."""

    SAME = "same"
    CHANGED_SURNAME = "changed surname"
    DIFFERENT = "different"


def within_study(first: Identity, second: Identity) -> Agreement:
    """Judge two objects of one study (R-051); a birth date or sex that one leaves out may be."""
    if same_within_study(first, second):
        return Agreement.SAME
    return _surname_only(first, second)


def across_studies(first: Identity, second: Identity) -> Agreement:
    """Judge two objects of different studies (R-052); without a proper ID they never match."""
    if same_person(first, second):
        return Agreement.SAME
    return _surname_only(first, second)


def _surname_only(first: Identity, second: Identity) -> Agreement:
    """Tell a changed surname, with the same ID, issuer, birth date, sex and given name."""
    if is_placeholder_id(first.patient_id) or not first.birth_date:
        return Agreement.DIFFERENT
    given = [parse_name(one.name).alphabetic.given for one in (first, second)]
    pairs = zip((first, second), given, strict=True)
    alike = [replace(one, name=f"same^{name}") for one, name in pairs]
    if all(given) and identities_agree(*alike):
        return Agreement.CHANGED_SURNAME
    return Agreement.DIFFERENT
