"""The audits of `ikm bench pages`: one for each choice that ended with a body, at every stage up to the certificate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from records.auditing import audit_values, finding_values
from records.case import CaseRow
from records.certificate import CertificateRow
from records.certifying import certification_values
from records.opening import case_values
from records.periodic_audit import AuditRow, CertificationRow, FindingRow
from records.task import TaskKind, TaskRow
from scheme import certification
from scheme.audit_evaluation import evaluation
from scheme.audit_facts import AuditHeard, Plan, Report
from scheme.audit_heard import hear
from scheme.certificate import certificate_number
from scheme.certification import Certification, CertificationHeard, Decide, Review
from scheme.days import local_day
from scheme.ids import ListId, NewsId, PersonId, RequirementNumber, SubmissionId
from scheme.lastenboek.grade import Grade
from scheme.lastenboek.outcome import Surroundings
from scheme.news import Decided, News
from scheme.people import Actor, Role
from scheme.periodic_audit import Found, Opening, PeriodicAudit, opened
from scheme.rules import audit_rules_on
from scheme.step import Step, Submission

ENDED = """
SELECT c.farm_id, c.case_id, c.body, f.expires_on FROM choice c JOIN farm f USING (farm_id)
WHERE c.closed_at IS NOT NULL AND c.body IS NOT NULL ORDER BY c.farm_id
"""
PEOPLE = "SELECT role, body_id, person_id FROM person WHERE role IN ('planner', 'auditor', 'decision-maker') ORDER BY 3"
# To plan, planned, reported and to be reviewed, to be decided, decided.
STAGES = 5
LIST, KEY = ListId("L-001"), SubmissionId("bench")
# Every one that was held found this; it is of grade B and decided about before it is put right.
FOUND = Found(RequirementNumber("A21"), Grade.B, visual=False)


@dataclass(frozen=True)
class Made:
    """An audit with the step it came to, and the decision about it, if there is one."""

    audit: Step[PeriodicAudit]
    decision: Step[Certification] | None


async def hold_audits(session: AsyncSession, at: datetime) -> None:
    """Their cases, rows, findings, certificates and tasks, as of that moment; no workflow runs for them."""
    rows = (await session.execute(text(PEOPLE))).all()
    people = {(role, body): PersonId(person) for role, body, person in rows}
    deciders = [PersonId(person) for role, _, person in rows if role == Role.DECISION_MAKER]
    made = [
        _made(place, Opening(farm, choice, body, audit_rules_on(local_day(at)), LIST, until), people, deciders, at)
        for place, (farm, choice, body, until) in enumerate((await session.execute(text(ENDED))).all())
    ]
    for table, values in _rows(made):
        await session.execute(insert(table), values)


def _made(
    place: int,
    opening: Opening,
    people: Mapping[tuple[str, str | None], PersonId],
    deciders: list[PersonId],
    at: datetime,
) -> Made:
    planner = Actor(people[Role.PLANNER, opening.body], Role.PLANNER)
    auditor = Actor(people[Role.AUDITOR, opening.body], Role.AUDITOR)
    stage, began = place % STAGES, at - timedelta(days=1)
    step = opened(opening, began, practice=True)
    visit = at + timedelta(days=3 + place % 60) if stage == 1 else at - timedelta(hours=2)
    if stage > 0:
        step = hear(step.case, _item(step.case, Plan(visit, auditor.person), planner, began))
    if stage > 1:
        report = Report(local_day(visit), (FOUND,), Surroundings.GOOD, 60 + place % 40)
        step = hear(step.case, _item(step.case, report, auditor, at - timedelta(hours=1)))
    if step.case.ready_at is None:
        return Made(step, None)
    return _decided(step, stage, deciders, at)


def _decided(step: Step[PeriodicAudit], stage: int, deciders: list[PersonId], at: datetime) -> Made:
    decision = certification.opened(evaluation(step.case, (), 1), at, practice=True)
    best = decision.case.best.result
    steps: tuple[CertificationHeard, ...] = (Review(best), Decide(best))
    for person, facts in zip(deciders, steps, strict=False):
        if stage > (2 if isinstance(facts, Review) else 3):
            actor = Actor(person, Role.DECISION_MAKER)
            handed_in: Submission[CertificationHeard] = Submission(KEY, decision.case.case_id, actor, at, facts)
            decision = certification.hear(decision.case, handed_in)
    if stage == STAGES - 1:
        step = hear(step.case, News(NewsId("bench"), step.case.case_id, at, Decided(at)))
    return Made(step, decision)


def _item(audit: PeriodicAudit, facts: AuditHeard, actor: Actor, at: datetime) -> Submission[AuditHeard]:
    return Submission(KEY, audit.case_id, actor, at, facts)


def _rows(made: list[Made]) -> Iterator[tuple[type, list[dict[str, Any]]]]:
    audits = [one.audit for one in made]
    decisions = [one.decision for one in made if one.decision is not None]
    yield CaseRow, [*map(_case, audits), *map(_case, decisions)]
    yield AuditRow, [{"case_id": step.case.case_id, "visits": 1, **audit_values(step.case)} for step in audits]
    yield (
        FindingRow,
        [
            {"case_id": step.case.case_id, "number": one.number, **finding_values(one, place)}
            for step in audits
            for place, one in enumerate(step.case.findings, start=1)
        ],
    )
    yield CertificationRow, [{"case_id": one.case.case_id, **certification_values(one.case)} for one in decisions]
    yield CertificateRow, list(_certificates(decisions))
    yield TaskRow, [task for one in made if (task := _task(one)) is not None]


def _case(step: Step[PeriodicAudit] | Step[Certification]) -> dict[str, Any]:
    case = step.case
    values = case_values(step, opened_by="bench", farm_id=case.farm_id)
    return {**values, "closed_at": case.closed_at}


def _certificates(decisions: list[Step[Certification]]) -> Iterator[dict[str, Any]]:
    for place, step in enumerate((one for one in decisions if one.case.valid_until is not None), start=1):
        case = step.case
        yield {
            "number": certificate_number(local_day(step.at).year, place), "farm_id": case.farm_id,
            "edition": str(case.rules.edition), "valid_from": case.valid_from, "valid_until": case.valid_until,
            "issued_by": case.case_id, "decided_by": case.decided_by, "decided_on": local_day(step.at),
        }  # fmt: skip


def _task(one: Made) -> dict[str, Any] | None:
    """What the planner, or a decision maker, is asked."""
    audit = one.audit.case
    if one.decision is not None and not one.decision.case.open:
        return None
    kind, role = (TaskKind.AUDIT_PLAN, Role.PLANNER)
    if one.decision is not None:
        kind, role = (TaskKind.CERTIFICATION_REVIEW, Role.DECISION_MAKER)
    about = audit if one.decision is None else one.decision.case
    return {
        "task_id": f"{kind.value}:{about.case_id}", "kind": kind.value, "role": role.value,
        "body_id": audit.body if role is Role.PLANNER else None, "farm_id": audit.farm_id, "case_id": about.case_id,
        "opened_at": one.audit.at, "due_on": audit.plan_due, "facts": {}, "revision": 1,
    }  # fmt: skip
