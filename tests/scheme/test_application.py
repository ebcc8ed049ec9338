"""A farm without a certificate applies for its first audit: who may, what follows, and by when it is held."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scheme.application import Applicant, Apply, applied, check_applicant, check_applied_on, held_by
from scheme.audit_due import fall_due
from scheme.audit_heard import hear
from scheme.choice import Channel, State
from scheme.choice_heard import Correction
from scheme.choice_round import Country
from scheme.correction import put_right, wanted
from scheme.errors import Rule, RuleViolationError
from scheme.farmer import Standing
from scheme.ids import BodyId, CaseId, farmer_case
from scheme.later_choice import corrected
from scheme.opening import OpenApplied
from scheme.people import Actor
from scheme.periodic_audit import BEFORE_THE_VISIT, PeriodicAudit, deadlines
from scheme.rules import Name, Setting
from scheme.step import Act, DeadlineKind, End, Submission
from tests.scheme.audits import an_audit, plan, report
from tests.world import KEYS, LETTERS_AT, OLD, ONE, PLANNER, RULES, SECRETARY, TWO, number, registered

APPLIED_ON = date(2025, 1, 10)  # Fri 2025-01-10
HELD_BY = date(2025, 10, 10)  # Fri 2025-10-10
APPLY = Apply(APPLIED_ON, TWO)
APPLICANT = Applicant(number(1), Country.BE, None, None, (ONE, TWO), None)


def asked(apply: Apply = APPLY, actor: Actor = SECRETARY) -> Submission[Apply]:
    return Submission(KEYS[3], farmer_case(number(1)), actor, LETTERS_AT, apply)


def first(**changes: object) -> PeriodicAudit:
    """The audit that the farm applied for opens on Sat 2025-02-15."""
    return an_audit(**{"expires_on": None, "held_by": HELD_BY, **changes})


def test_the_application_is_a_choice_that_was_made() -> None:
    step = applied(APPLICANT, APPLY, LETTERS_AT, RULES, practice=True)
    choice = step.case
    assert (choice.state, choice.body, choice.channel) == (State.CHOSEN, TWO, Channel.APPLICATION)
    assert (choice.applied_on, choice.bodies, choice.closed_at) == (APPLIED_ON, (ONE, TWO), LETTERS_AT)
    assert (step.end, step.letters, step.deadlines) == (End.CHOSEN, (), ())


@pytest.mark.parametrize(
    ("applicant", "rule", "day"),
    [
        (replace(APPLICANT, country=Country.NL), Rule.DUTCH_FARM, None),
        (replace(APPLICANT, certified_until=date(2026, 1, 1)), Rule.HAS_CERTIFICATE, date(2026, 1, 1)),
        (replace(APPLICANT, running_since=date(2025, 1, 2)), Rule.ALREADY_OPEN, date(2025, 1, 2)),
    ],
)
def test_who_may_not_apply(applicant: Applicant, rule: Rule, day: date | None) -> None:
    with pytest.raises(RuleViolationError) as violation:
        check_applicant(applicant)
    assert (violation.value.refusal.rule, violation.value.refusal.day) == (rule, day)


def test_who_was_refused_does_not_wait_until_the_certificate_of_before_has_run_out() -> None:
    check_applicant(replace(APPLICANT, certified_until=date(2026, 1, 1), refused=True))


@pytest.mark.parametrize(
    ("on", "follows", "rule", "day"),
    [
        pytest.param(date(2025, 1, 16), None, Rule.NOT_IN_THE_FUTURE, date(2025, 1, 16), id="tomorrow"),
        pytest.param(date(2025, 1, 9), APPLIED_ON, Rule.APPLIED_BEFORE, APPLIED_ON, id="before its refusal"),
        pytest.param(date(2020, 1, 2), None, Rule.APPLIED_LONG_AGO, date(2024, 4, 15), id="years ago"),
        pytest.param(
            date(2024, 4, 14), None, Rule.APPLIED_LONG_AGO, date(2024, 4, 15), id="its audit was due yesterday"
        ),
    ],
)
def test_a_day_on_which_nobody_can_have_applied(on: date, follows: date | None, rule: Rule, day: date) -> None:
    with pytest.raises(RuleViolationError) as violation:
        check_applied_on(on, date(2025, 1, 15), follows, ())
    assert (violation.value.refusal.rule, violation.value.refusal.day) == (rule, day)


def test_an_application_of_today_of_the_refusal_or_of_which_the_audit_is_due_today_is_taken() -> None:
    today = date(2025, 1, 15)
    for on, follows in ((today, None), (APPLIED_ON, APPLIED_ON), (date(2024, 4, 15), None)):
        check_applied_on(on, today, follows, ())
    # 28 Feb 2025 and nine months is 28 Nov: two days late on 30 Nov.
    with pytest.raises(RuleViolationError) as violation:
        check_applied_on(date(2025, 2, 28), date(2025, 11, 30), None, ())
    assert violation.value.refusal.day == date(2025, 3, 1)


def test_only_a_body_that_may_be_chosen_today() -> None:
    with pytest.raises(RuleViolationError) as violation:
        applied(APPLICANT, Apply(APPLIED_ON, OLD), LETTERS_AT, RULES, practice=True)
    assert violation.value.refusal.rule is Rule.BODY_NOT_OFFERED


def test_the_farms_workflow_asks_for_it_and_tells_it() -> None:
    farmer = registered(expires_on=None)
    assert wanted(farmer, asked()) == OpenApplied(number(1), LETTERS_AT, KEYS[3], APPLY)
    choice = CaseId("choice:2025:F-000001")
    step = put_right(farmer, asked(), choice, None)
    assert (step.act, step.body, step.day, step.about) == (Act.FARM_APPLIED, TWO, APPLIED_ON, choice)
    assert step.case == replace(farmer, revision=farmer.revision + 1)


@pytest.mark.parametrize(
    ("change", "item", "rule"),
    [
        ({}, asked(actor=PLANNER), Rule.NOT_ALLOWED),
        ({}, asked(Apply(date(2025, 1, 16), TWO)), Rule.NOT_IN_THE_FUTURE),
        ({"standing": Standing.STOPPED}, asked(), Rule.FARM_STOPPED),
    ],
)
def test_what_the_farms_workflow_refuses(change: dict[str, object], item: Submission[Apply], rule: Rule) -> None:
    farmer = replace(registered(expires_on=None), **change)  # type: ignore[arg-type]  # fields of Farmer
    assert wanted(farmer, item) is None
    refused = put_right(farmer, item, None, None).dealt[0].outcome.refused_by
    assert refused is not None
    assert refused.rule is rule


def test_a_correction_of_the_body_stays_an_application() -> None:
    choice = applied(APPLICANT, APPLY, LETTERS_AT, RULES, practice=True).case
    right = corrected(
        choice, CaseId("choice:2025:F-000001:2"), LETTERS_AT, Correction(choice.case_id, TWO, ONE, Channel.PAPER), told=False
    ).case  # fmt: skip
    assert (right.body, right.channel, right.applied_on) == (ONE, Channel.APPLICATION, APPLIED_ON)


def test_it_is_held_within_the_months_that_counted_on_the_day_of_the_application() -> None:
    later = Setting(Name.FIRST_AUDIT_MONTHS, 6, date(2025, 1, 11))
    assert held_by(APPLIED_ON, [later]) == HELD_BY
    assert held_by(date(2025, 1, 11), [later]) == date(2025, 7, 11)


@pytest.mark.parametrize(
    ("last", "planned_by"),
    [
        (HELD_BY, date(2025, 3, 17)),
        (date(2025, 3, 1), date(2025, 3, 1)),
        # The application came in late: today.
        (date(2025, 2, 1), date(2025, 2, 15)),
    ],
)
def test_its_visit_is_planned_in_the_usual_days_and_no_later_than_it_is_held(last: date, planned_by: date) -> None:
    assert first(held_by=last).plan_due == planned_by


def test_the_secretariat_hears_once_that_nobody_held_it_in_time() -> None:
    audit = first()
    assert {one.kind for one in deadlines(audit)} == {DeadlineKind.PLAN, DeadlineKind.FIRST_AUDIT}
    late = fall_due(audit, datetime(2025, 3, 17, 23, tzinfo=UTC))
    assert late.act is Act.AUDIT_PLAN_LATE
    over = fall_due(late.case, datetime(2025, 10, 10, 22, tzinfo=UTC))
    assert (over.act, over.day, over.case.state in BEFORE_THE_VISIT) == (Act.FIRST_AUDIT_LATE, HELD_BY, True)
    assert over.deadlines == ()


def test_of_a_planned_visit_the_day_that_comes_first_is_told_first() -> None:
    soon = hear(first(held_by=date(2025, 9, 10)), plan()).case
    assert [one.kind for one in sorted(deadlines(soon), key=lambda one: one.due)] == [
        DeadlineKind.FIRST_AUDIT, DeadlineKind.REPORT,
    ]  # fmt: skip
    assert fall_due(soon, datetime(2025, 9, 11, tzinfo=UTC)).act is Act.FIRST_AUDIT_LATE
    assert fall_due(hear(first(), plan()).case, datetime(2025, 9, 16, tzinfo=UTC)).act is Act.AUDIT_REPORT_LATE


def test_once_it_was_held_nothing_of_this_is_waited_for() -> None:
    reported = hear(hear(first(), plan()).case, report())
    assert reported.deadlines == ()
    assert BodyId("B-01") == reported.body
