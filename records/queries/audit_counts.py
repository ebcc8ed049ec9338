"""How many audits stand where: what begins the day of a body and of the secretariat."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.farm_changed import FarmChangeRow
from records.periodic_audit import AuditRow, CertificationRow
from records.status_change import StatusChangeRow
from scheme import farm_change, status_change
from scheme.periodic_audit import State


@dataclass(frozen=True)
class AuditCounts:
    """How many open audits stand where. late: of those to plan, past their day; decisions: that wait, of all kinds."""

    to_plan: int
    late: int
    planned: int
    reported: int
    decisions: int

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self.to_plan or self.planned or self.reported or self.decisions)


async def audit_counts(session: AsyncSession, seen: ColumnElement[bool], today: date) -> AuditCounts:
    """Open audits by where they stand."""

    def many(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    to_plan = col(AuditRow.state) == State.TO_PLAN.value
    query = (
        select(
            many(to_plan),
            many(and_(to_plan, col(AuditRow.plan_due) < today)),
            many(col(AuditRow.state) == State.PLANNED.value),
            many(col(AuditRow.state) == State.REPORTED.value),
        )
        .join(Farm, col(Farm.farm_id) == col(AuditRow.farm_id))
        .where(seen, col(AuditRow.closed_at).is_(None))
    )
    to_be_planned, late, planned, reported = (await session.execute(query)).one()
    return AuditCounts(to_be_planned, late, planned, reported, await _decisions(session, seen))


async def _decisions(session: AsyncSession, seen: ColumnElement[bool]) -> int:
    """All that waits on the page of decisions: about certificates, their suspension, and what happened to farms."""
    waits = [
        select(func.count())
        .select_from(table)
        .join(Farm, col(Farm.farm_id) == col(table.farm_id))
        .where(seen, condition)
        .scalar_subquery()
        for table, condition in (
            (CertificationRow, col(CertificationRow.closed_at).is_(None)),
            (StatusChangeRow, col(StatusChangeRow.state).in_(status_change.UNDECIDED)),
            (FarmChangeRow, col(FarmChangeRow.state).in_(farm_change.UNDECIDED)),
        )
    ]
    total: int = sum((await session.execute(select(*waits))).one())
    return total
