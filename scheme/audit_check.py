"""Who may hand what in to a periodic audit, and when: the rules that pages ask first and its workflow asks again."""

from datetime import date

from scheme.audit_facts import AuditHeard, Plan, Proof, Report, TakeReportBack, Verdict
from scheme.days import add_months, local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import PersonId, RequirementNumber
from scheme.lastenboek.grade import Grade, SupplementaryAudit
from scheme.people import Action, Actor, Role, may
from scheme.periodic_audit import ActionState, Finding, PeriodicAudit, State, Visit
from scheme.step import Submission


def check(audit: PeriodicAudit, submission: Submission[AuditHeard]) -> None:
    """Raise RuleViolationError unless this person may hand this in now."""
    if not may(submission.actor, ACTIONS[type(submission.facts)]):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if not audit.open:
        raise RuleViolationError(Rule.CASE_CLOSED, None if audit.closed_at is None else local_day(audit.closed_at))
    today = local_day(submission.received_at)
    match submission.facts:
        case Plan() as plan:
            _check_plan(audit, plan, today)
        case Report() as report:
            _check_report(audit, report, submission.actor, today)
        case TakeReportBack() as taken:
            _check_taken_back(audit, taken)
        case Proof() as proof:
            _check_proof(audit, proof, submission.actor, today)
        case Verdict() as verdict:
            _check_verdict(audit, verdict, submission.actor, today)


HIGHEST_SCORE = 100
ACTIONS: dict[type[AuditHeard], Action] = {
    Plan: Action.PLAN_AUDIT,
    Report: Action.REPORT_AUDIT,
    TakeReportBack: Action.CORRECT_CASE,
    Proof: Action.PROVE_CORRECTION,
    Verdict: Action.JUDGE_CORRECTION,
}


def finding_of(audit: PeriodicAudit, number: RequirementNumber) -> Finding:
    """The finding on that requirement; raises RuleViolationError where there is none."""
    for one in audit.findings:
        if one.number == number:
            return one
    raise RuleViolationError(Rule.NO_SUCH_FINDING)


def to_see_on_site(audit: PeriodicAudit) -> bool:
    """Whether something that was found has to be seen at the farm once more."""
    return any(not one.settled and one.checked is SupplementaryAudit.ON_SITE for one in audit.findings)


def check_audited_on(audited_on: date, opened_on: date, today: date) -> None:
    """An audit is held after it opened and not in the future: asked where the day is typed, and at handing in."""
    if audited_on > today:
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, audited_on)
    if audited_on < opened_on:
        raise RuleViolationError(Rule.BEFORE_IT_BEGAN, opened_on)


def check_on_site(audit: PeriodicAudit, verdict: Verdict) -> None:
    """What is accepted as seen at the farm was seen there at a supplementary audit (rule 3.6): asked at the door.

    The workflow does not ask it again: a planned visit never goes away while its finding is there, and cases of
    before this rule go on as they were.
    """
    if (
        not verdict.accepted
        or verdict.seen is not SupplementaryAudit.ON_SITE
        or finding_of(audit, verdict.number).settled
    ):
        return
    if audit.follow_up is None:
        raise RuleViolationError(Rule.FOLLOW_UP_NEEDED)
    day = local_day(audit.follow_up.at)
    if verdict.seen_on < day:
        raise RuleViolationError(Rule.BEFORE_FOLLOW_UP, day)


def check_visit_day(audit: PeriodicAudit, visit_on: date, today: date) -> None:
    """Raise RuleViolationError for a visit more than a year after all that the audit waits for: a slip in the year.

    Doors ask this before they take a plan; the workflow takes what they took.
    """
    days = [today, audit.plan_due, audit.expires_on or today, audit.held_by or today]
    latest = add_months(max(days), 12)
    if visit_on > latest:
        raise RuleViolationError(Rule.VISIT_TOO_FAR, latest)


def _check_plan(audit: PeriodicAudit, plan: Plan, today: date) -> None:
    if audit.state is State.REPORTED and not to_see_on_site(audit):
        raise RuleViolationError(Rule.ALREADY_REPORTED, audit.audited_on)
    if local_day(plan.visit_at) < today:
        raise RuleViolationError(Rule.VISIT_IN_THE_PAST, today)
    if Visit(plan.visit_at, plan.auditor) == (audit.follow_up if audit.state is State.REPORTED else audit.visit):
        raise RuleViolationError(Rule.VISIT_AS_PLANNED, local_day(plan.visit_at))
    if plan.auditor in audit.barred:
        raise RuleViolationError(Rule.AUDITOR_TIED)


