"""Invented certificates: their dates, and when the body of the next audit was chosen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import TypeVar

from rehearsal.scenario import Band, RegisterScenario
from scheme.days import add_days, add_months
from scheme.rules import rules_on

FULL, SHORT = 36, 18
Value = TypeVar("Value")


class Kind(StrEnum):
    """Why a farm gets its letter this year, or why not."""

    WAITING = "waiting"
    ASKED = "asked"
    LATER = "later"
    DUTCH = "dutch"


@dataclass(frozen=True)
class Certificate:
    """First and last day, and the day of the last choice of a body, None where silence made it."""

    begins_on: date
    expires_on: date
    choice_made_on: date | None


def kinds(random: Random, register: RegisterScenario) -> list[Kind]:
    """A kind for each farm, mixed."""
    later = register.flemish_farms - register.waiting_farms - register.round_farms
    found = [
        *[Kind.WAITING] * register.waiting_farms,
        *[Kind.ASKED] * register.round_farms,
        *[Kind.LATER] * later,
        *[Kind.DUTCH] * register.dutch_farms,
    ]
    random.shuffle(found)
    return found


def spread(random: Random, count: int, shares: Mapping[Value, float]) -> list[Value]:
    """Values for `count` farms in these shares, mixed; what rounding leaves goes to the first.

    From twice as many farms as values each value comes at least once.
    """
    least = 1 if count >= 2 * len(shares) else 0
    first, *others = shares
    rest = [value for value in others for _ in range(max(least, int(shares[value] * count + 1e-9)))]
    values = [first] * (count - len(rest)) + rest
    random.shuffle(values)
    return values


def certificates(random: Random, register: RegisterScenario, mixed: Sequence[Kind]) -> list[Certificate]:
    """A certificate for each farm, such that it is of its kind by its dates alone."""
    near = sum(kind in {Kind.WAITING, Kind.ASKED} for kind in mixed)
    share = register.eighteen_months
    months = iter(spread(random, near, {FULL: 1 - share, SHORT: share}))
    terms = {
        (kind, length): _terms(_band(register, kind), length, _begun_by(register, kind))
        for kind in Kind
        for length in (FULL, SHORT)
    }
    found = []
    for kind in mixed:
        length = next(months) if kind in {Kind.WAITING, Kind.ASKED} else FULL
        begins_on, expires_on = random.choice(terms[kind, length])
        found.append(Certificate(begins_on, expires_on, _choice(random, register, kind, begins_on)))
    return found


def numbers(found: Sequence[Certificate]) -> list[str]:
    """Certificate numbers, counted within a year by first day and order."""
    counted: Counter[int] = Counter()
    numbered = {}
    for place in sorted(range(len(found)), key=lambda place: (found[place].begins_on, place)):
        year = found[place].begins_on.year
        counted[year] += 1
        numbered[place] = f"IKM-{year}-{counted[year]:05d}"
    return [numbered[place] for place in range(len(found))]


def _band(register: RegisterScenario, kind: Kind) -> Band:
    whole = Band(register.waiting.first, register.later.last)
    return {Kind.WAITING: register.waiting, Kind.ASKED: register.asked, Kind.LATER: register.later}.get(kind, whole)


def _begun_by(register: RegisterScenario, kind: Kind) -> date:
    # The round before could write only to farms that had the certificate already.
    return register.last_letters_on if kind is Kind.WAITING else register.clock


def _terms(band: Band, months: int, begun_by: date) -> list[tuple[date, date]]:
    """First and last days of all certificates of that length that end in the band.

    Not every day can be a last one: none of 18 months ends on 31 October, for April has no 31st.
    """
    days = (band.last - band.first).days + 1
    ends = (band.first + timedelta(days=number) for number in range(days))
    terms = ((add_months(end, -months), end) for end in ends)
    return [(start, end) for start, end in terms if start <= begun_by and add_months(start, months) == end]


def _choice(random: Random, register: RegisterScenario, kind: Kind, begins_on: date) -> date | None:
    after = random.randint(1, register.answer_days)
    by_silence = random.random() >= register.chose_last_time
    if kind is Kind.WAITING:
        return add_days(register.last_letters_on, after)
    if kind is Kind.DUTCH or by_silence:
        return None
    return add_days(_round_before(register, begins_on), after)


def _round_before(register: RegisterScenario, begins_on: date) -> date:
    """The letters of the round that asked for the audit this certificate rests on; one round a year."""
    lead = rules_on(register.letters_on).choice_lead_months
    years = begins_on.year - register.last_letters_on.year
    letters_on = add_months(register.last_letters_on, 12 * years)
    return letters_on if add_months(letters_on, lead) <= begins_on else add_months(letters_on, -12)
