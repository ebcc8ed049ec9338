"""What came in for a farm and its workflows have not dealt with yet: its page says so, for it still shows what was."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.submission import OutboxRow, SubmissionRow


@dataclass(frozen=True)
class HandedInEarlier:
    """Something that was handed in and is not yet processed. kind: as its submission says."""

    kind: str
    received_at: datetime


async def waiting_of(session: AsyncSession, farm_id: str) -> tuple[HandedInEarlier, ...]:
    """All that was handed in for the farm's cases and is not yet processed, first come first."""
    query = (
        select(col(SubmissionRow.kind), col(SubmissionRow.received_at))
        .join(CaseRow, col(CaseRow.case_id) == col(SubmissionRow.case_id))
        .where(col(CaseRow.farm_id) == farm_id, col(SubmissionRow.settled_at).is_(None))
        .order_by(col(SubmissionRow.received_at), col(SubmissionRow.submission_id))
    )
    return tuple(HandedInEarlier(*row) for row in await session.execute(query))


async def follows(session: AsyncSession, farm_id: str) -> bool:
    """Whether a case of the farm still has to hear of something that was recorded, as a choice of its farm's stop."""
    news = exists().where(
        col(CaseRow.farm_id) == farm_id,
        col(OutboxRow.target) == col(CaseRow.case_id),
        col(OutboxRow.kind) != "start",
        col(OutboxRow.settled_at).is_(None),
    )
    return bool((await session.execute(select(news))).scalar_one())
