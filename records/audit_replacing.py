"""What becomes of a farm's audit when the choice it follows is replaced, or its stop is taken back (decision 26)."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.audit_opening import begin, number_of
from records.case import CaseRow
from records.periodic_audit import AuditRow
from records.telling import tell
from records.wire import case_from
from scheme.errors import Rule, RuleViolationError
from scheme.ids import CaseId, audit_case, year_of
from scheme.later_audit import again
from scheme.news import ChoiceReplaced
from scheme.opening import RunAgain
from scheme.periodic_audit import PeriodicAudit, State


async def check_not_held(session: AsyncSession, choice: CaseId) -> None:
    """Raise RuleViolationError where an audit of this choice was held: it stands, and the choice with it."""
    held = select(AuditRow).where(AuditRow.choice_id == choice, col(AuditRow.audited_on).is_not(None))
    if (row := (await session.exec(held)).first()) is not None:
        raise RuleViolationError(Rule.AUDIT_HELD, row.audited_on)


async def end_audits(session: AsyncSession, choice: CaseId, at: datetime) -> None:
    """Audits of a choice that another one replaces hear of it."""
    running = select(AuditRow.case_id).where(AuditRow.choice_id == choice, col(AuditRow.closed_at).is_(None))
    for case_id in await session.exec(running):
        await tell(session, choice, CaseId(case_id), "replaced", at, ChoiceReplaced(choice))


async def latest_audit(session: AsyncSession, farm_id: str) -> AuditRow | None:
    """The farm's last audit."""
    query = select(AuditRow).join(CaseRow, col(CaseRow.case_id) == col(AuditRow.case_id))
    latest = query.where(AuditRow.farm_id == farm_id).order_by(col(CaseRow.opened_at).desc(), col(AuditRow.case_id))
    return (await session.exec(latest.limit(1))).first()


async def run_audit_again(session: AsyncSession, request: RunAgain) -> CaseId | None:
    """The audit that the farm's stop had ended goes on as another case; None where it had ended none."""
    row = await latest_audit(session, request.farm_id)
    if row is None or row.state != State.STOPPED:
        return None
    stopped = case_from((await session.get_one(CaseRow, row.case_id)).state)
    if not isinstance(stopped, PeriodicAudit):
        raise TypeError(row.case_id)
    # In the year it began, so that the code of a letter in hand opens it.
    year = year_of(stopped.case_id)
    number = await number_of(session, audit_case(year, request.farm_id))
    step = again(stopped, audit_case(year, request.farm_id, number), request.at)
    await begin(session, step, request)
    return step.case.case_id
