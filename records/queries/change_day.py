"""The days between which something can have happened to a farm: not before it took part, nor before what is known."""

from datetime import date

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.farm_changed import FarmChangeRow
from records.queries.certificate import begins_of, certificates_of
from scheme.days import local_day
from scheme.farm_change import UNDECIDED, Change, State, check_day
from scheme.taking_part import takes_part_since

_LAST = func.max(FarmChangeRow.happened_on)


async def check_change_day(session: AsyncSession, farm: Farm, on: date, today: date) -> None:
    """Raise RuleViolationError where something that happened to the farm cannot have begun on that day."""
    check_day(on, today, await first_day(session, farm, today), await last_change(session, farm.farm_id))


async def first_day(session: AsyncSession, farm: Farm, today: date) -> date:
    """Since when the farm takes part, as far as the register knows."""
    begins = begins_of(farm, await certificates_of(session, farm, today))
    divided = await part_since(session, farm.farm_id)
    return takes_part_since(local_day(farm.registered_at), begins if divided is None else (*begins, divided))


async def part_since(session: AsyncSession, farm_id: str) -> date | None:
    """Since when it is a farm of its own; None where it was no part of another one."""
    split = select(_LAST).where(col(FarmChangeRow.other_farm) == farm_id, col(FarmChangeRow.what) == Change.SPLIT.value)
    day: date | None = (await session.execute(split)).scalar_one()
    return day


async def last_change(session: AsyncSession, farm_id: str) -> date | None:
    """The day of what happened to the farm last and is decided about; None where nothing is."""
    stands = col(FarmChangeRow.state).not_in({*UNDECIDED, State.FELL_THROUGH})
    decided = select(_LAST).where(col(FarmChangeRow.farm_id) == farm_id, stands)
    day: date | None = (await session.execute(decided)).scalar_one()
    return day
