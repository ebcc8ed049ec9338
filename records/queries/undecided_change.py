"""Whether something that happened to a farm is not decided about yet."""

from datetime import date

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm_changed import FarmChangeRow
from scheme.errors import Rule, RuleViolationError
from scheme.farm_change import UNDECIDED


async def undecided(session: AsyncSession, farm_id: str) -> date | None:
    """The day of what happened to the farm and is not decided about; None where nothing waits for that."""
    waits = select(func.max(col(FarmChangeRow.happened_on))).where(
        col(FarmChangeRow.farm_id) == farm_id, col(FarmChangeRow.state).in_(UNDECIDED)
    )
    day: date | None = (await session.execute(waits)).scalar_one()
    return day


async def check_decided(session: AsyncSession, farm_id: str) -> None:
    """Raise RuleViolationError while something that happened to the farm before is not decided about."""
    if (day := await undecided(session, farm_id)) is not None:
        raise RuleViolationError(Rule.CHANGE_UNDECIDED, day)
