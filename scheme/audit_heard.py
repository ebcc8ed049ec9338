"""What a periodic audit hears: what was handed in, where a rule allows it, and news of its farm."""

from dataclasses import replace
from datetime import date, datetime

from scheme.audit_check import check, finding_of
from scheme.audit_facts import AuditHeard, Plan, Proof, Report, TakeReportBack, Verdict
from scheme.audit_settled import ready, settled
from scheme.days import local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.letter import LetterKind
from scheme.news import ChoiceReplaced, Decided, FarmStopped, FirstAudit, News, NextAudit, Tied
from scheme.people import THE_HOUSE, Actor
from scheme.periodic_audit import (
    BEFORE_THE_VISIT,
    ActionState,
    Finding,
    PeriodicAudit,
    State,
    Visit,
    as_found,
    changed,
    deadlines,
)
from scheme.step import Act, Dealt, End, Outcome, Step, Submission


def hear(audit: PeriodicAudit, item: Submission[AuditHeard] | News) -> Step[PeriodicAudit]:
    """Take what came in; what a rule forbids is a refusal, and changes nothing."""
    if isinstance(item, News):
        return _news(audit, item)
    try:
        check(audit, item)
    except RuleViolationError as violation:
        return _refused(audit, item.received_at, item.actor, Dealt(item.id, Outcome(violation.refusal)))
    return _take(audit, item)


def _take(audit: PeriodicAudit, item: Submission[AuditHeard]) -> Step[PeriodicAudit]:
    match item.facts:
        case Plan() as plan:
            return _plan(audit, item, plan)
        case Report() as report:
            return _report(audit, item, report)
        case TakeReportBack():
            return _take_back(audit, item)
        case Proof() as proof:
            return _proof(audit, item, proof)
        case Verdict() as verdict:
            return _verdict(audit, item, verdict)


def _plan(audit: PeriodicAudit, item: Submission[AuditHeard], plan: Plan) -> Step[PeriodicAudit]:
    visit = Visit(plan.visit_at, plan.auditor)
    if audit.state is State.REPORTED:
        return _taken(
            changed(audit, follow_up=visit), item, Act.FOLLOW_UP_PLANNED, LetterKind.VISIT, day=local_day(visit.at)
        )
    act = Act.AUDIT_PLANNED if audit.visit is None else Act.AUDIT_MOVED
    planned = changed(audit, state=State.PLANNED, visit=visit, report_late=False)
    return _taken(planned, item, act, LetterKind.VISIT, day=local_day(visit.at))


def _report(audit: PeriodicAudit, item: Submission[AuditHeard], report: Report) -> Step[PeriodicAudit]:
    reported = changed(
        audit,
        state=State.REPORTED,
        audited_on=report.audited_on,
        auditor=item.actor.person,
        surroundings=report.surroundings,
        score=report.score,
        findings=tuple(as_found(found, report.audited_on, audit) for found in report.findings),
    )
    return _taken(reported, item, Act.AUDIT_REPORTED, LetterKind.REPORT, day=report.audited_on)


def _take_back(audit: PeriodicAudit, item: Submission[AuditHeard]) -> Step[PeriodicAudit]:
    waits = changed(
        audit,
        state=State.PLANNED,
        audited_on=None,
        auditor=None,
        surroundings=None,
        score=None,
        findings=(),
        follow_up=None,
        ready_at=None,
        report_late=False,
    )
    return _taken(waits, item, Act.REPORT_TAKEN_BACK, day=audit.audited_on)


def _proof(audit: PeriodicAudit, item: Submission[AuditHeard], proof: Proof) -> Step[PeriodicAudit]:
    finding = finding_of(audit, proof.number)
    proven = with_finding(audit, replace(finding, state=ActionState.PROVEN, proofs=finding.proofs + 1))
    if finding.state is not ActionState.OVERDUE:
        return _taken(proven, item, Act.CORRECTION_PROVEN, day=proof.received_on or finding.due)
    # What was ready with this finding overdue waits for it again, where the decision waits for its grade.
    waits = proven if ready(proven) or audit.decided_at is not None else replace(proven, ready_at=None)
    return _taken(waits, item, Act.CORRECTION_IN_TIME, day=proof.received_on)