def _check_report(audit: PeriodicAudit, report: Report, actor: Actor, today: date) -> None:
    if audit.state is State.REPORTED:
        raise RuleViolationError(Rule.ALREADY_REPORTED, audit.audited_on)
    if audit.visit is None:
        raise RuleViolationError(Rule.NOT_PLANNED)
    if actor.person != audit.visit.auditor:
        raise RuleViolationError(Rule.NOT_THE_AUDITOR)
    if actor.person in audit.barred:
        raise RuleViolationError(Rule.AUDITOR_TIED)
    check_audited_on(report.audited_on, local_day(audit.opened_at), today)
    if not 0 <= report.score <= HIGHEST_SCORE:
        raise RuleViolationError(Rule.VALUE_OUT_OF_RANGE)
    if len({found.number for found in report.findings}) != len(report.findings):
        raise RuleViolationError(Rule.FINDING_TWICE)


def _check_taken_back(audit: PeriodicAudit, taken: TakeReportBack) -> None:
    if audit.state is not State.REPORTED:
        raise RuleViolationError(Rule.NOTHING_TO_CORRECT)
    if audit.decided_at is not None:
        raise RuleViolationError(Rule.ALREADY_DECIDED, local_day(audit.decided_at))
    if taken.audited_on != audit.audited_on:
        raise RuleViolationError(Rule.CHANGED_MEANWHILE)


def _check_proof(audit: PeriodicAudit, proof: Proof, actor: Actor, today: date) -> None:
    if actor.role is Role.FARMER and (actor.person != PersonId(audit.farm_id) or proof.received_on is not None):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    finding = finding_of(audit, proof.number)
    if finding.settled and finding.state is not ActionState.OVERDUE:
        raise RuleViolationError(Rule.FINDING_SETTLED, finding.due)
    if proof.received_on is not None:
        _check_received(audit, proof.received_on, today)
    if finding.state is ActionState.OVERDUE:
        _check_in_time(audit, finding, proof, actor)


def _check_received(audit: PeriodicAudit, received_on: date, today: date) -> None:
    if received_on > today:
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, received_on)
    if audit.audited_on is not None and received_on < audit.audited_on:
        raise RuleViolationError(Rule.BEFORE_IT_BEGAN, audit.audited_on)


def _check_in_time(audit: PeriodicAudit, finding: Finding, proof: Proof, actor: Actor) -> None:
    """An overdue action is shown again only by what had come by its last day, before anything was decided on it."""
    if audit.decided_at is not None and finding.grade is Grade.A:
        raise RuleViolationError(Rule.ALREADY_DECIDED, local_day(audit.decided_at))
    if actor.role is Role.FARMER:
        raise RuleViolationError(Rule.FINDING_SETTLED, finding.due)
    if proof.received_on is None:
        raise RuleViolationError(Rule.RECEIVED_ON_NEEDED, finding.due)
    if finding.due is not None and proof.received_on > finding.due:
        raise RuleViolationError(Rule.PROOF_TOO_LATE, finding.due)


def _check_verdict(audit: PeriodicAudit, verdict: Verdict, actor: Actor, today: date) -> None:
    if actor.person in audit.barred:
        raise RuleViolationError(Rule.AUDITOR_TIED)
    finding = finding_of(audit, verdict.number)
    if finding.settled:
        raise RuleViolationError(Rule.FINDING_SETTLED, finding.due)
    if finding.state is not ActionState.PROVEN and verdict.seen is not SupplementaryAudit.ON_SITE:
        raise RuleViolationError(Rule.NOTHING_TO_JUDGE)
    if verdict.seen_on > today:
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, verdict.seen_on)
    if audit.audited_on is not None and verdict.seen_on < audit.audited_on:
        raise RuleViolationError(Rule.BEFORE_IT_BEGAN, audit.audited_on)
    if verdict.accepted and finding.checked is SupplementaryAudit.ON_SITE is not verdict.seen:
        raise RuleViolationError(Rule.SEEN_ON_SITE_NEEDED)
