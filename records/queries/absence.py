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


@dataclass(frozen=True)
class Absence:
    """An absence that is not past; substitute: by number and name."""

    absence_id: str
    away_from: date
    away_until: date
    substitute: str
    substitute_name: str


async def absences_of(session: AsyncSession, person_id: str, day: date) -> tuple[Absence, ...]:
    """The absences of a person that last until `day` or longer and were not cancelled, the next one first."""
    query = (
        select(AbsenceRow, PersonRow.name)
        .join(PersonRow, col(PersonRow.person_id) == col(AbsenceRow.substitute))
        .where(AbsenceRow.person_id == person_id, col(AbsenceRow.cancelled_at).is_(None), AbsenceRow.away_until >= day)
        .order_by(col(AbsenceRow.away_from))
    )
    found = await session.exec(query)
    return tuple(Absence(row.absence_id, row.away_from, row.away_until, row.substitute, name) for row, name in found)


async def may_stand_in(session: AsyncSession, person: PersonRow) -> tuple[PersonRow, ...]:
    """Who can take this person's tasks: others of the same role and body who may sign in, by name."""
    query = select(PersonRow).where(
        PersonRow.role == person.role,
        col(PersonRow.body_id).is_not_distinct_from(person.body_id),
        PersonRow.person_id != person.person_id,
        col(PersonRow.locked_at).is_(None),
    )
    return tuple(await session.exec(query.order_by(PersonRow.name, PersonRow.person_id)))
