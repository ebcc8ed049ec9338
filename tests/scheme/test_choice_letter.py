"""Nobody is silent who was not asked: the days of a choice count from the day its letter left (docs/decisions/0018)."""

from datetime import UTC, date, datetime

import pytest

from scheme.choice import Choice, State, close, remind
from scheme.choice_heard import hear
from scheme.choice_letter import unsent
from scheme.errors import Refusal, Rule
from scheme.news import BodyLost, LetterLeft, LetterUnsent
from scheme.step import Act, Deadline, DeadlineKind, Dealt, Outcome
from tests.world import CLOSES_AT, LETTERS_AT, ONE, SECRETARY, TWO, answer, asked, news

REMINDS_AT = datetime(2025, 1, 29, 23, tzinfo=UTC)  # Wed 2025-01-29 24:00 in Brussels
LATER = datetime(2025, 3, 3, 8, tzinfo=UTC)  # Mon
UNSENT, LEFT = news(LetterUnsent(), REMINDS_AT), news(LetterLeft(date(2025, 3, 3)), LATER)
WAITS = hear(asked(), UNSENT).case
REFUSED = Outcome(Refusal(Rule.CHANGED_MEANWHILE))


def test_on_the_day_of_the_reminder_the_days_stand_still() -> None:
    step = hear(asked(), UNSENT)
    assert (step.act, step.letters, step.deadlines, step.end) == (Act.CHOICE_UNSENT, (), (), None)
    assert (step.case.state, step.case.unsent_since, step.dealt) == (State.ASKED, REMINDS_AT, (Dealt(UNSENT.id),))


def test_a_letter_that_leaves_gives_its_own_days() -> None:
    for choice in (WAITS, asked()):
        step = hear(choice, LEFT)
        assert (step.act, step.day, step.case.reminder_due) == (
            Act.CHOICE_LETTER_LEFT, date(2025, 4, 2), date(2025, 3, 17),
        )  # fmt: skip
        assert step.case.unsent_since is None
        assert [deadline.kind for deadline in step.deadlines] == [DeadlineKind.REMIND, DeadlineKind.CLOSE]


def test_who_answers_meanwhile_is_heard_and_may_change_it_for_as_long_as_anybody() -> None:
    step = hear(WAITS, answer(TWO, LATER, SECRETARY))
    assert (step.act, step.case.body, step.case.answer_due) == (Act.CHOICE_ANSWERED, TWO, date(2025, 4, 2))
    assert step.deadlines == (Deadline(DeadlineKind.CLOSE, datetime(2025, 4, 2, 22, tzinfo=UTC)),)


def test_a_body_lost_meanwhile_is_asked_about_anew() -> None:
    lost = news(BodyLost(ONE, WAITS.case_id, (TWO,), TWO), LATER)
    step = hear(WAITS, lost)
    assert (step.act, step.case.unsent_since, step.case.answer_due) == (
        Act.CHOICE_ASKED_AGAIN, None, date(2025, 4, 2),
    )  # fmt: skip


ANSWERED = hear(asked(), answer(TWO, LETTERS_AT)).case


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        pytest.param(ANSWERED, UNSENT, id="answered, and the letter is in the house"),
        pytest.param(ANSWERED, LEFT, id="answered, and the letter left"),
        pytest.param(hear(asked(), LEFT).case, UNSENT, id="it left meanwhile"),
        pytest.param(remind(asked(), REMINDS_AT).case, UNSENT, id="reminded, and no day has come"),
    ],
)
def test_what_is_told_too_late_changes_nothing(choice: Choice, told: object) -> None:
    step = hear(choice, told)  # type: ignore[arg-type]
    assert (step.act, step.dealt[0].outcome) == (Act.REFUSED, REFUSED)
    assert step.case.days == choice.days


def test_also_before_a_body_is_given_by_silence() -> None:
    reminded = remind(asked(), REMINDS_AT).case
    step = hear(reminded, news(LetterUnsent(), CLOSES_AT))
    assert (step.act, step.case) == (Act.CHOICE_UNSENT, unsent(reminded, CLOSES_AT).case)
    assert close(reminded, CLOSES_AT).act is Act.CHOICE_ASSIGNED
