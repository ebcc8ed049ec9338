"""A body of an open choice is lost: who is asked again, and what stands (domain.md §2, §12.2)."""

from datetime import UTC, date, datetime

from scheme.choice import Choice, State, opened, remind
from scheme.choice_heard import hear
from scheme.choice_round import Body
from scheme.errors import Refusal, Rule
from scheme.ids import BodyId
from scheme.letter import LetterKind
from scheme.news import BodyLost
from scheme.step import Act, DeadlineKind, Dealt, Outcome, Step
from tests.world import CLOSES_AT, KEYS, LETTERS_AT, ONE, TWO, answer, asked, news, request, the_choice

THREE = BodyId("B-03")
ALL = (ONE, TWO, THREE)
LOST_AT = datetime(2025, 2, 3, 10, tzinfo=UTC)  # Mon


def lose(choice: Choice, body: BodyId = ONE) -> Step[Choice]:
    """The choice hears it on Mon 2025-02-03."""
    left = tuple(one for one in ALL if one != body)
    return hear(choice, news(BodyLost(body, choice.case_id, left, left[-1]), LOST_AT))


def test_an_answer_for_it_is_undone_and_the_days_count_anew() -> None:
    step = lose(hear(asked(bodies=ALL), answer(ONE)).case)
    assert (step.act, step.body, step.letters, step.day) == (
        Act.CHOICE_ASKED_AGAIN, ONE, (LetterKind.AGAIN,), date(2025, 3, 5),
    )  # fmt: skip
    again = step.case
    assert (again.state, again.body, again.channel, again.answered_at) == (State.ASKED, None, None, None)
    assert (again.reminder_due, again.answer_due) == (date(2025, 2, 17), date(2025, 3, 5))
    assert (again.bodies, again.default_body, again.asked_again) == ((TWO, THREE), THREE, (LOST_AT,))
    assert [row.kind for row in step.deadlines] == [DeadlineKind.REMIND, DeadlineKind.CLOSE]


def test_who_would_get_it_by_silence_is_written_to_again_also_after_the_reminder() -> None:
    step = lose(remind(asked(bodies=ALL), LOST_AT).case)
    assert (step.case.state, step.case.reminded_at, step.letters) == (State.ASKED, None, (LetterKind.AGAIN,))


def test_who_answered_for_another_keeps_the_answer() -> None:
    step = lose(hear(asked(bodies=ALL), answer(TWO)).case)
    assert (step.act, step.letters, step.case.body, step.case.bodies) == (Act.BODY_LOST, (), TWO, (TWO, THREE))
    assert (step.case.default_body, step.case.answer_due) == (THREE, date(2025, 2, 14))


def test_who_would_get_another_by_silence_only_loses_the_offer() -> None:
    step = lose(asked(bodies=ALL, default_body=TWO))
    assert (step.act, step.letters, step.case.default_body) == (Act.BODY_LOST, (), TWO)
    assert hear(step.case, answer(ONE)).dealt == (Dealt(KEYS[1], Outcome(Refusal(Rule.BODY_NOT_OFFERED))),)


def test_a_letter_with_that_body_alone_is_written_again() -> None:
    step = lose(asked(bodies=(ONE,)))
    assert (step.act, step.case.bodies) == (Act.CHOICE_ASKED_AGAIN, (TWO, THREE))


def test_a_choice_opened_again_says_what_it_replaces_and_why() -> None:
    step = opened(request(number=2, replaces=the_choice(), lost_body=ONE, bodies=(TWO,)), LETTERS_AT, practice=True)
    assert (step.act, step.letters, step.body, step.about) == (
        Act.CHOICE_REOPENED, (LetterKind.AGAIN,), ONE, the_choice(),
    )  # fmt: skip
    assert step.case.replaces == the_choice()
    assert step.case.close_at == CLOSES_AT


def test_a_choice_opened_again_for_another_reason_gets_the_usual_letter() -> None:
    step = opened(request(number=2, replaces=the_choice()), LETTERS_AT, practice=True)
    assert (step.act, step.letters) == (Act.CHOICE_REOPENED, (LetterKind.CHOICE,))


def test_a_body_without_the_whole_scope_is_not_recognised() -> None:
    body = Body(ONE, date(2024, 3, 1), date(2027, 2, 28), ("17020",))
    assert not body.recognised_on(date(2025, 1, 15))
