"""Whether a round was asked for, before there is a row of it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.submission import SubmissionRow
from records.wire import refusal_from
from scheme.errors import Refusal
from scheme.ids import CALENDAR


@dataclass(frozen=True)
class Asked:
    """The last request for a year's round. refused_by: the rule that refused it, if one did."""

    refused_by: Refusal | None


async def last_start(session: AsyncSession, year: int) -> Asked | None:
    """The last request to start the round of `year`, processed or not; None when nobody asked."""
    query = (
        select(SubmissionRow)
        .where(
            col(SubmissionRow.case_id) == CALENDAR,
            col(SubmissionRow.kind) == "start-round",
            col(SubmissionRow.facts)["year"].as_integer() == year,
        )
        .order_by(col(SubmissionRow.received_at).desc(), col(SubmissionRow.created_at).desc())
        .limit(1)
    )
    row = (await session.execute(query)).scalar_one_or_none()
    return None if row is None else Asked(refusal_from(row.refused_by))
