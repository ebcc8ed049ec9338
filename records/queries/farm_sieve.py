"""What the list of farms can be narrowed to and sorted by."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlmodel import col

from records.case import ChoiceRow
from records.farm import Farm
from records.queries.access import of_body
from records.queries.counted import latest, of_farm
from records.queries.farm_search import Manner, matches
from records.queries.running import Runs, running
from scheme.choice import State
from scheme.choice_round import Country
from scheme.farmer import Standing
from scheme.ids import round_case
from scheme.language import Language


class FarmOrder(StrEnum):
    """What farms can be sorted by; a minus in front turns it round."""

    NUMBER = "number"
    NAME = "name"
    CITY = "city"
    EXPIRES_ON = "expiresOn"


@dataclass(frozen=True)
class FarmSieve:
    """Which farms are wanted, all conditions at once; an empty one takes all.

    body: id of the body the farm belongs to; choice: state of its latest choice; mail: whether letters go by mail;
    round_year: farms whose choice was asked in that year; runs: what is open for it; unasked: farms that nobody asks
    although their certificate comes to its end (scheme.unasked), or all others. sort: a FarmOrder, perhaps with a
    minus; empty: the best match first where something was typed, else by number.
    """

    q: str = ""
    standing: Standing | None = None
    language: Language | None = None
    country: Country | None = None
    body: str | None = None
    certification_body: str | None = None
    dairy: str | None = None
    choice: State | None = None
    mail: bool | None = None
    expires_from: date | None = None
    expires_until: date | None = None
    round_year: int | None = None
    runs: Runs | None = None
    unasked: bool | None = None
    sort: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anything out."""
        return self != FarmSieve(sort=self.sort)


COLUMNS: dict[FarmOrder, InstrumentedAttribute[Any]] = {
    FarmOrder.NUMBER: col(Farm.farm_id),  # type: ignore[dict-item]  # sqlmodel's own type of a column
    FarmOrder.NAME: col(Farm.name),  # type: ignore[dict-item]
    FarmOrder.CITY: col(Farm.city),  # type: ignore[dict-item]
    FarmOrder.EXPIRES_ON: col(Farm.expires_on),  # type: ignore[dict-item]
}


def condition(sieve: FarmSieve, manner: Manner = Manner.AS_TYPED) -> ColumnElement[bool]:
    """The condition on Farm. manner: how what was typed is looked for."""
    equal: dict[Any, object] = {
        col(Farm.standing): sieve.standing,
        col(Farm.language): sieve.language,
        col(Farm.country): sieve.country,
        col(Farm.certification_body): sieve.certification_body,
        col(Farm.dairy_id): sieve.dairy,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if sieve.body is not None:
        found.append(of_body(sieve.body))
    if sieve.mail is not None:
        found.append(col(Farm.email).is_not(None) if sieve.mail else col(Farm.email).is_(None))
    if sieve.expires_from is not None:
        found.append(col(Farm.expires_on) >= sieve.expires_from)
    if sieve.expires_until is not None:
        found.append(col(Farm.expires_on) <= sieve.expires_until)
    if sieve.choice is not None:
        found.append(_latest_choice_is(sieve.choice))
    if sieve.runs is not None:
        found.append(running(sieve.runs))
    if sieve.round_year is not None:
        asked = select(1).where(of_farm(), col(ChoiceRow.round_id) == round_case(sieve.round_year))
        found.append(exists(asked).correlate(Farm))
    return and_(true(), matches(sieve.q, manner), *found)


def _latest_choice_is(state: State) -> ColumnElement[bool]:
    last = aliased(ChoiceRow)
    there = select(1).where(of_farm(last), col(last.state) == state, latest(last))
    return exists(there.correlate(Farm))


def order(sieve: FarmSieve) -> tuple[ColumnElement[Any], ...]:
    """How the list is sorted; always the same among equals."""
    name, turned = sieve.sort.removeprefix("-"), sieve.sort.startswith("-")
    by_number = col(Farm.farm_id)
    if name not in {one.value for one in FarmOrder}:
        return (by_number.asc(),)
    column = COLUMNS[FarmOrder(name)]
    # Farms without a certificate come last, whichever way it is sorted.
    return ((column.desc() if turned else column.asc()).nulls_last(), by_number.asc())
