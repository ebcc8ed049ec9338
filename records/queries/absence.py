"""Who is away on a day, and who stands in for them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.person import AbsenceRow, PersonRow


@dataclass(frozen=True)
class Substitute:
    """Who stands in for somebody; until: the last day of the absence."""

    person_id: str
    name: str
    until: date


async def stood_in_for(session: AsyncSession, person_id: str, day: date) -> frozenset[str]:
    """The people who are away on `day` and for whom this person stands in."""
    away = select(AbsenceRow.person_id).where(AbsenceRow.substitute == person_id, _away_on(day))
    return frozenset(await session.exec(away))


async def substitutes(session: AsyncSession, day: date) -> dict[str, Substitute]:
    """Everybody who is away on `day`, with who stands in for them; of two absences the one that began last."""
    query = (
        select(AbsenceRow, PersonRow.name)
        .join(PersonRow, col(PersonRow.person_id) == col(AbsenceRow.substitute))
        .where(_away_on(day))
        .order_by(col(AbsenceRow.away_from), col(AbsenceRow.absence_id))
    )
    found = await session.exec(query)
    return {away.person_id: Substitute(away.substitute, name, away.away_until) for away, name in found}


def _away_on(day: date) -> ColumnElement[bool]:
    return and_(
        col(AbsenceRow.away_from) <= day, col(AbsenceRow.away_until) >= day, col(AbsenceRow.cancelled_at).is_(None)
    )
