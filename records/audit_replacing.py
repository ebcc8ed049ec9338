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


async def open_audit_of(session: AsyncSession, farm_id: str) -> AuditRow | None:
    """An audit of the farm that is open still; the first of two."""
    query = select(AuditRow).where(AuditRow.farm_id == farm_id, col(AuditRow.closed_at).is_(None))
    return (await session.exec(query.order_by(col(AuditRow.opened_at), col(AuditRow.case_id)))).first()


async def run_audits_again(session: AsyncSession, request: RunAgain) -> CaseId | None:
    """The audits that the farm's stop had ended go on as other cases; returns the last, None where it had ended none.

    There are two where findings of grade B of the one before were waited for beside it.
    """
    query = select(CaseRow).where(CaseRow.farm_id == request.farm_id, CaseRow.kind == "periodic-audit")
    rows = await session.exec(query.order_by(col(CaseRow.opened_at), col(CaseRow.case_id)))
    audits = [audit for row in rows if isinstance(audit := case_from(row.state), PeriodicAudit)]
    continued = {case_id for audit in audits for case_id in audit.continues}
    last = None
    for stopped in audits:
        if stopped.state is State.STOPPED and stopped.case_id not in continued:
            last = await _run_again(session, stopped, request)
    return last


async def _run_again(session: AsyncSession, stopped: PeriodicAudit, request: RunAgain) -> CaseId:
    # In the year it began, so that the code of a letter in hand opens it.
    year = year_of(stopped.case_id)
    number = await number_of(session, audit_case(year, request.farm_id))
    step = again(stopped, audit_case(year, request.farm_id, number), request.at)
    await begin(session, step, request)
    return step.case.case_id
