"""A periodic audit's rows, tasks and news, in the transaction of the step that changed it."""

from datetime import date, datetime

from sqlalchemy import ScalarSelect, delete, func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.audit_task import save_tasks
from records.notice import post_audit
from records.periodic_audit import AuditRow, CertificationRow, FindingRow
from records.queries.audit_waiting import waiting_choice
from records.telling import tell
from scheme.ids import CaseId, code_case, farmer_case
from scheme.inbox import AnyStep
from scheme.news import AuditReady, ChoiceReplaced, EvaluationChanged, Tied
from scheme.people import Role
from scheme.periodic_audit import Finding, PeriodicAudit
from scheme.step import Act

# Who acts on an audit without having evaluated anything.
_NO_PART = frozenset({Role.FARMER, Role.HOUSE})
_PLANNED = frozenset({Act.AUDIT_PLANNED, Act.AUDIT_MOVED, Act.FOLLOW_UP_PLANNED})


async def save_audit(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> None:
    """The rows that lists and counts read; a task for whoever acts next; the farm's workflow hears that it is ready."""
    before = (await session.exec(select(AuditRow).where(AuditRow.case_id == audit.case_id))).first()
    was_ready = None if before is None else before.ready_at
    visits = (0 if before is None else before.visits) + (step.act in _PLANNED)
    values = {**audit_values(audit), "visits": visits}
    upsert = insert(AuditRow).values(case_id=audit.case_id, code_version=_code_version(audit), **values)
    await session.execute(upsert.on_conflict_do_update(index_elements=["case_id"], set_=values))
    await _save_findings(session, audit)
    await save_tasks(session, audit, step)
    await post_audit(session, audit, step)
    if audit.ready_at is not None and was_ready is None and audit.decided_at is None:
        word = f"ready-{audit.revision}"
        await tell(session, audit.case_id, farmer_case(audit.farm_id), word, step.at, AuditReady(audit.case_id))
    await _tell_certification(session, audit, step)
    if step.act is Act.REPORT_TAKEN_BACK and (waiting := await waiting_choice(session, audit.farm_id)) is not None:
        # Nobody held it, as it turns out: it makes room for the audit that waited for it.
        choice = CaseId(waiting.case_id)
        await tell(session, audit.case_id, audit.case_id, f"replaced-{audit.revision}", step.at, ChoiceReplaced(choice))


def _code_version(audit: PeriodicAudit) -> ScalarSelect[int]:
    """A code that was revoked stays so in the case that goes on, and in the year's later ones: they have its codes."""
    earlier = or_(
        col(AuditRow.case_id).startswith(code_case(audit.case_id)), col(AuditRow.case_id).in_(audit.continues)
    )
    version = select(func.coalesce(func.max(AuditRow.code_version), 1)).where(
        AuditRow.farm_id == audit.farm_id, earlier
    )
    return version.scalar_subquery()


async def _save_findings(session: AsyncSession, audit: PeriodicAudit) -> None:
    numbers = [finding.number for finding in audit.findings]
    gone = delete(FindingRow).where(col(FindingRow.case_id) == audit.case_id, col(FindingRow.number).not_in(numbers))
    await session.execute(gone)
    for place, finding in enumerate(audit.findings, start=1):
        values = finding_values(finding, place)
        upsert = insert(FindingRow).values(case_id=audit.case_id, number=finding.number, **values)
        await session.execute(upsert.on_conflict_do_update(index_elements=["case_id", "number"], set_=values))


async def _tell_certification(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> None:
    """A decision that is being made hears that its report changed under it, or who took part in it meanwhile."""
    running = select(CertificationRow.case_id).where(
        CertificationRow.audit_id == audit.case_id, col(CertificationRow.closed_at).is_(None)
    )
    what: EvaluationChanged | Tied = Tied(step.actor.person)
    if step.act is Act.REPORT_TAKEN_BACK or (step.act is Act.CORRECTION_IN_TIME and audit.ready_at is None):
        what = EvaluationChanged()
    elif step.actor.role in _NO_PART:
        return
    for case_id in await session.exec(running):
        await tell(session, audit.case_id, CaseId(case_id), f"evaluation-{audit.revision}", step.at, what)


def audit_values(audit: PeriodicAudit) -> dict[str, str | int | date | datetime | None]:
    """The columns of an audit's row that its state gives."""
    return {
        "farm_id": audit.farm_id,
        "choice_id": audit.choice,
        "body": audit.body,
        "list_id": audit.list_id,
        "state": audit.state.value,
        "opened_at": audit.opened_at,
        "expires_on": audit.expires_on,
        "plan_due": audit.plan_due,
        "visit_at": None if audit.visit is None else audit.visit.at,
        "auditor": None if audit.visit is None else audit.visit.auditor,
        "follow_up_at": None if audit.follow_up is None else audit.follow_up.at,
        "follow_up_auditor": None if audit.follow_up is None else audit.follow_up.auditor,
        "audited_on": audit.audited_on,
        "surroundings": None if audit.surroundings is None else audit.surroundings.value,
        "score": audit.score,
        "ready_at": audit.ready_at,
        "decided_at": audit.decided_at,
        "held_by": audit.held_by,
        "closed_at": audit.closed_at,
    }


def finding_values(finding: Finding, place: int) -> dict[str, str | int | date | None]:
    """The columns of a finding's row; place: in the report."""
    return {
        "place": place,
        "grade": finding.grade.value,
        "visual": finding.visual,
        "due": finding.due,
        "state": finding.state.value,
        "proofs": finding.proofs,
        "returned": finding.returned,
    }
