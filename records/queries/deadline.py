"""What cases will do by themselves, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import DeadlineRow
from scheme.step import DeadlineKind

SHOWN = 20


@dataclass(frozen=True)
class Due:
    """Cases that act at the same moment for the same reason."""

    due: datetime
    kind: DeadlineKind
    cases: int


async def coming(session: AsyncSession, now: datetime, limit: int = SHOWN) -> tuple[Due, ...]:
    """The next moments after `now` at which something happens, soonest first."""
    query = (
        select(col(DeadlineRow.due), col(DeadlineRow.kind), func.count())
        .where(col(DeadlineRow.due) > now)
        .group_by(col(DeadlineRow.due), col(DeadlineRow.kind))
        .order_by(col(DeadlineRow.due), col(DeadlineRow.kind))
        .limit(limit)
    )
    return tuple(Due(due, DeadlineKind(kind), cases) for due, kind, cases in await session.execute(query))
