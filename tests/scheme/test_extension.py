"""Which certificates a collective extension moves, which it leaves alone, and who may say so (domain.md §1)."""

from dataclasses import replace
from datetime import date

import pytest

from scheme.certificate import History, Standing, Status, Turn, standing_on
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.extension import (
    Held,
    Left,
    Move,
    Selection,
    check_days,
    check_decision,
    check_proposal,
    check_withdrawal,
    extended,
    seal,
    still,
    taken_back,
)
from scheme.ids import FarmId, PersonId
from scheme.people import Actor, Role
from scheme.region import POSTCODES, Province
from scheme.rules import Name, Setting

MARCH_13, MAY_31, JUNE_30 = date(2020, 3, 13), date(2020, 5, 31), date(2020, 6, 30)
BEGAN = date(2017, 3, 14)
SECRETARY = Actor(PersonId("P-0001"), Role.SECRETARIAT)
DECIDER = Actor(PersonId("P-0002"), Role.DECISION_MAKER)


def held(status: Status = Status.VALID, until: date = MARCH_13, *, renewed: bool = False) -> Held:
    return Held("IKM-2017-000001", FarmId("F-000001"), Standing(status, BEGAN, until), renewed)


MOVED = extended(held(), MAY_31)


@pytest.mark.parametrize(
    ("one", "left"),
    [
        pytest.param(held(), None, id="valid"),
        pytest.param(held(Status.SUSPENDED), None, id="suspended, and it stays so"),
        pytest.param(held(until=MAY_31), Left.LATER, id="it ends on that day already"),
        pytest.param(held(renewed=True), Left.RENEWED, id="another one runs longer"),
        pytest.param(held(Status.ENDED), Left.STOPPED, id="its farm stopped"),
        pytest.param(held(Status.EXPIRED), Left.EXPIRED, id="it has ended"),
        pytest.param(held(Status.WITHDRAWN), Left.WITHDRAWN, id="withdrawn"),
        pytest.param(held(Status.REPLACED), Left.REPLACED, id="replaced"),
        pytest.param(held(Status.NOT_BEGUN), Left.NOT_BEGUN, id="not begun"),
    ],
)
def test_what_is_moved_and_what_is_left(one: Held, left: Left | None) -> None:
    assert extended(one, MAY_31) == Move(one, MAY_31, left)


@pytest.mark.parametrize(
    ("one", "left"),
    [
        pytest.param(held(until=MAY_31), None, id="as the extension left it"),
        pytest.param(held(until=JUNE_30), Left.CHANGED, id="extended again"),
        pytest.param(held(Status.SUSPENDED, MAY_31), Left.CHANGED, id="suspended since"),
        pytest.param(held(until=MAY_31, renewed=True), Left.RENEWED, id="renewed since"),
        pytest.param(held(Status.EXPIRED, MAY_31), Left.EXPIRED, id="ended since"),
    ],
)
def test_what_goes_back(one: Held, left: Left | None) -> None:
    assert taken_back(one, MOVED) == Move(one, MARCH_13, left)


def test_what_stands_otherwise_than_when_it_was_proposed_is_left() -> None:
    assert still(extended(held(), MAY_31), MOVED) == MOVED
    assert still(extended(held(until=date(2020, 4, 1)), MAY_31), MOVED).left is Left.CHANGED
    assert still(extended(held(Status.WITHDRAWN), MAY_31), MOVED).left is Left.WITHDRAWN


@pytest.mark.parametrize(
    ("first", "last", "to"),
    [(MAY_31, MARCH_13, JUNE_30), (MARCH_13, MAY_31, MARCH_13), (MARCH_13, MAY_31, date(2020, 3, 12))],
)
def test_days_that_cannot_be(first: date, last: date, to: date) -> None:
    with pytest.raises(RuleViolationError, match=Rule.EXTENSION_DAYS):
        check_days(Selection(first, last), to, MARCH_13, ())


@pytest.mark.parametrize(
    ("to", "months", "latest"),
    [
        (date(2095, 5, 1), 12, date(2021, 3, 13)),
        (date(2021, 3, 14), 12, date(2021, 3, 13)),
        (MAY_31, 2, date(2020, 5, 13)),
    ],
)
def test_no_certificate_is_moved_by_more_than_the_longest_extension(to: date, months: int, latest: date) -> None:
    settings = [Setting(Name.EXTENSION_MONTHS, months, MARCH_13)]
    with pytest.raises(RuleViolationError) as violation:
        check_days(Selection(MARCH_13, MAY_31), to, MARCH_13, settings)
    assert violation.value.refusal == Refusal(Rule.EXTENSION_TOO_LONG, latest, months)
    check_days(Selection(MARCH_13, MAY_31), latest, MARCH_13, settings)
    # What ended long ago is left as it is: its day binds nothing.
    check_days(Selection(date(2015, 1, 1), MAY_31), latest, MARCH_13, settings)


def test_one_proposes_what_was_seen_and_another_decides() -> None:
    check_proposal(SECRETARY, [MOVED], seal([MOVED]))
    check_decision(SECRETARY.person, DECIDER)
    check_withdrawal(SECRETARY.person, SECRETARY)
    refused = [
        (Rule.NOT_ALLOWED, lambda: check_proposal(DECIDER, [MOVED], None)),
        (Rule.NOT_AS_PREVIEWED, lambda: check_proposal(SECRETARY, [MOVED], seal([]))),
        (Rule.NOTHING_TO_EXTEND, lambda: check_proposal(SECRETARY, [replace(MOVED, left=Left.LATER)], None)),
        (Rule.NOT_ALLOWED, lambda: check_decision(SECRETARY.person, Actor(PersonId("P-0009"), Role.ADMINISTRATOR))),
        (Rule.SECOND_PERSON_NEEDED, lambda: check_decision(DECIDER.person, DECIDER)),
        (Rule.NOT_ALLOWED, lambda: check_withdrawal(SECRETARY.person, DECIDER)),
    ]
    for rule, asked in refused:
        with pytest.raises(RuleViolationError, match=rule):
            asked()


def test_every_day_of_an_extension_and_its_way_back() -> None:
    """Extended on the 13th of March and taken back on the 20th of April: it counted until the 19th."""
    turns = (Turn(MARCH_13, Status.VALID, MAY_31), Turn(date(2020, 4, 20), Status.VALID, MARCH_13))
    history = History(BEGAN, MARCH_13, turns)
    stands = [standing_on(history, day) for day in (MARCH_13, date(2020, 4, 19), date(2020, 4, 20), MAY_31)]
    assert [one.status for one in stands] == [Status.VALID, Status.VALID, Status.EXPIRED, Status.EXPIRED]
    assert [one.valid_until for one in stands] == [MAY_31, MAY_31, MARCH_13, MARCH_13]
    assert stands[-1].since == date(2020, 4, 20)


def test_every_postcode_lies_in_one_province() -> None:
    ranges = sorted(one for province in Province for one in POSTCODES[province])
    assert [int(first) for first, _ in ranges] == [1000, *(int(last) + 1 for _, last in ranges[:-1])]
    assert ranges[-1][1] == "9999"
