"""Farms whose certificate ends in the window of a round: thousands of rows, so read once and only what is asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.queries.choice_made import made_here
from scheme.choice_round import window
from scheme.rules import Rules

# What the selection, the preview and the address of a letter look at.
_COLUMNS = (
    Farm.farm_id, Farm.name, Farm.street, Farm.postcode, Farm.city, Farm.country, Farm.language, Farm.email,
    Farm.standing, Farm.expires_on, Farm.previous_body,
)  # fmt: skip


async def expiring(session: AsyncSession, letters_on: date, rules: Rules) -> Sequence[Row[Any]]:
    """Those that a round of this day may have to write to, by number; who is written to is for scheme.choice_round.

    choice_made_on is the day of the last choice, by the register or in this house.
    """
    here = made_here()
    made_on = func.greatest(col(Farm.choice_made_on), here.c.made_on).label("choice_made_on")
    query = select(*(col(column) for column in _COLUMNS), made_on)
    query = query.join_from(Farm, here, here.c.farm_id == col(Farm.farm_id), isouter=True)
    query = query.where(col(Farm.expires_on).between(*window(letters_on, rules)))
    return (await session.execute(query.order_by(col(Farm.farm_id)))).all()
