"""The periodic audit (domain.md §1; docs/lastenboek.md, chapters 3 and 5): plan, visit, report, corrective actions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from scheme.audit_check import check_on_site
from scheme.audit_facts import Proof, TakeReportBack, Verdict
from scheme.audit_heard import hear
from scheme.days import end_of_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.news import ChoiceReplaced, Decided, FarmStopped, NextAudit, RoundDone, Tied
from scheme.people import Actor, Role, farmer_of
from scheme.periodic_audit import ActionState, PeriodicAudit, State, opened
from scheme.step import Act, Deadline, DeadlineKind, End, Submission
from tests.scheme.audits import (
    A21,
    AUDITED_ON,
    AUDITOR,
    C4,
    COOLING,
    F3,
    FARMER,
    NUMBERS,
    OPENED_AT,
    OTHER_AUDITOR,
    PLANNED_AT,
    REGISTERED,
    REPORTED_AT,
    VISIT_AT,
    after,
    an_audit,
    handed_in,
    opening,
    plan,
    proof,
    report,
    verdict,
)
from tests.world import PLANNER, SECRETARY, news, number, the_choice

DAY = timedelta(days=1)
ON_SITE = SupplementaryAudit.ON_SITE


def refused(audit: PeriodicAudit, item: Submission) -> Refusal | None:  # type: ignore[type-arg]
    """Why it was refused; nothing but the revision may have changed."""
    step = hear(audit, item)
    refusal = step.dealt[0].outcome.refused_by
    assert (step.act is Act.REFUSED) == (refusal is not None)
    return refusal


def test_it_opens_with_a_planner_to_plan_it_before_the_window() -> None:
    step = opened(opening(), OPENED_AT, practice=True)
    assert (step.act, step.case.case_id, step.case.state) == (
        Act.AUDIT_OPENED, "periodic-audit:2025:F-000001", State.TO_PLAN,
    )  # fmt: skip
    # The window of a certificate until 31 December opens on 30 June (rule 5.2).
    assert step.deadlines == (Deadline(DeadlineKind.PLAN, end_of_day(date(2025, 6, 30))),)
    assert (step.about, step.body, step.letters) == (the_choice(1), "B-01", ())


@pytest.mark.parametrize(
    ("expires_on", "due"),
    [
        pytest.param(None, date(2025, 3, 17), id="no certificate: thirty days"),
        pytest.param(date(2025, 5, 1), date(2025, 3, 17), id="the window is open: thirty days"),
        pytest.param(date(2026, 8, 31), date(2026, 2, 28), id="the day the window opens"),
    ],
)
def test_the_day_to_plan_it(expires_on: date | None, due: date) -> None:
    assert an_audit(expires_on=expires_on).plan_due == due


def test_nobody_plans_it() -> None:
    step = after(an_audit(), end_of_day(date(2025, 6, 30)))
    assert (step.act, step.case.state, step.deadlines) == (Act.AUDIT_PLAN_LATE, State.TO_PLAN, ())


def test_it_is_planned_and_moved_to_another_auditor() -> None:
    planned = after(an_audit(), plan())
    assert (planned.act, planned.case.state, planned.day) == (Act.AUDIT_PLANNED, State.PLANNED, AUDITED_ON)
    assert planned.deadlines == (Deadline(DeadlineKind.REPORT, end_of_day(date(2025, 9, 15))),)
    moved = after(planned.case, plan(VISIT_AT + DAY, who=OTHER_AUDITOR))
    assert (moved.act, moved.day) == (Act.AUDIT_MOVED, date(2025, 9, 2))
    assert moved.case.visit is not None
    assert moved.case.visit.auditor == OTHER_AUDITOR.person


def test_the_report_is_late() -> None:
    step = after(an_audit(), plan(), end_of_day(date(2025, 9, 15)))
    assert (step.act, step.deadlines, step.case.next_at) == (Act.AUDIT_REPORT_LATE, (), None)
    assert refused(step.case, report()) is None


@pytest.mark.parametrize(
    ("audit", "item", "rule"),
    [
        (an_audit(), plan(by=AUDITOR), Rule.NOT_ALLOWED),
        (an_audit(), plan(PLANNED_AT - DAY), Rule.VISIT_IN_THE_PAST),
        (an_audit(barred=(AUDITOR.person,)), plan(), Rule.AUDITOR_TIED),
        (after(an_audit(), plan()).case, plan(), Rule.VISIT_AS_PLANNED),
        (an_audit(), report(), Rule.NOT_PLANNED),
        (after(an_audit(), plan()).case, report(by=OTHER_AUDITOR), Rule.NOT_THE_AUDITOR),
        (after(an_audit(), plan()).case, report(by=PLANNER), Rule.NOT_ALLOWED),
        (after(an_audit(), plan(), news(Tied(AUDITOR.person))).case, report(), Rule.AUDITOR_TIED),
        (after(an_audit(), plan()).case, report(on=date(2025, 9, 3)), Rule.NOT_IN_THE_FUTURE),
        (after(an_audit(), plan()).case, report(on=date(2025, 2, 14)), Rule.BEFORE_IT_BEGAN),
        (after(an_audit(), plan()).case, report(score=101), Rule.VALUE_OUT_OF_RANGE),
        (after(an_audit(), plan()).case, report(COOLING, COOLING), Rule.FINDING_TWICE),
        (after(an_audit(), plan(), report()).case, report(), Rule.ALREADY_REPORTED),
        (after(an_audit(), plan(), report(REGISTERED)).case, plan(), Rule.ALREADY_REPORTED),
        (after(an_audit(), plan(), report(REGISTERED)).case, proof(C4, REPORTED_AT), Rule.NO_SUCH_FINDING),
        (
            after(an_audit(), plan(), report(REGISTERED)).case, proof(A21, REPORTED_AT, farmer_of(number(2))),
            Rule.NOT_ALLOWED,
        ),
        (after(an_audit(), plan(), report(NUMBERS)).case, proof(F3, REPORTED_AT), Rule.FINDING_SETTLED),
        (after(an_audit(), plan(), report(REGISTERED)).case, verdict(A21, REPORTED_AT), Rule.NOTHING_TO_JUDGE),
        (
            after(an_audit(), plan(), report(COOLING), proof(C4, REPORTED_AT)).case, verdict(C4, REPORTED_AT),
            Rule.SEEN_ON_SITE_NEEDED,
        ),
        (
            after(an_audit(), plan(), report(REGISTERED), proof(A21, REPORTED_AT)).case,
            verdict(A21, REPORTED_AT, on=date(2025, 9, 3)), Rule.NOT_IN_THE_FUTURE,
        ),
        (
            after(an_audit(), plan(), report(REGISTERED), proof(A21, REPORTED_AT)).case,
            verdict(A21, REPORTED_AT, on=date(2025, 8, 31)), Rule.BEFORE_IT_BEGAN,
        ),
        (
            after(an_audit(), plan(), report(REGISTERED), news(Tied(AUDITOR.person))).case,
            verdict(A21, REPORTED_AT), Rule.AUDITOR_TIED,
        ),
        (
            after(an_audit(), plan(), report(NUMBERS)).case, verdict(F3, REPORTED_AT), Rule.FINDING_SETTLED,
        ),
        (after(an_audit(), news(FarmStopped(AUDITED_ON))).case, plan(), Rule.CASE_CLOSED),
    ],
)  # fmt: skip
def test_what_a_rule_forbids_changes_nothing(audit: PeriodicAudit, item: Submission, rule: Rule) -> None:  # type: ignore[type-arg]
    refusal = refused(audit, item)
    assert refusal is not None
    assert refusal.rule is rule


def test_a_report_without_heavy_findings_can_be_decided_about_at_once() -> None:
    step = after(an_audit(), plan(), report(REGISTERED, NUMBERS))
    assert (step.act, step.case.state, step.case.ready_at) == (Act.AUDIT_REPORTED, State.REPORTED, REPORTED_AT)
    b, c = step.case.findings
    # B: six months after the finding (rule 3.3); C is a recommendation (rule 3.4).
    assert (b.due, b.state, c.due, c.state) == (date(2026, 3, 1), ActionState.OPEN, None, ActionState.NONE)
    assert step.deadlines == (
        Deadline(DeadlineKind.CORRECTION_REMINDER, end_of_day(date(2026, 2, 15))),
        Deadline(DeadlineKind.CORRECTION, end_of_day(date(2026, 3, 1))),
    )


def test_a_heavy_finding_is_waited_for() -> None:
    step = after(an_audit(), plan(), report(COOLING))
    # A: three months, at the latest the end of the certificate (rules 3.1 and 3.2).
    assert (step.case.ready_at, step.case.findings[0].due) == (None, date(2025, 12, 1))
    near = after(an_audit(expires_on=date(2025, 10, 31)), plan(), report(COOLING))
    assert near.case.findings[0].due == date(2025, 10, 31)


def test_a_proof_is_returned_reminded_of_and_accepted_on_site() -> None:
    reported = after(an_audit(), plan(), report(COOLING, REGISTERED)).case
    returned = after(reported, proof(C4, REPORTED_AT), verdict(C4, REPORTED_AT + DAY, accepted=False))
    assert (returned.act, returned.case.findings[0].state) == (Act.CORRECTION_RETURNED, ActionState.OPEN)
    reminded = after(returned.case, end_of_day(date(2025, 11, 17)))
    assert (reminded.act, reminded.day) == (Act.CORRECTION_REMINDED, date(2025, 12, 1))
    follow_up = after(reminded.case, plan(datetime(2025, 11, 25, 9, tzinfo=UTC)))
    assert (follow_up.act, follow_up.case.state) == (Act.FOLLOW_UP_PLANNED, State.REPORTED)
    seen_at = datetime(2025, 11, 25, 15, tzinfo=UTC)
    assert follow_up.case.coming(REPORTED_AT) == follow_up.case.follow_up
    assert (follow_up.case.coming(seen_at), reported.coming(REPORTED_AT)) == (None, None)
    accepted = after(follow_up.case, verdict(C4, seen_at, seen=ON_SITE))
    assert (accepted.act, accepted.case.ready_at) == (Act.CORRECTION_ACCEPTED, seen_at)
    # The other one runs on, and stands in nobody's way.
    assert [one.state for one in accepted.case.findings] == [ActionState.ACCEPTED, ActionState.OPEN]


@pytest.mark.parametrize(
    ("planned", "seen_on", "refusal"),
    [
        pytest.param(False, AUDITED_ON, Refusal(Rule.FOLLOW_UP_NEEDED), id="nobody went"),
        pytest.param(
            True, date(2025, 11, 24), Refusal(Rule.BEFORE_FOLLOW_UP, date(2025, 11, 25)), id="before the visit"
        ),
        pytest.param(True, date(2025, 11, 25), None, id="at the visit"),
    ],
)
def test_what_was_seen_at_the_farm_was_seen_at_a_visit(planned: bool, seen_on: date, refusal: Refusal | None) -> None:
    reported = after(an_audit(), plan(), report(COOLING), proof(C4, REPORTED_AT)).case
    audit = after(reported, plan(datetime(2025, 11, 25, 9, tzinfo=UTC))).case if planned else reported
    check_on_site(audit, Verdict(C4, accepted=False, seen=ON_SITE, seen_on=AUDITED_ON))
    accepted = Verdict(C4, accepted=True, seen=ON_SITE, seen_on=seen_on)
    if refusal is None:
        check_on_site(audit, accepted)
        return
    with pytest.raises(RuleViolationError) as refused_by:
        check_on_site(audit, accepted)
    assert refused_by.value.refusal == refusal


def test_what_is_not_put_right_in_time_is_overdue() -> None:
    step = after(an_audit(), plan(), report(COOLING), end_of_day(date(2025, 11, 17)), end_of_day(date(2025, 12, 1)))
    assert (step.act, step.case.findings[0].state) == (Act.CORRECTION_OVERDUE, ActionState.OVERDUE)
    assert (step.case.ready_at, step.deadlines) == (end_of_day(date(2025, 12, 1)), ())


def test_a_proof_in_time_waits_for_the_body_over_its_last_day() -> None:
    late = end_of_day(date(2025, 12, 5))
    proven = after(an_audit(), plan(), report(COOLING), proof(C4, REPORTED_AT))
    assert (proven.act, proven.deadlines) == (Act.CORRECTION_PROVEN, ())
    returned = after(proven.case, verdict(C4, late, accepted=False))
    assert returned.case.next_at == end_of_day(date(2025, 11, 17))
    assert after(returned.case, late).act is Act.CORRECTION_OVERDUE


def test_the_report_was_of_another_farm() -> None:
    reported = after(an_audit(), plan(), report(COOLING)).case
    taken = handed_in(TakeReportBack(AUDITED_ON), SECRETARY, REPORTED_AT, 5)
    step = after(reported, taken)
    assert (step.act, step.case.state, step.case.findings) == (Act.REPORT_TAKEN_BACK, State.PLANNED, ())
    assert refused(step.case, taken) == Refusal(Rule.NOTHING_TO_CORRECT)
    other = handed_in(TakeReportBack(date(2025, 8, 1)), SECRETARY, REPORTED_AT, 5)
    assert refused(reported, other) == Refusal(Rule.CHANGED_MEANWHILE)
    decided = after(reported, news(Decided(REPORTED_AT))).case
    assert refused(decided, taken) == Refusal(Rule.ALREADY_DECIDED, date(2025, 9, 2))


def test_it_ends_once_it_is_decided_and_nothing_is_left() -> None:
    ready = after(an_audit(), plan(), report(REGISTERED)).case
    decided = after(ready, news(Decided(REPORTED_AT)))
    assert (decided.act, decided.case.state, decided.end) == (Act.AUDIT_DECIDED, State.REPORTED, None)
    done = after(decided.case, proof(A21, REPORTED_AT + DAY), verdict(A21, REPORTED_AT + 2 * DAY))
    assert (done.case.state, done.end, done.deadlines) == (State.DONE, End.SETTLED, ())


def test_the_farm_stops_half_way() -> None:
    step = after(an_audit(), plan(), report(COOLING), news(FarmStopped(date(2025, 10, 1))))
    assert (step.act, step.case.state, step.end, step.deadlines) == (Act.AUDIT_STOPPED, State.STOPPED, End.STOPPED, ())


def test_another_choice_ends_what_nobody_held_yet() -> None:
    replaced = news(ChoiceReplaced(the_choice(1)))
    step = after(an_audit(), plan(), replaced)
    assert (step.act, step.case.state, step.end) == (Act.AUDIT_CANCELLED, State.CANCELLED, End.CANCELLED)
    held = after(an_audit(), plan(), report())
    assert after(held.case, replaced).dealt[0].outcome.refused_by == Refusal(Rule.NOT_UNDERSTOOD)
    assert after(an_audit(), news(RoundDone())).dealt[0].outcome.refused_by == Refusal(Rule.NOT_UNDERSTOOD)


def test_what_is_left_of_a_refused_audit_ends_as_the_next_one_opens() -> None:
    left = after(an_audit(), plan(), report(REGISTERED), news(Decided(REPORTED_AT))).case
    step = after(left, news(NextAudit()))
    assert (step.act, step.case.state, step.end, step.deadlines) == (Act.AUDIT_FOLLOWED, State.DONE, End.SETTLED, ())
    # As it stood: that is history.
    assert step.case.findings == left.findings
    assert after(an_audit(), news(NextAudit())).dealt[0].outcome.refused_by == Refusal(Rule.NOT_UNDERSTOOD)


def test_a_tie_is_heard() -> None:
    step = after(an_audit(), news(Tied(AUDITOR.person)))
    assert (step.act, step.case.barred) == (Act.TIE_HEARD, (AUDITOR.person,))


def test_administrators_are_no_exception() -> None:
    administrator = Actor(AUDITOR.person, Role.ADMINISTRATOR)
    audit = after(an_audit(), plan()).case
    for item in (plan(by=administrator), report(by=administrator), proof(A21, REPORTED_AT, administrator)):
        assert refused(audit, item) == Refusal(Rule.NOT_ALLOWED)


# The finding of grade A was due on Mon 2025-12-01; nobody handed anything in by then.
OVERDUE = after(an_audit(), plan(), report(COOLING), end_of_day(date(2025, 11, 17)), end_of_day(date(2025, 12, 1))).case
KEYED_AT = datetime(2025, 12, 4, 9, tzinfo=UTC)


def by_post(received_on: date | None, by: Actor = SECRETARY) -> Submission:  # type: ignore[type-arg]
    """What came by post is keyed on Thu 2025-12-04."""
    return handed_in(Proof(C4, received_on), by, KEYED_AT, 4)


def test_a_proof_that_came_by_its_last_day_is_taken_after_it() -> None:
    assert (OVERDUE.findings[0].state, OVERDUE.ready_at is None) == (ActionState.OVERDUE, False)
    step = hear(OVERDUE, by_post(date(2025, 12, 1)))
    (finding,) = step.case.findings
    assert (step.act, step.day, finding.state, finding.proofs) == (
        Act.CORRECTION_IN_TIME, date(2025, 12, 1), ActionState.PROVEN, 1,
    )  # fmt: skip
    # A decision waits for it again.
    assert step.case.ready_at is None
    accepted = after(step.case, verdict(C4, KEYED_AT, seen=ON_SITE))
    assert (accepted.case.findings[0].state, accepted.case.ready_at) == (ActionState.ACCEPTED, KEYED_AT)


def test_returned_it_is_overdue_again() -> None:
    returned = after(OVERDUE, by_post(date(2025, 12, 1)), verdict(C4, KEYED_AT, accepted=False)).case
    assert returned.next_at is not None
    again = after(returned, KEYED_AT)
    assert (again.act, again.case.findings[0].state) == (Act.CORRECTION_OVERDUE, ActionState.OVERDUE)


@pytest.mark.parametrize(
    ("audit", "item", "refusal"),
    [
        pytest.param(
            OVERDUE, by_post(date(2025, 12, 2)), Refusal(Rule.PROOF_TOO_LATE, date(2025, 12, 1)), id="a day too late"
        ),
        pytest.param(OVERDUE, by_post(None), Refusal(Rule.RECEIVED_ON_NEEDED, date(2025, 12, 1)), id="no day"),
        pytest.param(
            OVERDUE, by_post(date(2025, 12, 5)), Refusal(Rule.NOT_IN_THE_FUTURE, date(2025, 12, 5)), id="tomorrow"
        ),
        pytest.param(
            OVERDUE, by_post(date(2025, 8, 31)), Refusal(Rule.BEFORE_IT_BEGAN, AUDITED_ON), id="before the audit"
        ),
        pytest.param(OVERDUE, by_post(date(2025, 12, 1), FARMER), Refusal(Rule.NOT_ALLOWED), id="by the farmer"),
        pytest.param(
            OVERDUE, by_post(None, FARMER), Refusal(Rule.FINDING_SETTLED, date(2025, 12, 1)), id="the farmer, late"
        ),
        pytest.param(
            replace(OVERDUE, decided_at=KEYED_AT), by_post(date(2025, 12, 1)),
            Refusal(Rule.ALREADY_DECIDED, date(2025, 12, 4)), id="it was decided on",
        ),
    ],
)  # fmt: skip
def test_what_is_not_taken_after_the_last_day(audit: PeriodicAudit, item: Submission, refusal: Refusal) -> None:  # type: ignore[type-arg]
    assert refused(audit, item) == refusal


def test_an_action_of_grade_b_may_be_shown_so_beside_the_decision() -> None:
    left = after(an_audit(), plan(), report(REGISTERED), news(Decided(REPORTED_AT))).case
    overdue = replace(left, findings=(replace(left.findings[0], state=ActionState.OVERDUE),))
    item = handed_in(Proof(A21, REPORTED_AT.date()), SECRETARY, KEYED_AT, 4)
    step = hear(overdue, item)
    assert (step.act, step.case.ready_at) == (Act.CORRECTION_IN_TIME, overdue.ready_at)


def test_what_came_earlier_and_is_keyed_in_time_is_a_proof_like_any_other() -> None:
    open_still = after(an_audit(), plan(), report(COOLING)).case
    step = hear(open_still, handed_in(Proof(C4, date(2025, 9, 8)), SECRETARY, datetime(2025, 9, 10, 9, tzinfo=UTC), 4))
    assert (step.act, step.day) == (Act.CORRECTION_PROVEN, date(2025, 9, 8))
