"""What each edition asks: 12 as a complete example, 11.1 as its differences from 12 (docs/lastenboek.md, chapter 2).

None of it is the published text: that could not be read, so every edition here is an example.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheme.edition import Edition
from scheme.ids import RequirementNumber
from scheme.lastenboek.animal_health import ANIMAL_HEALTH
from scheme.lastenboek.animal_welfare import ANIMAL_WELFARE
from scheme.lastenboek.cleaning import CLEANING
from scheme.lastenboek.environment import ENVIRONMENT
from scheme.lastenboek.hygiene import HYGIENE
from scheme.lastenboek.milking import MILKING
from scheme.lastenboek.notification import NOTIFICATION
from scheme.lastenboek.older_edition import ANTIBIOTICS_11, ANTIBIOTICS_BEFORE_11, ONLY_11_1, WORDED_OTHERWISE_11_1
from scheme.lastenboek.requirement import Requirement, UnknownRequirementError
from scheme.lastenboek.sustainability import SUSTAINABILITY

# Not asked yet by 11.1.
_NEW_IN_12 = frozenset({RequirementNumber("G2")})


@dataclass(frozen=True)
class Contents:
    """The requirements of an edition, in the order of their numbers.

    example: in our own words, not the published text. complete: an audit can be held by it.
    """

    requirements: tuple[Requirement, ...]
    complete: bool
    example: bool = True


def requirement(edition: Edition, number: RequirementNumber) -> Requirement:
    """The requirement of that number as the edition words it.

    Raises UnknownRequirementError where the edition has none.
    """
    for one in CONTENTS[edition].requirements:
        if one.number == number:
            return one
    raise UnknownRequirementError(edition, number)


def _changed(
    later: Iterable[Requirement], *, without: frozenset[RequirementNumber], other: Iterable[Requirement]
) -> tuple[Requirement, ...]:
    """An edition from a later one: without some of its requirements, and with others added or put in their place."""
    kept = {one.number: one for one in later if one.number not in without}
    kept |= {one.number: one for one in other}
    return _in_order(kept.values())


def _in_order(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """By letter, then by rank: A3 before A20."""
    return tuple(sorted(requirements, key=lambda one: (one.number[0], one.rank)))


_EDITION_12 = _in_order(
    ANIMAL_HEALTH + ANIMAL_WELFARE + MILKING + CLEANING + ENVIRONMENT + NOTIFICATION + SUSTAINABILITY + HYGIENE
)

CONTENTS: Mapping[Edition, Contents] = {
    Edition.E10: Contents(ANTIBIOTICS_BEFORE_11, complete=False),
    Edition.E11: Contents(ANTIBIOTICS_11, complete=False),
    Edition.E11_1: Contents(
        _changed(_EDITION_12, without=_NEW_IN_12, other=ONLY_11_1 + WORDED_OTHERWISE_11_1), complete=True
    ),
    Edition.E12: Contents(_EDITION_12, complete=True),
}
