"""Farms whose certificate ends in the window of a round: thousands of rows, so read once and only what is asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from scheme.choice_round import window
from scheme.rules import Rules

# What the selection, the preview and the address of a letter look at.
_COLUMNS = (
    Farm.farm_id, Farm.name, Farm.street, Farm.postcode, Farm.city, Farm.country, Farm.language, Farm.email,
    Farm.standing, Farm.expires_on, Farm.previous_body, Farm.choice_made_on,
)  # fmt: skip


async def expiring(session: AsyncSession, letters_on: date, rules: Rules) -> Sequence[Row[Any]]:
    """Those that a round of this day may have to write to, by number; who is written to is for scheme.choice_round."""
    columns = [col(column) for column in _COLUMNS]
    query = select(*columns).where(col(Farm.expires_on).between(*window(letters_on, rules)))
    return (await session.execute(query.order_by(col(Farm.farm_id)))).all()
