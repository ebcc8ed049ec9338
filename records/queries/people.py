"""The people who sign in, for those who manage them: a list, and one person's file."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import InspectionBody
from records.person import PersonRow, SessionRow
from records.queries.absence import Substitute, substitutes
from records.queries.listing import Listing, Paging, count
from records.trail import Change, TrailEntry
from scheme.people import Role
from scheme.step import Act

LONGEST = 100


@dataclass(frozen=True)
class PersonSieve:
    """Which people are wanted, all conditions at once. active: whether they may sign in, or are locked."""

    role: Role | None = None
    body_id: str | None = None
    active: bool | None = None

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anybody out."""
        return self != PersonSieve()


@dataclass(frozen=True)
class PersonLine:
    """A person. body: by name; seen_at: real time of the last use of an open session; away: who stands in today."""

    row: PersonRow
    role: Role
    body: str | None
    seen_at: datetime | None
    away: Substitute | None


@dataclass(frozen=True)
class PersonHappening:
    """One entry about a person. before, after: what changed, by column; empty where nothing of the register did."""

    at: datetime
    act: Act
    role: Role
    person: str | None
    day: date | None
    before: dict[str, Any]
    after: dict[str, Any]


async def people(session: AsyncSession, day: date, sieve: PersonSieve, paging: Paging) -> Listing[PersonLine]:
    """Who is wanted, by name; day: the scheme's, for who is away."""
    wanted = _conditions(sieve)
    query = select(PersonRow, col(InspectionBody.name), _seen()).join(
        InspectionBody, col(InspectionBody.body_id) == col(PersonRow.body_id), isouter=True
    )
    total = await count(session, select(col(PersonRow.person_id)).where(*wanted))
    away = await substitutes(session, day)
    ordered = query.where(*wanted).order_by(col(PersonRow.name), col(PersonRow.person_id))
    rows = await session.execute(ordered.limit(paging.page_size).offset(paging.offset))
    lines = tuple(PersonLine(row, Role(row.role), body, seen, away.get(row.person_id)) for row, body, seen in rows)
    return Listing(lines, paging, total)


async def person_happenings(session: AsyncSession, person_id: str) -> tuple[PersonHappening, ...]:
    """What was done about a person, newest first, without each sign-in."""
    query = (
        select(TrailEntry, col(PersonRow.name), Change)
        .join(PersonRow, col(PersonRow.person_id) == col(TrailEntry.person), isouter=True)
        .join(Change, col(Change.change_id) == col(TrailEntry.facts)["change"].astext, isouter=True)
        .where(col(TrailEntry.chain) == "house", col(TrailEntry.facts)["about"].astext == person_id)
        .order_by(col(TrailEntry.place).desc())
        .limit(LONGEST)
    )
    return tuple(_happening(*row) for row in await session.execute(query))


def _conditions(sieve: PersonSieve) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if sieve.role is not None:
        wanted.append(col(PersonRow.role) == sieve.role.value)
    if sieve.body_id is not None:
        wanted.append(col(PersonRow.body_id) == sieve.body_id)
    if sieve.active is not None:
        locked = col(PersonRow.locked_at)
        wanted.append(locked.is_(None) if sieve.active else locked.is_not(None))
    return wanted


def _happening(entry: TrailEntry, person: str | None, change: Change | None) -> PersonHappening:
    day = entry.facts.get("day")
    return PersonHappening(
        at=entry.at,
        act=Act(entry.act),
        role=Role(entry.role),
        person=person,
        day=None if day is None else date.fromisoformat(day),
        before={} if change is None else change.before,
        after={} if change is None else change.after,
    )


def _seen() -> Any:  # the column's own type
    mine = select(func.max(SessionRow.seen_at)).where(col(SessionRow.person_id) == col(PersonRow.person_id))
    return mine.correlate(PersonRow).scalar_subquery()
