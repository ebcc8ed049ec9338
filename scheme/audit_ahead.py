"""What an audit and the decision after it do if nobody acts: their own steps, at the moments at which they would."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from scheme import certification, periodic_audit
from scheme.application import held_by
from scheme.audit_due import fall_due
from scheme.audit_evaluation import evaluation
from scheme.audit_heard import hear
from scheme.certification import Certification
from scheme.choice import Choice
from scheme.days import local_day
from scheme.ids import CaseId, NewsId, audit_case, certification_case
from scheme.news import ChoiceReplaced, News
from scheme.periodic_audit import BEFORE_THE_VISIT, Opening, PeriodicAudit
from scheme.rules import audit_rules_on
from scheme.situation import Situation, list_on
from scheme.step import Step

AuditStep = Step[PeriodicAudit] | Step[Certification]


def audits_ahead(situation: Situation, chosen: Step[Choice] | None, now: datetime) -> Iterator[AuditStep]:
    """Audits that run go on; where a choice ends with a body, one that nobody held makes room for the next."""
    for audit in situation.cases:
        if isinstance(audit, PeriodicAudit):
            ahead = list(audit_ahead(audit, now, situation.audits))
            last = _at_the_choice(audit, ahead, chosen)
            makes_room = chosen is not None and last.state in BEFORE_THE_VISIT
            yield from (step for step in ahead if not makes_room or chosen is None or step.at <= chosen.at)
            if chosen is not None and makes_room:
                yield _replaced(last, chosen)
    if chosen is not None and held_back_by(situation, chosen, now) is None:
        yield from _audit(situation, chosen.case, chosen.at)


def held_back_by(situation: Situation, chosen: Step[Choice], now: datetime) -> PeriodicAudit | None:
    """The audit that keeps the one of this choice waiting: held by then, and not decided about."""
    for audit in situation.cases:
        if isinstance(audit, PeriodicAudit):
            last = _at_the_choice(audit, list(audit_ahead(audit, now, situation.audits)), chosen)
            if last.open and last.state not in BEFORE_THE_VISIT and last.decided_at is None:
                return audit
    return None


def _at_the_choice(audit: PeriodicAudit, ahead: Sequence[AuditStep], chosen: Step[Choice] | None) -> PeriodicAudit:
    """The audit as it is when the choice ends."""
    until = [step for step in ahead if chosen is None or step.at <= chosen.at]
    return next((step.case for step in reversed(until) if isinstance(step.case, PeriodicAudit)), audit)


def audit_ahead(audit: PeriodicAudit, now: datetime, known: Iterable[CaseId] = ()) -> Iterator[AuditStep]:
    """A visit nobody plans, a report that does not come, corrective actions whose days pass; then the decision.

    known: the farm's audits and decisions there have been.
    """
    while audit.next_at is not None:
        step = fall_due(audit, max(audit.next_at, now))
        yield step
        if audit.ready_at is None and step.case.ready_at is not None:
            yield from _decision(step.case, step.at, known)
        audit = step.case


def decision_ahead(case: Certification, now: datetime) -> Iterator[AuditStep]:
    """The day of the decision passes."""
    if case.next_at is not None:
        yield certification.late(case, max(case.next_at, now))


def next_free(first: CaseId, known: Iterable[CaseId]) -> int:
    """The number after those that the farm has of this kind in this year."""
    return 1 + sum(one == first or one.startswith(f"{first}:") for one in known)


def _decision(audit: PeriodicAudit, at: datetime, known: Iterable[CaseId]) -> Iterator[AuditStep]:
    number = next_free(certification_case(local_day(at).year, audit.farm_id), known)
    opened = certification.opened(evaluation(audit, (), number), at, practice=audit.practice)
    yield opened
    yield from decision_ahead(opened.case, at)


def _replaced(audit: PeriodicAudit, chosen: Step[Choice]) -> Step[PeriodicAudit]:
    told = NewsId(f"{chosen.case.case_id}>{audit.case_id}#replaced")
    return hear(audit, News(told, audit.case_id, chosen.at, ChoiceReplaced(chosen.case.case_id)))


def _audit(situation: Situation, choice: Choice, at: datetime) -> Iterator[AuditStep]:
    """The audit that `open_case` would open for the choice then, and what it does."""
    day, farm = local_day(at), situation.farmer.farm_id
    due_since = choice.applied_on or situation.changed_on
    standing = list_on(situation.lists, day)
    if choice.body is not None and standing is not None:
        opening = Opening(
            farm_id=farm,
            choice=choice.case_id,
            body=choice.body,
            rules=audit_rules_on(day, situation.settings, standing.edition),
            list_id=standing.list_id,
            expires_on=situation.candidate.expires_on,
            number=next_free(audit_case(day.year, farm), situation.audits),
            held_by=None if due_since is None else held_by(due_since, situation.settings),
        )
        opened = periodic_audit.opened(opening, at, practice=situation.farmer.practice)
        yield opened
        yield from audit_ahead(opened.case, at, situation.audits)