def _verdict(audit: PeriodicAudit, item: Submission[AuditHeard], verdict: Verdict) -> Step[PeriodicAudit]:
    finding = finding_of(audit, verdict.number)
    if verdict.accepted:
        accepted = with_finding(audit, replace(finding, state=ActionState.ACCEPTED))
        return _taken(accepted, item, Act.CORRECTION_ACCEPTED, day=verdict.seen_on)
    # Its last day may have passed while the proof lay with the body: then that day acts next.
    returned = replace(finding, state=ActionState.OPEN, returned=finding.returned + 1)
    return _taken(with_finding(audit, returned), item, Act.CORRECTION_RETURNED, LetterKind.RETURNED, day=finding.due)


def with_finding(audit: PeriodicAudit, finding: Finding) -> PeriodicAudit:
    """The audit's next revision with this finding in the place of the one with its number."""
    findings = tuple(finding if one.number == finding.number else one for one in audit.findings)
    return changed(audit, findings=findings)


def _news(audit: PeriodicAudit, item: News) -> Step[PeriodicAudit]:
    dealt = (Dealt(item.id),)
    match item.what:
        case FarmStopped(stopped_on):
            stopped = changed(audit, state=State.STOPPED, closed_at=item.at)
            return Step(stopped, item.at, Act.AUDIT_STOPPED, dealt=dealt, day=stopped_on, end=End.STOPPED)
        case ChoiceReplaced() | NextAudit():
            return _make_room(audit, item)
        case Tied(person):
            barred = changed(audit, barred=tuple(sorted({*audit.barred, person})))
            return Step(barred, item.at, Act.TIE_HEARD, deadlines=deadlines(barred), dealt=dealt)
        case FirstAudit(_, held_by):
            first = changed(audit, expires_on=None, held_by=held_by)
            return Step(first, item.at, Act.FIRST_AUDIT_HEARD, deadlines=deadlines(first), dealt=dealt, day=held_by)
        case Decided(at):
            decided = changed(audit, decided_at=at)
            return settled(Step(decided, item.at, Act.AUDIT_DECIDED, deadlines=deadlines(decided), dealt=dealt))
        case _:
            return _not_understood(audit, item)


def _make_room(audit: PeriodicAudit, item: News) -> Step[PeriodicAudit]:
    """The farm's next audit opens: this one was held by nobody, or led to no certificate and nothing hangs on it."""
    dealt = (Dealt(item.id),)
    if isinstance(item.what, ChoiceReplaced) and audit.state in BEFORE_THE_VISIT:
        cancelled = changed(audit, state=State.CANCELLED, closed_at=item.at)
        return Step(cancelled, item.at, Act.AUDIT_CANCELLED, dealt=dealt, body=audit.body, end=End.CANCELLED)
    if isinstance(item.what, NextAudit) and audit.state is State.REPORTED:
        # What was to be put right stays as it stands.
        over = changed(audit, state=State.DONE, decided_at=audit.decided_at or item.at, closed_at=item.at)
        return Step(over, item.at, Act.AUDIT_FOLLOWED, dealt=dealt, body=audit.body, end=End.SETTLED)
    return _not_understood(audit, item)


def _not_understood(audit: PeriodicAudit, item: News) -> Step[PeriodicAudit]:
    return _refused(audit, item.at, THE_HOUSE, Dealt(item.id, Outcome(Refusal(Rule.NOT_UNDERSTOOD))))


def _taken(
    audit: PeriodicAudit, item: Submission[AuditHeard], act: Act, *letters: LetterKind, day: date | None = None
) -> Step[PeriodicAudit]:
    return settled(
        Step(
            audit,
            item.received_at,
            act,
            item.actor,
            deadlines=deadlines(audit),
            letters=letters,
            dealt=(Dealt(item.id),),
            body=audit.body,
            day=day,
        )
    )


def _refused(audit: PeriodicAudit, at: datetime, actor: Actor, dealt: Dealt) -> Step[PeriodicAudit]:
    unchanged = changed(audit)
    return Step(unchanged, at, Act.REFUSED, actor, deadlines=deadlines(unchanged), dealt=(dealt,))
