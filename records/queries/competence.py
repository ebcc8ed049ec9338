"""What rows tell of an auditor and a body before a visit is planned: other visits, earlier audits, recognition."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm, InspectionBody
from records.periodic_audit import AuditRow
from scheme.choice_round import Body
from scheme.ids import BodyId, PersonId


async def clashing(  # whose day, when, and what is being planned
    session: AsyncSession, seen: ColumnElement[bool], auditor: str, at: datetime, takes: timedelta, *, but: str
) -> tuple[str, ...]:
    """Names of farms that the auditor visits so near that both cannot be held, to audit or to see what was put right.

    but: the audit that is being planned.
    """
    audited = and_(col(AuditRow.auditor) == auditor, _near(col(AuditRow.visit_at), at, takes))
    followed = and_(col(AuditRow.follow_up_auditor) == auditor, _near(col(AuditRow.follow_up_at), at, takes))
    query = (
        select(col(Farm.name))
        .join(AuditRow, col(AuditRow.farm_id) == col(Farm.farm_id))
        .where(seen, or_(audited, followed), col(AuditRow.closed_at).is_(None), col(AuditRow.case_id) != but)
        .order_by(col(Farm.name))
    )
    return tuple((await session.execute(query)).scalars())


async def held_by(session: AsyncSession, farm_id: str, many: int) -> tuple[PersonId | None, ...]:
    """Who held the farm's last audits, the latest first."""
    held = and_(col(AuditRow.farm_id) == farm_id, col(AuditRow.audited_on).is_not(None))
    latest = select(col(AuditRow.auditor)).where(held).order_by(col(AuditRow.audited_on).desc()).limit(many)
    return tuple((await session.execute(latest)).scalars())


async def body_judged(session: AsyncSession, body_id: str) -> Body:
    """The body, as the rulebook looks at it."""
    row = await session.get_one(InspectionBody, body_id)
    return Body(BodyId(row.body_id), row.recognised_from, row.recognised_until, tuple(row.scope))


def _near(column: Mapped[datetime | None], at: datetime, takes: timedelta) -> ColumnElement[bool]:
    return and_(column > at - takes, column < at + takes)
