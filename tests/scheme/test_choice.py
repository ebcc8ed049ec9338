"""The choice of inspection body (domain.md §2): asked, reminded, answered, changed, closed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scheme.choice import Channel, Choice, State, close, opened, remind
from scheme.choice_heard import hear
from scheme.errors import Refusal, Rule
from scheme.ids import choice_case
from scheme.letter import LetterKind
from scheme.news import LettersWait
from scheme.people import THE_HOUSE, Actor, Role, farmer_of
from scheme.rules import Name, Setting, rules_on
from scheme.step import Act, Deadline, DeadlineKind, Dealt, End, Outcome
from tests.world import (
    CLOSES_AT,
    KEYS,
    LETTERS_AT,
    OLD,
    ONE,
    PLANNER,
    ROUND,
    SECRETARY,
    STOPPED,
    TWO,
    answer,
    asked,
    news,
    number,
    request,
)

REMINDS_AT = datetime(2025, 1, 29, 23, tzinfo=UTC)  # Wed 2025-01-29 24:00 in Brussels
LAST_MOMENT = datetime(2025, 2, 14, 22, 59, tzinfo=UTC)  # Fri 2025-02-14 23:59 in Brussels
CLOSE = Deadline(DeadlineKind.CLOSE, CLOSES_AT)


def refused(choice: Choice, **changes: object) -> Refusal | None:
    """What becomes of an answer to this choice."""
    (dealt,) = hear(choice, answer(**changes)).dealt  # type: ignore[arg-type]
    return dealt.outcome.refused_by


def test_a_letter_of_wed_2025_01_15_gives_until_fri_2025_02_14() -> None:
    step = opened(request(round_id=ROUND), LETTERS_AT, practice=True)
    assert (step.act, step.letters, step.day) == (Act.CHOICE_ASKED, (LetterKind.CHOICE,), date(2025, 2, 14))
    assert (step.case.case_id, step.case.round_id) == ("choice:2025:F-000001", "choice-round:2025")
    assert (step.case.reminder_due, step.case.answer_due) == (date(2025, 1, 29), date(2025, 2, 14))
    assert step.deadlines == (Deadline(DeadlineKind.REMIND, REMINDS_AT), CLOSE)


def test_the_days_count_from_the_date_in_brussels() -> None:
    just_thursday = datetime(2025, 1, 15, 23, tzinfo=UTC)
    assert asked(at=just_thursday).answer_due == date(2025, 2, 15)


def test_summer_time_moves_the_moment_and_not_the_day() -> None:
    of_march = asked(at=datetime(2025, 3, 3, 8, tzinfo=UTC))  # Mon
    assert of_march.answer_due == date(2025, 4, 2)
    assert of_march.close_at == datetime(2025, 4, 2, 22, tzinfo=UTC)


def test_days_are_the_parameters_of_its_own_rules() -> None:
    rules = rules_on(date(2025, 1, 15), [Setting(Name.CHOICE_ANSWER_DAYS, 45, date(2025, 1, 1))])
    assert asked(rules=rules).answer_due == date(2025, 3, 1)


def test_a_reopened_choice_has_a_number() -> None:
    assert asked(number=2).case_id == choice_case(2025, number(1), 2) == "choice:2025:F-000001:2"


def test_who_is_silent_is_reminded() -> None:
    step = remind(asked(), REMINDS_AT)
    assert (step.act, step.letters, step.deadlines) == (Act.CHOICE_REMINDED, (LetterKind.REMINDER,), (CLOSE,))
    assert (step.case.state, step.case.reminded_at, step.case.revision) == (State.REMINDED, REMINDS_AT, 2)
    assert step.case.open
    assert not step.case.silent


def test_an_answer_is_taken() -> None:
    step = hear(asked(), answer(TWO))
    assert (step.act, step.body, step.actor, step.deadlines) == (
        Act.CHOICE_ANSWERED,
        TWO,
        farmer_of(number(1)),
        (CLOSE,),
    )
    assert (step.case.state, step.case.body, step.case.channel) == (State.ANSWERED, TWO, Channel.LINK)
    assert (step.letters, step.dealt, step.end) == ((), (Dealt(KEYS[1]),), None)


def test_an_answer_after_the_reminder_counts() -> None:
    assert hear(remind(asked(), REMINDS_AT).case, answer(at=LAST_MOMENT)).act is Act.CHOICE_ANSWERED


def test_an_answer_may_be_changed_until_the_day() -> None:
    first = hear(asked(), answer(TWO)).case
    step = hear(first, answer(ONE, LAST_MOMENT, key=KEYS[3]))
    assert (step.act, step.case.body, step.case.answered_at) == (Act.CHOICE_CHANGED, ONE, LAST_MOMENT)
    assert (step.case.revision, step.deadlines) == (3, (CLOSE,))


def test_the_same_body_once_more_is_no_change() -> None:
    first = hear(asked(), answer(TWO)).case
    step = hear(first, answer(TWO, LAST_MOMENT, key=KEYS[3]))
    assert (step.act, step.case.answered_at) == (Act.CHOICE_ANSWERED, LAST_MOMENT)


def test_at_23_59_it_is_on_time_and_at_midnight_it_is_not() -> None:
    assert refused(asked(), at=LAST_MOMENT) is None
    assert refused(asked(), at=CLOSES_AT) == Refusal(Rule.TOO_LATE, date(2025, 2, 14))


@pytest.mark.parametrize("body", [pytest.param(OLD, id="no longer recognised"), pytest.param("B-99", id="unknown")])
def test_only_a_body_of_the_letter(body: str) -> None:
    assert refused(asked(), body=body) == Refusal(Rule.BODY_NOT_OFFERED)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        pytest.param(farmer_of(number(1)), None, id="the farmer of this farm"),
        pytest.param(SECRETARY, None, id="the secretary keys it"),
        pytest.param(farmer_of(number(2)), Refusal(Rule.NOT_ALLOWED), id="the farmer of another farm"),
        pytest.param(PLANNER, Refusal(Rule.NOT_ALLOWED), id="a planner"),
        pytest.param(THE_HOUSE, Refusal(Rule.NOT_ALLOWED), id="the house"),
        pytest.param(Actor(SECRETARY.person, Role.ADMINISTRATOR), Refusal(Rule.NOT_ALLOWED), id="an administrator"),
    ],
)
def test_who_may_answer(actor: Actor, expected: Refusal | None) -> None:
    assert refused(asked(), actor=actor) == expected


def test_of_two_answers_the_one_received_later_stands_whichever_arrives_first() -> None:
    later = hear(asked(), answer(TWO, datetime(2025, 1, 20, 9, tzinfo=UTC))).case
    step = hear(later, answer(ONE, datetime(2025, 1, 18, 9, tzinfo=UTC), key=KEYS[3]))
    assert step.dealt == (Dealt(KEYS[3], Outcome(Refusal(Rule.SUPERSEDED, date(2025, 1, 20)))),)
    assert step.case.body == TWO


def test_a_refusal_changes_nothing_but_the_revision() -> None:
    step = hear(asked(), answer(OLD))
    assert step.case == replace(asked(), revision=2)
    assert (step.act, step.letters, step.end) == (Act.REFUSED, (), None)
    assert step.deadlines == (Deadline(DeadlineKind.REMIND, REMINDS_AT), CLOSE)


def test_the_answer_given_is_the_choice_when_the_day_has_passed() -> None:
    step = close(hear(asked(), answer(TWO)).case, CLOSES_AT)
    assert (step.act, step.body, step.end, step.letters) == (Act.CHOICE_CHOSEN, TWO, End.CHOSEN, ())
    assert (step.case.state, step.case.closed_at, step.deadlines) == (State.CHOSEN, CLOSES_AT, ())


def test_silence_gives_the_default_body_and_a_letter_that_says_so() -> None:
    step = close(asked(default_body=TWO), CLOSES_AT)
    assert (step.act, step.body, step.end) == (Act.CHOICE_ASSIGNED, TWO, End.ASSIGNED)
    assert (step.case.state, step.case.body, step.letters) == (State.ASSIGNED, TWO, (LetterKind.ASSIGNMENT,))
    assert step.deadlines == ()


def test_after_the_end_nothing_is_taken() -> None:
    closed = close(asked(), CLOSES_AT).case
    assert refused(closed) == Refusal(Rule.CASE_CLOSED, date(2025, 2, 14))


def test_a_farm_that_stops_needs_no_body() -> None:
    step = hear(asked(), STOPPED)
    assert (step.act, step.end, step.day, step.letters) == (Act.CHOICE_STOPPED, End.STOPPED, date(2025, 1, 20), ())
    assert (step.case.state, step.case.open, step.deadlines) == (State.STOPPED, False, ())
    assert step.dealt == (Dealt(STOPPED.id),)


def test_news_of_something_else_is_settled_as_not_understood() -> None:
    (dealt,) = hear(asked(), news(LettersWait())).dealt
    assert dealt.outcome == Outcome(Refusal(Rule.NOT_UNDERSTOOD))
