"""The house begins: for practice or for real, once and for good (design.md §5)."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.house import HouseRow, PracticeClock
from records.opening import insert_case
from records.requirement_listing import keep_examples
from records.submission import OutboxRow
from scheme.calendar import SchemeCalendar
from scheme.ids import CALENDAR, POST
from scheme.people import THE_HOUSE
from scheme.step import Act, Step

_REAL = text("clock_timestamp()")


class WrongHouseError(Exception):
    """Raised when a database for practice is opened for real, or one used for real is opened for practice."""


async def found(session: AsyncSession, *, practice: bool, begins: datetime | None) -> None:
    """Found the house if it is new: the clock, the calendar's case, the post, the lists of requirements.

    Safe to run at every start; a house that is older than its lists is given them.
    begins: where the practice clock starts, None for now. Raises WrongHouseError when the database was founded
    for the other purpose.
    """
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('house'))"))
    house = (await session.exec(select(HouseRow))).first()
    if house is not None:
        if house.practice != practice:
            kind = "practice" if house.practice else "real use"
            message = f"this database was founded for {kind}: use another database, or change IKM_PRACTICE"
            raise WrongHouseError(message)
        await keep_examples(session)
        return
    real = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    session.add(HouseRow(practice=practice, founded_at=real))
    if practice:
        session.add(PracticeClock(now=begins or real))
    await session.flush()
    at = await now(session)
    calendar = Step(SchemeCalendar(practice, at), at, Act.HOUSE_FOUNDED, THE_HOUSE)
    await insert_case(session, calendar, opened_by=CALENDAR, farm_id=None)
    session.add(_post(real))
    await keep_examples(session)


def _post(real: datetime) -> OutboxRow:
    return OutboxRow(
        news_id=f"{POST}#start", target=POST, kind="start", payload={}, created_at=real, next_attempt_at=real
    )
