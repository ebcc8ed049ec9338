"""A farm that another holder took over: whether the audit it needs is due to that, and nobody applied for it."""

from datetime import date

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm_changed import FarmChangeRow
from scheme.farm_change import Change, State


async def taken_over(session: AsyncSession, farm_id: str, applied_on: date | None) -> bool:
    """Whether a takeover made the farm's first audit necessary.

    applied_on: of the choice that the audit follows; an application of the new holder is of a later day.
    """
    row = FarmChangeRow
    last = select(func.max(col(row.happened_on))).where(
        col(row.farm_id) == farm_id, col(row.what) == Change.TAKEOVER.value, col(row.state) == State.NEW_AUDIT.value
    )
    day: date | None = (await session.execute(last)).scalar_one()
    return day is not None and (applied_on is None or applied_on <= day)
