"""In what a list of requirements differs from the one before: added, dropped, reworded, regraded, seen otherwise."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from scheme.ids import RequirementNumber
from scheme.requirement_list import Listed, in_order


class Alteration(StrEnum):
    """What became of a requirement."""

    ADDED = "added"
    DROPPED = "dropped"
    REGRADED = "regraded"
    REWORDED = "reworded"
    SEEN_OTHERWISE = "seen-otherwise"


@dataclass(frozen=True)
class Altered:
    """A requirement that differs. before None: it is new; after None: it is no longer asked."""

    number: RequirementNumber
    alterations: tuple[Alteration, ...]
    before: Listed | None
    after: Listed | None


def differences(before: Iterable[Listed], after: Iterable[Listed]) -> tuple[Altered, ...]:
    """Every requirement that differs, in the order of the numbers; those of the same number are compared."""
    old, new = ({one.number: one for one in side} for side in (before, after))
    numbers = sorted(old.keys() | new.keys(), key=in_order)
    found = ((number, old.get(number), new.get(number)) for number in numbers)
    compared = (Altered(number, tuple(_alterations(was, now)), was, now) for number, was, now in found)
    return tuple(one for one in compared if one.alterations)


def _alterations(was: Listed | None, now: Listed | None) -> Iterator[Alteration]:
    if was is None:
        yield Alteration.ADDED
    elif now is None:
        yield Alteration.DROPPED
    else:
        if was.grade is not now.grade:
            yield Alteration.REGRADED
        if was.text != now.text:
            yield Alteration.REWORDED
        if was.visual is not now.visual:
            yield Alteration.SEEN_OTHERWISE
