"""An audit that a move, a merger or a split made necessary is due whatever becomes of its choice (decision 30)."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.periodic_audit import AuditRow
from records.queries.audit_due import change_due
from records.telling import tell
from scheme.choice import Choice
from scheme.ids import BodyId, CaseId, farmer_case
from scheme.news import AuditNeeded


async def ask_for_audit(session: AsyncSession, cancelled: Choice, at: datetime) -> None:
    """A choice was cancelled: where no audit runs, the farm's workflow is asked for the one that is due."""
    runs = select(AuditRow.case_id).where(
        AuditRow.farm_id == cancelled.farm_id, col(AuditRow.closed_at).is_(None), col(AuditRow.decided_at).is_(None)
    )
    change = await change_due(session, cancelled.farm_id)
    if change is None or (await session.exec(runs)).first() is not None:
        return
    since = change.happened_on
    needed = AuditNeeded(CaseId(change.case_id), since, BodyId(change.body), since)
    await tell(session, cancelled.case_id, farmer_case(cancelled.farm_id), "audit-needed", at, needed)
