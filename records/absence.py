"""Somebody is away and somebody else stands in, from one day to another; the scheme's clock says what is past."""

import uuid
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.account import note
from records.clock import now
from records.person import AbsenceRow, PersonRow
from records.queries.absence import may_stand_in
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.people import Actor
from scheme.step import Act


async def add_absence(
    session: AsyncSession,
    person: PersonRow,
    first: date,
    last: date,
    substitute: str,
    actor: Actor,
    absence_id: str | None = None,
) -> str:
    """Both days included; the absence's id, a new one unless given. person: locked by its reader.

    Raises RuleViolationError.
    """
    if last < first or last < local_day(await now(session)):
        raise RuleViolationError(Rule.ABSENCE_DATES)
    if substitute not in {one.person_id for one in await may_stand_in(session, person)}:
        raise RuleViolationError(Rule.NO_SUBSTITUTE)
    await _check_free(session, person.person_id, first, last)
    row = AbsenceRow(
        absence_id=absence_id or str(uuid.uuid4()), person_id=person.person_id, away_from=first, away_until=last,
        substitute=substitute,
    )  # fmt: skip
    session.add(row)
    days = {"day": first.isoformat(), "until": last.isoformat(), "substitute": substitute}
    await note(session, Act.ABSENCE_ADDED, actor, person.person_id, absence=row.absence_id, **days)
    return row.absence_id


async def cancel_absence(session: AsyncSession, person_id: str, absence_id: str, actor: Actor) -> bool:
    """It no longer counts; False when the person has none of this id, or it was cancelled before."""
    mine = AbsenceRow.absence_id == absence_id, AbsenceRow.person_id == person_id
    row = (await session.exec(select(AbsenceRow).where(*mine).with_for_update())).one_or_none()
    if row is None or row.cancelled_at is not None:
        return False
    row.cancelled_at = await now(session)
    session.add(row)
    await note(session, Act.ABSENCE_CANCELLED, actor, person_id, absence=absence_id, day=row.away_from.isoformat())
    return True


async def _check_free(session: AsyncSession, person_id: str, first: date, last: date) -> None:
    others = select(AbsenceRow).where(
        AbsenceRow.person_id == person_id,
        col(AbsenceRow.cancelled_at).is_(None),
        AbsenceRow.away_from <= last,
        AbsenceRow.away_until >= first,
    )
    other = (await session.exec(others.limit(1))).first()
    if other is not None:
        raise RuleViolationError(Rule.ABSENCE_OVERLAPS, other.away_from)
