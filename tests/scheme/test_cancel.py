"""A round that is cancelled, and what follows for farms nobody wrote to (domain.md §1.3, §2)."""

from datetime import date

from scheme import choice_round, farmer_heard
from scheme.choice_round import Cancel, State
from scheme.errors import Refusal, Rule
from scheme.news import CaseClosed, CaseOpened
from scheme.people import Actor
from scheme.rules import rules_on
from scheme.step import Act, End, Outcome, Submission
from tests.world import KEYS, LETTERS_AT, ONE, PLANNER, RULES, SECRETARY, YEAR, news, registered, the_choice

BEGUN = choice_round.opened(YEAR, LETTERS_AT, RULES, (ONE,), 3, practice=True).case


def cancel(actor: Actor = SECRETARY) -> Submission[Cancel]:
    return Submission(KEYS[2], BEGUN.case_id, actor, LETTERS_AT, Cancel())


def test_the_secretariat_cancels() -> None:
    step = choice_round.hear(BEGUN, cancel())
    assert (step.act, step.case.state, step.case.ended, step.deadlines) == (
        Act.ROUND_CANCELLED, State.CANCELLED, True, (),
    )  # fmt: skip


def test_nobody_else_may_and_the_round_goes_on_asking() -> None:
    step = choice_round.hear(BEGUN, cancel(PLANNER))
    assert step.dealt[0].outcome == Outcome(Refusal(Rule.NOT_ALLOWED))
    assert (step.case.state, len(step.deadlines)) == (State.ASKING, 1)


def test_a_farm_nobody_wrote_to_asks_when_its_own_day_comes() -> None:
    """Nine months before Mon 2025-12-01 is Sat 2025-03-01."""
    running = farmer_heard.hear(registered(), news(CaseOpened(the_choice()))).case
    assert running.choice_due is None
    after = farmer_heard.hear(running, news(CaseClosed(the_choice(), End.CANCELLED))).case
    assert after.choice_due == date(2025, 3, 1)


def test_one_whose_day_has_passed_asks_at_once() -> None:
    early = registered(expires_on=date(2025, 10, 1))
    after = farmer_heard.hear(early, news(CaseClosed(the_choice(), End.CANCELLED), at=LETTERS_AT)).case
    assert (after.choice_due, after.rules) == (LETTERS_AT.date(), rules_on(LETTERS_AT.date()))
