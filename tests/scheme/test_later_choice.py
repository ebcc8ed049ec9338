"""A choice that follows another of the same year: it runs again, or stands with what was meant."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from scheme.choice import Channel, Choice, State, close
from scheme.choice_heard import Answer, Correction, hear
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import BodyId, code_case
from scheme.later_choice import again, corrected
from scheme.letter import LetterKind
from scheme.people import Actor
from scheme.step import Act, DeadlineKind, Outcome, Submission
from tests.world import (
    CLOSES_AT,
    KEYS,
    LETTERS_AT,
    ONE,
    PLANNER,
    SECRETARY,
    STOPPED,
    TWO,
    answer,
    asked,
    the_choice,
)

SECOND = the_choice(again=2)
SOON = LETTERS_AT + timedelta(days=10)
PAST = CLOSES_AT + timedelta(days=3, hours=9)  # Tue 2025-02-18 09:00 in Brussels


def correction(body: BodyId = TWO, instead_of: BodyId = ONE, channel: Channel = Channel.PAPER) -> Correction:
    return Correction(the_choice(), instead_of, body, channel)


def corrects(facts: Correction, actor: Actor = SECRETARY) -> Submission[Answer | Correction]:
    return Submission(KEYS[3], the_choice(), actor, SOON, facts)


def keyed(body: BodyId = ONE) -> Choice:
    """The secretary keyed a paper answer on the day of the letter."""
    return hear(asked(), answer(body, actor=SECRETARY, channel=Channel.PAPER)).case


def stopped(choice: Choice) -> Choice:
    return hear(choice, STOPPED).case


def test_a_wrong_body_is_corrected_while_the_choice_is_open() -> None:
    step = hear(keyed(ONE), corrects(correction()))
    assert (step.act, step.case.body, step.case.channel, step.case.state) == (
        Act.CHOICE_CORRECTED,
        TWO,
        Channel.PAPER,
        State.ANSWERED,
    )
    assert step.case.answered_at == LETTERS_AT
    assert (step.letters, step.actor, step.body) == ((), SECRETARY, TWO)


@pytest.mark.parametrize(
    ("facts", "actor", "rule"),
    [
        pytest.param(correction(), PLANNER, Rule.NOT_ALLOWED, id="a planner"),
        pytest.param(correction(instead_of=TWO), SECRETARY, Rule.CHANGED_MEANWHILE, id="somebody was first"),
        pytest.param(correction(ONE), SECRETARY, Rule.NOTHING_TO_CORRECT, id="it stands there"),
        pytest.param(correction(BodyId("B-05")), SECRETARY, Rule.BODY_NOT_OFFERED, id="not offered"),
    ],
)
def test_a_correction_is_refused(facts: Correction, actor: Actor, rule: Rule) -> None:
    step = hear(keyed(), corrects(facts, actor))
    assert step.dealt[0].outcome == Outcome(Refusal(rule))
    assert step.case.body == ONE


def test_the_second_of_two_who_correct_at_once_is_refused() -> None:
    first = hear(keyed(), corrects(correction()))
    second = hear(first.case, corrects(correction()))
    assert second.dealt[0].outcome == Outcome(Refusal(Rule.CHANGED_MEANWHILE))


def test_a_choice_that_ended_stands_again_with_what_was_meant() -> None:
    ended = close(keyed(ONE), CLOSES_AT).case
    step = corrected(ended, SECOND, PAST, correction(), told=False)
    right = step.case
    assert (right.case_id, right.replaces, right.state, right.body) == (SECOND, ended.case_id, State.CHOSEN, TWO)
    assert (right.round_id, right.answered_at, right.closed_at) == (ended.round_id, LETTERS_AT, PAST)
    assert (step.deadlines, step.letters) == ((), ())


def test_who_was_told_otherwise_is_told_so() -> None:
    ended = close(asked(), CLOSES_AT).case
    step = corrected(ended, SECOND, PAST, correction(), told=True)
    assert (step.letters, step.case.state, step.case.answered_at) == ((LetterKind.CORRECTION,), State.CHOSEN, PAST)


@pytest.mark.parametrize(
    ("ended", "rule"),
    [
        pytest.param(keyed(), Rule.CHANGED_MEANWHILE, id="open"),
        pytest.param(stopped(keyed()), Rule.FARM_STOPPED, id="stopped"),
        pytest.param(close(keyed(TWO), CLOSES_AT).case, Rule.CHANGED_MEANWHILE, id="another body stood there"),
    ],
)
def test_nothing_else_can_be_corrected_after_its_end(ended: Choice, rule: Rule) -> None:
    with pytest.raises(RuleViolationError) as raised:
        corrected(ended, SECOND, PAST, correction(), told=False)
    assert raised.value.refusal.rule is rule


def test_a_stopped_choice_runs_again_in_its_own_days() -> None:
    step = again(stopped(asked()), SECOND, SOON, (ONE, TWO), written=True)
    running = step.case
    assert (running.state, running.asked_at, running.answer_due) == (State.ASKED, LETTERS_AT, date(2025, 2, 14))
    assert (running.replaces, running.closed_at, running.began_at) == (the_choice(), None, SOON)
    assert (step.act, step.letters) == (Act.CHOICE_RUNS_AGAIN, ())
    assert [one.kind for one in step.deadlines] == [DeadlineKind.REMIND, DeadlineKind.CLOSE]


@pytest.mark.parametrize(
    ("at", "written"),
    [
        pytest.param(PAST, True, id="the last day has passed"),
        pytest.param(SOON, False, id="no letter went out"),
    ],
)
def test_the_days_count_anew_from_a_new_letter(at: datetime, *, written: bool) -> None:
    reminded = replace(asked(), state=State.REMINDED, reminded_at=LETTERS_AT)
    step = again(stopped(reminded), SECOND, at, (ONE, TWO), written=written)
    assert (step.case.state, step.case.asked_at, step.letters) == (State.ASKED, at, (LetterKind.CHOICE,))
    assert step.case.answer_due == at.date() + timedelta(days=30)
    assert step.case.reminded_at is None


def test_an_answer_given_before_the_stop_stands() -> None:
    step = again(stopped(keyed(TWO)), SECOND, PAST, (ONE, TWO), written=True)
    assert (step.case.state, step.case.body, step.letters) == (State.ANSWERED, TWO, ())
    assert step.case.close_at == CLOSES_AT


def test_a_body_that_is_no_longer_recognised_is_not_offered_again() -> None:
    step = again(stopped(asked()), SECOND, SOON, (TWO,), written=True)
    assert (step.case.bodies, step.case.default_body) == ((TWO,), TWO)
    with pytest.raises(RuleViolationError) as raised:
        again(stopped(asked()), SECOND, SOON, (), written=True)
    assert raised.value.refusal.rule is Rule.NO_RECOGNISED_BODY


def test_the_letter_in_hand_opens_the_later_choice_too() -> None:
    assert code_case(SECOND) == code_case(the_choice()) == the_choice()
    assert datetime(2025, 1, 15, 8, tzinfo=UTC) == LETTERS_AT
