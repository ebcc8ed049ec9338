"""When a farm last chose: by the register, or in this house, whichever is later."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Date, cast, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow
from records.queries.counted import counted
from scheme.choice import State
from scheme.days import ZONE

MADE = (State.CHOSEN.value, State.ASSIGNED.value)


def made_here() -> Any:
    """Farms that chose in this house, or were given a body: farm_id; made_on, the day of the last letter that asked.

    What was chosen for a first audit is no choice for the certificate that it led to.
    """
    day = cast(func.timezone(ZONE.key, func.max(col(ChoiceRow.asked_at))), Date).label("made_on")
    of_certificate = col(ChoiceRow.applied_on).is_(None)
    made = select(col(ChoiceRow.farm_id), day).where(col(ChoiceRow.state).in_(MADE), of_certificate, counted())
    return made.group_by(col(ChoiceRow.farm_id)).subquery()


async def last_choices(session: AsyncSession, known: Mapping[str, date | None]) -> dict[str, date | None]:
    """The day of the last choice of each of these farms. known: what the register says of it, by farm."""
    here = made_here()
    rows = await session.execute(select(here.c.farm_id, here.c.made_on).where(here.c.farm_id.in_(known)))
    made = {row.farm_id: row.made_on for row in rows}
    return {farm: _later(day, made.get(farm)) for farm, day in known.items()}


async def last_choice(session: AsyncSession, farm_id: str, known: date | None) -> date | None:
    """The day of the farm's last choice; None without one. known: what the register says of it."""
    here = made_here()
    made_on = (await session.execute(select(here.c.made_on).where(here.c.farm_id == farm_id))).scalar_one_or_none()
    return _later(known, made_on)


def _later(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)
