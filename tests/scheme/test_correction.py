"""What the secretariat puts right on a farm, and farms that join late: who may, and what becomes of the farm."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from scheme.choice import Channel
from scheme.choice_heard import Correction
from scheme.choice_round import Candidate, Country
from scheme.correction import Asked, TakeBack, put_right, wanted
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.extra_farm import Join, check_extra
from scheme.farmer import Farmer, Standing
from scheme.farmer_heard import hear
from scheme.ids import farmer_case
from scheme.news import RegisterChanged
from scheme.opening import OpenCorrected, OpenExtra, RunAgain
from scheme.people import Actor
from scheme.step import Act, DeadlineKind, Outcome, Submission
from tests.world import (
    KEYS,
    LETTERS_AT,
    ONE,
    PLANNER,
    RULES,
    SECRETARY,
    TWO,
    news,
    number,
    registered,
    stop,
    the_choice,
)

LATER = LETTERS_AT + timedelta(days=5)
SECOND = the_choice(again=2)
BACK = TakeBack(date(2025, 1, 15))
MEANT = Correction(the_choice(), ONE, TWO, Channel.PAPER)


def ask(facts: Asked, actor: Actor = SECRETARY) -> Submission[Asked]:
    return Submission(KEYS[3], farmer_case(number(1)), actor, LATER, facts)


def stopped(farmer: Farmer | None = None) -> Farmer:
    return hear(farmer or registered(), stop(date(2025, 1, 15))).case


def test_a_stop_is_taken_back_and_the_farm_takes_part_again() -> None:
    step = put_right(stopped(), ask(BACK), None, None)
    assert (step.act, step.day, step.actor) == (Act.STOP_TAKEN_BACK, date(2025, 1, 15), SECRETARY)
    assert (step.case.standing, step.case.stopped_on) == (Standing.ACTIVE, None)
    assert step.case.choice_due == registered().choice_due
    assert [one.kind for one in step.deadlines] == [DeadlineKind.CHOICE_WINDOW]


def test_a_choice_that_runs_again_leaves_the_farm_nothing_to_ask() -> None:
    step = put_right(stopped(), ask(BACK), SECOND, None)
    assert (step.case.cases, step.case.choice_due, step.about) == ((SECOND,), None, SECOND)


def test_a_certificate_that_changed_meanwhile_counts_when_the_stop_is_taken_back() -> None:
    moved = hear(stopped(), news(RegisterChanged(date(2026, 12, 1), None, True), target=farmer_case(number(1)))).case
    assert moved.choice_due is None
    assert put_right(moved, ask(BACK), None, None).case.choice_due == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("farmer", "facts", "actor", "rule"),
    [
        pytest.param(stopped(), BACK, PLANNER, Rule.NOT_ALLOWED, id="a planner takes back a stop"),
        pytest.param(registered(), BACK, SECRETARY, Rule.NOTHING_TO_CORRECT, id="the farm takes part"),
        pytest.param(stopped(), TakeBack(date(2025, 1, 2)), SECRETARY, Rule.CHANGED_MEANWHILE, id="another stop"),
        pytest.param(registered(), MEANT, PLANNER, Rule.NOT_ALLOWED, id="a planner corrects"),
        pytest.param(registered(), Join(2025), PLANNER, Rule.NOT_ALLOWED, id="a planner adds a farm"),
    ],
)
def test_it_is_refused_before_anything_opens(farmer: Farmer, facts: Asked, actor: Actor, rule: Rule) -> None:
    assert wanted(farmer, ask(facts, actor)) is None
    step = put_right(farmer, ask(facts, actor), None, None)
    assert (step.act, step.dealt[0].outcome) == (Act.REFUSED, Outcome(Refusal(rule)))
    assert replace(step.case, revision=farmer.revision) == farmer


def test_what_has_to_be_opened_is_opened_under_the_submissions_id() -> None:
    given = (number(1), LATER, KEYS[3])
    assert wanted(stopped(), ask(BACK)) == RunAgain(*given)
    assert wanted(registered(), ask(MEANT)) == OpenCorrected(*given, MEANT)
    assert wanted(registered(), ask(Join(2025))) == OpenExtra(*given)


def test_a_refusal_of_the_rows_is_the_outcome() -> None:
    refused = Refusal(Rule.ALREADY_OPEN, date(2025, 1, 15))
    step = put_right(registered(), ask(Join(2025)), None, refused)
    assert (step.act, step.dealt[0].outcome) == (Act.REFUSED, Outcome(refused))


def test_a_correction_and_an_extra_farm_leave_their_mark() -> None:
    corrected = put_right(registered(), ask(MEANT), SECOND, None)
    assert (corrected.act, corrected.body, corrected.about) == (Act.CHOICE_CORRECTED, TWO, SECOND)
    assert corrected.case.choice_due == registered().choice_due
    joined = put_right(registered(), ask(Join(2025)), the_choice(), None)
    assert (joined.act, joined.case.cases, joined.deadlines) == (Act.FARM_JOINED, (the_choice(),), ())


def extra(asked_on: date | None = None, **changes: object) -> None:
    values = {"farm_id": number(1), "country": Country.BE, "takes_part": True, "expires_on": date(2028, 5, 1)}
    candidate = Candidate(**({**values, "previous_body": ONE} | changes))  # type: ignore[arg-type]
    check_extra(candidate, LETTERS_AT.date(), RULES, asked_on=asked_on, stopped_on=None)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"takes_part": False}, Rule.FARM_STOPPED, id="stopped"),
        pytest.param({"country": Country.NL}, Rule.DUTCH_FARM, id="Dutch"),
        pytest.param({"asked_on": date(2025, 1, 15)}, Rule.ALREADY_ASKED, id="asked already"),
        pytest.param({"expires_on": None}, Rule.NO_CERTIFICATE, id="no certificate"),
        pytest.param({"expires_on": date(2025, 1, 14)}, Rule.NO_CERTIFICATE, id="it ended yesterday"),
        pytest.param({"choice_made_on": date(2027, 1, 1)}, Rule.ALREADY_CHOSEN, id="chose for this certificate"),
    ],
)
def test_an_extra_farm_is_refused(changes: dict[str, object], rule: Rule) -> None:
    with pytest.raises(RuleViolationError) as raised:
        extra(**changes)  # type: ignore[arg-type]
    assert raised.value.refusal.rule is rule


def test_the_window_of_the_round_does_not_bind_an_extra_farm() -> None:
    extra()
    assert isinstance(LATER, datetime)
