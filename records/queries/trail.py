"""The trail as a timeline: what happened to a farm, newest first."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import InspectionBody
from records.person import PersonRow
from records.trail import TrailEntry
from scheme.errors import Rule
from scheme.people import Role
from scheme.step import Act

LONGEST = 200
# The farm's workflow hears of each case; the case's own entries stand beside these and say more.
ECHOES = (Act.CASE_OPENED.value, Act.CASE_CLOSED.value)


@dataclass(frozen=True)
class Happening:
    """One entry, ready to be told. person: name of who acted, None for the house and the farmer.

    body, day, about: what the act turned on, if anything; rule: what refused it.
    """

    number: int
    act: Act
    at: datetime
    role: Role
    person: str | None
    rule: Rule | None
    body: str | None
    day: date | None
    about: str | None


async def timeline(session: AsyncSession, chain: str, limit: int = LONGEST) -> tuple[Happening, ...]:
    """The last entries of a chain (a farm's id, or `house`), newest first."""
    query = (
        select(TrailEntry, col(PersonRow.name), col(InspectionBody.name))
        .join(PersonRow, col(PersonRow.person_id) == col(TrailEntry.person), isouter=True)
        .join(InspectionBody, col(InspectionBody.body_id) == col(TrailEntry.facts)["body"].astext, isouter=True)
        .where(col(TrailEntry.chain) == chain, col(TrailEntry.act).not_in(ECHOES))
        .order_by(col(TrailEntry.place).desc())
        .limit(limit)
    )
    return tuple(_told(*row) for row in await session.execute(query))


def _told(entry: TrailEntry, person: str | None, body: str | None) -> Happening:
    day = entry.facts.get("day")
    return Happening(
        number=entry.number,
        act=Act(entry.act),
        at=entry.at,
        role=Role(entry.role),
        person=person,
        rule=None if entry.rule is None else Rule(entry.rule),
        body=body,
        day=None if day is None else date.fromisoformat(day),
        about=entry.facts.get("about"),
    )
