"""A farm goes over to another holder: reviewed by one, decided by another, with each effect on what runs."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scheme import audit_heard, choice_heard
from scheme.application import Applicant, Apply, applied
from scheme.choice_round import Country
from scheme.correction import put_right, wanted
from scheme.days import end_of_day
from scheme.errors import Rule, RuleViolationError
from scheme.farm_change import (
    AskChange,
    Change,
    ChangeHeard,
    DecideChange,
    Effect,
    FarmChange,
    ReviewChange,
    State,
    check_day,
    deadlines,
    hear,
    late,
    opened,
)
from scheme.farmer import Standing
from scheme.farmer_heard import hear as farmer_hears
from scheme.ids import CaseId, farmer_case
from scheme.letter import LetterKind
from scheme.news import AuditNeeded, FarmStopped, FirstAudit, MergerUndone, RoundDone, Tied
from scheme.next_case import next_case
from scheme.opening import OpenApplied, OpenFarmChange
from scheme.people import Actor, Role
from scheme.periodic_audit import PeriodicAudit
from scheme.periodic_audit import State as AuditState
from scheme.projection import Coming, foreseen
from scheme.rules import rules_on, status_rules_on
from scheme.step import Act, End, Step, Submission
from tests.scheme.audits import COOLING, after, an_audit, plan, report
from tests.scheme.test_projection import situation
from tests.scheme.test_status_change import ASKER, DECIDER, OFFICE, REVIEWER, TIED
from tests.world import KEYS, SECRETARY, TWO, asked, news, number, registered

AT = datetime(2025, 3, 3, 9, tzinfo=UTC)  # Mon 2025-03-03
ON = date(2025, 3, 1)  # Sat 2025-03-01
ASKED = AskChange(Change.TAKEOVER, ON, TWO)
MOVED = AskChange(Change.MOVE, ON, TWO)
MERGED = AskChange(Change.MERGER, ON, TWO, number(2))
DIVIDED = AskChange(Change.SPLIT, ON, TWO)
CASE = CaseId("farm-change:2025:F-000001")
FIRST = FirstAudit(ON, date(2025, 12, 1))
NEEDED = AuditNeeded(CASE, ON, TWO)


def begun() -> Step[FarmChange]:
    """Just recorded; the decision is due on Wed 2025-04-02."""
    rules = status_rules_on(AT.date())
    return opened(number(1), ASKED, ASKER.person, AT, rules, tied=(TIED,), practice=True)


def a_case() -> FarmChange:
    """As it begins."""
    return begun().case


def handed_in(facts: ChangeHeard, actor: Actor) -> Submission[ChangeHeard]:
    return Submission(KEYS[1], CASE, actor, AT, facts)


def reviewed() -> FarmChange:
    return hear(a_case(), handed_in(ReviewChange(Effect.PASSES), REVIEWER)).case


@pytest.mark.parametrize(
    ("on", "earlier", "rule", "day"),
    [
        pytest.param(date(2025, 3, 4), None, Rule.NOT_IN_THE_FUTURE, date(2025, 3, 4), id="tomorrow"),
        pytest.param(date(2022, 5, 31), None, Rule.STOP_DAY, date(2022, 6, 1), id="before it took part"),
        pytest.param(date(2025, 1, 12), date(2025, 1, 15), Rule.EARLIER_CHANGE, date(2025, 1, 15), id="out of order"),
    ],
)
def test_the_day_of_a_change_is_none_before_what_is_known(
    on: date, earlier: date | None, rule: Rule, day: date
) -> None:
    with pytest.raises(RuleViolationError) as violation:
        check_day(on, AT.date(), date(2022, 6, 1), earlier)
    assert (violation.value.refusal.rule, violation.value.refusal.day) == (rule, day)


def test_a_change_may_be_of_today_of_the_farms_first_day_or_of_the_day_of_the_one_before() -> None:
    for on in (AT.date(), date(2022, 6, 1)):
        check_day(on, AT.date(), date(2022, 6, 1), None)
    check_day(ON, AT.date(), date(2022, 6, 1), ON)


def test_it_waits_for_a_review_then_for_a_decision_by_somebody_else() -> None:
    assert (begun().act, begun().day) == (Act.CHANGE_OPENED, ON)
    case = a_case()
    assert (case.case_id, case.state, case.decide_due) == (CASE, State.TO_REVIEW, date(2025, 4, 2))
    step = hear(case, handed_in(ReviewChange(Effect.PASSES), REVIEWER))
    assert (step.act, step.case.state, step.case.advice) == (Act.CHANGE_REVIEWED, State.TO_DECIDE, Effect.PASSES)


@pytest.mark.parametrize(
    ("effect", "state", "act"),
    [
        (Effect.PASSES, State.PASSED, Act.CHANGE_PASSED),
        (Effect.NEW_AUDIT, State.NEW_AUDIT, Act.CHANGE_NEW_AUDIT),
    ],
)
def test_the_decision_may_differ_from_the_advice_and_is_told_by_letter(effect: Effect, state: State, act: Act) -> None:
    step = hear(reviewed(), handed_in(DecideChange(effect), DECIDER))
    assert (step.act, step.case.state, step.day, step.end) == (act, state, ON, End.SETTLED)
    assert (step.letters, step.deadlines, step.case.closed_at) == ((LetterKind.STATUS,), (), AT)


@pytest.mark.parametrize(
    ("case", "facts", "actor", "rule"),
    [
        (a_case(), ReviewChange(Effect.PASSES), ASKER, Rule.INVOLVED),
        (a_case(), ReviewChange(Effect.PASSES), Actor(TIED, Role.DECISION_MAKER), Rule.INVOLVED),
        (a_case(), ReviewChange(Effect.PASSES), OFFICE, Rule.NOT_ALLOWED),
        (a_case(), DecideChange(Effect.PASSES), DECIDER, Rule.NOT_REVIEWED),
        (reviewed(), ReviewChange(Effect.PASSES), DECIDER, Rule.ALREADY_REVIEWED),
        (reviewed(), DecideChange(Effect.PASSES), REVIEWER, Rule.SECOND_PERSON_NEEDED),
        (
            hear(reviewed(), handed_in(DecideChange(Effect.PASSES), DECIDER)).case,
            DecideChange(Effect.NEW_AUDIT), DECIDER, Rule.CASE_CLOSED,
        ),
    ],
)  # fmt: skip
def test_what_a_rule_forbids(case: FarmChange, facts: ChangeHeard, actor: Actor, rule: Rule) -> None:
    step = hear(case, handed_in(facts, actor))
    refused = step.dealt[0].outcome.refused_by
    assert refused is not None
    assert (refused.rule, step.case) == (rule, replace(case, revision=case.revision + 1))


def test_the_secretariat_hears_once_that_it_is_late() -> None:
    step = late(a_case(), end_of_day(date(2025, 4, 2)))
    assert (step.act, step.day, step.deadlines) == (Act.CHANGE_LATE, date(2025, 4, 2), ())
    assert len(deadlines(a_case())) == 1


def test_that_nobody_decides_in_time_is_foreseen_once() -> None:
    found = foreseen(situation(cases=(a_case(),)), AT)
    told = [(one.coming, one.on, one.day) for one in found if one.case_id == CASE]
    assert told == [(Coming.CHANGE_LATE, date(2025, 4, 3), date(2025, 4, 2))]
    told_late = late(a_case(), end_of_day(date(2025, 4, 2))).case
    assert [one for one in foreseen(situation(cases=(told_late,)), AT) if one.case_id == CASE] == []


def test_it_hears_of_ties_and_of_the_stop() -> None:
    tied = hear(reviewed(), news(Tied(REVIEWER.person)))
    assert (tied.act, tied.case.state, tied.case.reviewed_by) == (Act.TIE_HEARD, State.TO_REVIEW, None)
    stopped = hear(reviewed(), news(FarmStopped(date(2025, 3, 9))))
    assert (stopped.act, stopped.case.state, stopped.end) == (Act.CHANGE_STOPPED, State.STOPPED, End.STOPPED)
    refused = hear(a_case(), news(RoundDone())).dealt[0].outcome.refused_by
    assert refused is not None
    assert refused.rule is Rule.NOT_UNDERSTOOD


def test_a_merger_of_which_the_other_farm_takes_part_again_falls_through_without_a_letter() -> None:
    step = hear(replace(reviewed(), asked=MERGED), news(MergerUndone()))
    assert (step.act, step.case.state, step.end) == (Act.MERGER_FELL_THROUGH, State.FELL_THROUGH, End.CANCELLED)
    assert (step.case.open, step.case.closed_at, step.day) == (False, step.at, ON)
    assert (step.letters, step.deadlines) == ((), ())


def test_the_secretariat_asks_it_of_a_farm_that_takes_part() -> None:
    farmer = registered()
    item = Submission(KEYS[1], farmer_case(number(1)), SECRETARY, AT, ASKED)
    assert wanted(farmer, item) == OpenFarmChange(number(1), AT, KEYS[1], ASKED, SECRETARY.person)
    step = put_right(farmer, item, CASE, None)
    assert (step.act, step.day, step.about, step.case.cases) == (Act.CHANGE_RECORDED, ON, CASE, (CASE,))
    # The farm's own day of asking stays as it was.
    assert step.case.choice_due == farmer.choice_due
    for other, asks, rule in (
        (farmer, replace(item, actor=DECIDER), Rule.NOT_ALLOWED),
        (farmer, replace(item, facts=replace(ASKED, on=date(2025, 3, 4))), Rule.NOT_IN_THE_FUTURE),
        (replace(farmer, standing=Standing.STOPPED), item, Rule.FARM_STOPPED),
    ):
        refused = put_right(other, asks, None, None).dealt[0].outcome.refused_by
        assert refused is not None
        assert refused.rule is rule


def test_where_nothing_runs_a_first_audit_opens_with_the_body_that_the_new_holder_chose() -> None:
    farmer, told = registered(), news(NEEDED, target=farmer_case(number(1)))
    assert next_case(farmer, told) == OpenApplied(number(1), told.at, told.id, Apply(ON, TWO))
    assert next_case(replace(farmer, standing=Standing.STOPPED), told) is None
    step = farmer_hears(farmer, told)
    assert (step.act, step.about) == (Act.FIRST_AUDIT_ASKED, CASE)


def test_a_choice_that_runs_goes_on_with_its_days_for_the_first_audit() -> None:
    choice = asked()
    step = choice_heard.hear(choice, news(FIRST))
    assert (step.act, step.case.applied_on) == (Act.FIRST_AUDIT_HEARD, ON)
    assert replace(step.case, applied_on=None, revision=1) == choice


@pytest.mark.parametrize(
    ("audit", "state"),
    [
        (an_audit(), AuditState.TO_PLAN),
        (after(an_audit(), plan()).case, AuditState.PLANNED),
        (after(an_audit(), plan(), report(COOLING)).case, AuditState.REPORTED),
    ],
)
def test_an_audit_that_runs_goes_on_and_what_was_found_stays_with_the_site(
    audit: PeriodicAudit, state: AuditState
) -> None:
    step = audit_heard.hear(audit, news(FIRST))
    assert (step.act, step.case.state, step.case.expires_on) == (Act.FIRST_AUDIT_HEARD, state, None)
    assert (step.case.held_by, step.case.visit, step.case.findings) == (FIRST.held_by, audit.visit, audit.findings)


@pytest.mark.parametrize(
    ("asked", "effect", "act", "state"),
    [
        (MOVED, Effect.PASSES, Act.MOVE_PASSED, State.PASSED),
        (MOVED, Effect.NEW_AUDIT, Act.MOVE_NEW_AUDIT, State.NEW_AUDIT),
        (MERGED, Effect.PASSES, Act.MERGER_PASSED, State.PASSED),
        (MERGED, Effect.NEW_AUDIT, Act.MERGER_NEW_AUDIT, State.NEW_AUDIT),
        (DIVIDED, Effect.PASSES, Act.SPLIT_PASSED, State.PASSED),
        (DIVIDED, Effect.NEW_AUDIT, Act.SPLIT_NEW_AUDIT, State.NEW_AUDIT),
    ],
)
def test_each_kind_is_decided_about_as_one(asked: AskChange, effect: Effect, act: Act, state: State) -> None:
    step = hear(replace(reviewed(), asked=asked), handed_in(DecideChange(effect), DECIDER))
    assert (step.act, step.case.state, step.letters, step.day) == (act, state, (LetterKind.STATUS,), ON)


@pytest.mark.parametrize(("asked", "act"), [
    (MOVED, Act.MOVE_RECORDED), (MERGED, Act.MERGER_RECORDED), (DIVIDED, Act.SPLIT_RECORDED),
])  # fmt: skip
def test_each_kind_is_told_by_the_farms_own_workflow(asked: AskChange, act: Act) -> None:
    asks = Submission(KEYS[1], farmer_case(number(1)), SECRETARY, AT, asked)
    assert wanted(registered(), asks) == OpenFarmChange(number(1), AT, KEYS[1], asked, SECRETARY.person)
    assert put_right(registered(), asks, CASE, None).act is act


def test_an_audit_of_a_new_site_opens_while_the_certificate_runs() -> None:
    told = news(replace(NEEDED, moved_on=ON), target=farmer_case(number(1)))
    apply = Apply(ON, TWO, moved_on=ON)
    assert next_case(registered(), told) == OpenApplied(number(1), told.at, told.id, apply)
    certified = Applicant(number(1), Country.BE, date(2027, 1, 1), None, (TWO,), None)
    assert applied(certified, apply, AT, rules_on(ON), practice=True).case.body == TWO
    with pytest.raises(RuleViolationError):
        applied(certified, Apply(ON, TWO), AT, rules_on(ON), practice=True)
