"""Numbers a farm is or was known by, each with its days (domain.md §1.4, §9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from scheme.choice_round import Country


class IdentifierKind(StrEnum):
    """Kinds of numbers; each country has its own."""

    ENTERPRISE_NUMBER = "enterprise-number"
    ESTABLISHMENT_UNIT = "establishment-unit"
    HERD_NUMBER = "herd-number"
    KVK = "kvk"
    UBN = "ubn"


# The column that holds the number of today, and its kind in each country; the columns' checks are the numbers' own.
KINDS: Mapping[str, Mapping[Country, IdentifierKind]] = {
    "enterprise_number": {Country.BE: IdentifierKind.ENTERPRISE_NUMBER, Country.NL: IdentifierKind.KVK},
    "establishment_unit": {
        Country.BE: IdentifierKind.ESTABLISHMENT_UNIT,
        Country.NL: IdentifierKind.ESTABLISHMENT_UNIT,
    },
    "herd_number": {Country.BE: IdentifierKind.HERD_NUMBER, Country.NL: IdentifierKind.UBN},
}


@dataclass(frozen=True)
class Held:
    """A number and its days, both included; valid_until None: it is still valid."""

    kind: IdentifierKind
    value: str
    valid_from: date
    valid_until: date | None = None


class BeganLaterError(Exception):
    """A number cannot end before it began; day: the first on which it may be replaced."""

    def __init__(self, day: date) -> None:
        super().__init__(day.isoformat())
        self.day = day


def held_now(country: Country, values: Mapping[str, str | None], since: date) -> tuple[Held, ...]:
    """The numbers in the columns, as valid from `since` on; empty ones are none."""
    return tuple(
        Held(kinds[country], value, since) for column, kinds in KINDS.items() if (value := values[column]) is not None
    )


def renumbered(before: Iterable[Held], after: Iterable[Held], on: date) -> tuple[Held, ...]:
    """The rows that a change on the day `on` writes, by kind and first day.

    before: the numbers valid until then with their own first days; after: those valid from then on. A number that
    begins on the very day on which the one before began takes its place: that was a slip of the hand. Raises
    BeganLaterError where a number would end before it began.
    """
    wanted = {(one.kind, one.value) for one in after}
    old = [one for one in before if (one.kind, one.value) not in wanted]
    known = {(one.kind, one.value) for one in before}
    new = [Held(one.kind, one.value, on) for one in after if (one.kind, one.value) not in known]
    latest = max((one.valid_from for one in old), default=on)
    if latest > on:
        raise BeganLaterError(latest)
    replaced = {one.kind for one in new}
    ended = [
        Held(one.kind, one.value, one.valid_from, max(one.valid_from, on - timedelta(days=1)))
        for one in old
        if one.valid_from < on or one.kind not in replaced
    ]
    return (*ended, *new)
