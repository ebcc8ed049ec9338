"""The house's own procedure: who may start a year's round, and when."""

from datetime import UTC, date, datetime

import pytest

from scheme.calendar import SchemeCalendar, answered, check_start
from scheme.choice_round import Start
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import CALENDAR
from scheme.news import LettersWait
from scheme.people import THE_HOUSE, Actor
from scheme.step import Act, Dealt, Outcome, Submission
from tests.world import BEGINS, KEYS, LETTERS_AT, PLANNER, ROUND, SECRETARY, news

HOUSE = SchemeCalendar(practice=True, began_at=BEGINS)


def start(year: int = 2025, at: datetime = LETTERS_AT, actor: Actor = SECRETARY) -> Submission[Start]:
    return Submission(KEYS[0], CALENDAR, actor, at, Start(year))


def test_the_secretariat_starts_this_years_round() -> None:
    check_start(start())


@pytest.mark.parametrize("actor", [PLANNER, THE_HOUSE])
def test_nobody_else_does(actor: Actor) -> None:
    with pytest.raises(RuleViolationError) as raised:
        check_start(start(actor=actor))
    assert raised.value.refusal == Refusal(Rule.NOT_ALLOWED)


@pytest.mark.parametrize(
    ("year", "at", "today"),
    [
        pytest.param(2024, LETTERS_AT, date(2025, 1, 15), id="last year"),
        pytest.param(2026, LETTERS_AT, date(2025, 1, 15), id="next year"),
        pytest.param(2025, datetime(2025, 12, 31, 23, tzinfo=UTC), date(2026, 1, 1), id="new year in Brussels"),
    ],
)
def test_only_the_year_that_runs(year: int, at: datetime, today: date) -> None:
    with pytest.raises(RuleViolationError) as raised:
        check_start(start(year, at))
    assert raised.value.refusal == Refusal(Rule.WRONG_YEAR, today)


def test_a_round_that_was_opened() -> None:
    step = answered(HOUSE, start(), None)
    assert (step.act, step.actor, step.at, step.about) == (Act.OPENING_DONE, SECRETARY, LETTERS_AT, ROUND)
    assert (step.dealt, step.case.revision) == ((Dealt(KEYS[0]),), 2)


def test_a_round_that_was_refused() -> None:
    step = answered(HOUSE, start(), Refusal(Rule.ALREADY_OPEN, date(2025, 1, 10)))
    assert step.act is Act.REFUSED
    assert step.dealt == (Dealt(KEYS[0], Outcome(Refusal(Rule.ALREADY_OPEN, date(2025, 1, 10)))),)


def test_news_is_settled_and_nothing_else() -> None:
    heard = news(LettersWait(), target=CALENDAR)
    step = answered(HOUSE, heard, None)
    assert (step.act, step.dealt, step.about) == (Act.REFUSED, (Dealt(heard.id),), None)
